"""Wall-clock time of one place, without a database."""

from datetime import UTC, datetime, timedelta


class ImpossibleTime(ValueError):
    """A wall-clock time that a change of the clocks skips or repeats."""


def to_utc(local, zone):
    """Return a naive UTC datetime for a naive wall-clock time.

    :param local: naive datetime as read on a clock of the place
    :param zone: zoneinfo.ZoneInfo of the place
    :raise ImpossibleTime: the time is skipped (spring) or comes twice (autumn)
    """
    first = local.replace(tzinfo=zone, fold=0)
    second = local.replace(tzinfo=zone, fold=1)
    if first.utcoffset() != second.utcoffset():
        raise ImpossibleTime(local)
    return first.astimezone(UTC).replace(tzinfo=None)


def to_local(moment, zone):
    """Return the naive wall-clock time of a naive UTC datetime."""
    return moment.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)


def at(day, hours):
    """Return the naive wall-clock time of a day at ``hours`` (8.5 is 08:30, 24 midnight)."""
    return datetime.combine(day, datetime.min.time()) + timedelta(hours=hours)


def days_of(start, stop):
    """Yield the days that a naive wall-clock range [start, stop) touches."""
    day = start.date()
    while at(day, 0) < stop:
        yield day
        day += timedelta(days=1)


def overlap_hours(start, stop, first, last):
    """Return how many hours two ranges of naive datetimes share."""
    seconds = (min(stop, last) - max(start, first)).total_seconds()
    return max(seconds, 0) / 3600
