"""The mass balance of the building's food, in grams, without a database."""

from collections import defaultdict
from dataclasses import dataclass

# Where food comes from and where it ends; whatever is neither keeps a stock.
SOURCES = ("supplier", "producer", "inhabitant", "farm")
SINKS = ("sold", "eaten", "taken", "association", "composted", "lost", "outside")


@dataclass(frozen=True)
class Balance:
    """One place during one period, in grams: ``came`` = ``went`` + ``kept`` + ``remainder``.

    ``kept`` is what the stock grew by; ``remainder`` is what nobody has explained.
    """

    came: int
    went: int
    kept: int
    remainder: int


def grams(kilograms):
    """Return a weight in whole grams, so that sums are exact."""
    return round(kilograms * 1000)


def balance(flows, stocks):
    """Return the balance of each place that keeps a stock.

    :param flows: iterable of (from, to, grams)
    :param stocks: {place: (grams at the beginning, grams counted at the end)}; a place
        without a count explains itself wholly: its remainder is 0
    :return: {place: Balance}
    :raise ValueError: a flow of nothing or less, or from a place to itself
    """
    came, went = defaultdict(int), defaultdict(int)
    for source, target, weight in flows:
        if weight <= 0 or source == target:
            raise ValueError(f"a flow moves something somewhere: {source}, {target}")
        went[source] += weight
        came[target] += weight
    places = (came.keys() | went.keys() | stocks.keys()) - {*SOURCES, *SINKS}
    result = {}
    for place in sorted(places):
        moved = came[place] - went[place]
        first, last = stocks.get(place, (0, moved))
        kept = last - first
        result[place] = Balance(came[place], went[place], kept, moved - kept)
    return result
