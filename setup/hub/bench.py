"""setup/bench: measure the hub on a database of its own (see docs/benchmarks.md)."""

import os
import subprocess
import sys

from . import environment, places, postgres, run_tests
from .console import Steps
from .database import Databases

DATABASE = "clapier_bench"


def main(arguments):
    """Run the benchmarks named in ``arguments``; return the exit code."""
    if "--json" in arguments:
        # Figures alone go to standard output.
        output = os.dup(1)
        os.dup2(2, 1)
    else:
        output = 1
    steps = Steps(5)
    env = environment.prepare(steps)
    steps.step("PostgreSQL")
    with postgres.running() as variables:
        databases = Databases(env, variables)
        steps.step(f"Database {DATABASE}")
        databases.clone(run_tests.ensure_template(databases), DATABASE)
        sys.stdout.flush()
        try:
            return subprocess.run(
                [str(env.python), "-m", "benchmarks", DATABASE, *arguments],
                env={**databases.environ, "PYTHONPATH": str(places.ROOT / "tests")},
                cwd=places.ROOT,
                stdout=output,
            ).returncode
        finally:
            databases.drop(DATABASE)
