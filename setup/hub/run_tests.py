"""setup/test: set up what is missing, then run every test."""

import os
import subprocess
from contextlib import ExitStack
from tempfile import TemporaryFile

from . import environment, manifests, places, postgres
from .console import Steps
from .database import Databases

# What runs side by side when everything is asked for, each on a database of its own.
SIDES = (
    ("clapier_supermarket", "clapier_drive"),
    ("clapier_coworking", "clapier_foodshare", "tests"),
)


def main(arguments):
    """Run pytest with ``arguments``; return its exit code."""
    steps = Steps(6)
    env = environment.prepare(steps, dev=True)
    steps.step("PostgreSQL")
    with postgres.running() as variables:
        databases = Databases(env, variables)
        steps.step("Template database, made anew when the addons change")
        base = databases.ensure_base(places.ADDONS)
        template = ensure_template(databases)
        sides = [arguments] if arguments else [list(side) for side in SIDES]
        names = [f"clapier_test_{os.getpid()}_{n}" for n in range(len(sides))]
        for name in names:
            databases.clone(template, name)
        steps.step("pytest")
        try:
            return _pytest(databases, base, list(zip(names, sides, strict=True)))
        finally:
            for name in names:
                databases.drop(name)


def ensure_template(databases):
    """Make, once per change, a database with the four addons and no demo data; return its name."""
    base = databases.ensure_base(places.ADDONS)
    name = f"clapier_template_{places.digest(base, manifests.digest(places.ADDONS))}"
    existing = databases.names()
    if name not in existing:
        for stale in existing:
            if stale.startswith("clapier_template_"):
                databases.drop(stale)
        partial = f"{name}_partial"
        databases.clone(base, partial)
        databases.install(partial, places.ADDONS, demo=False)
        databases.rename(partial, name)
    return name


def _pytest(databases, base, sides):
    """Run pytest once per side, at the same time; return the highest exit code.

    The first side is read as it runs, the others once they have ended.

    :param sides: list of (database, arguments)
    """
    # Tests of migrations begin on it.
    # Unbuffered: what a run that is killed has said is not lost.
    environ = {
        **databases.environ,
        "CLAPIER_BASE_DATABASE": base,
        "PYTHONUNBUFFERED": "1",
    }
    with ExitStack() as stack:
        outputs = [None] + [
            stack.enter_context(TemporaryFile("w+", encoding="utf-8"))
            for _side in sides[1:]
        ]
        processes = [
            subprocess.Popen(
                _command(databases, *side),
                cwd=places.ROOT,
                env=environ,
                stdout=output,
                stderr=output and subprocess.STDOUT,
            )
            for side, output in zip(sides, outputs, strict=True)
        ]
        try:
            codes = []
            for process, output in zip(processes, outputs, strict=True):
                codes.append(process.wait())
                if output:
                    output.seek(0)
                    print(output.read(), flush=True)
            return max(codes)
        except KeyboardInterrupt:
            # pytest got the same Ctrl-C: let each print its summary.
            for process in processes:
                process.wait()
            raise


def _command(databases, name, arguments):
    return [
        str(databases.environment.python),
        "-m",
        "pytest",
        "-c",
        str(places.SETUP / "pytest.ini"),
        f"--rootdir={places.ROOT}",
        f"--odoo-database={name}",
        *arguments,
    ]
