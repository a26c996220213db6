"""What a month comes to: the fairest price of its use, and its closing.

Pure: no database. Amounts are taxes excluded, in the currency of the organisation.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import gcd, inf

from .coworking_plan_rules import (
    DAY,
    HOUR,
    Part,
    Plan,
    granted,
    has_every_day,
    last_day,
    money,
    price_of,
    prorata,
)

# Beyond as many ways to share out what was paid by itself, the dearest goes first.
WAYS_MAX = 256

# --- Fairest price


@dataclass(frozen=True)
class Line:
    """A line of a price: a plan, packs, hours and days at the price of one.

    Kind ``paid``: uses that stay paid by themselves, ``name`` tells the unit; ``charged``:
    the month as the ledger has it.
    """

    kind: str
    name: str
    quantity: float
    amount: float
    key: int = 0


@dataclass(frozen=True)
class Price:
    """What a use costs one way: the lines and their sum; ``plan`` None without a plan.

    :param converted: (hours, days) of what was paid by itself that this way covers instead
    """

    amount: float
    lines: tuple
    plan: Plan | None = None
    converted: tuple = (0.0, 0.0)


@lru_cache(maxsize=8192)
def ways(unit, paid):
    """Return [(quantity covered instead, quantity kept, amount kept)] of paid uses.

    What was paid by itself may stay so, or count among what passes and plans cover: every
    choice that another one does not beat, the least covered first.

    :param paid: tuple of (unit, quantity, amount)
    """
    rows = [
        (round(quantity * 100), round(amount * 100))
        for of_unit, quantity, amount in paid
        if of_unit == unit
    ]
    # The dearest by the hour is worth covering first.
    rows.sort(key=lambda row: (-row[1] / row[0], row) if row[0] else (-inf, row))
    whole, total = sum(row[0] for row in rows), sum(row[1] for row in rows)
    kept = {0: total}
    for quantity, amount in rows:
        more = dict(kept)
        for covered, left in kept.items():
            covered += quantity
            more[covered] = min(more.get(covered, inf), left - amount)
        kept = more
        if len(kept) > WAYS_MAX:
            kept = {0: total}
            covered = left = 0
            for quantity, amount in rows:
                covered, left = covered + quantity, left + amount
                kept[covered] = min(kept.get(covered, inf), total - left)
            break
    result, least = [], inf
    for covered in sorted(kept):
        if kept[covered] < least:
            least = kept[covered]
            result.append((covered / 100, (whole - covered) / 100, least / 100))
    return tuple(result)


def best_way(unit, used, included, packs, rate, paid):
    """Return (lines, quantity covered instead) of the cheapest way for one unit.

    :param included: what costs nothing of it; ``inf`` for all of it
    :param rate: price of one, None where there is none
    :return: None where no way has a price
    """
    packs_of = tuple(pack for pack in packs if pack.unit == unit)
    best = None
    for covered, kept, amount in ways(unit, paid):
        beyond = round(max(used + covered - included, 0.0), 2)
        lines = cover(unit, beyond, packs_of, rate)
        if lines is None:
            continue
        if kept:
            lines += (Line("paid", unit, kept, money(amount)),)
        total = money(sum(line.amount for line in lines))
        if best is None or total < best[0]:
            best = total, lines, covered
    return best and best[1:]


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


def price_under(plan, parts, days, hours, packs, paid=()):
    """Return the Price of a use under a plan, None for none; None where it has no price.

    :param parts: the days of the month that count, whatever their plan
    :param paid: tuple of (unit, quantity, amount) of uses that were paid by themselves
    """
    lines, included, rate = [], (0.0, 0.0), None
    if plan:
        of_plan = [Part(plan, part.first, part.last) for part in parts]
        included, rate = granted(of_plan), plan.hour_price or None
        lines.append(Line("plan", plan.name, 1, price_of(of_plan), plan.key))
    unlimited = plan is not None and plan.days is None
    converted = []
    for unit, used, without, price in (
        (DAY, days, inf if unlimited else included[1], None),
        (HOUR, hours, included[0], rate),
    ):
        found = best_way(unit, used, without, packs, price, paid)
        if found is None:
            return None
        lines += found[0]
        converted.append(found[1])
    amount = money(sum(line.amount for line in lines))
    return Price(amount, tuple(lines), plan, tuple(reversed(converted)))


def price_beside(charged, packs, hour_price, paid):
    """Return the Price of leaving a month as it is but for what was paid by itself.

    Hours and passes of months before are then neither counted again nor lost.

    :param charged: what the month comes to besides
    """
    lines = [Line("charged", "", 1, charged)] if charged else []
    for unit, price in ((DAY, None), (HOUR, hour_price or None)):
        # The least covered way keeps everything: there is always one.
        lines += best_way(unit, 0.0, 0.0, packs, price, paid)[0]
    return Price(money(sum(line.amount for line in lines)), tuple(lines))


def prices(plans, parts, days, hours, packs, paid=()):
    """Return the Prices of a use, cheapest first: without a plan and under each of them."""
    found = [
        price_under(plan, parts, days, hours, packs, paid) for plan in (None, *plans)
    ]
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
    :param days, hours: what was used of the ledger in it
    :param paid: tuple of (unit, quantity, amount) of what was used and paid by itself
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
    paid: tuple = ()

    def used(self, unit):
        """Return all that was used of a unit: of the ledger, and paid by itself."""
        of_ledger = self.days if unit == DAY else self.hours
        return round(of_ledger + sum(row[1] for row in self.paid if row[0] == unit), 2)


@dataclass(frozen=True)
class Settlement:
    """What closing a month comes to. ``total`` is what is invoiced with it.

    ``taken``: (hours, days) of the plan that the fairest price uses for what was paid by
    itself: they are used then, no longer left.
    """

    due: float
    adjustment: float
    overage_hours: float
    overage: float
    passes: float
    paid: float
    charged: float
    fair: Price | None
    credit: float
    renewal: float
    grants: tuple
    expired: tuple
    taken: tuple = (0.0, 0.0)

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


def taken_of_plan(facts, fair):
    """Return the (hours, days) of the month's own plan that a fairest Price counts on."""
    if not fair or any(part.plan != fair.plan for part in facts.parts):
        return 0.0, 0.0
    included, used = granted(facts.parts), (facts.hours, facts.days)
    hours, days = (
        round(max(min(covered, grant - before), 0.0), 2)
        for covered, grant, before in zip(fair.converted, included, used, strict=True)
    )
    return hours, 0.0 if has_every_day(facts.parts) else days


def settle(facts):
    """Return the Settlement of a month."""
    due = price_of(facts.parts)
    overage_hours = max(-round(facts.balance, 2), 0.0)
    overage = money(overage_hours * facts.hour_price)
    passes = passes_used(facts)
    paid = money(sum(row[2] for row in facts.paid))
    charged = money(due + overage + passes + paid)
    month = facts.parts or (Part(None, facts.month, last_day(facts.month)),)
    days, hours = max(facts.days, 0.0), max(facts.hours, 0.0)
    found = prices(facts.plans, month, days, hours, facts.packs, facts.paid)
    if facts.paid:
        beside = money(due + overage + passes)
        found.append(price_beside(beside, facts.packs, facts.hour_price, facts.paid))
        found.sort(key=lambda price: price.amount)
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
        paid=paid,
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
        taken=taken_of_plan(facts, fair),
    )
