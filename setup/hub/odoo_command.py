"""setup/odoo: Odoo's own command line in the hub's environment."""

import contextlib
import subprocess

from . import environment, places, postgres
from .console import Steps


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
