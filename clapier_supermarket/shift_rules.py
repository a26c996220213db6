"""The rules of members' shifts, without a database: points, balances, statuses.

A member's ledger is a list of events in the order of :func:`order`. :func:`step` takes one
event and returns its points, :func:`replay` takes them all, :func:`judge` says what status
follows. What records, replays or simulates asks these three and decides nothing itself.
"""

from collections import namedtuple
from dataclasses import dataclass
from datetime import date, timedelta

STATUSES = (
    "unsubscribed",
    "blocked",
    "on_leave",
    "extended",
    "alert",
    "suspended",
    "exempted",
    "up_to_date",
)
MAY_SHOP = {"up_to_date", "alert", "extended", "exempted"}

# Kind of event -> its place within a day. What changes the ground comes first, then what was
# done, and a cycle closes when the day is over.
RANKS = {
    "opening": 0,
    "resume": 1,
    "leave_temporary": 2,
    "leave_incapacity": 2,
    "leave_parental": 2,
    "exemption": 2,
    "correction": 3,
    "own_attended": 5,
    "own_excused": 5,
    "own_absent": 5,
    "own_exchanged": 5,
    "own_closure": 5,
    "make_up_attended": 5,
    "make_up_excused": 5,
    "make_up_absent": 5,
    "make_up_closure": 5,
    "flying_attended": 5,
    "flying_excused": 5,
    "flying_absent": 5,
    "flying_exchanged": 5,
    "flying_closure": 5,
    "closing": 9,
}
# Somebody says how many points these are worth; the rules say it of all the others.
FIXED = {"opening", "correction"}
LEAVES = {"leave_temporary", "leave_incapacity", "leave_parental", "exemption"}
# A debt is never more than paid back by these.
CAPPED = {"make_up_attended", "make_up_closure"}
FLYING = {
    "flying_attended",
    "flying_excused",
    "flying_absent",
    "flying_exchanged",
    "flying_closure",
    "closing",
}
# What stands between two absences so that they are not consecutive.
REDEEMING = LEAVES | {
    "resume",
    "own_attended",
    "own_excused",
    "own_exchanged",
    "make_up_attended",
    "flying_attended",
    "flying_excused",
    "flying_exchanged",
}


@dataclass(frozen=True, slots=True)
class Rules:
    """The numbers of one policy; points per event, days, counts. Defaults: the largest coop."""

    own_attended: int = 0
    own_excused: int = -1
    own_absent: int = -2
    own_exchanged: int = 0
    own_closure: int = 0
    make_up_attended: int = 1
    make_up_excused: int = 0
    make_up_absent: int = 0
    make_up_closure: int = 1
    make_up_ceiling: int = 0
    flying_attended: int = 1
    flying_excused: int = 0
    flying_absent: int = -1
    flying_exchanged: int = 0
    flying_closure: int = 1
    closing_threshold: int = 1
    closing_credit: int = -1
    closing_debt: int = -2
    leave_temporary_forgives: bool = False
    leave_incapacity_forgives: bool = False
    leave_parental_forgives: bool = False
    exemption_forgives: bool = False
    resume_balance: int = 0
    alert_days: int = 28
    absences_max: int = 2
    flying_floor: int = -8


class Event(namedtuple("Event", "day kind id points", defaults=(0, 0))):
    """One row of a ledger: a date, a kind of :data:`RANKS`, an id that breaks ties.

    ``points`` is what was recorded; it counts for the kinds of :data:`FIXED` alone.
    """

    __slots__ = ()


@dataclass(slots=True)
class Standing:
    """What the events so far amount to.

    ``negative_since`` is the day on which the balance turned negative, ``absences`` the
    consecutive own absences, ``unsubscribed_by`` is ``absences`` or ``balance``.
    """

    balance: int = 0
    negative_since: date | None = None
    absences: int = 0
    unsubscribed_on: date | None = None
    unsubscribed_by: str | None = None


def order(event):
    """Return the key that puts events in their order: day, place within it, id."""
    return event.day, RANKS[event.kind], event.id


def points(kind, balance, rules, fixed=0):
    """Return what an event of ``kind`` is worth to somebody who has ``balance``.

    :param fixed: the points said by somebody, for the kinds of :data:`FIXED`
    """
    if kind in FIXED:
        return fixed
    if kind == "closing":
        return (
            rules.closing_credit
            if balance >= rules.closing_threshold
            else rules.closing_debt
        )
    if kind == "resume":
        return max(0, rules.resume_balance - balance)
    if kind in LEAVES:
        forgives = getattr(rules, f"{kind}_forgives")
        return max(0, -balance) if forgives else 0
    worth = getattr(rules, kind)
    if kind in CAPPED:
        return min(worth, max(0, rules.make_up_ceiling - balance))
    return worth


def step(standing, event, rules):
    """Add one event to ``standing``, in place, and return its points."""
    day, kind, _id, fixed = event
    worth = points(kind, standing.balance, rules, fixed)
    standing.balance += worth
    if standing.balance >= 0:
        standing.negative_since = None
    elif standing.negative_since is None:
        standing.negative_since = day
    if kind == "resume":
        standing.unsubscribed_on = standing.unsubscribed_by = None
    if kind in REDEEMING:
        standing.absences = 0
    elif kind == "own_absent":
        standing.absences += 1
    if standing.unsubscribed_on is None:
        if kind == "own_absent" and standing.absences >= rules.absences_max:
            standing.unsubscribed_on, standing.unsubscribed_by = day, "absences"
        elif kind in FLYING and standing.balance <= rules.flying_floor:
            standing.unsubscribed_on, standing.unsubscribed_by = day, "balance"
    return worth


def replay(events, rules_on):
    """Take ``events`` from the beginning.

    :param events: Events in any order
    :param rules_on: function of a date that returns the Rules of that day
    :return: (list of (event, points) in their order, Standing)
    """
    standing = Standing()
    ordered = sorted(events, key=order)
    return [
        (event, step(standing, event, rules_on(event.day))) for event in ordered
    ], standing


@dataclass(frozen=True, slots=True)
class Situation:
    """What a status depends on besides the ledger.

    Periods are ``(first day, last day)`` pairs, the last one included or None when open;
    ``leaves`` are on leave, ``exemptions`` exempted, ``extensions`` delays granted.
    ``left_on`` is the day on which the last share went.
    """

    left_on: date | None = None
    blocked: bool = False
    leaves: tuple = ()
    exemptions: tuple = ()
    extensions: tuple = ()


@dataclass(frozen=True, slots=True)
class Status:
    """A status of :data:`STATUSES`, its dates, and when time alone may change it.

    ``since`` is the first day of its cause, ``until`` the last day it holds if nothing else
    happens, ``next_change`` the first day after today to judge again.
    """

    name: str
    since: date | None = None
    until: date | None = None
    next_change: date | None = None


def judge(standing, situation, rules, day):
    """Return the Status on ``day``: the first of :data:`STATUSES` that matches."""
    next_change = _next_boundary(standing, situation, rules, day)

    def status(name, since=None, until=None):
        return Status(name, since, until, next_change)

    left = [x for x in (situation.left_on, standing.unsubscribed_on) if x and x <= day]
    if left:
        return status("unsubscribed", min(left))
    if situation.blocked:
        return status("blocked")
    if leave := _running(situation.leaves, day):
        return status("on_leave", *leave)
    if standing.balance < 0:
        if extension := _running(situation.extensions, day):
            return status("extended", *extension)
        since = standing.negative_since
        suspended_from = since + timedelta(days=rules.alert_days)
        if day < suspended_from:
            return status("alert", since, suspended_from - timedelta(days=1))
        return status("suspended", suspended_from)
    if exemption := _running(situation.exemptions, day):
        return status("exempted", *exemption)
    return status("up_to_date")


def _running(periods, day):
    """Return the period that holds ``day``, the one that ends last; None if there is none."""
    running = [
        period
        for period in periods
        if period[0] <= day and (period[1] is None or day <= period[1])
    ]
    return max(running, key=lambda period: period[1] or date.max, default=None)


def _next_boundary(standing, situation, rules, day):
    """Return the first day after ``day`` on which time alone may change the status."""
    boundaries = [situation.left_on] if situation.left_on else []
    for start, stop in (
        *situation.leaves,
        *situation.exemptions,
        *situation.extensions,
    ):
        boundaries.append(start)
        if stop:
            boundaries.append(stop + timedelta(days=1))
    if standing.negative_since:
        boundaries.append(standing.negative_since + timedelta(days=rules.alert_days))
    return min((x for x in boundaries if x > day), default=None)
