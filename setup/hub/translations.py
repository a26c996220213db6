"""setup/i18n: export the templates of the translations and merge them into French."""

import os
import subprocess

from . import environment, places, postgres, run_tests
from .console import Steps
from .database import Databases


def main(arguments):
    """Rewrite ``i18n/*.pot`` and ``i18n/fr.po`` of the four addons; return the exit code.

    It is 1 while a string has no French.
    """
    steps = Steps(6)
    env = environment.prepare(steps, dev=True)
    steps.step("PostgreSQL")
    with postgres.running() as variables:
        databases = Databases(env, variables)
        steps.step("Template database, made anew when the addons change")
        name = f"clapier_i18n_{os.getpid()}"
        databases.clone(run_tests.ensure_template(databases), name)
        steps.step("Export and merge")
        try:
            for addon in places.ADDONS:
                (places.ROOT / addon / "i18n").mkdir(exist_ok=True)
            databases.odoo(
                *("i18n", "export", "-d", name, *places.ADDONS),
                failure="Odoo could not export the terms: see above.",
            )
        finally:
            databases.drop(name)
    folders = [str(places.ROOT / addon / "i18n") for addon in places.ADDONS]
    merge = places.SETUP / "hub/po_merge.py"
    return subprocess.run([str(env.python), str(merge), *folders]).returncode
