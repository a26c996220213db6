"""A use of a space as forms and addresses write it: ``12~2027-03-01T09:00~2027-03-01T11:00``.

Pure: the times are those of the clock on the wall of the place.
"""

import re
from datetime import date, datetime, timedelta

FORMAT = "%Y-%m-%dT%H:%M"
USE = re.compile(
    r"([0-9]{1,9})~(20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2})"
    r"~(20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2})",
    re.ASCII,
)
DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", re.ASCII)
HOUR = re.compile(r"([0-9]{1,2}):([0-9]{2})", re.ASCII)
# Longer uses are not asked for on a page.
LONGEST = timedelta(days=31)


def parse_use(text):
    """Return (space id, start, stop) of a use.

    :raise ValueError: ``text`` writes no use
    """
    match = USE.fullmatch(text or "")
    if not match:
        raise ValueError(text)
    start, stop = (datetime.strptime(match[n], FORMAT) for n in (2, 3))
    if stop - start > LONGEST:
        raise ValueError(text)
    return int(match[1]), start, stop


def format_use(space_id, start, stop):
    """Return a use as ``parse_use`` reads it."""
    return f"{space_id}~{start.strftime(FORMAT)}~{stop.strftime(FORMAT)}"


def parse_day(text):
    """Return the date that ``text`` says (2027-03-01), None where it says none."""
    if not DAY.fullmatch(text or ""):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def parse_hour(text):
    """Return the hours (9.5) that ``text`` says (09:30), None where it says none."""
    match = HOUR.fullmatch(text or "")
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        return None
    return int(match[1]) + int(match[2]) / 60


def parse_number(text, default=0, most=10**6):
    """Return the whole number that ``text`` says, ``default`` where it says none."""
    text = str(text or "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        return default
    return min(int(text), most)


def parse_amount(text):
    """Return the amount that ``text`` says (12.50), 0 where it says none."""
    return float(text) if re.fullmatch(r"[0-9]{1,9}\.[0-9]{2}", text, re.ASCII) else 0.0
