"""Which backups there are, and which are kept."""

import dataclasses
import datetime
import re
from pathlib import Path

NAME = "{database}-{time:%Y%m%dT%H%M%SZ}.tar{suffix}"
PATTERN = re.compile(r"(?P<database>.+)-(?P<time>\d{8}T\d{6}Z)\.tar(\.age)?")


@dataclasses.dataclass(frozen=True)
class Backup:
    """A file that holds a database as it was at ``time`` (UTC)."""

    path: Path
    database: str
    time: datetime.datetime


def backups(folder, database=None):
    """Return the backups in a folder, of one database or of all, newest first."""
    found = []
    for path in folder.glob("*.tar*"):
        match = PATTERN.fullmatch(path.name)
        if match and database in (None, match["database"]):
            time = datetime.datetime.strptime(
                match["time"] + "+0000", "%Y%m%dT%H%M%SZ%z"
            )
            found.append(Backup(path, match["database"], time))
    return sorted(found, key=lambda backup: backup.time, reverse=True)


def superfluous(found, daily, weekly, monthly):
    """Return those of ``found`` (newest first) that are kept no longer.

    Kept are those of the last 24 hours, and the last one of each of the latest ``daily`` days,
    ``weekly`` weeks and ``monthly`` months that have any.
    """
    day = datetime.timedelta(days=1)
    kept = {backup for backup in found if found[0].time - backup.time < day}
    for count, period in (
        (daily, lambda time: time.date()),
        (weekly, lambda time: time.isocalendar()[:2]),
        (monthly, lambda time: (time.year, time.month)),
    ):
        last = {}
        for backup in found:
            last.setdefault(period(backup.time), backup)
        kept.update(list(last.values())[:count])
    return [backup for backup in found if backup not in kept]
