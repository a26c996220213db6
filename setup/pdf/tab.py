"""One document printed in one tab of Chromium, apart from every other session."""

import contextlib
import queue
import re
import secrets
import time
from pathlib import Path
from urllib.parse import urlsplit

from . import PdfError
from .chromium import ChromiumGone, result_of
from .fetch import Fetcher

NO_ORIGIN = "http://localhost:9"


def function(name):
    """Return the text of the JavaScript function in a module of this folder."""
    return (Path(__file__).parent / name).read_text().replace("export default ", "", 1)


def with_head(text, addition):
    """Return a document with something before all else in its head."""
    head = re.search(r"<head\b[^>]*>", text, re.IGNORECASE)
    return text[: head.end()] + addition + text[head.end() :] if head else text


SETTLE = function("settle.js")


class Tab:
    """A tab of its own browser context: cookies, cache and pages are not shared."""

    def __init__(self, chromium, shelf):
        self.chromium = chromium
        self._shelf = shelf
        self._inbox = queue.Queue()
        self._context = chromium.call("Target.createBrowserContext")["browserContextId"]
        target = chromium.call(
            "Target.createTarget", url="about:blank", browserContextId=self._context
        )
        self._session = chromium.call(
            "Target.attachToTarget", targetId=target["targetId"], flatten=True
        )["sessionId"]
        chromium.listen_to(self._session, self._inbox)
        self._reset(20)
        self._call("Inspector.enable")
        self._call("Page.enable")
        self._call("Page.setLifecycleEventsEnabled", enabled=True)
        self._call("Network.enable")

    def close(self):
        """Forget the tab with its cookies."""
        self.chromium.listen_to(self._session, None)
        with contextlib.suppress(ChromiumGone, TimeoutError, PdfError):
            self.chromium.call(
                "Target.disposeBrowserContext", browserContextId=self._context
            )

    def print(self, order):
        """Print a document.

        :param dict order:
            ``documents`` {name: HTML} served at ``origin``; ``show`` the one to print,
            with its query; ``cookies`` as for Network.setCookies; ``media`` screen or
            print; ``media_width`` that style sheets see; ``width`` and ``height`` of
            the window, in CSS pixels; ``script`` False to run none; ``delay`` in ms for
            scripts; ``timeout`` in s; ``evaluate`` an expression, or None; ``pdf`` as
            for Page.printToPDF
        :return dict: ``pdf`` (base64), ``value`` of the expression, ``problems`` (what
            could not be fetched, list of sentences)
        :raises PdfError: no PDF can be made
        :raises ChromiumGone: Chromium ended
        """
        self._reset(order["timeout"])
        self._origin = _origin(order["origin"])
        folder = f"{self._origin}/clapier-pdf/{secrets.token_hex(8)}/"
        self._fetcher = Fetcher(self._shelf, order, folder)
        try:
            self._prepare(order)
            self._show(folder + order["show"])
            self._settle(order["delay"])
            value = None
            if order["evaluate"]:
                value = self._evaluate(order["evaluate"])
                self._settle(0)
            pdf = self._call("Page.printToPDF", **order["pdf"])["data"]
        except TimeoutError:
            raise PdfError(self._late(order["timeout"])) from None
        return {"pdf": pdf, "value": value, "problems": self._problems}

    def _reset(self, timeout):
        self._timeout = timeout
        self._deadline = time.monotonic() + timeout
        self._answers = {}
        self._requests = {}
        self._problems = []
        self._loader = None
        self._loaded = set()

    def _prepare(self, order):
        if order["cookies"]:
            self._call("Network.setCookies", cookies=order["cookies"])
        self._call("Emulation.setEmulatedMedia", media=order["media"])
        self._call(
            "Emulation.setDeviceMetricsOverride",
            width=order["width"],
            height=order["height"],
            deviceScaleFactor=1,
            mobile=False,
        )
        self._call("Fetch.enable", patterns=[{"urlPattern": "*"}])

    def _show(self, address):
        answer = self._call("Page.navigate", url=address)
        if answer.get("errorText"):
            raise PdfError(f"Chromium cannot open the document: {answer['errorText']}.")
        self._loader = answer["loaderId"]
        self._wait(self._is_loaded)

    def _is_loaded(self):
        return self._loader in self._loaded

    def _settle(self, delay):
        """Wait for all that is painted, and for scripts.

        :param delay: in ms, what scripts get
        """
        # Pictures and fonts of style sheets are asked for once there is a layout.
        self._evaluate("document.documentElement.getBoundingClientRect()")
        self._wait(lambda: not self._requests)
        self._evaluate(f"({SETTLE})({delay})")
        self._wait(lambda: not self._requests)

    def _wait(self, is_done):
        """Handle what comes until ``is_done``.

        A site of somebody else that does not answer in time may cost its picture or its
        font, not the document.
        """
        patience = time.monotonic() + self._timeout / 4
        while not is_done():
            try:
                self._handle(self._next(patience))
            except TimeoutError:
                if patience == self._deadline:
                    raise
                patience = self._deadline
                if not any(url.startswith(self._origin) for url in self._urls()):
                    self._call("Page.stopLoading")
                    for url in self._urls():
                        self._note(url, "did not answer")
                    self._requests.clear()
                    self._loaded.add(self._loader)

    def _urls(self):
        """Return the addresses of what has not arrived."""
        return list(self._requests.values())

    def _evaluate(self, expression):
        answer = self._call(
            "Runtime.evaluate",
            expression=expression,
            awaitPromise=True,
            returnByValue=True,
        )
        if "exceptionDetails" in answer:
            what = answer["exceptionDetails"]["text"]
            raise PdfError(f"A step inside the document failed: {what}.")
        return answer["result"].get("value")

    def _call(self, method, **params):
        number = self._send(method, **params)
        self._answers[number] = None
        # What comes meanwhile may call in turn, and find this answer before we do.
        while self._answers[number] is None:
            self._handle(self._next())
        return result_of(self._answers.pop(number))

    def _next(self, deadline=None):
        deadline = min(deadline or self._deadline, self._deadline)
        try:
            message = self._inbox.get(timeout=max(0.01, deadline - time.monotonic()))
        except queue.Empty:
            raise TimeoutError from None
        if message is None:
            raise ChromiumGone
        return message

    def _handle(self, message):
        if message.get("id") in self._answers:
            self._answers[message["id"]] = message
        params = message.get("params", {})
        match message.get("method"):
            case "Fetch.requestPaused":
                self._fetcher.answer(params, self._call, self._send)
            case "Page.lifecycleEvent" if params["name"] == "load":
                self._loaded.add(params["loaderId"])
            case "Inspector.targetCrashed":
                raise PdfError(
                    "Chromium gave up the document: it is too large for the memory "
                    "left; print fewer records at once."
                )
            case str(method) if method.startswith("Network."):
                self._follow(method, params)

    def _follow(self, method, params):
        """Note what is being fetched and what failed."""
        match method:
            case "Network.requestWillBeSent":
                url = params["request"]["url"]
                if not url.startswith(("data:", "blob:")):
                    self._requests[params["requestId"]] = url
            case "Network.loadingFinished":
                self._requests.pop(params["requestId"], None)
            case "Network.responseReceived":
                status = params["response"]["status"]
                if status >= 400:
                    self._note(params["response"]["url"], f"answered {status}")
            case "Network.loadingFailed":
                url = self._requests.pop(params["requestId"], "")
                if not params.get("canceled"):
                    self._note(url, f"failed ({params['errorText']})")

    def _note(self, url, what):
        if url and urlsplit(url).path != "/favicon.ico":
            self._problems.append(f"{url[:200]} {what}")

    def _send(self, method, **params):
        return self.chromium.send(method, params, self._inbox, self._session)

    def _late(self, timeout):
        waiting = self._urls()
        if waiting:
            return (
                f"The document was not complete after {timeout} s, still waiting for "
                f"{waiting[0][:200]}: set the system parameter report.url to an address"
                " of Odoo that answers from the server itself, and keep more workers "
                "than reports are printed at once."
            )
        return (
            f"Chromium did not finish the document in {timeout} s: print fewer at once."
        )


def _origin(url):
    """Return scheme and host of an address, or a place where nothing answers."""
    parts = urlsplit(url or "")
    if parts.scheme in ("http", "https") and parts.netloc:
        return f"{parts.scheme}://{parts.netloc}"
    return NO_ORIGIN
