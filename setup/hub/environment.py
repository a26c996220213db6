"""Everything between a fresh clone and an Odoo that runs."""

import dataclasses
import os
import secrets
import shutil
from pathlib import Path

from . import debian, packages, places, python_env
from .console import Failure

# Odoo unpacked, packages of Python, databases and their files
DISK_NEEDED_GB = 5


@dataclasses.dataclass(frozen=True)
class Environment:
    """A complete environment: where its parts are and the variables that programs in it need."""

    root: Path
    python: Path
    odoo_library: Path
    odoo: list
    environ: dict


def prepare(steps, dev=False):
    """Install and unpack what is missing.

    :param steps: console.Steps, with three steps to go
    :param dev: whether tests and checks are to run
    :return: Environment
    :raises Failure: with what the person has to do
    """
    _check_disk()
    missing = packages.missing(server=not os.environ.get("PGHOST"))
    steps.step(f"Distribution packages: {', '.join(missing) or 'all there'}")
    if missing:
        packages.install(missing)
    named = os.environ.get("ODOO")
    if named:
        steps.step(f"Odoo 19: {named}")
        library = _existing_odoo(Path(named))
    else:
        steps.step(
            "Odoo 19: unpacked" if places.ODOO.exists() else "Odoo 19: Debian's package"
        )
        library = debian.unpack()
    steps.step("Python packages, pinned; OCA addons")
    python = python_env.ensure(library, dev)
    python_env.compile_odoo(python, library)
    path = [
        places.SETUP / "bin",
        python.parent,
        packages.postgres_bin(),
        os.environ["PATH"],
    ]
    environ = {
        **os.environ,
        "PATH": os.pathsep.join(str(part) for part in path if part),
        "ODOO_RC": str(configuration()),
        "VIRTUAL_ENV": str(places.VENV),
        "CLAPIER_STATE": str(places.STATE),
    }
    environ.pop("PYTHONPATH", None)
    program = next(filter(Path.exists, _programs(library)))
    odoo = [str(python), str(program)]
    return Environment(places.ROOT, python, library, odoo, environ)


def _programs(library):
    """Return where Odoo's program may lie.

    Not ``python -m odoo``: with workers, Odoo starts its websocket process from the
    program's path.
    """
    return (
        library / "odoo-bin",
        places.ODOO / "usr/bin/odoo",
        library / "odoo/__main__.py",
    )


def configuration():
    """Write Odoo's configuration file when there is none, and return its path."""
    path = places.STATE / "odoo.conf"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            "[options]\n"
            f"addons_path = {places.ROOT}\n"
            f"data_dir = {places.DATA}\n"
            f"admin_passwd = {secrets.token_urlsafe(16)}\n"
            "http_interface = 127.0.0.1\n"
            "list_db = False\n"
        )
        path.chmod(0o600)
    return path


def _existing_odoo(folder):
    """Return the folder holding the ``odoo`` package of a source tree that the user named."""
    folder = folder.resolve()
    release = folder / "odoo/release.py"
    if not release.exists() or "19, 0" not in release.read_text():
        raise Failure(
            f"ODOO={folder} is not the source of Odoo 19.0: name the folder "
            "that holds odoo/release.py."
        )
    return folder


def _check_disk():
    places.STATE.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(places.STATE).free / 1e9
    if not places.VENV.exists() and free < DISK_NEEDED_GB:
        raise Failure(
            f"Some {DISK_NEEDED_GB} GB are needed in {places.ROOT} and {free:.1f} "
            "are free: make room, or clone onto another disk."
        )
