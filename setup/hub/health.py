"""What setup/doctor looks at, and what it says about it."""

import os
import typing
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace

from . import backup, places

OK, ATTENTION, FAULT = "OK", "ATTENTION", "FAULT"


class Finding(typing.NamedTuple):
    """One line: how bad, about what, what is the case, what to do."""

    level: str
    subject: str
    text: str
    remedy: str = ""


def finding(subject, text, attention="", fault=""):
    """Return a Finding; ``attention`` and ``fault`` are remedies, false where none is needed."""
    level = FAULT if fault else ATTENTION if attention else OK
    return Finding(level, subject, text, fault or attention or "")


class Patient:
    """A hub under examination. Nothing is installed, started or changed for it.

    :param site: operations.Site
    :param options: ``folder`` of the backups, ``send``
    """

    def __init__(self, site, options):
        self.site = site
        self.options = options
        named = os.environ.get("ODOO")
        library = (
            Path(named) if named else places.ODOO / "usr/lib/python3/dist-packages"
        )
        self.environment = SimpleNamespace(
            environ=site.environ, odoo_library=library, odoo=[]
        )
        self.databases = site.databases(self.environment)

    @property
    def backups(self):
        return backup.folder_of(self.options)

    def rows(self, statement):
        """Return the rows of a statement in the hub's database."""
        return self.databases.query(statement, self.site.database)

    def value(self, statement):
        """Return the one value that a statement gives, as a string."""
        return self.rows(statement)[0][0]

    def has(self, table):
        """Return whether the database has a table."""
        return self.value(f"SELECT to_regclass('public.{table}') IS NOT NULL") == "t"

    def database(self):
        """Return what there is to say about the database itself.

        :raises Failure: when it does not answer
        """
        size = self.value("SELECT pg_database_size(current_database())")
        return Finding(
            OK, "database", f"{self.site.database}, {backup.size(int(size))}"
        )

    @cached_property
    def neutralized(self):
        """Whether this is a copy whose mails and scheduled actions were stopped."""
        return bool(
            self.rows(
                "SELECT 1 FROM ir_config_parameter "
                "WHERE key = 'database.is_neutralized' AND value = 'true'"
            )
        )


def duration(seconds):
    """Return a duration as a person reads it."""
    for name, length in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {name}"
    return f"{seconds:.0f} s"
