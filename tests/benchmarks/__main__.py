"""Runs benchmarks inside Odoo's Python: ``python -m benchmarks DATABASE [NAME…]``."""

import argparse
import importlib
import json
import pkgutil
import sys

import benchmarks

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

COLUMNS = (
    "bench",
    "name",
    "size",
    "seconds",
    "statements",
    "baseline",
    "baseline_seconds",
    "ratio",
)


def main(argv):
    """Measure and report; return the exit code."""
    parser = argparse.ArgumentParser("setup/bench", description="Measure the hub.")
    parser.add_argument("database", help=argparse.SUPPRESS)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="a bench, or figures of it: shop till-open",
    )
    parser.add_argument(
        "--json", action="store_true", help="one line per figure on standard output"
    )
    parser.add_argument("--quick", action="store_true", help="small sizes only")
    options = parser.parse_args(argv)
    known = list(_benches())
    words = {word for bench, figure in known for word in (bench, figure.name)}
    if unknown := set(options.names) - words:
        print(
            f"No benchmark is called {', '.join(sorted(unknown))}: choose among "
            f"{', '.join(sorted(words))}.",
            file=sys.stderr,
        )
        return 2
    config.parse_config(
        ["-d", options.database, "--no-http", "--log-level=warn"], setup_logging=True
    )
    registry = Registry(options.database)
    rows = []
    for bench, figure in known:
        if not _wanted(bench, figure, options.names):
            continue
        for size in figure.quick if options.quick else figure.sizes:
            with registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                row = {
                    "bench": bench,
                    "name": figure.name,
                    "size": size,
                    **figure.run(env, size),
                }
                # What was built is not for the next figure.
                cr.rollback()
            registry.clear_all_caches()
            row["ratio"] = _ratio(row)
            rows.append(row)
            if options.json:
                print(json.dumps(row), flush=True)
    if not options.json:
        _table(rows)
    return 0


def _benches():
    for found in pkgutil.iter_modules(benchmarks.__path__):
        if found.name not in ("__main__", "baseline", "figure"):
            module = importlib.import_module(f"benchmarks.{found.name}")
            for figure in module.FIGURES:
                yield getattr(module, "BENCH", found.name), figure


def _wanted(bench, figure, names):
    """Without names everything; else benches and figures named, a figure within its bench."""
    if not names:
        return True
    benches = {name for name, _figure in _benches()}
    figures = set(names) - benches
    return (bench in names or not benches & set(names)) and (
        not figures or figure.name in figures
    )


def _ratio(row):
    if row.get("baseline_seconds") is None:
        row.setdefault("baseline", None)
        row.setdefault("baseline_seconds", None)
        return None
    return round(row["baseline_seconds"] / row["seconds"], 1)


def _table(rows):
    extra = [key for row in rows for key in row if key not in COLUMNS]
    columns = [*COLUMNS, *dict.fromkeys(extra)]
    lines = [columns, *([_cell(row.get(column)) for column in columns] for row in rows)]
    widths = [max(len(line[index]) for line in lines) for index in range(len(columns))]
    for line in lines:
        print(
            "  ".join(
                cell.ljust(width) for cell, width in zip(line, widths, strict=True)
            ).rstrip()
        )


def _cell(value):
    if isinstance(value, float):
        return f"{value:.3f}"
    return "" if value is None else str(value)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
