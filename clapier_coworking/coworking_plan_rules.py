"""What plans, passes and hours are: pro-rata, grants, expiry.

Pure: no database. Amounts are taxes excluded, in the currency of the organisation.
Quantities are hours or days with two digits, reckoned in hundredths where they add up.
"""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

HOUR, DAY = "hour", "day"
ONE_DAY = timedelta(days=1)
# How many spendings the ledger remembers, to give an hour back to the lot it came from.
SPENT_KEPT = 12


@dataclass(frozen=True)
class Plan:
    """What a plan costs and includes in a whole month.

    :param days: None for a desk every day, for each of ``people``
    :param minimum: what is due whatever the use
    """

    key: int
    name: str
    price: float
    hours: float = 0.0
    days: float | None = 0.0
    hour_price: float = 0.0
    minimum: float = 0.0
    people: int = 1

    def included(self, month):
        """Return the (hours, days) that a whole month includes."""
        if self.days is None:
            return self.hours, float(last_day(month).day * self.people)
        return self.hours, self.days


@dataclass(frozen=True)
class Pack:
    """A pass or a pack that can be bought: ``quantity`` hours or days for ``price``."""

    key: int
    name: str
    unit: str
    quantity: float
    price: float


@dataclass(frozen=True)
class Part:
    """Days of one month, ``first`` and ``last`` included, under one plan."""

    plan: Plan
    first: date
    last: date


def money(amount):
    """Return an amount rounded to the cent, half away from zero."""
    return float(Decimal(repr(amount)).quantize(Decimal("0.01"), ROUND_HALF_UP))


def month_of(day):
    """Return the first day of the month of ``day``."""
    return day.replace(day=1)


def add_months(month, count=1):
    """Return the first day of the month ``count`` months after that of ``month``."""
    years, index = divmod(month.year * 12 + month.month - 1 + count, 12)
    return date(years, index + 1, 1)


def last_day(month):
    """Return the last day of the month of ``month``."""
    return add_months(month) - ONE_DAY


# --- Pro-rata


def prorata(amount, first, last):
    """Return the part of a monthly amount that the days from ``first`` to ``last`` are.

    Parts that make up a month add up to the amount, to the cent.

    :param first, last: days of one month, both included
    """
    days = monthrange(first.year, first.month)[1]
    until, before = (
        Decimal(str(money(amount * position / days)))
        for position in (last.day, first.day - 1)
    )
    return float(until - before)


def parts_of_month(month, terms, pauses=()):
    """Return the Parts of a month: who is on which plan, on which days not paused.

    :param month: first day of the month
    :param terms: [(plan, first day, last day or None)], one after the other
    :param pauses: [(first day, last day)], both included
    """
    end = last_day(month)
    parts = []
    for plan, start, stop in terms:
        first, last = max(start, month), min(stop or end, end)
        for pause_first, pause_last in sorted(pauses):
            if pause_last < first or pause_first > last:
                continue
            if pause_first > first:
                parts.append(Part(plan, first, pause_first - ONE_DAY))
            first = pause_last + ONE_DAY
        if first <= last:
            parts.append(Part(plan, first, last))
    return tuple(parts)


def price_of(parts):
    """Return what the plans of these parts cost."""
    return money(sum(prorata(part.plan.price, part.first, part.last) for part in parts))


def granted(parts):
    """Return the (hours, days) that the plans of these parts include."""
    return tuple(
        money(
            sum(
                prorata(part.plan.included(part.first)[index], part.first, part.last)
                for part in parts
            )
        )
        for index in (0, 1)
    )


def has_every_day(parts):
    """Tell whether a desk every day is among what these parts include."""
    return any(part.plan.days is None for part in parts)


def pause_days(pauses, first, last):
    """Return how many days of ``first`` to ``last`` are paused."""
    return sum(
        max((min(stop, last) - max(start, first)).days + 1, 0) for start, stop in pauses
    )


def earliest_end(start, engagement_months, today, notice_days):
    """Return the last day of a plan that is given up today.

    The end of the month in which the notice runs out, and not before the engagement.
    """
    notice = last_day(today + timedelta(days=notice_days))
    if not engagement_months:
        return notice
    month = add_months(start, engagement_months)
    engaged = min(start.day, last_day(month).day)
    return max(notice, month.replace(day=engaged) - ONE_DAY)


# --- Ledger


@dataclass
class Lots:
    """What is left of one unit on an account, by the day it is lost.

    :param lots: [[day or None, hundredths]], first lost first
    :param spent: what was taken from which lots, latest last
    :param debt: hundredths used beyond what there was
    """

    lots: list = field(default_factory=list)
    spent: list = field(default_factory=list)
    debt: int = 0

    @property
    def balance(self):
        """Return what is left, below zero for a debt."""
        return (sum(lot[1] for lot in self.lots) - self.debt) / 100

    def post(self, kind, quantity, expires_on=None):
        """Post one row of the ledger.

        What is taken comes from the lot that is lost first. A use that is given back goes
        where it came from.
        """
        hundredths = round(quantity * 100)
        if hundredths < 0:
            self._take(-hundredths)
        elif kind == "refund" and expires_on is None:
            self._give_back(hundredths)
        else:
            self._add(expires_on, hundredths)

    def expired(self, day):
        """Return what is lost on ``day``."""
        return sum(lot[1] for lot in self.lots if lot[0] and lot[0] <= day) / 100

    def dump(self):
        """Return a value that JSON can hold, for ``load``."""
        return [
            [[day and day.isoformat(), hundredths] for day, hundredths in rows]
            for rows in (self.lots, self.spent)
        ] + [self.debt]

    @classmethod
    def load(cls, value):
        """Return the lots that ``dump`` has written; none for nothing."""
        if not value:
            return cls()
        lots, spent = (
            [[day and date.fromisoformat(day), hundredths] for day, hundredths in rows]
            for rows in value[:2]
        )
        return cls(lots, spent, value[2])

    def _add(self, day, hundredths):
        repaid = min(self.debt, hundredths)
        self.debt -= repaid
        hundredths -= repaid
        if not hundredths:
            return
        for lot in self.lots:
            if lot[0] == day:
                lot[1] += hundredths
                return
        self.lots.append([day, hundredths])
        self.lots.sort(key=lambda lot: lot[0] or date.max)

    def _take(self, hundredths):
        while hundredths and self.lots:
            lot = self.lots[0]
            taken = min(lot[1], hundredths)
            hundredths -= taken
            lot[1] -= taken
            if not lot[1]:
                self.lots.pop(0)
            if self.spent and self.spent[-1][0] == lot[0]:
                self.spent[-1][1] += taken
            else:
                self.spent = [*self.spent, [lot[0], taken]][-SPENT_KEPT:]
        self.debt += hundredths

    def _give_back(self, hundredths):
        repaid = min(self.debt, hundredths)
        self.debt -= repaid
        hundredths -= repaid
        while hundredths and self.spent:
            spent = self.spent[-1]
            given = min(spent[1], hundredths)
            hundredths -= given
            spent[1] -= given
            if not spent[1]:
                self.spent.pop()
            self._add(spent[0], given)
        self._add(None, hundredths)
