"""What a use of a space costs: the cheapest of its prices by hour, half-day, day, evening.

Pure: no database. Amounts are in the currency of the price list, taxes excluded.
"""

from collections import Counter
from dataclasses import dataclass

from .coworking_time import at, days_of, overlap_hours

HOUR, HALF_DAY, DAY, EVENING = "hour", "half_day", "day", "evening"
UNITS = (HOUR, HALF_DAY, DAY, EVENING)


class NoPrice(ValueError):
    """The price list has no price that covers a part of the use."""


@dataclass(frozen=True)
class DayParts:
    """Where a day is cut, in hours of the wall clock.

    :param noon: end of the morning, start of the afternoon
    :param evening: end of the afternoon, start of the evening
    """

    noon: float = 13.0
    evening: float = 18.0


def quote(start, stop, prices, parts=DayParts()):
    """Return the cheapest lines that cover a use, as ``{unit: quantity}``.

    Each day is priced by itself: hours, or a half-day each for morning and afternoon, or
    the whole day; the evening by the hour or as an evening. A unit without a price is not
    used.

    :param start: naive wall-clock datetime
    :param stop: naive wall-clock datetime after ``start``
    :param prices: {unit: amount} with units of ``UNITS``
    :raise NoPrice: nothing covers a part of the use
    """
    lines = Counter()
    for day in days_of(start, stop):
        lines.update(_quote_day(day, start, stop, prices, parts))
    return dict(lines)


def amount_of(lines, prices):
    """Return what lines ``{unit: quantity}`` cost."""
    return sum(quantity * prices[unit] for unit, quantity in lines.items())


def _quote_day(day, start, stop, prices, parts):
    morning = overlap_hours(start, stop, at(day, 0), at(day, parts.noon))
    afternoon = overlap_hours(start, stop, at(day, parts.noon), at(day, parts.evening))
    evening = overlap_hours(start, stop, at(day, parts.evening), at(day, 24))
    halves = _cheapest(
        prices,
        *[[{HOUR: part}, {HALF_DAY: 1}] for part in (morning, afternoon) if part],
    )
    lines = Counter()
    if morning or afternoon:
        options = [halves, {DAY: 1}]
        lines.update(_cheapest(prices, [o for o in options if o is not None]) or {})
        if not lines:
            raise NoPrice(day)
    if evening:
        late = _cheapest(prices, [{HOUR: evening}, {EVENING: 1}])
        if late is None:
            raise NoPrice(day)
        lines.update(late)
    return lines


def _cheapest(prices, *choices):
    """Return the union of the cheapest option of each choice; None where one has none."""
    chosen = Counter()
    for options in choices:
        possible = [option for option in options if all(u in prices for u in option)]
        if not possible:
            return None
        chosen.update(min(possible, key=lambda option: amount_of(option, prices)))
    return dict(chosen)
