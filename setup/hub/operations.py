"""Which hub backups, upgrades and checks are about, and how its keeper wants them.

All of it may stand in one file, section ``[hub]``: see docs/deploy.md.
"""

import argparse
import configparser
import contextlib
import dataclasses
import os
import shlex
import subprocess
from pathlib import Path

from . import packages, places, postgres
from .console import Failure
from .database import Databases

SETTINGS = {
    "odoo_conf": "Odoo's configuration file; default: this clone's own",
    "database": "name; default: db_name of Odoo's configuration, else clapier",
    "folder": "where backups lie",
    "recipients": "public key of age, or a file of some",
    "send": "command that takes a backup off-site; {file}, {name} and {folder} are filled in",
    "daily": "days of which the last backup is kept",
    "weekly": "weeks of which the last backup is kept",
    "monthly": "months of which the last backup is kept",
    "stop": "command that stops the hub",
    "start": "command that starts it",
}
DEFAULTS = {"daily": "7", "weekly": "5", "monthly": "12"}
CONNECTION = {
    "db_host": "PGHOST",
    "db_port": "PGPORT",
    "db_user": "PGUSER",
    "db_password": "PGPASSWORD",
    "db_sslmode": "PGSSLMODE",
}


@dataclasses.dataclass(frozen=True)
class Site:
    """A hub: its database, its files, what reaches them."""

    database: str
    configuration: Path
    data: Path
    environ: dict

    @property
    def filestore(self):
        return self.data / "filestore" / self.database

    def databases(self, environment):
        """Return the databases beside which it lies, for Odoo of ``environment``."""
        variables = {
            key: value for key, value in self.environ.items() if key.startswith("PG")
        }
        variables["ODOO_RC"] = str(self.configuration)
        return Databases(environment, variables, self.data)


def parser(program, description, *names):
    """Return a parser with the settings ``names``; the file of settings gives their defaults."""
    result = argparse.ArgumentParser(program, description=description)
    known = settings()
    for name in ("odoo_conf", "database", *names):
        result.add_argument(
            f"--{name.replace('_', '-')}",
            default=known[name],
            help=SETTINGS[name],
            metavar=name.upper(),
        )
    return result


def settings():
    """Return what the keeper of this hub wrote down.

    :raises Failure: for a word that means nothing
    """
    reader = configparser.ConfigParser(interpolation=None)
    path = next(filter(Path.is_file, _files()), None)
    try:
        if path:
            reader.read_string(path.read_text(), str(path))
    except (OSError, configparser.Error) as error:
        raise Failure(f"    {error}\n{path} cannot be read: mend it.") from error
    written = dict(reader["hub"]) if reader.has_section("hub") else {}
    if unknown := [name for name in written if name not in SETTINGS]:
        raise Failure(
            f"{path}: “{unknown[0]}” is no setting; these are: {', '.join(SETTINGS)}."
        )
    return {name: written.get(name, DEFAULTS.get(name, "")) for name in SETTINGS}


def _files():
    named = os.environ.get("CLAPIER_OPERATIONS")
    if named:
        return [Path(named)]
    return [places.STATE / "operations.ini", Path("/etc/clapier/operations.ini")]


@contextlib.contextmanager
def site(options):
    """Yield the Site that ``options`` mean, its PostgreSQL running.

    :raises Failure: nothing is set up, or the configuration cannot be read
    """
    path = Path(options.odoo_conf or places.STATE / "odoo.conf")
    written = odoo_options(path)
    name = options.database or written.get("db_name", "").split(",")[0] or "clapier"
    path_variable = os.pathsep.join(
        filter(None, (packages.postgres_bin(), os.environ["PATH"]))
    )
    if options.odoo_conf:
        variables = {
            variable: written[key]
            for key, variable in CONNECTION.items()
            if written.get(key)
        }
        running = contextlib.nullcontext(variables)
    else:
        running = postgres.running()
    with running as variables:
        environ = {**os.environ, **variables, "PATH": path_variable}
        data = Path(written.get("data_dir") or places.DATA)
        yield Site(name, path.resolve(), data, environ)


def odoo_options(path):
    """Return what Odoo's configuration file sets.

    :raises Failure: when it cannot be read
    """
    reader = configparser.RawConfigParser(strict=False)
    try:
        reader.read_string(path.read_text(), str(path))
    except FileNotFoundError:
        raise Failure(
            f"There is no {path}: name Odoo's configuration with --odoo-conf, or set this "
            "clone up with setup/serve."
        ) from None
    except (OSError, configparser.Error) as error:
        raise Failure(f"    {error}\n{path} cannot be read: mend it.") from error
    written = dict(reader["options"]) if reader.has_section("options") else {}
    return {
        key: value for key, value in written.items() if value not in ("False", "None")
    }


def number(options, name, least=0):
    """Return a setting as a number.

    :raises Failure: when it is none, or less than ``least``
    """
    text = str(getattr(options, name))
    if not text.isdecimal() or int(text) < least:
        raise Failure(f"{name} = {text}: give a number, {least} or more.")
    return int(text)


def command(template, failure, **values):
    """Run a command that the keeper wrote, without a shell; its words may name ``values``.

    :raises Failure: with the sentence ``failure``, when it does not end well
    """
    try:
        words = [word.format(**values) for word in shlex.split(template)]
    except (ValueError, LookupError) as error:
        raise Failure(
            f"The command “{template}” cannot be read ({error}): mend it; braces may "
            f"name {', '.join(values) or 'nothing here'}."
        ) from error
    try:
        result = subprocess.run(words, stdin=subprocess.DEVNULL)
    except OSError as error:
        raise Failure(f"    {error}\n{failure}") from error
    if result.returncode:
        raise Failure(
            f"    {shlex.join(words)}: exit code {result.returncode}\n{failure}"
        )
