"""How a shared composter fares: health, weight per week, maturity, without a database."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

FRESH, MATURING, READY = "fresh", "maturing", "ready"
# What one trouble takes off the health of a bin, out of 100.
PENALTIES = {
    "too_hot": 25,
    "cold": 20,
    "browns_none": 35,
    "browns_low": 15,
    "dry": 20,
    "wet": 20,
    "ammonia": 25,
    "rotten": 40,
    "not_visited": 30,
    "never_visited": 100,
}


@dataclass(frozen=True)
class Observation:
    """What was seen at the last visit; ``None`` or an empty word: nobody looked.

    ``temperature`` is in °C in the heart of the heap, ``browns`` the reserve of dry matter
    (enough, low, none), ``moisture`` dry, right or wet, ``smell`` none, ammonia or rotten.
    """

    day: date
    temperature: float | None = None
    browns: str = ""
    moisture: str = ""
    smell: str = ""


def troubles(observation, kind, today, cold=40.0, hot=70.0, visit_days=7):
    """Return what is wrong with a bin: codes of ``PENALTIES``, the worst first.

    Only a heap that still gets fresh waste has to be warm and to be visited often.

    :param observation: Observation, or None for a bin that nobody has visited
    :param kind: fresh, maturing or ready
    :param cold: °C under which a fresh heap does not work
    :param hot: °C above which a heap must be turned
    :param visit_days: days that a fresh bin may stay without a visit
    """
    if observation is None:
        return ["never_visited"] if kind == FRESH else []
    found = []
    if observation.temperature is not None:
        if observation.temperature > hot:
            found.append("too_hot")
        elif observation.temperature < cold and kind == FRESH:
            found.append("cold")
    if kind == FRESH:
        if observation.browns in ("low", "none"):
            found.append(f"browns_{observation.browns}")
        if (today - observation.day).days > visit_days:
            found.append("not_visited")
    if observation.moisture in ("dry", "wet"):
        found.append(observation.moisture)
    if observation.smell in ("ammonia", "rotten"):
        found.append(observation.smell)
    return sorted(found, key=lambda code: -PENALTIES[code])


def health(codes):
    """Return the health that these troubles leave, from 0 to 100."""
    return max(0, 100 - sum(PENALTIES[code] for code in codes))


def monday(day):
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def per_week(weights):
    """Return the weight of each week.

    :param weights: iterable of (day, kg); corrections are negative
    :return: {Monday: kg to the gram}
    """
    grams = defaultdict(int)
    for day, kilograms in weights:
        grams[monday(day)] += round(kilograms * 1000)
    return {first: total / 1000 for first, total in sorted(grams.items())}


def over_limit(weeks, limit):
    """Return the Mondays of the weeks that took more than the law allows.

    :param weeks: {Monday: kg}
    :param limit: kg a week; the limit itself is allowed
    """
    return [first for first, kilograms in weeks.items() if kilograms > limit]


def ready_on(closed_on, days):
    """Return the day a heap is ripe, none while it still gets fresh waste."""
    return closed_on and closed_on + timedelta(days=days)


def maturity(kind, closed_on, today, days):
    """Return how ripe a heap is, in percent.

    :param closed_on: day it got its last fresh waste
    :param days: days a heap takes to ripen, at least one
    """
    if kind == READY:
        return 100
    if kind == FRESH or not closed_on:
        return 0
    return min(100, max(0, 100 * (today - closed_on).days // days))
