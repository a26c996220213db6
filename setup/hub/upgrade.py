"""setup/upgrade: fetch the next version, back up, update what changed; go back when it fails."""

import contextlib
import os
import socket
import subprocess
import time

from . import backup, environment, modules, operations, places, serve
from .console import Failure, Steps

BACK = "setup/upgrade --back"


def main(arguments):
    """Upgrade the hub; return the exit code."""
    options = _parse(arguments)
    steps = Steps(4 if options.back else 9)
    env = environment.prepare(steps)
    with operations.site(options) as site:
        upgrade = Upgrade(site, env, options, steps)
        if options.back:
            return upgrade.go_back()
        return upgrade.run()


def _parse(arguments):
    parser = operations.parser(
        "setup/upgrade", __doc__, "folder", "recipients", "send", "stop", "start"
    )
    parser.add_argument(
        "--no-pull",
        action="store_true",
        help="update the database to what lies in this clone already",
    )
    parser.add_argument(
        "--no-backup",
        action="store_true",
        help="no backup first; the copy that a failure goes back to is made all the same",
    )
    parser.add_argument(
        "--back",
        action="store_true",
        help="go back to before an upgrade that was cut off",
    )
    return parser.parse_args(arguments)


class Upgrade:
    """One upgrade of a hub.

    Before anything changes the database is copied beside, as ``NAME_before_COMMIT``: whatever
    stops the upgrade, that copy and that commit are what it goes back to.
    """

    def __init__(self, site, env, options, steps):
        self.site = site
        self.env = env
        self.options = options
        self.steps = steps
        self.databases = site.databases(env)

    def run(self):
        """Upgrade; return the exit code."""
        start = time.monotonic()
        if not self.options.no_backup:
            # Refused now rather than after the hub was stopped.
            encryption = self._encryption()
        if copy := self._copy():
            raise Failure(
                f"An earlier upgrade was cut off; {copy} is the database before it: {BACK} "
                "goes back to it."
            )
        before, after = self._fetch()
        if before == after and not self._changed():
            print("\nNothing has changed: the hub is up to date.")
            return 0
        self.steps.step("Backup" + (" left out" if self.options.no_backup else ""))
        if not self.options.no_backup:
            self._backup(encryption)
        with self._stopped():
            self.steps.step("Copy of the database, to go back to")
            self._make_copy(before)
            try:
                updated = self._update(before, after)
            except BaseException as error:
                print("      The upgrade failed: going back", flush=True)
                self._restore(before)
                raise Failure(
                    f"{error}\nThe upgrade failed; version {before[:12]} and its database are "
                    "back as they were."
                ) from error
            self.databases.drop(self._copy())
        print(
            f"\nUpgraded to {after[:12]}: {', '.join(updated) or 'no addon changed'}, in "
            f"{time.monotonic() - start:.0f} s."
        )
        return 0

    def _encryption(self):
        if not self.options.recipients:
            raise Failure(
                "No public key is named for the backup: give one with --recipients, or do "
                "without one with --no-backup."
            )
        return backup.age.encryption(self.options.recipients)

    def _fetch(self):
        """Fetch what is new; return the commits before and after. Nothing changes yet."""
        if self.options.no_pull:
            self.steps.step("This clone as it is")
            before = git("rev-parse", "HEAD") if (places.ROOT / ".git").exists() else ""
            return before, before
        self.steps.step("Fetch")
        if git("status", "--porcelain", "--untracked-files=no"):
            raise Failure(
                "Files of this clone were changed by hand: commit or undo that (git status), "
                "then try again."
            )
        branch = git("rev-parse", "--abbrev-ref", "HEAD")
        git("fetch", "--quiet")
        before = git("rev-parse", "HEAD")
        after = git("rev-parse", "@{upstream}")
        if git("merge-base", before, after) != before:
            raise Failure(
                f"Branch {branch} has commits that its origin has not: nothing is merged "
                "blindly; move them away, then try again."
            )
        count = git("rev-list", "--count", f"{before}..{after}")
        print(f"      {count} new commits: {before[:12]} → {after[:12]}", flush=True)
        return before, after

    def _changed(self):
        return modules.changed(self.env, self.databases, self.site.database)

    def _backup(self, encryption):
        """Make a backup as setup/backup does, and send it."""
        with backup.hold(backup.folder_of(self.options)) as folder:
            path, entry = backup.make(self.site, folder, encryption, _Quiet(0))
            backup.deliver(path, entry, self.options.send)
        print(
            f"      {path}, {backup.size(entry['bytes'])} in {entry['seconds']} s",
            flush=True,
        )

    @contextlib.contextmanager
    def _stopped(self):
        """Keep the hub stopped, by the keeper's own commands where there are some."""
        if self.options.stop:
            operations.command(
                self.options.stop,
                "The hub could not be stopped: mend the command of --stop.",
            )
        try:
            others = self.databases.query(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = "
                f"'{self.site.database}' AND backend_type = 'client backend'"
            )
            if others != [["0"]]:
                raise Failure(
                    f"{others[0][0]} programs use the database: stop the hub first (name the "
                    "commands with --stop and --start, and it is done for you)."
                )
            yield
        finally:
            if self.options.start:
                operations.command(
                    self.options.start,
                    "The hub could not be started: mend the command of --start, and start it.",
                )

    def _copy(self):
        """Return the name of the copy that an upgrade keeps until it ends, or None."""
        prefix = f"{self.site.database}_before_"
        return next(
            (x for x in sorted(self.databases.names()) if x.startswith(prefix)), None
        )

    def _make_copy(self, before):
        """Copy the database and its files; the copy takes its name when it is whole."""
        partial = f"{self.site.database}_copying"
        self.databases.clone(self.site.database, partial)
        self.databases.rename(
            partial, f"{self.site.database}_before_{before[:12] or 'this'}"
        )

    def _update(self, before, after):
        """Take the new version, update the database, look whether it works; three steps."""
        self.steps.step(f"Version {after[:12] or 'of this clone'}")
        if after != before:
            git("merge", "--ff-only", "--quiet", after)
            self.env = environment.prepare(_Quiet(0))
        names = self._changed()
        self.steps.step(f"Update: {', '.join(names) or 'no addon changed'}")
        if names:
            self.databases.odoo(
                *("-d", self.site.database, "-u", ",".join(names)),
                *("--stop-after-init", "--no-http"),
                failure="Odoo could not update the addons.",
            )
        self.steps.step("Does it answer?")
        self._check(names)
        marks = modules.checksums(
            self.env, modules.installed(self.databases, self.site.database)
        )
        modules.remember(self.databases, self.site.database, marks)
        return names

    def _check(self, names):
        """Refuse a database that waits for more, has old versions, or whose pages fail."""
        waiting = modules.unfinished(self.databases, self.site.database)
        disk = modules.on_disk(self.env)
        present = modules.installed(self.databases, self.site.database)
        old = [name for name in names if disk.get(name) != present.get(name)]
        if wrong := waiting + old:
            raise Failure(
                f"{', '.join(wrong)} could not be updated: see {places.LOG / 'database.log'}."
            )
        answers(self.databases, self.site.database)

    def _restore(self, before):
        """Put version ``before`` and the copied database back."""
        copy = self._copy()
        if before and git("rev-parse", "HEAD") != before:
            # The clone was clean, and only ever went forward.
            git("reset", "--keep", before)
            environment.prepare(_Quiet(0))
        self.databases.drop(self.site.database)
        self.databases.rename(copy, self.site.database)

    def go_back(self):
        """Go back to before an upgrade that was cut off; return the exit code."""
        copy = self._copy()
        if not copy:
            raise Failure(
                "No upgrade was cut off: there is no copy of the database of before."
            )
        commit = copy.rpartition("_")[2]
        commit = "" if commit == "this" else git("rev-parse", commit)
        with self._stopped():
            self.steps.step(f"Back to {commit[:12] or 'the database of before'}")
            self._restore(commit)
        print("\nVersion and database are as they were before the upgrade.")
        return 0


class _Quiet(Steps):
    """Steps of something that is itself one step."""

    def step(self, text):
        pass


def git(*words):
    """Run git in this clone and return what it prints.

    :raises Failure: with what it says
    """
    result = subprocess.run(
        ["git", *words],
        cwd=places.ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "GIT_TERMINAL_PROMPT": "0"},
    )
    if result.returncode:
        raise Failure(
            f"    {result.stderr.strip()}\ngit {words[0]} failed in {places.ROOT}: mend what "
            "it says, then try again."
        )
    return result.stdout.strip()


def answers(databases, name):
    """Start the hub for a moment, without scheduled actions, and ask for its first page.

    :raises Failure: when it does not come
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [
            *databases.environment.odoo,
            *("-d", name, "--db-filter", f"^{name}$", "--http-port", str(port)),
            *("--http-interface", "127.0.0.1", "--workers", "0"),
            *("--max-cron-threads", "0", "--logfile", str(serve.SERVER_LOG)),
        ],
        env=databases.environ,
        cwd=places.ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        serve.wait(server, port)
    finally:
        serve.stop(server, databases.environ)
