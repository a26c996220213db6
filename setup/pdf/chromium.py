"""Chromium driven over a pipe: no port that another user of the host could reach."""

import contextlib
import fcntl
import itertools
import json
import os
import queue
import resource
import shutil
import subprocess
import sys
import threading
import time

from . import PdfError

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chromium-headless-shell",
)
FLAGS = (
    "--headless",
    "--remote-debugging-pipe",
    "--no-startup-window",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-extensions",
    "--disable-breakpad",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    # Many hosts and containers have no usable /dev/shm.
    "--disable-dev-shm-usage",
    # Glyphs are placed where a printer, not a screen, would place them.
    "--font-render-hinting=none",
    "--password-store=basic",
    # A report asks its own server, under whatever address Odoo was given.
    "--disable-features=HttpsUpgrades,LocalNetworkAccessChecks,Translate",
)
START_TIMEOUT = 60
# Chromium reads its commands from 3 and answers on 4.
MOVE_PIPES = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); "
    "os.execv(sys.argv[3], sys.argv[3:])"
)


class ChromiumGone(Exception):
    """Chromium ended while something was asked of it."""


def find_chromium():
    """Return the path of the Chromium to use.

    :raises PdfError: there is none on the PATH and CLAPIER_CHROMIUM names none
    """
    named = os.environ.get("CLAPIER_CHROMIUM")
    for name in (named,) if named else NAMES:
        if path := shutil.which(name):
            return path
    raise PdfError(
        "Chromium is missing: install the package chromium, or name the program "
        "in CLAPIER_CHROMIUM."
    )


def lift_limits():
    """Undo the limits that an Odoo worker sets on itself and its children inherit.

    Chromium reserves far more address space than it uses, and counts its CPU time
    over many reports.
    """
    for limit in (resource.RLIMIT_AS, resource.RLIMIT_DATA, resource.RLIMIT_CPU):
        hard = resource.getrlimit(limit)[1]
        resource.setrlimit(limit, (hard, hard))


class Chromium:
    """One running Chromium.

    Thread safe: every caller waits on a queue of its own, filled by the thread that
    reads the pipe. A message of None on a queue says that Chromium ended.
    """

    def __init__(self, profile, log):
        """Start Chromium.

        :param profile: folder for its profile
        :param log: file that takes what it says
        :raises PdfError: it does not start
        """
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        # Apart: the reader must go on while a writer waits for Chromium to read.
        self._writing = threading.Lock()
        self._waiting = {}
        self._sessions = {}
        self._gone = False
        self._start(profile, log)
        try:
            self.version = self.call("Browser.getVersion", timeout=START_TIMEOUT)
        except (ChromiumGone, TimeoutError):
            self.close()
            raise PdfError(_why_not_started(log)) from None

    @property
    def pid(self):
        return self._process.pid

    @property
    def alive(self):
        return not self._gone and self._process.poll() is None

    def _start(self, profile, log):
        commands = os.pipe()
        answers = os.pipe()
        # Numbers above those that Chromium wants, so that moving one spares the other.
        theirs = [
            fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10)
            for end in (commands[0], answers[1])
        ]
        command = [find_chromium(), *FLAGS, f"--user-data-dir={profile}"]
        if os.geteuid() == 0 or os.environ.get("CLAPIER_CHROMIUM_NO_SANDBOX"):
            command.append("--no-sandbox")
        with open(log, "wb") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-ISc", MOVE_PIPES, *map(str, theirs), *command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                pass_fds=theirs,
                start_new_session=True,
                cwd="/",
                env={**os.environ, "HOME": str(profile), "TMPDIR": str(profile)},
            )
        for fd in (commands[0], answers[1], *theirs):
            os.close(fd)
        self._commands = os.fdopen(commands[1], "wb", buffering=0)
        self._answers = os.fdopen(answers[0], "rb", buffering=0)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        partial = bytearray()
        while chunk := self._answers.read(1 << 20):
            *ends, tail = chunk.split(b"\0")
            for end in ends:
                partial += end
                self._deliver(json.loads(partial))
                partial = bytearray()
            partial += tail
        with self._lock:
            self._gone = True
            inboxes = [*self._waiting.values(), *self._sessions.values()]
        for inbox in inboxes:
            inbox.put(None)

    def _deliver(self, message):
        with self._lock:
            if "id" in message:
                inbox = self._waiting.pop(message["id"], None)
            else:
                inbox = self._sessions.get(message.get("sessionId"))
        if inbox is not None:
            inbox.put(message)

    def listen_to(self, session, inbox):
        """Put the events of a session on the queue ``inbox``, on nothing if None."""
        with self._lock:
            if inbox is None:
                self._sessions.pop(session, None)
            else:
                self._sessions[session] = inbox

    def send(self, method, params, inbox, session=None):
        """Send a command whose answer goes to the queue ``inbox``; return its number.

        :raises ChromiumGone: Chromium ended
        """
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        data = memoryview(json.dumps(message).encode() + b"\0")
        with self._lock:
            if self._gone:
                raise ChromiumGone
            self._waiting[number] = inbox
        try:
            with self._writing:
                while data:
                    data = data[self._commands.write(data) :]
        except OSError:
            raise ChromiumGone from None
        return number

    def call(self, method, timeout=20, **params):
        """Send a command to the browser itself and return its result.

        :raises ChromiumGone: Chromium ended
        :raises TimeoutError: it did not answer within ``timeout`` seconds
        :raises PdfError: it refused
        """
        inbox = queue.Queue()
        self.send(method, params, inbox)
        try:
            message = inbox.get(timeout=timeout)
        except queue.Empty:
            raise TimeoutError from None
        return result_of(message)

    def close(self):
        """End Chromium, politely, then firmly."""
        if self._process.returncode is not None:
            return
        with contextlib.suppress(Exception):
            self.call("Browser.close", timeout=3)
        deadline = time.monotonic() + 3
        while self._process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        # Its session holds the helpers that outlive a Chromium that hangs.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, 9)
        self._process.wait()


def result_of(message):
    """Return the result in an answer of Chromium, or raise what it says."""
    if message is None:
        raise ChromiumGone
    if "error" in message:
        raise PdfError(f"Chromium refused a step: {message['error']['message']}.")
    return message["result"]


def _why_not_started(log):
    with open(log, errors="replace") as errors:
        said = errors.read()
    if "sandbox" in said.lower():
        return (
            "Chromium cannot build its sandbox: install chromium-sandbox, or set "
            "CLAPIER_CHROMIUM_NO_SANDBOX=1 where a container already shuts it in."
        )
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    fatal = [line for line in lines if "FATAL" in line or "error while" in line]
    words = (fatal or lines or ["none"])[-1]
    return f"Chromium does not start; its last words in {log}: {words}."
