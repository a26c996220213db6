"""How many crates a basket fills. Pure: no database."""

import math
from dataclasses import dataclass, field


@dataclass(frozen=True)
class CrateKind:
    """What a crate holds: litres and kilograms."""

    volume: float
    weight: float


@dataclass(frozen=True)
class Item:
    """Units of one product in a basket.

    :param key: what names the line
    :param count: units, above 0
    :param volume: litres of one unit
    :param weight: kilograms of one unit
    :param cold: whether it travels in a cold crate
    """

    key: int
    count: int
    volume: float
    weight: float
    cold: bool = False


@dataclass
class Crate:
    """One crate: what is in it, ``{key: count}``."""

    cold: bool
    items: dict = field(default_factory=dict)
    volume: float = 0.0
    weight: float = 0.0

    def room_for(self, item, kind):
        """Return how many units of an item still go in."""
        fits = [
            (limit - used) / each
            for limit, used, each in (
                (kind.volume, self.volume, item.volume),
                (kind.weight, self.weight, item.weight),
            )
            if each > 0
        ]
        return max(math.floor(min(fits) + 1e-9), 0) if fits else item.count

    def put(self, item, count):
        """Put units of an item in."""
        self.items[item.key] = self.items.get(item.key, 0) + count
        self.volume += count * item.volume
        self.weight += count * item.weight


def pack(items, kind):
    """Return the crates that a basket fills: the largest first, each where it first fits.

    A unit larger than a crate travels in a crate of its own.

    :param items: list of Item
    :param kind: CrateKind
    :return: list of Crate, dry ones before cold ones
    """
    crates = []
    size = max(kind.volume, 1e-9), max(kind.weight, 1e-9)
    for item in sorted(
        items,
        key=lambda item: (
            -max(item.volume / size[0], item.weight / size[1]),
            item.key,
        ),
    ):
        left = item.count
        for crate in crates:
            if crate.cold == item.cold and left:
                count = min(left, crate.room_for(item, kind))
                if count:
                    crate.put(item, count)
                    left -= count
        while left:
            crate = Crate(item.cold)
            count = min(left, max(crate.room_for(item, kind), 1))
            crate.put(item, count)
            crates.append(crate)
            left -= count
    return sorted(crates, key=lambda crate: crate.cold)


def crate_count(volume, weight, kind):
    """Return how many crates a volume and a weight need at least; what checkout counts."""
    return max(
        math.ceil(round(volume / kind.volume, 6)),
        math.ceil(round(weight / kind.weight, 6)),
    )
