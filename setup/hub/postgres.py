"""The project's private PostgreSQL cluster, reached over a Unix socket only.

Several commands may use it at once: each holds a shared lock while it runs, and the last one out
stops the server.
"""

import contextlib
import fcntl
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

from . import packages, places
from .console import Failure, run

ROLE = "clapier"
# PostgreSQL refuses to run as root; this account comes with the distribution's package.
ROOT_SUBSTITUTE = "postgres"
# A socket's path is at most 107 bytes long, its file name included.
SOCKET_PATH_MAX = 80


@contextlib.contextmanager
def running():
    """Run the cluster while the context lasts; make it first when there is none.

    :return: environment variables (libpq's) that reach it
    :raises Failure: when the cluster is another's, or cannot start
    """
    if os.environ.get("PGHOST"):
        yield _existing()
        return
    cluster = _Cluster()
    places.STATE.mkdir(parents=True, exist_ok=True)
    with open(places.STATE / "postgres.users", "w") as users:
        with _gate():
            cluster.make()
            cluster.start()
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield cluster.environ
        finally:
            with _gate(), contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                cluster.stop()


@contextlib.contextmanager
def _gate():
    """One command at a time makes, starts or stops the cluster."""
    with open(places.STATE / "postgres.gate", "w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield


def _existing():
    """Return libpq's variables of a PostgreSQL that the user named, checked.

    Odoo refuses the role ``postgres``, and the role must be allowed to create databases.
    """
    environ = {key: value for key, value in os.environ.items() if key.startswith("PG")}
    result = subprocess.run(
        [
            "psql",
            "-XAtc",
            "SELECT rolcreatedb, rolname FROM pg_roles WHERE rolname = current_user",
            "postgres",
        ],
        capture_output=True,
        text=True,
    )
    if result.returncode:
        raise Failure(
            f"    {result.stderr.strip()}\nThe PostgreSQL named by PGHOST does "
            "not answer: check PGHOST, PGPORT, PGUSER and PGPASSWORD."
        )
    may_create, role = result.stdout.strip().split("|")
    if may_create != "t" or role == "postgres":
        raise Failure(
            f"Odoo cannot use the PostgreSQL role {role}: name another one that "
            "may create databases with PGUSER."
        )
    return {**environ, "PGUSER": role}


class _Cluster:
    def __init__(self):
        self.bin = packages.postgres_bin()
        self.account = ROOT_SUBSTITUTE if os.geteuid() == 0 else None
        self.folder = self._choose_folder()
        self.data = self.folder / "data"
        self.socket = self._choose_socket()
        self.environ = {
            "PGHOST": str(self.socket),
            "PGPORT": "5432",
            "PGUSER": ROLE,
            "PGPASSWORD": "",
        }

    def _choose_folder(self):
        """Return the cluster's folder: in the project, unless PostgreSQL cannot reach it."""
        folder = places.STATE / "postgres"
        if self.account and not all(
            parent.stat().st_mode & 0o001 for parent in places.ROOT.parents
        ):
            return Path("/var/lib/clapier") / places.digest(str(places.ROOT))
        return folder

    def _choose_socket(self):
        if len(str(self.folder)) < SOCKET_PATH_MAX:
            return self.folder / "run"
        return (
            Path(tempfile.gettempdir()) / f"clapier-{places.digest(str(places.ROOT))}"
        )

    def make(self):
        """Initialise the cluster once, with the role that Odoo uses."""
        version = (
            subprocess.run(
                [f"{self.bin}/postgres", "-V"], capture_output=True, text=True
            )
            .stdout.split()[2]
            .split(".")[0]
        )
        if (self.data / "PG_VERSION").exists():
            made_by = (self.data / "PG_VERSION").read_text().strip()
            owner = self.data.stat().st_uid
            if owner != self._uid():
                raise Failure(
                    f"The cluster in {self.folder} belongs to {_name(owner)}: run this "
                    "command as that user, or setup/reset --all as root to start over."
                )
            if made_by != version:
                raise Failure(
                    f"The cluster in {self.folder} was made by PostgreSQL {made_by} "
                    f"and this host has {version}: "
                    f"install postgresql-{made_by}, or run setup/reset --all to start over."
                )
            return
        partial = self.folder / "partial"
        shutil.rmtree(partial, ignore_errors=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.account:
            places.STATE.chmod(places.STATE.stat().st_mode | 0o001)
            os.chown(self.folder, self._uid(), -1)
        self._run(
            "initdb",
            "-D",
            partial,
            "-U",
            "postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            failure=(
                f"PostgreSQL could not make a cluster in {self.folder}: check the "
                "disk and the folder's rights, then try again."
            ),
        )
        partial.rename(self.data)

    def start(self):
        """Start the server when it is not running, and make Odoo's role when it is new."""
        if self._is_running():
            return
        if (
            self.socket.is_symlink()
            or self.socket.exists()
            and self.socket.stat().st_uid != self._uid()
        ):
            raise Failure(
                f"{self.socket} belongs to another user: remove it, then try again."
            )
        self.socket.mkdir(mode=0o700, exist_ok=True)
        if self.account:
            os.chown(self.socket, self._uid(), -1)
        options = (
            f"-c listen_addresses= -c unix_socket_directories={self.socket} "
            "-c unix_socket_permissions=0700 -c max_connections=200 -c shared_buffers=256MB"
        )
        self._run(
            "pg_ctl",
            "start",
            "-w",
            "-D",
            self.data,
            "-l",
            self.folder / "server.log",
            "-o",
            options,
            failure=(
                f"PostgreSQL could not start: see {self.folder / 'server.log'}; "
                "when it is damaged, setup/reset --all starts over."
            ),
        )
        create = (
            f"DO $$ BEGIN CREATE ROLE {ROLE} LOGIN CREATEDB; EXCEPTION WHEN "
            "duplicate_object THEN NULL; END $$"
        )
        self._run(
            "psql",
            "-Xqc",
            create,
            "-h",
            self.socket,
            "-U",
            "postgres",
            "postgres",
            failure="PostgreSQL refused to make Odoo's role: run setup/reset --all to start over.",
        )

    def stop(self):
        """Stop the server; open connections are cut."""
        if self._is_running():
            subprocess.run(
                self._words("pg_ctl", "stop", "-m", "fast", "-D", self.data),
                stdout=subprocess.DEVNULL,
                cwd="/",
            )

    def _is_running(self):
        return (
            subprocess.run(
                self._words("pg_ctl", "status", "-D", self.data),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
            ).returncode
            == 0
        )

    def _uid(self):
        return pwd.getpwnam(self.account).pw_uid if self.account else os.geteuid()

    def _words(self, program, *arguments):
        words = [f"{self.bin}/{program}", *map(str, arguments)]
        return (
            [
                "setpriv",
                "--reuid",
                self.account,
                "--regid",
                self.account,
                "--init-groups",
                *words,
            ]
            if self.account
            else words
        )

    def _run(self, *words, failure):
        # Not in the current folder: the server's account may not be allowed to read it.
        run(
            self._words(*words),
            log=places.LOG / "postgres.log",
            failure=failure,
            cwd="/",
        )


def _name(uid):
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def remove():
    """Stop and delete the private cluster, whatever is in it."""
    if os.environ.get("PGHOST") or not packages.postgres_bin():
        return
    cluster = _Cluster()
    if cluster.data.exists():
        cluster.stop()
    shutil.rmtree(cluster.folder, ignore_errors=True)
