"""setup/backup: the database and its files in one file, encrypted, sent off-site."""

import contextlib
import datetime
import fcntl
import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from . import age, operations, places, rotation
from .archive import Writer
from .console import Failure, Steps, run
from .figures import Session, measure

LOG = places.LOG / "backup.log"
HISTORY = "backups.jsonl"
PARTIAL = ".partial-"
JOBS = min(4, os.cpu_count() or 1)


def main(arguments):
    """Make a backup; return the exit code."""
    parser = operations.parser(
        "setup/backup",
        __doc__,
        *("folder", "recipients", "send", "daily", "weekly", "monthly"),
    )
    parser.add_argument(
        "--plain",
        action="store_true",
        help="do not encrypt: for a try, with invented people",
    )
    options = parser.parse_args(arguments)
    encryption = _encryption(options)
    keep = [operations.number(options, name) for name in ("daily", "weekly", "monthly")]
    with operations.site(options) as site, hold(folder_of(options)) as folder:
        steps = Steps(5 if options.send else 4)
        path, entry = make(site, folder, encryption, steps)
        if options.send:
            steps.step("Off-site")
        deliver(path, entry, options.send)
        steps.step("Rotation")
        found = rotation.backups(folder, site.database)
        stale = rotation.superfluous(found, *keep)
        for backup in stale:
            backup.path.unlink()
    kept = len(found) - len(stale)
    print(
        f"\n{path}\n{size(entry['bytes'])} in {entry['seconds']} s; "
        f"{kept} kept here, {len(stale)} removed."
    )
    return 0


def _encryption(options):
    if options.plain:
        return None
    if not options.recipients:
        raise Failure(
            "No public key is named: make a pair on another machine (age-keygen -o hub.key), "
            "then give the public one with --recipients."
        )
    return age.encryption(options.recipients)


def folder_of(options):
    """Return the folder of backups."""
    return Path(options.folder or places.STATE / "backups").absolute()


@contextlib.contextmanager
def hold(folder, option="--folder"):
    """Hold a folder: one command at a time works there, and what a killed one left goes.

    :param option: names another folder
    :raises Failure: when another command works there, or the disk refuses
    """
    os.umask(0o077)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with open(folder / ".lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for left in folder.glob(f"{PARTIAL}*"):
                shutil.rmtree(left)
            yield folder
    except BlockingIOError:
        raise Failure(
            f"Another backup or restoration is at work in {folder}: wait until it ends."
        ) from None
    except OSError as error:
        raise Failure(
            f"    {error}\nThe disk refused: make room in {folder}, check its rights, or name "
            f"another one with {option}."
        ) from error


def make(site, folder, encryption, steps, now=None):
    """Write one backup of ``site`` into ``folder``; three steps.

    What the database says is read, and dumped, in one snapshot. Odoo never writes into a stored
    file again, so the files may be read after it.

    :param encryption: command that encrypts its input, or None
    :return: path, and what the history says of it
    """
    start = time.monotonic()
    now = now or datetime.datetime.now(datetime.UTC)
    suffix = ".age" if encryption else ""
    path = folder / rotation.NAME.format(
        database=site.database, time=now, suffix=suffix
    )
    if path.exists():
        raise Failure(f"{path} is there already: wait a second, then try again.")
    with (
        tempfile.TemporaryDirectory(prefix=PARTIAL, dir=folder) as work,
        Session(site.database, site.environ) as session,
    ):
        steps.step("Figures of the database, to compare a restored copy with")
        snapshot = session.snapshot()
        stored = [
            name
            for (name,) in session.query(
                "SELECT DISTINCT store_fname FROM ir_attachment "
                "WHERE store_fname IS NOT NULL ORDER BY store_fname"
            )
        ]
        _check_room(site, session, folder, stored)
        facts = {
            "database": site.database,
            "made_at": now.isoformat(timespec="seconds"),
            "postgresql": session.query("SHOW server_version")[0][0],
            "figures": measure(session),
        }
        steps.step("Dump")
        dump = Path(work) / "database"
        _dump(site, snapshot, dump)
        steps.step(f"Files: {len(stored)}" + (", encrypted" if encryption else ""))
        partial = Path(work) / path.name
        with _output(partial, encryption) as output:
            missing = _write(output, dump, site, stored, facts)
        missing = _still_named(session, missing)
        # Named at the end: what has the name of a backup is whole.
        partial.rename(path)
    if missing:
        print(
            f"      ATTENTION: {len(missing)} files that the database names are not in "
            f"{site.filestore} ({missing[0]}): setup/doctor says more."
        )
    return path, {
        "name": path.name,
        "at": facts["made_at"],
        "seconds": round(time.monotonic() - start),
        "bytes": path.stat().st_size,
        "missing": len(missing),
        "sent": False,
    }


def _check_room(site, session, folder, stored):
    """Refuse when the disk would fill up: the dump, and the file that holds all."""
    ((database,),) = session.query("SELECT pg_database_size(current_database())")
    files = 0
    for name in stored:
        with contextlib.suppress(FileNotFoundError):
            files += (site.filestore / name).stat().st_size
    # A compressed dump takes a tenth to a third of the database, and is written twice.
    needed = int(database) * 2 // 3 + files
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise Failure(
            f"{size(free)} are free in {folder} and up to {size(needed)} are needed: "
            "make room, or name another folder with --folder."
        )


def _dump(site, snapshot, folder):
    run(
        [
            *("pg_dump", "--format=directory", f"--jobs={JOBS}", f"--file={folder}"),
            *("--no-owner", "--no-privileges", f"--snapshot={snapshot}"),
            site.database,
        ],
        log=LOG,
        failure="PostgreSQL could not dump the database: mend what it says, then try again.",
        measure=lambda: size(sum(x.stat().st_size for x in folder.glob("*"))),
        env=site.environ,
    )


@contextlib.contextmanager
def _output(path, encryption):
    """Yield a stream that ends in the file ``path``, encrypted, and on the disk."""
    with open(path, "xb") as file:
        if not encryption:
            yield file
        else:
            process = subprocess.Popen(
                encryption, stdin=subprocess.PIPE, stdout=file, stderr=subprocess.PIPE
            )
            cut = False
            try:
                yield process.stdin
                _printed, errors = process.communicate()
            except BrokenPipeError:
                cut, errors = True, process.stderr.read()
                process.wait()
            finally:
                process.kill()
            if cut or process.returncode:
                raise Failure(
                    f"    {errors.decode(errors='replace').strip()}\n"
                    "The backup could not be encrypted: check the public key and the disk."
                )
        file.flush()
        os.fsync(file.fileno())


def _write(output, dump, site, stored, facts):
    """Write the archive and return which stored files are not there."""
    writer = Writer(output)
    missing = []
    for name in stored:
        try:
            writer.add(site.filestore / name, f"filestore/{name}")
        except FileNotFoundError:
            missing.append(name)
    for part in sorted(dump.iterdir()):
        writer.add(part, f"database/{part.name}")
    writer.close(**facts, missing=missing)
    return missing


def _still_named(session, missing):
    """Return those of ``missing`` that no one deleted while the backup was made."""
    if not missing:
        return []
    session.query("COMMIT")
    listed = ", ".join("'{}'".format(name.replace("'", "''")) for name in missing)
    rows = session.query(
        f"SELECT DISTINCT store_fname FROM ir_attachment WHERE store_fname IN ({listed})"
    )
    return [name for (name,) in rows]


def deliver(path, entry, send):
    """Send a backup off-site by the command ``send``, if any, and note what became of it."""
    try:
        if send:
            operations.command(
                send,
                f"The backup is made, {path}, but could not be sent off-site: mend the command "
                "of --send, then send that file by hand.",
                file=path,
                name=path.name,
                folder=path.parent,
            )
            entry["sent"] = True
    finally:
        with open(path.parent / HISTORY, "a") as history:
            history.write(json.dumps(entry) + "\n")


def size(count):
    """Return a number of bytes as a person reads it."""
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"
