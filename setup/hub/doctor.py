"""setup/doctor: what ails the hub, one line each.

Exit code: 0 all is well, 1 something needs attention, 2 something is at fault.
"""

import json

from . import checks, health, operations
from .console import Failure
from .health import ATTENTION, FAULT, OK, Finding


def main(arguments):
    """Print what is found; return the exit code."""
    parser = operations.parser("setup/doctor", __doc__, "folder", "send")
    parser.add_argument(
        "--json", action="store_true", help="one JSON list, for what watches the hub"
    )
    options = parser.parse_args(arguments)
    found = list(examine(options))
    if options.json:
        print(json.dumps([finding._asdict() for finding in found], ensure_ascii=False))
    else:
        for finding in found:
            print(_line(finding))
        print(f"\n{_summary(found)}")
    return max(_code(finding) for finding in found)


def examine(options):
    """Yield the findings of every check; a check that cannot be made is a finding too."""
    try:
        with operations.site(options) as site:
            patient = health.Patient(site, options)
            yield patient.database()
            for check in checks.CHECKS:
                yield from _made(check, patient)
    except Failure as failure:
        yield Finding(
            FAULT,
            "database",
            _sentence(failure),
            "is PostgreSQL running, and is the name right?",
        )


def _made(check, patient):
    try:
        yield from check(patient)
    except (Failure, OSError) as error:
        yield Finding(
            FAULT,
            check.__name__.replace("_", " "),
            f"cannot be checked: {_sentence(error)}",
            "mend that first",
        )


def _sentence(error):
    return " ".join(str(error).replace("PostgreSQL refused: see above.", "").split())


def _line(finding):
    remedy = f" → {finding.remedy}" if finding.level != OK else ""
    return f"{finding.level:<9} {finding.subject}: {finding.text}{remedy}"


def _summary(found):
    faults = sum(finding.level == FAULT for finding in found)
    attention = sum(finding.level == ATTENTION for finding in found)
    return f"{len(found)} checks: {faults} faults, {attention} need attention."


def _code(finding):
    return (OK, ATTENTION, FAULT).index(finding.level)
