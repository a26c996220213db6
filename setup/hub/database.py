"""Databases: the demo, the empty one, the templates of tests."""

import os
import shutil
import subprocess
import time

from . import manifests, places
from .console import Failure, run

VACUUM_ATTEMPTS = 20


class Databases:
    """The databases of one environment.

    :param environment: hub.environment.Environment
    :param postgres: libpq's variables
    :param data: Odoo's data folder, which holds their files
    """

    def __init__(self, environment, postgres, data=places.DATA):
        self.environment = environment
        self.environ = {**environment.environ, **postgres}
        self.filestore = data / "filestore"

    # --- PostgreSQL

    def query(self, statement, database="postgres"):
        """Run one statement and return its rows as lists of strings."""
        result = subprocess.run(
            [
                "psql",
                "-XAqt",
                "-F",
                "\t",
                "-v",
                "ON_ERROR_STOP=1",
                "-c",
                statement,
                database,
            ],
            env=self.environ,
            capture_output=True,
            text=True,
        )
        if result.returncode:
            raise Failure(
                f"    {result.stderr.strip()}\nPostgreSQL refused: see above."
            )
        return [line.split("\t") for line in result.stdout.splitlines()]

    def names(self):
        """Return the names of the databases that Odoo's role owns."""
        return {
            name
            for (name,) in self.query(
                "SELECT datname FROM pg_database d JOIN pg_roles r ON r.oid = datdba "
                "WHERE rolname = current_user"
            )
        }

    def drop(self, name):
        """Drop a database with its files; nothing happens when there is none."""
        for attempts_left in reversed(range(VACUUM_ATTEMPTS)):
            try:
                self.query(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
                break
            except Failure:
                # A vacuum of PostgreSQL's own cannot be ended by force: it is waited for.
                if not attempts_left:
                    raise
                time.sleep(1)
        shutil.rmtree(self.filestore / name, ignore_errors=True)

    def clone(self, source, name):
        """Copy database ``source``, files included, to ``name``, which is dropped first."""
        self.drop(name)
        self.query(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
        files = self.filestore / source
        if files.exists():
            # Odoo never writes into a stored file: hard links will do.
            shutil.copytree(files, files.with_name(name), copy_function=_link)

    def rename(self, source, name):
        """Give a finished database its name, files included."""
        self.query(f'ALTER DATABASE "{source}" RENAME TO "{name}"')
        files = self.filestore / source
        if files.exists():
            shutil.rmtree(files.with_name(name), ignore_errors=True)
            files.rename(files.with_name(name))

    # --- Odoo

    def odoo(self, *arguments, failure, measure=None):
        """Run Odoo's command line quietly."""
        run(
            [*self.environment.odoo, *arguments],
            log=places.LOG / "database.log",
            failure=failure,
            measure=measure,
            env=self.environ,
            cwd=places.ROOT,
        )

    def ensure_base(self, addons):
        """Make, once, a database with all that ``addons`` stand on, and return its name.

        French chart of accounts, French and English, no demo data.
        """
        depends = sorted(manifests.foundations(addons))
        versions = places.SETUP / "requirements-nodeps.txt"
        digest = places.digest(
            "fr en", *depends, str(self.environment.odoo_library), versions
        )
        name = f"clapier_base_{digest}"
        if name not in self.names():
            partial = f"{name}_partial"
            self.drop(partial)
            failure = (
                f"Odoo could not set up its own modules: see {places.LOG / 'database.log'}, "
                "mend it, then run the command again."
            )
            self.odoo(
                "db",
                "init",
                partial,
                "--country",
                "FR",
                "--language",
                "fr_FR",
                failure=failure,
            )
            # French is what people read; English stays at hand.
            self.odoo(
                *("i18n", "loadlang", "-d", partial, "-l", "en_US"), failure=failure
            )
            self.odoo(
                "-d",
                partial,
                "-i",
                ",".join(depends),
                "--stop-after-init",
                "--no-http",
                failure=failure,
                measure=lambda: self._progress(partial),
            )
            self.rename(partial, name)
        return name

    def install(self, name, addons, demo):
        """Install ``addons`` into the existing database ``name``."""
        if demo:
            # Odoo gives demo data to a module only where all that it stands on has some. We want
            # the hub's, not the furniture of Odoo's own.
            self.query(
                "UPDATE ir_module_module SET demo = TRUE WHERE state = 'installed'",
                name,
            )
        self.odoo(
            "-d",
            name,
            "-i",
            ",".join(addons),
            "--stop-after-init",
            "--no-http",
            *(["--with-demo"] if demo else []),
            failure=(
                f"The addons could not be installed: see {places.LOG / 'database.log'}, "
                "mend it, then run the command again."
            ),
            measure=lambda: self._progress(name),
        )
        if demo:
            ours = ", ".join(f"'{addon}'" for addon in places.ADDONS)
            failed = self.query(
                "SELECT name FROM ir_module_module WHERE state = 'installed' AND "
                f"NOT demo AND name IN ({ours})",
                name,
            )
            if failed:
                raise Failure(
                    f"The demo data of {failed[0][0]} could not be loaded: "
                    f"see {places.LOG / 'database.log'}."
                )
            self.query(
                f"UPDATE ir_module_module SET demo = FALSE WHERE name NOT IN ({ours})",
                name,
            )

    def outdated(self, name, addons):
        """Return those of ``addons`` that ``name`` lacks, and those it has in another version."""
        installed = dict(
            self.query(
                "SELECT name, latest_version FROM ir_module_module WHERE state = 'installed'",
                name,
            )
        )
        absent = [addon for addon in addons if addon not in installed]
        changed = [
            addon
            for addon in places.ADDONS
            if addon in installed
            and installed[addon] != manifests.read(addon)["version"]
        ]
        return absent, changed

    def _progress(self, name):
        done, total = self.query(
            "SELECT count(*) FILTER (WHERE state = 'installed'), "
            "count(*) FILTER (WHERE state IN ('installed', 'to install')) FROM ir_module_module",
            name,
        )[0]
        return f"{done} of {total} modules"


def _link(source, target):
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
