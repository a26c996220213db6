"""The dates of a series on the wall clock: no database, no time zone."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule

DAY, WEEK, MONTH = "daily", "weekly", "monthly"
FREQUENCIES = {DAY: DAILY, WEEK: WEEKLY, MONTH: MONTHLY}
LIMIT = 366


class TooMany(ValueError):
    """A rule gives more dates than the limit, or never ends."""

    def __init__(self, limit):
        super().__init__(f"more than {limit} dates")
        self.limit = limit


@dataclass(frozen=True)
class Rule:
    """How a use comes back.

    :param freq: ``daily``, ``weekly`` or ``monthly``
    :param interval: every so many days, weeks or months
    :param weekdays: days of a weekly rule, 0 is Monday; empty: that of the start
    :param count: how many dates; None: see ``until``
    :param until: last day on which a use may begin; None: see ``count``
    """

    freq: str = WEEK
    interval: int = 1
    weekdays: tuple[int, ...] = field(default=())
    count: int | None = None
    until: date | None = None

    def __post_init__(self):
        if self.freq not in FREQUENCIES:
            raise ValueError(f"unknown frequency {self.freq!r}")
        if self.interval < 1 or (self.count is not None and self.count < 1):
            raise ValueError("an interval and a count are positive")
        if not all(0 <= day <= 6 for day in self.weekdays):
            raise ValueError("a day of the week is between 0 and 6")


def occurrences(start, stop, rule, limit=LIMIT):
    """Return the dates of a series, the hour of the clock unchanged by summer time.

    A monthly use on the 31st is left out of the months that are shorter.

    :param start, stop: naive wall-clock datetimes of the first use
    :param rule: Rule
    :param limit: how many dates are allowed
    :return: [(start, stop), …] of naive wall-clock datetimes, in order of time
    :raise TooMany: the rule gives more than ``limit`` dates
    """
    if stop <= start:
        raise ValueError("a use ends after it starts")
    if rule.count and rule.count > limit:
        raise TooMany(limit)
    weekly = rule.freq == WEEK and rule.weekdays
    moments = rrule(
        FREQUENCIES[rule.freq],
        dtstart=start,
        interval=rule.interval,
        until=rule.until and datetime.combine(rule.until, time.max),
        byweekday=rule.weekdays if weekly else None,
    )
    found = list(islice(moments, min(rule.count or limit + 1, limit + 1)))
    if len(found) > limit:
        raise TooMany(limit)
    length = stop - start
    return [(moment, moment + length) for moment in found]
