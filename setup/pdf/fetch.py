"""Where the pieces of a document come from: from us, from the shelf, or from Odoo."""

import base64
import contextlib
import hashlib
import json
import os
import re
import tempfile
import time
from urllib.parse import urlsplit

from .media import answer_width

# Kinds of pieces worth keeping.
KEPT = ("Stylesheet", "Font", "Image", "Script")
# At most, in seconds: a week.
LIFE = 604800
KEPT_HEADERS = ("content-type", "access-control-allow-origin")
ENCODED = ("content-encoding", "content-length")


class Shelf:
    """What the server lets everybody keep: its style sheets, fonts and backgrounds.

    Kept in files, for all tabs and for the next Chromium. Without it each report would
    ask Odoo for them again, and workers that all print at once would wait for a worker
    that is free, all of them.
    """

    def __init__(self, folder, size=200):
        """Use a folder.

        :param folder: a private Path, made if needed
        :param size: most pieces kept
        """
        self._folder = folder
        self._size = size
        folder.mkdir(mode=0o700, exist_ok=True)

    def get(self, url):
        """Return (headers, content) of a piece, or None."""
        try:
            head, _, content = self._path(url).read_bytes().partition(b"\n")
        except FileNotFoundError:
            return None
        piece = json.loads(head)
        return (piece["headers"], content) if time.time() < piece["until"] else None

    def keep(self, url, headers, content):
        """Keep a piece if its headers say that it is the same for everybody."""
        control = {one["name"].lower(): one["value"] for one in headers}
        control = control.get("cache-control", "").lower()
        age = re.search(r"max-age=(\d+)", control)
        if "public" not in control or not age:
            return
        kept = [one for one in headers if one["name"].lower() in KEPT_HEADERS]
        until = time.time() + min(int(age[1]), LIFE)
        head = json.dumps({"url": url, "until": until, "headers": kept}).encode()
        with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as part:
            part.write(head + b"\n" + content)
        os.replace(part.name, self._path(url))
        self._prune()

    def _path(self, url):
        return self._folder / hashlib.sha256(url.encode()).hexdigest()

    def _prune(self):
        def age(path):
            with contextlib.suppress(FileNotFoundError):
                return path.stat().st_mtime
            return 0

        for path in sorted(self._folder.iterdir(), key=age)[: -self._size]:
            path.unlink(missing_ok=True)


class Fetcher:
    """Answers the requests of one document, which Chromium holds until then."""

    def __init__(self, shelf, order, folder):
        """Make a fetcher.

        :param shelf: the Shelf of all tabs
        :param dict order: see ``Tab.print``
        :param folder: address under which our documents stand
        """
        self._shelf = shelf
        self._folder = folder
        self._documents = order["documents"]
        self._width = order["media_width"]
        self._headers = [header("Content-Type", "text/html; charset=utf-8")]
        if not order["script"]:
            # Stops the document's own scripts and leaves ours.
            self._headers.append(header("Content-Security-Policy", "script-src 'none'"))

    def answer(self, paused, call, send):
        """Answer a request.

        :param dict paused: what Fetch.requestPaused says
        :param call: function that sends a command and returns its result
        :param send: function that sends a command
        """
        if "responseStatusCode" in paused or "responseErrorReason" in paused:
            self._answer_arrived(paused, call, send)
            return
        url = paused["request"]["url"]
        if url.startswith(self._folder):
            name = urlsplit(url).path.rsplit("/", 1)[-1]
            html = self._documents.get(name, "").encode()
            self._fulfill(paused, send, self._headers, html)
        elif piece := self._shelf.get(url):
            self._fulfill(paused, send, *piece)
        else:
            send(
                "Fetch.continueRequest",
                requestId=paused["requestId"],
                interceptResponse=paused["resourceType"] in KEPT,
            )

    def _answer_arrived(self, paused, call, send):
        request = paused["requestId"]
        if paused.get("responseStatusCode") != 200:
            send("Fetch.continueRequest", requestId=request)
            return
        found = call("Fetch.getResponseBody", requestId=request)
        content = found["body"].encode()
        if found["base64Encoded"]:
            content = base64.b64decode(content)
        headers = [
            one
            for one in paused["responseHeaders"]
            if one["name"].lower() not in ENCODED
        ]
        self._shelf.keep(paused["request"]["url"], headers, content)
        self._fulfill(paused, send, headers, content)

    def _fulfill(self, paused, send, headers, content):
        if paused["resourceType"] in ("Document", "Stylesheet"):
            text = content.decode(errors="replace")
            content = answer_width(text, self._width).encode()
        send(
            "Fetch.fulfillRequest",
            requestId=paused["requestId"],
            responseCode=200,
            responseHeaders=headers,
            body=base64.b64encode(content).decode(),
        )


def header(name, value):
    """Return a header as Chromium takes it."""
    return {"name": name, "value": value}
