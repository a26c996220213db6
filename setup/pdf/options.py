"""The part of wkhtmltopdf's command line that Odoo and its addons use."""

import argparse
from http.cookies import CookieError, SimpleCookie
from pathlib import Path

from . import PdfError

# Accepted and without effect: what they ask for is always, or never, so here.
FLAGS = (
    "--quiet",
    "-q",
    "--disable-local-file-access",
    "--enable-internal-links",
    "--enable-external-links",
    "--background",
    "--images",
    "--enable-javascript",
    "--no-print-media-type",
    "--stop-slow-scripts",
    "--no-stop-slow-scripts",
    "--no-header-line",
    "--no-footer-line",
    "--no-pdf-compression",
    "--no-collate",
    "--collate",
)
VALUES = (
    "--encoding",
    "--log-level",
    "--load-error-handling",
    "--load-media-error-handling",
    "--image-dpi",
    "--image-quality",
    "--minimum-font-size",
    "--copies",
)


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        raise PdfError(f"The command line is not understood: {message}.")


def parse(arguments):
    """Return the options in wkhtmltopdf's arguments.

    ``pages`` and ``output`` are paths; lengths stay as they are written.

    :raises PdfError: an option is unknown, or a file is missing
    """
    parser = _Parser(
        prog="wkhtmltopdf", add_help=False, allow_abbrev=False, usage=argparse.SUPPRESS
    )
    parser.add_argument("files", nargs="*")
    for names, default in (
        (("--page-size", "-s"), "A4"),
        (("--page-width",), None),
        (("--page-height",), None),
        (("--margin-top", "-T"), "10"),
        (("--margin-right", "-R"), "10"),
        (("--margin-bottom", "-B"), "10"),
        (("--margin-left", "-L"), "10"),
        (("--orientation", "-O"), "Portrait"),
        (("--header-spacing",), "0"),
        (("--footer-spacing",), "0"),
        (("--header-html",), None),
        (("--footer-html",), None),
        (("--cookie-jar",), None),
        (("--title",), ""),
        (("--viewport-size",), "0x0"),
    ):
        parser.add_argument(*names, default=default)
    parser.add_argument("--zoom", type=float, default=1)
    # Chromium's lengths are exact, whatever the resolution: --zoom carries the size.
    parser.add_argument("--dpi", "-d", type=float)
    parser.add_argument("--javascript-delay", type=int, default=200)
    parser.add_argument("--outline-depth", type=int, default=4)
    parser.add_argument("--cookie", nargs=2, action="append", default=[])
    for name in ("--header-line", "--footer-line", "--print-media-type"):
        parser.add_argument(name, action="store_true")
    parser.add_argument("--no-outline", action="store_false", dest="outline")
    parser.add_argument("--outline", action="store_true", default=True)
    parser.add_argument(
        "--disable-javascript", "-n", action="store_false", dest="javascript"
    )
    parser.add_argument(
        "--disable-smart-shrinking", action="store_false", dest="smart_shrinking"
    )
    parser.add_argument(
        "--enable-smart-shrinking", action="store_true", dest="smart_shrinking"
    )
    parser.set_defaults(smart_shrinking=True)
    parser.add_argument(*FLAGS, action="store_true", dest="ignored")
    for name in VALUES:
        parser.add_argument(name, dest="ignored_value")
    options = parser.parse_intermixed_args(arguments)
    if len(options.files) < 2:
        raise PdfError("Name at least one HTML file to print and the PDF to write.")
    *options.pages, options.output = options.files
    return options


def read_html(path):
    """Return the text of an HTML file.

    :raises PdfError: it cannot be read
    """
    try:
        return Path(path).read_text(errors="replace")
    except OSError as error:
        raise PdfError(
            f"The file {path} cannot be read ({error.strerror}): give the path of an "
            "HTML file."
        ) from None


def cookies(options, origin):
    """Return the cookies of the jar and of the command line for ``origin``.

    :return list: of the dicts that Network.setCookies takes
    :raises PdfError: the jar cannot be read
    """
    found = [
        {"name": name, "value": value, "url": origin} for name, value in options.cookie
    ]
    lines = []
    if options.cookie_jar:
        lines = read_html(options.cookie_jar).splitlines()
    for line in lines:
        try:
            jar = SimpleCookie(line)
        except CookieError:
            continue
        for name, cookie in jar.items():
            # On the report's own host alone, whatever other hosts it fetches from.
            found.append(
                {
                    "name": name,
                    "value": cookie.value,
                    "url": origin,
                    "path": cookie["path"] or "/",
                    "httpOnly": bool(cookie["httponly"]),
                }
            )
    return found
