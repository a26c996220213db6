"""What the program does with its arguments."""

import sys
from pathlib import Path

from . import PdfError, client

# Odoo asks for the version: with it, it relies on headers, several documents at once
# and --zoom.
VERSION = "wkhtmltopdf 0.12.6 (with patched qt), played by Clapier on Chromium"
FAILED = 2
INCOMPLETE = 1


def main(arguments):
    """Run the program; return its exit code as Odoo understands it.

    0: printed. 1: printed, but something in it could not be fetched (Odoo logs it).
    2: nothing printed (Odoo tells the user).
    """
    try:
        return _run(arguments)
    except PdfError as error:
        print(error, file=sys.stderr)
        return FAILED


def _run(arguments):
    match arguments:
        case ["--version" | "-V"]:
            from .chromium import find_chromium

            find_chromium()
            print(VERSION)
        case ["--help" | "-h"]:
            print(sys.modules["__main__"].__doc__.strip())
        case ["--broker"]:
            from .broker import main as run_broker

            return run_broker()
        case ["--start"]:
            client.start().close()
        case ["--status"]:
            found = client.status()
            print("\n".join(f"{key} {value}" for key, value in (found or {}).items()))
            return 0 if found else 1
        case ["--stop"]:
            client.stop()
        case _:
            return _print(arguments)
    return 0


def _print(arguments):
    from .options import parse

    try:
        from .report import print_report
    except ModuleNotFoundError as error:
        raise PdfError(
            f"The Python package {error.name} is missing: start Odoo with the virtual "
            "environment first on the PATH, as setup/serve does."
        ) from None
    options = parse(arguments)
    pdf, problems = print_report(options)
    try:
        if options.output == "-":
            sys.stdout.buffer.write(pdf)
        else:
            Path(options.output).write_bytes(pdf)
    except OSError as error:
        raise PdfError(
            f"The PDF cannot be written to {options.output} ({error.strerror}): free "
            "some space or name another place."
        ) from None
    if problems:
        print(
            f"Printed without what could not be fetched: {'; '.join(problems[:5])}.",
            file=sys.stderr,
        )
        return INCOMPLETE
    return 0
