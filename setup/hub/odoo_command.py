"""setup/odoo: Odoo's own command line in the hub's environment."""

import contextlib
import subprocess

from . import environment, places, postgres
from .console import Failure, Steps


class _Silent(Steps):
    """Steps that speak only when there is something to do."""

    def step(self, text):
        if not places.VENV.exists():
            super().step(text)


def main(arguments):
    """Run Odoo with ``arguments``; return its exit code."""
    env = environment.prepare(_Silent(3))
    with postgres.running() as variables:
        process = subprocess.Popen(
            [*env.odoo, *arguments],
            env={**env.environ, **variables},
        )
        while True:
            # Ctrl-C is for Odoo's shell, or for its server, which then ends by itself.
            with contextlib.suppress(KeyboardInterrupt):
                return process.wait()


def run(arguments, env, variables):
    """Run Odoo with ``arguments`` and return what it prints.

    :param env: hub.environment.Environment
    :param variables: libpq's
    :raises Failure: when it fails
    """
    result = subprocess.run(
        [*env.odoo, *arguments],
        env={**env.environ, **variables},
        cwd=places.ROOT,
        capture_output=True,
        text=True,
    )
    if result.returncode:
        raise Failure(f"{result.stderr[-2000:]}\nOdoo failed: see above.")
    return result.stdout
