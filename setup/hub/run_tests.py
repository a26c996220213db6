"""setup/test: set up what is missing, then run every test."""

import os
import subprocess

from . import environment, manifests, places, postgres
from .console import Steps
from .database import Databases


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
        name = f"clapier_test_{os.getpid()}"
        databases.clone(template, name)
        steps.step("pytest")
        try:
            return _pytest(databases, name, base, arguments)
        finally:
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


def _pytest(databases, name, base, arguments):
    command = [
        str(databases.environment.python),
        "-m",
        "pytest",
        "-c",
        str(places.SETUP / "pytest.ini"),
        f"--rootdir={places.ROOT}",
        f"--odoo-database={name}",
        *arguments,
    ]
    # Tests of migrations begin on it.
    environ = {**databases.environ, "CLAPIER_BASE_DATABASE": base}
    process = subprocess.Popen(command, cwd=places.ROOT, env=environ)
    try:
        return process.wait()
    except KeyboardInterrupt:
        # pytest got the same Ctrl-C: let it print its summary.
        process.wait()
        raise
