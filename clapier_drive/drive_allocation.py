"""Who gets what when less has come than was ordered. Pure: no database.

Quantities are whole numbers of steps: a step is the smallest quantity of an offer that is
handed over (one piece, 100 g).
"""

import hashlib
from dataclasses import dataclass

FULL, PART, FIRST, NONE, OVERRIDE = "full", "part", "first", "none", "override"


@dataclass(frozen=True)
class Wish:
    """What one order asks of one product.

    :param key: what names the order, never changing (its id)
    :param asked: steps ordered, above 0
    :param debt: what the family went without in the past weeks, in currency: the higher,
        the sooner it is served
    :param override: steps that a person decided; None: the rules decide
    """

    key: int
    asked: int
    debt: float = 0.0
    override: int | None = None


@dataclass(frozen=True)
class Share:
    """What one order gets: steps, and which rule gave them."""

    given: int
    rule: str


def allocate(received, wishes, seed=""):
    """Share out what has come of one product.

    What a person decided is given first. Then each order gets one step as long as there
    are some, the families who went without most in the past weeks first. What is left is
    shared in proportion to what each still misses; the remainders go in the same order.
    Who is equal in all is drawn by ``seed``: the same seed gives the same result.

    :param received: steps that have come, 0 or more
    :param wishes: list of Wish
    :param seed: what the draw depends on, such as the cycle and the product
    :return: {key: Share}; the sum of what is given never exceeds ``received``
    :raise ValueError: more is decided than has come, or than was ordered
    """
    given = {
        wish.key: wish.override or 0 for wish in wishes if wish.override is not None
    }
    for wish in wishes:
        if wish.override is not None and not 0 <= wish.override <= wish.asked:
            raise ValueError(wish.key)
    left = received - sum(given.values())
    if left < 0:
        raise ValueError(left)
    ruled = sorted(
        (wish for wish in wishes if wish.override is None),
        key=lambda wish: (-wish.debt, _draw(seed, wish.key)),
    )
    for wish in ruled:
        given[wish.key] = min(1, left)
        left -= given[wish.key]
    missing = {wish.key: wish.asked - given[wish.key] for wish in ruled}
    for key, more in _proportional(min(left, sum(missing.values())), missing).items():
        given[key] += more
    return {wish.key: Share(given[wish.key], _rule(wish, given)) for wish in wishes}


def _proportional(left, missing):
    """Share ``left`` steps in proportion to ``missing``; remainders in the order of keys."""
    total = sum(missing.values())
    if not total:
        return {}
    shares = {key: left * count // total for key, count in missing.items()}
    remainders = sorted(missing, key=lambda key: -(left * missing[key] % total))
    for key in remainders[: left - sum(shares.values())]:
        shares[key] += 1
    return shares


def _rule(wish, given):
    if wish.override is not None:
        return OVERRIDE
    count = given[wish.key]
    if count == wish.asked:
        return FULL
    return PART if count > 1 else FIRST if count else NONE


def _draw(seed, key):
    return hashlib.sha256(f"{seed}/{key}".encode()).digest()
