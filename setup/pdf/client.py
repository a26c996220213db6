"""The way to the broker: its folder, its socket, and its start if it does not run."""

import contextlib
import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path

from . import PdfError

PROGRAM = Path(__file__).resolve().parents[1] / "bin" / "wkhtmltopdf"
# The number tells apart brokers of versions that do not understand each other.
SOCKET = "broker-1.sock"
LOG = "broker.log"
START_TIMEOUT = 90
LENGTH = struct.Struct(">Q")


class BrokerGone(Exception):
    """The broker ended before it answered."""


def state_folder():
    """Return the private folder that the calls of one user share; make it if needed.

    CLAPIER_PDF_STATE names it, for instance for each of several servers.

    :raises PdfError: somebody else could write in it, or its path is too long
    """
    # Each copy of this program its own: stopping one leaves the others alone.
    copy = zlib.crc32(os.fsencode(PROGRAM))
    default = Path(tempfile.gettempdir()) / f"clapier-pdf-{os.geteuid()}-{copy:x}"
    folder = Path(os.environ.get("CLAPIER_PDF_STATE") or default).absolute()
    if len(os.fsencode(folder / SOCKET)) > 107:
        raise PdfError(
            f"The path {folder} is too long for a socket: name a shorter folder in "
            "CLAPIER_PDF_STATE."
        )
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise PdfError(
            f"The folder {folder} cannot be made ({error.strerror}): name another one "
            "in CLAPIER_PDF_STATE."
        ) from None
    found = folder.lstat()
    if found.st_uid != os.geteuid() or found.st_mode & 0o077 or folder.is_symlink():
        raise PdfError(
            f"The folder {folder} is open to other users: give it to this user alone "
            "(chmod 700), or name another one in CLAPIER_PDF_STATE."
        )
    return folder


def send(connection, message):
    """Send one message through a socket."""
    data = json.dumps(message).encode()
    connection.sendall(LENGTH.pack(len(data)) + data)


def receive(connection):
    """Return the next message from a socket.

    :raises BrokerGone: the other end closed
    """
    (length,) = LENGTH.unpack(_read(connection, LENGTH.size))
    return json.loads(_read(connection, length))


def _read(connection, length):
    data = bytearray()
    while len(data) < length:
        chunk = connection.recv(min(1 << 20, length - len(data)))
        if not chunk:
            raise BrokerGone
        data += chunk
    return data


def connect(folder):
    """Return a connection to the broker that runs, or None."""
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(str(folder / SOCKET))
    except OSError:
        connection.close()
        return None
    return connection


def start():
    """Return a connection to the broker, started if it does not run.

    :raises PdfError: it does not start
    """
    folder = state_folder()
    if connection := connect(folder):
        return connection
    # Workers that come together start one broker.
    with open(folder / "start.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return connect(folder) or _launch(folder)


def _launch(folder):
    log = folder / LOG
    with open(log, "ab") as said:
        process = subprocess.Popen(
            [sys.executable, str(PROGRAM), "--broker"],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            # Neither Ctrl-C nor the end of the worker that came first is meant for it.
            start_new_session=True,
            cwd="/",
            env={**os.environ, "CLAPIER_PDF_STATE": str(folder)},
        )
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        if connection := connect(folder):
            return connection
        if process.poll():
            words = log.read_text(errors="replace").strip().splitlines()
            raise PdfError(words[-1] if words else f"The broker ended; see {log}.")
        time.sleep(0.02)
    process.kill()
    raise PdfError(
        f"Chromium did not start within {START_TIMEOUT} s: see {log} and try again."
    )


def ask(connection, message, timeout):
    """Send a message and return its answer.

    :raises PdfError: what the broker says went wrong
    :raises BrokerGone: it ended
    """
    connection.settimeout(timeout)
    try:
        send(connection, message)
        answer = receive(connection)
    except TimeoutError:
        raise PdfError(
            f"The broker did not answer within {timeout} s: stop it with "
            "“wkhtmltopdf --stop” and print again."
        ) from None
    except OSError:
        raise BrokerGone from None
    if "error" in answer:
        raise PdfError(answer["error"])
    return answer


def status():
    """Return what the running broker says of itself, or None."""
    connection = connect(state_folder())
    if connection is None:
        return None
    with connection:
        return ask(connection, {"do": "status"}, 10)


def stop():
    """Stop the broker and its Chromium, if they run."""
    if connection := connect(state_folder()):
        with connection, contextlib.suppress(BrokerGone):
            ask(connection, {"do": "stop"}, 30)


class Printer:
    """A tab for the documents of one call."""

    def __init__(self):
        self._connection = start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._connection.close()

    def print(self, order):
        """Print a document; see ``Tab.print``.

        :raises PdfError: no PDF can be made
        """
        # More than the document may take: others may be printing.
        timeout = 4 * order["timeout"]
        try:
            return ask(self._connection, {"do": "print", **order}, timeout)
        except BrokerGone:
            # It ended between two calls, for instance after a long rest.
            self._connection.close()
            self._connection = start()
        try:
            return ask(self._connection, {"do": "print", **order}, timeout)
        except BrokerGone:
            raise PdfError(
                f"The broker ended twice while printing: see {state_folder() / LOG}."
            ) from None
