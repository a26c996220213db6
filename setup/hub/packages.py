"""Packages of the distribution that the hub needs and the host lacks."""

import ctypes.util
import glob
import os
import shutil
import subprocess
import sys

from . import places
from .console import Failure, run

CHROMIUM_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)


def postgres_bin():
    """Return the folder of the newest PostgreSQL server on this host, or None."""
    found = glob.glob("/usr/lib/postgresql/*/bin/initdb")
    if found:
        newest = max(found, key=lambda path: float(path.split("/")[4]))
        return os.path.dirname(newest)
    initdb = shutil.which("initdb")
    return os.path.dirname(os.path.realpath(initdb)) if initdb else None


def chromium():
    """Return the path of the host's Chromium, or None."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def missing(server=True):
    """Return the names of the distribution's packages that are needed and absent.

    :param server: whether a PostgreSQL server is needed (not when an existing one is named)
    """
    needs = {
        "ca-certificates": os.path.exists("/etc/ssl/certs/ca-certificates.crt"),
        "debian-archive-keyring": os.path.exists(
            "/usr/share/keyrings/debian-archive-keyring.gpg"
        ),
        "git": shutil.which("git"),
        # Reports and browser tests
        "chromium": chromium(),
        "fonts-dejavu-core": glob.glob("/usr/share/fonts/truetype/dejavu/*.ttf"),
        # python-magic loads it
        "libmagic1": ctypes.util.find_library("magic")
        or glob.glob("/usr/lib/*/libmagic.so.1"),
    }
    if sys.version_info >= (3, 13):
        # Barcodes: reportlab's only backend with wheels for Python 3.13
        needs["libcairo2"] = glob.glob("/usr/lib/*/libcairo.so.2")
    if server:
        needs["postgresql"] = postgres_bin()
    return [name for name, present in needs.items() if not present]


def install(names):
    """Install packages of the distribution.

    :param names: list of package names
    :raises Failure: without root or sudo, or when apt-get fails
    """
    words = " ".join(names)
    if not shutil.which("apt-get"):
        raise Failure(
            f"This host has no apt-get: install {words} by hand, then try again."
        )
    as_root = []
    if os.geteuid():
        if not shutil.which("sudo"):
            raise Failure(
                f"Packages are missing and there is no sudo: as root, run apt-get install {words}"
            )
        as_root = ["sudo"]
        # Ask for the password now, while the terminal still is ours.
        if subprocess.run(["sudo", "-v"]).returncode:
            raise Failure(
                f"Packages are missing and sudo refused: as root, run apt-get install {words}"
            )
    log = places.LOG / "apt.log"
    failure = (
        f"apt-get could not install {words}: check the network, the disk "
        "and the package sources, then try again."
    )
    run([*as_root, "apt-get", "update", "-q"], log=log, failure=failure)
    run(
        [
            *as_root,
            "env",
            "DEBIAN_FRONTEND=noninteractive",
            "apt-get",
            "install",
            "-q",
            "-y",
            "--no-install-recommends",
            *names,
        ],
        log=log,
        failure=failure,
    )
    if "postgresql" in names and shutil.which("pg_dropcluster"):
        # The package has just made a cluster of its own, empty: the hub has a private one.
        version = postgres_bin().split("/")[4]
        subprocess.run(
            [*as_root, "pg_dropcluster", "--stop", version, "main"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
