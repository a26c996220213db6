"""setup/restore: a backup into a new database, or a drill that shows that the newest one would do."""

import contextlib
import dataclasses
import subprocess
import tempfile
import time
from pathlib import Path

from . import age, archive, drill, environment, operations, places, rotation
from .backup import JOBS, PARTIAL, folder_of, hold, size
from .console import Failure, Steps, run

LOG = places.LOG / "restore.log"


def main(arguments):
    """Restore a backup, or try one; return the exit code."""
    options = _parse(arguments)
    environment_steps = 3
    steps = Steps(environment_steps + (6 if options.drill else 3 + options.neutralize))
    env = environment.prepare(steps)
    with operations.site(options) as site:
        file = _file(options, site)
        databases = site.databases(env)
        if options.drill:
            return drill.run(site, databases, file, options.key, steps)
        start = time.monotonic()
        name, _manifest = restore(site, databases, file, options, steps)
    print(
        f"\nDatabase {name} is there, from {file.name}, "
        f"in {time.monotonic() - start:.0f} s."
        + (
            " Its mails, payments and scheduled actions are stopped."
            if options.neutralize
            else " It sends mails and runs its scheduled actions as soon as Odoo opens it."
        )
    )
    return 0


def _parse(arguments):
    parser = operations.parser("setup/restore", __doc__, "folder")
    parser.add_argument("file", nargs="?", type=Path, help="the backup")
    parser.add_argument(
        "--into", metavar="NAME", help="the new database; default: its name of then"
    )
    parser.add_argument(
        "--key", metavar="FILE", help="private key of age; - asks for it"
    )
    parser.add_argument(
        "--neutralize",
        action="store_true",
        help="stop its mails, payments and scheduled actions: for a copy beside the hub",
    )
    parser.add_argument(
        "--drill",
        action="store_true",
        help="restore the newest backup (or FILE) beside, compare it with what was put in, "
        "and drop it again",
    )
    options = parser.parse_args(arguments)
    if not options.file and not options.drill:
        parser.error("name the backup to restore")
    if options.drill and (options.into or options.neutralize):
        parser.error("a drill drops its copy again: leave --into and --neutralize out")
    return options


def _file(options, site):
    """Return the backup that ``options`` mean.

    :raises Failure: when there is none
    """
    if options.file:
        if not options.file.is_file():
            raise Failure(f"There is no {options.file}: name a backup.")
        return options.file.absolute()
    folder = folder_of(options)
    found = rotation.backups(folder, site.database)
    if not found:
        raise Failure(
            f"{folder} holds no backup of {site.database}: name its folder with --folder, "
            "or make one with setup/backup."
        )
    return found[0].path


def restore(site, databases, file, options, steps, inspect=None):
    """Make a new database of a backup; two steps, one more to neutralize.

    It takes its name when all is in place: what has the name is whole.

    :param options: ``key``, ``into``, ``neutralize``
    :param inspect: function of the unfinished database's name and the manifest, called before
        anything in it is changed
    :return: its name, and the manifest of the backup
    """
    with (
        hold(databases.filestore, "data_dir of Odoo's configuration") as root,
        tempfile.TemporaryDirectory(prefix=PARTIAL, dir=root) as work,
    ):
        steps.step(f"{file.name}, {size(file.stat().st_size)}: open, check each sum")
        folder = Path(work)
        manifest = _unpack(file, options.key, folder)
        name = options.into or manifest["database"]
        _refuse_existing(databases, root, name)
        partial = f"{name}_partial"
        databases.drop(partial)
        try:
            steps.step(f"Database {name}")
            _fill(databases, partial, folder / "database")
            stored = folder / "filestore"
            stored.mkdir(exist_ok=True)
            stored.rename(root / partial)
            if inspect:
                inspect(partial, manifest)
            if options.neutralize:
                steps.step("Neutralize")
                neutralize(databases, partial)
            # Asked again: minutes have passed.
            _refuse_existing(databases, root, name)
            databases.rename(partial, name)
        except BaseException:
            databases.drop(partial)
            raise
    return name, manifest


def _refuse_existing(databases, root, name):
    taken = databases.query(
        "SELECT 1 FROM pg_database WHERE datname = '{}'".format(name.replace("'", "''"))
    )
    if taken or '"' in name or (root / name).exists():
        raise Failure(
            f"There is a database, or a file store, named {name}: it is not touched; "
            "choose another name with --into."
        )


def _unpack(file, key, folder):
    """Unpack a backup into ``folder``, decrypted with ``key``; return its manifest."""
    with _clear(file, key) as source:
        return archive.unpack(source, folder)


@contextlib.contextmanager
def _clear(file, key):
    """Yield the stream of a backup in clear."""
    if file.suffix != ".age":
        with open(file, "rb") as source:
            yield source
        return
    command = age.decryption(key, file)
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors)
        try:
            yield process.stdout
            # What follows the end of the archive is padding; age checks it too.
            while process.stdout.read(archive.BLOCK):
                pass
            code = process.wait()
        except Failure:
            # An archive that breaks off, because age stopped: what age says is the reason.
            code = process.wait() if process.stdout.read(1) == b"" else 0
            if not code:
                raise
        finally:
            process.kill()
            process.stdout.close()
        if code:
            errors.seek(0)
            said = errors.read().strip().splitlines()
            raise Failure(
                f"    {said[0] if said else 'age: no reason given'}\n{file.name} cannot be "
                "decrypted: it is damaged, or another key opens it."
            )


def _fill(databases, name, dump):
    """Make database ``name`` of a dump, by as many processes as there are cores."""
    databases.query(
        f"CREATE DATABASE \"{name}\" ENCODING 'UTF8' LC_COLLATE 'C' TEMPLATE template0"
    )
    run(
        [
            *("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error"),
            *(f"--jobs={JOBS}", f"--dbname={name}", str(dump)),
        ],
        log=LOG,
        failure=(
            "PostgreSQL could not restore the dump: mend what it says, then try again; it "
            "must not be older than the one that made the dump."
        ),
        env=databases.environ,
    )
    # Without statistics the first hours would be slow.
    databases.query("ANALYZE", name)


def neutralize(databases, name):
    """Stop mails, payments and scheduled actions by Odoo's own command; make its identity new."""
    databases.odoo(
        "neutralize",
        "-d",
        name,
        failure="Odoo could not neutralize the copy: it is dropped again.",
    )
    databases.query(
        "UPDATE ir_config_parameter SET value = gen_random_uuid()::text "
        "WHERE key = 'database.uuid'",
        name,
    )


@dataclasses.dataclass(frozen=True)
class Copy:
    """How a drill restores: beside, and quiet."""

    key: str
    into: str
    neutralize: bool = True
