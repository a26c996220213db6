"""The process that owns Chromium and prints for whoever comes through its socket."""

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time

from . import PdfError
from .chromium import Chromium, ChromiumGone, lift_limits
from .client import SOCKET, BrokerGone, connect, receive, send, state_folder
from .fetch import Shelf
from .tab import Tab

IDLE = 600
TABS = max(2, os.cpu_count() or 1)


class Broker:
    """Answers each connection in a thread, and ends when nobody asks for long."""

    def __init__(self, folder, idle):
        """Start Chromium and listen.

        :param idle: seconds without any connection after which to end
        :raises PdfError: Chromium does not start
        """
        self.folder = folder
        self.idle = idle
        self._profile = tempfile.mkdtemp(prefix="chromium-", dir=folder)
        self._lock = threading.Lock()
        self._chromium = Chromium(self._profile, folder / "chromium.log")
        self._spare = None
        self._shelf = Shelf(folder / "shelf")
        self._tabs = threading.BoundedSemaphore(TABS)
        self._connections = 0
        self._quiet_since = time.monotonic()
        self._ending = threading.Event()
        self._path = folder / SOCKET
        self._path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(self._path))
        self._socket.listen(64)
        self._socket.settimeout(0.5)

    @property
    def chromium(self):
        """The process number of Chromium."""
        return self._chromium.pid

    def serve(self):
        """Answer until told to stop or until nobody has asked for long."""
        while not self._ending.is_set() and not self._is_idle():
            with contextlib.suppress(TimeoutError):
                connection, _address = self._socket.accept()
                with self._lock:
                    self._connections += 1
                threading.Thread(
                    target=self._answer, args=(connection,), daemon=True
                ).start()

    def close(self):
        """Stop listening and end Chromium."""
        self._ending.set()
        self._path.unlink(missing_ok=True)
        self._socket.close()
        self._chromium.close()
        shutil.rmtree(self._profile, ignore_errors=True)

    def _is_idle(self):
        with self._lock:
            quiet = time.monotonic() - self._quiet_since
            return not self._connections and quiet > self.idle

    def _answer(self, connection):
        tab = None
        try:
            with connection, contextlib.suppress(BrokerGone, OSError):
                while True:
                    message = receive(connection)
                    match message.pop("do"):
                        case "print":
                            tab, answer = self._print(tab, message)
                        case "status":
                            answer = self._status()
                        case "stop":
                            self._ending.set()
                            # The end of this process is the answer.
                            time.sleep(60)
                            return
                    send(connection, answer)
        finally:
            if tab:
                self._release(tab)
            with self._lock:
                self._connections -= 1
                self._quiet_since = time.monotonic()

    def _status(self):
        return {
            "pid": os.getpid(),
            "chromium": self._chromium.pid,
            "version": self._chromium.version["product"],
        }

    def _print(self, tab, order):
        """Return (tab, answer), a tab that is still good or None."""
        for last in (False, True):
            try:
                tab = tab or self._acquire()
                return tab, tab.print(order)
            except (ChromiumGone, TimeoutError):
                tab = self._discard(tab)
                if last or self._ending.is_set():
                    return None, {
                        "error": "Chromium ended twice while it printed the document: "
                        f"see {self.folder / 'chromium.log'}, and whether memory is "
                        "left."
                    }
            except PdfError as error:
                return self._discard(tab), {"error": str(error)}

    def _acquire(self):
        self._tabs.acquire()
        try:
            with self._lock:
                if not self._chromium.alive and not self._ending.is_set():
                    _log("Chromium ended and is started again")
                    self._chromium = Chromium(
                        self._profile, self.folder / "chromium.log"
                    )
                chromium = self._chromium
                tab, self._spare = self._spare, None
            if tab and tab.chromium is chromium:
                return tab
            try:
                return Tab(chromium, self._shelf)
            except TimeoutError:
                _log("Chromium does not answer and is ended")
                chromium.close()
                raise
        except BaseException:
            self._tabs.release()
            raise

    def _discard(self, tab):
        if tab:
            tab.close()
            self._tabs.release()

    def _release(self, tab):
        self._discard(tab)
        # The next call finds a tab that is ready.
        with contextlib.suppress(ChromiumGone, TimeoutError, PdfError):
            with self._lock:
                wanted = self._spare is None and not self._ending.is_set()
            if wanted:
                spare = Tab(self._chromium, self._shelf)
                with self._lock:
                    spare, self._spare = self._spare, spare
                if spare:
                    spare.close()


def main():
    """Run the broker; return its exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    lift_limits()
    try:
        folder = state_folder()
        with open(folder / "broker.lock", "w") as lock:
            if not _is_alone(folder, lock):
                return 0
            _serve(folder)
    except PdfError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _is_alone(folder, lock):
    """Take the lock that a broker holds, once one that is ending has left it."""
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if other := connect(folder):
                other.close()
                return False
            time.sleep(0.05)
        else:
            return True


def _serve(folder):
    broker = Broker(folder, float(os.environ.get("CLAPIER_PDF_IDLE") or IDLE))
    _log(f"started, Chromium is process {broker.chromium}")
    try:
        broker.serve()
    finally:
        broker.close()
        _log("ended")


def _log(what):
    print(f"{time.strftime('%F %T')} {os.getpid()} {what}", file=sys.stderr, flush=True)
