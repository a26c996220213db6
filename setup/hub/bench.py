"""setup/bench: measure the hub on a database of its own (see docs/benchmarks.md)."""

import os
import subprocess
import sys

from . import environment, places, postgres, python_env, run_tests
from .console import Steps
from .database import Databases

DATABASE = "clapier_bench"
# Other people's addons that figures are set beside, in a database of their own
BASELINE_DATABASE = "clapier_bench_baseline"
BASELINE_ADDON = "resource_booking"
BASELINE_BENCH = "coworking"


def main(arguments):
    """Run the benchmarks named in ``arguments``; return the exit code."""
    if "--json" in arguments:
        # Figures alone go to standard output.
        output = os.dup(1)
        os.dup2(2, 1)
    else:
        output = 1
    names = [argument for argument in arguments if not argument.startswith("-")]
    beside = not names or BASELINE_BENCH in names
    steps = Steps(6 if beside else 5)
    env = environment.prepare(steps)
    steps.step("PostgreSQL")
    with postgres.running() as variables:
        databases = Databases(env, variables)
        steps.step(f"Database {DATABASE}")
        databases.clone(run_tests.ensure_template(databases), DATABASE)
        try:
            if beside:
                steps.step(f"Database {BASELINE_DATABASE}: {BASELINE_ADDON}")
                variables = _make_baseline(env, databases)
            sys.stdout.flush()
            return subprocess.run(
                [str(env.python), "-m", "benchmarks", DATABASE, *arguments],
                env={
                    **databases.environ,
                    **(variables if beside else {}),
                    "PYTHONPATH": str(places.ROOT / "tests"),
                },
                cwd=places.ROOT,
                stdout=output,
            ).returncode
        finally:
            databases.drop(DATABASE)
            databases.drop(BASELINE_DATABASE)


def _make_baseline(env, databases):
    """Make the database of the baseline; return the variables that lead to it."""
    addons = python_env.ensure_bench(env.python)
    databases.drop(BASELINE_DATABASE)
    databases.odoo(
        "-d",
        BASELINE_DATABASE,
        "--addons-path",
        str(addons),
        "-i",
        BASELINE_ADDON,
        "--stop-after-init",
        "--no-http",
        failure=f"{BASELINE_ADDON} could not be installed: see "
        f"{places.LOG / 'database.log'}, mend it, then run the command again.",
    )
    return {
        "CLAPIER_BENCH_BASELINE": BASELINE_DATABASE,
        "CLAPIER_BENCH_ADDONS": str(addons),
    }
