"""What plans, passes and hours come to: pro-rata, expiry, month-end, fairest price.

Pure: no database. Amounts are taxes excluded, in the currency of the organisation.
Quantities are hours or days with two digits, reckoned in hundredths where they add up.
"""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from math import gcd, inf

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


# --- Fairest price


@dataclass(frozen=True)
class Line:
    """A line of a price: a plan, packs, or hours and days at the price of one."""

    kind: str
    name: str
    quantity: float
    amount: float
    key: int = 0


@dataclass(frozen=True)
class Price:
    """What a use costs one way: the lines and their sum; ``plan`` None without a plan."""

    amount: float
    lines: tuple
    plan: Plan | None = None


@lru_cache(maxsize=8192)
def cover(unit, quantity, packs, unit_price=None):
    """Return the cheapest lines for ``quantity`` hours or days, None where nothing can.

    Packs cover what they hold or less; what they leave is paid at the price of one, where
    there is one.

    :param packs: tuple of Packs of that unit
    """
    need = round(quantity * 100)
    if need <= 0:
        return ()
    step = gcd(*(round(pack.quantity * 100) for pack in packs)) or need
    count = -(-need // step)
    best, taken = [0.0] + [inf] * count, [None] * (count + 1)
    for covered in range(1, count + 1):
        for pack in packs:
            before = max(0, covered - round(pack.quantity * 100) // step)
            if best[before] + pack.price < best[covered]:
                best[covered], taken[covered] = best[before] + pack.price, pack
    rate = inf if unit_price is None else unit_price

    def total(covered):
        rest = max(0, need - covered * step)
        return best[covered] + (rest / 100 * rate if rest else 0.0)

    covered = min(range(count + 1), key=total)
    if total(covered) == inf:
        return None
    rest = max(0, need - covered * step) / 100
    numbers = {}
    while covered > 0:
        pack = taken[covered]
        numbers[pack] = numbers.get(pack, 0) + 1
        covered -= round(pack.quantity * 100) // step
    lines = [
        Line("pack", pack.name, number, money(number * pack.price), pack.key)
        for pack, number in numbers.items()
    ]
    if rest:
        lines.append(Line(unit, "", rest, money(rest * rate)))
    return tuple(lines)


def price_under(plan, parts, days, hours, packs):
    """Return the Price of a use under a plan, None for none; None where it has no price.

    :param parts: the days of the month that count, whatever their plan
    """
    lines, included, rate = [], (0.0, 0.0), None
    if plan:
        of_plan = [Part(plan, part.first, part.last) for part in parts]
        included, rate = granted(of_plan), plan.hour_price or None
        lines.append(Line("plan", plan.name, 1, price_of(of_plan), plan.key))
    unlimited = plan is not None and plan.days is None
    for unit, beyond, price in (
        (DAY, 0.0 if unlimited else days - included[1], None),
        (HOUR, hours - included[0], rate),
    ):
        packs_of = tuple(pack for pack in packs if pack.unit == unit)
        covered = cover(unit, round(max(beyond, 0.0), 2), packs_of, price)
        if covered is None:
            return None
        lines += covered
    return Price(money(sum(line.amount for line in lines)), tuple(lines), plan)


def prices(plans, parts, days, hours, packs):
    """Return the Prices of a use, cheapest first: without a plan and under each of them."""
    found = [price_under(plan, parts, days, hours, packs) for plan in (None, *plans)]
    return sorted(
        (price for price in found if price is not None), key=lambda price: price.amount
    )


# --- Month-end


@dataclass(frozen=True)
class Facts:
    """What is known of an account when a month is closed.

    :param month: first day of the month
    :param parts: the plans of its days
    :param next_parts: the plans of the days of the coming month, as far as known
    :param invoiced: what was charged ahead for the month
    :param next_invoiced, next_granted: the same, and hours and days, of the coming one
    :param days, hours: what was used in it
    :param balance: hours at its end, without what was taken for later days
    :param bought: [(unit, quantity, amount)] of passes and packs bought in it
    :param expired: (hours, days) that are lost with it
    :param hour_price: of an hour beyond the plan
    :param plans, packs: what the use is compared with
    """

    month: date
    parts: tuple = ()
    next_parts: tuple = ()
    invoiced: float = 0.0
    next_invoiced: float = 0.0
    next_granted: tuple = (0.0, 0.0)
    days: float = 0.0
    hours: float = 0.0
    balance: float = 0.0
    bought: tuple = ()
    expired: tuple = (0.0, 0.0)
    hour_price: float = 0.0
    plans: tuple = ()
    packs: tuple = ()


@dataclass(frozen=True)
class Settlement:
    """What closing a month comes to. ``total`` is what is invoiced with it."""

    due: float
    adjustment: float
    overage_hours: float
    overage: float
    passes: float
    charged: float
    fair: Price | None
    credit: float
    renewal: float
    grants: tuple
    expired: tuple

    @property
    def total(self):
        """Return what is invoiced: the coming month, and what is left of this one."""
        return money(self.renewal + self.adjustment + self.overage - self.credit)


def passes_used(facts):
    """Return the price of what was bought in the month and used in it."""
    hours, days = granted(facts.parts)
    unlimited = has_every_day(facts.parts)
    beyond = {
        HOUR: max(facts.hours - hours, 0.0),
        DAY: 0.0 if unlimited else max(facts.days - days, 0.0),
    }
    amount = 0.0
    for unit, used in beyond.items():
        bought = sum(row[1] for row in facts.bought if row[0] == unit)
        paid = sum(row[2] for row in facts.bought if row[0] == unit)
        if bought > 0:
            amount += paid * min(used, bought) / bought
    return money(amount)


def settle(facts):
    """Return the Settlement of a month."""
    due = price_of(facts.parts)
    overage_hours = max(-round(facts.balance, 2), 0.0)
    overage = money(overage_hours * facts.hour_price)
    passes = passes_used(facts)
    charged = money(due + overage + passes)
    month = facts.parts or (Part(None, facts.month, last_day(facts.month)),)
    days, hours = max(facts.days, 0.0), max(facts.hours, 0.0)
    found = prices(facts.plans, month, days, hours, facts.packs)
    fair = found[0] if found and found[0].amount < charged else None
    minimum = money(
        sum(prorata(part.plan.minimum, part.first, part.last) for part in facts.parts)
    )
    least = max(fair.amount, minimum) if fair else charged
    return Settlement(
        due=due,
        adjustment=money(due - facts.invoiced),
        overage_hours=overage_hours,
        overage=overage,
        passes=passes,
        charged=charged,
        fair=fair,
        credit=money(max(charged - least, 0.0)),
        renewal=money(price_of(facts.next_parts) - facts.next_invoiced),
        grants=tuple(
            max(money(wanted - given), 0.0)
            for wanted, given in zip(
                granted(facts.next_parts), facts.next_granted, strict=True
            )
        ),
        expired=facts.expired,
    )
