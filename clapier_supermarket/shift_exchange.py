"""The search for an exchange among several members, without a database.

Each offer gives one shift and wants others. A cycle of offers, each of which wants what the
next one gives, is an exchange in which everybody wins.
"""

from collections import deque


def shortest_cycle(start, wants, longest, owners=None):
    """Return the shortest cycle through ``start``, or None.

    :param start: an offer
    :param wants: {offer: offers whose shift it wants}
    :param longest: how many offers a cycle has at most
    :param owners: {offer: member}; nobody is twice in a cycle
    :return: list of offers that begins with ``start``; each gets the shift of the next one,
        the last one that of ``start``
    """
    owners = owners or {}
    distances = _distances_to(start, wants, longest)

    def extend(path, length):
        left = length - len(path)
        if not left:
            return path if start in wants.get(path[-1], ()) else None
        taken = {owners.get(offer, offer) for offer in path}
        for offer in sorted(wants.get(path[-1], ())):
            if (
                distances.get(offer, longest) <= left
                and owners.get(offer, offer) not in taken
                and (cycle := extend([*path, offer], length))
            ):
                return cycle
        return None

    for length in range(2, longest + 1):
        if cycle := extend([start], length):
            return cycle
    return None


def _distances_to(start, wants, longest):
    """Return {offer: how many offers further ``start`` is}, breadth first."""
    wanted_by = {}
    for offer, others in wants.items():
        for other in others:
            wanted_by.setdefault(other, []).append(offer)
    distances = {}
    queue = deque([(start, 0)])
    while queue:
        offer, distance = queue.popleft()
        if distance + 1 >= longest:
            continue
        for other in wanted_by.get(offer, ()):
            if other != start and other not in distances:
                distances[other] = distance + 1
                queue.append((other, distance + 1))
    return distances
