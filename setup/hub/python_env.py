"""The virtual environment with pinned packages."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

from . import places
from .console import run

PIP_FAILURE = (
    "pip could not install the pinned packages: check the network and "
    "the disk, then try again."
)


def ensure(odoo_library, dev=False):
    """Make or complete the virtual environment.

    :param odoo_library: folder holding the ``odoo`` package
    :param dev: whether the packages of tests and checks are needed too
    :return: path of its python
    :raises Failure: when pip fails
    """
    python = places.VENV / "bin/python"
    _stamped(
        "runtime",
        lambda: _runtime(python),
        "requirements.txt",
        "requirements-nodeps.txt",
    )
    if dev:
        _stamped(
            "dev",
            lambda: _pip(python, "-r", "requirements-dev.txt"),
            "requirements-dev.txt",
        )
    link = _site_packages() / "clapier-odoo.pth"
    if not link.exists() or link.read_text() != str(odoo_library):
        link.write_text(str(odoo_library))
    return python


def ensure_bench(python):
    """Make or complete the folder of the addons that ours are measured against.

    :return: path of the folder that holds them, kept apart from the hub's own packages
    :raises Failure: when pip fails
    """
    folder = places.STATE / "bench"
    _stamped(
        "bench",
        lambda: _pip(
            python,
            *("--no-deps", "--upgrade", "--target", str(folder)),
            *("-r", "requirements-bench.txt"),
        ),
        "requirements-bench.txt",
    )
    return folder / "odoo/addons"


def compile_odoo(python, odoo_library):
    """Compile Odoo's byte code once: without it each start pays seconds."""
    stamp = places.STATE / "compiled"
    digest = places.digest(sys.version, str(odoo_library))
    if stamp.exists() and stamp.read_text() == digest:
        return
    # Some files are templates, not Python: errors are not ours to judge.
    subprocess.run(
        [python, "-m", "compileall", "-q", "-j", "0", str(odoo_library / "odoo")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    stamp.write_text(digest)


def _runtime(python):
    shutil.rmtree(places.VENV, ignore_errors=True)
    venv.create(places.VENV, with_pip=True)
    _pip(
        python,
        "--only-binary",
        ":all:",
        "--no-binary",
        "docopt",
        "-r",
        "requirements.txt",
    )
    _pip(python, "--no-deps", "-r", "requirements-nodeps.txt")


def _stamped(name, install, *files):
    """Run ``install`` unless it has run for the same Python and the same ``files``."""
    stamp = places.VENV / f"clapier-{name}"
    digest = places.digest(
        sys.version, sys.base_prefix, *(places.SETUP / file for file in files)
    )
    if not stamp.exists() or stamp.read_text() != digest:
        install()
        stamp.write_text(digest)


def _pip(python, *arguments):
    run(
        [
            str(python),
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            *arguments,
        ],
        log=places.LOG / "pip.log",
        failure=PIP_FAILURE,
        cwd=places.SETUP,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
    )


def _site_packages():
    return Path(
        sysconfig.get_path("purelib", vars={"base": places.VENV}, scheme="venv")
    )
