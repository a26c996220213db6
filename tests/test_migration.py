"""A database made by the previous version upgrades to this one.

``migration/VERSION/`` keeps a version that people run: ``addons.tar.xz`` (its addons, without
pictures and tests), ``before.py`` (fills its database) and ``after.sql`` (a query whose rows
are complaints about the upgraded database). A previous version that only git knows is taken
from there; a shallow clone knows none and keeps to the folder.
"""

import io
import os
import re
import subprocess
import sys
import tarfile
import uuid
from contextlib import closing, contextmanager

import psycopg2
import pytest

from .repository import ADDONS, ROOT, manifest

config = pytest.importorskip("odoo.tools").config
sql_db = pytest.importorskip("odoo.sql_db")

FROZEN = ROOT / "tests/migration"
LOGGED = re.compile(r"^.* (?:WARNING|ERROR|CRITICAL) .*$", re.MULTILINE)
# Names a database with all that the addons stand on; without it one is made, in minutes.
BASE = os.environ.get("CLAPIER_BASE_DATABASE")


def _key(version):
    return tuple(map(int, version.split(".")))


def _previous_release(current):
    """Return ``(version, tar file)`` of the newest release before ``current``."""
    frozen = {path.parent.name: path for path in FROZEN.glob("*/addons.tar.xz")}
    known = {version: path.read_bytes for version, path in frozen.items()}
    for version, commit in _history():
        known.setdefault(version, lambda commit=commit: _archive(commit))
    version = max((x for x in known if _key(x) < _key(current)), key=_key)
    return version, tarfile.open(fileobj=io.BytesIO(known[version]()))


def _history():
    """Yield ``(version, commit)``, newest first, of all that this clone's git remembers."""
    manifests = [f"{addon}/__manifest__.py" for addon in ADDONS]
    log = _git("log", "--format=%H", "--", *manifests)
    for commit in log.decode().split():
        found = re.search(
            rb'"version": "([\d.]+)"', _git("show", f"{commit}:{manifests[-1]}")
        )
        if found:
            yield found[1].decode(), commit


def _archive(commit):
    """Return the addons of a commit as a tar file."""
    there = _git("ls-tree", "--name-only", commit).decode().split()
    return _git("archive", "--format=tar", commit, *(x for x in ADDONS if x in there))


def _git(*arguments):
    """Return what git prints; nothing where there is no git or no such thing."""
    try:
        return subprocess.run(
            ["git", *arguments], cwd=ROOT, capture_output=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return b""


@contextmanager
def _database():
    """Make a database that has all that the addons stand on; drop it in the end."""
    name = f"clapier_migration_{uuid.uuid4().hex[:8]}"
    template = f'TEMPLATE "{BASE}"' if BASE else ""
    _sql("postgres", f'CREATE DATABASE "{name}" {template}')
    try:
        yield name
    finally:
        _sql("postgres", f'DROP DATABASE "{name}" WITH (FORCE)')


def _sql(database, statement):
    """Run SQL as Odoo's role and return the rows, if there are any."""
    _name, parameters = sql_db.connection_info_for(database)
    with closing(psycopg2.connect(**parameters)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []


def _odoo(command, database, addons_path, *arguments, script=None):
    """Run Odoo on the database and return what it logs at WARNING or worse."""
    rcfile = config["config"]
    result = subprocess.run(
        [
            *(sys.executable, "-m", "odoo", command, "--no-http"),
            *(["--config", rcfile] if rcfile and os.path.exists(rcfile) else []),
            *("--log-level=warn", "--database", database),
            *(f"--addons-path={addons_path}", *arguments),
        ],
        input=script,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-3000:]
    return LOGGED.findall(result.stderr)


@pytest.mark.odoo
def test_database_of_the_previous_version_upgrades(tmp_path):
    current = manifest(ADDONS[-1])["version"]
    previous, release = _previous_release(current)
    # Python before 3.11.4 has no filters; these files are ours.
    release.extraction_filter = getattr(tarfile, "data_filter", None)
    release.extractall(tmp_path)
    names = sorted(path.parent.name for path in tmp_path.glob("*/__manifest__.py"))
    expectation = FROZEN / previous
    with _database() as database:
        install = ("-i", ",".join(names), "--stop-after-init")
        _odoo("server", database, tmp_path, *install)
        if (expectation / "before.py").exists():
            script = (expectation / "before.py").read_text()
            script += "\nfill(env)\nenv.cr.commit()\n"
            _odoo("shell", database, tmp_path, script=script)
        update = ("-u", ",".join(names), "--stop-after-init")
        assert not _odoo("server", database, ROOT, *update)
        versions = _sql(
            database,
            "SELECT DISTINCT latest_version FROM ir_module_module "
            "WHERE name LIKE 'clapier\\_%' AND state = 'installed'",
        )
        assert versions == [(current,)]
        if (expectation / "after.sql").exists():
            assert not _sql(database, (expectation / "after.sql").read_text())


def test_every_migration_starts_from_a_release_that_is_tested():
    scripts = {
        path.parent.name for path in ROOT.glob("clapier_*/migrations/*/*-migration.py")
    }
    current = manifest(ADDONS[-1])["version"]
    assert not [x for x in scripts if _key(x) > _key(current)]
    if current in scripts:
        previous, _release = _previous_release(current)
        assert (FROZEN / previous / "after.sql").exists()
