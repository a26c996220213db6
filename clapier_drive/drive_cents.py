"""Amounts that add up to the cent. Pure: no database. Amounts are whole cents."""


def to_cents(amount):
    """Return an amount of the currency as whole cents."""
    return round(amount * 100)


def split(total, weights):
    """Share ``total`` cents in proportion to weights; the parts add up to it.

    The cents that rounding leaves go to the largest remainders, then to the first.

    :param total: whole cents, negative for what is given back
    :param weights: list of numbers, 0 or more, not all 0 unless ``total`` is 0
    :return: list of whole cents, as long as ``weights``
    :raise ValueError: there is something to share and no weight
    """
    if total < 0:
        return [-part for part in split(-total, weights)]
    scale = sum(weights)
    if not scale:
        if total:
            raise ValueError("Nothing says how to share this amount.")
        return [0] * len(weights)
    exact = [total * weight / scale for weight in weights]
    parts = [int(part) for part in exact]
    order = sorted(range(len(weights)), key=lambda n: (parts[n] - exact[n], n))
    for n in order[: total - sum(parts)]:
        parts[n] += 1
    return parts


def commission(sales, percent):
    """Return the commission in cents on ``sales`` cents; half a cent goes up."""
    return int((abs(sales) * percent / 100) + 0.5) * (1 if sales >= 0 else -1)
