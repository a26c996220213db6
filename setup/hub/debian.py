"""Odoo 19, the web assets it links to, and age, from Debian's packages, unpacked beside the project.

Nothing is installed into the system: apt runs on a configuration of its own, checks signatures with
Debian's keyring, and dpkg-deb unpacks what it fetched.
"""

import os
import re
import shutil
from pathlib import Path

from . import places
from .console import Failure, run

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
# Odoo's package links its assets relatively into /usr/share. Debian 13's versions of these have
# the files where the links point; later ones moved them.
SUITES = {
    "unstable": ["odoo-19"],
    "trixie": [
        "fonts-font-awesome",
        "fonts-inconsolata",
        "fonts-montserrat",
        "fonts-ocr-b",
        "fonts-roboto-unhinted",
        "libjs-jquery",
        "libjs-jquery-form",
        "libjs-underscore",
    ],
}
# What encrypts backups: a program of its own, that most hosts lack.
AGE_SUITES = {"trixie": ["age"]}


def unpack(downloads=places.CACHE / "debian"):
    """Fetch (once) and unpack Odoo 19 into the project's state folder.

    :param downloads: folder where the .deb files are kept
    :return: folder that goes on Python's path
    :raises Failure: no mirror, no network, damaged archive, dangling links
    """
    target = places.ODOO
    library = target / "usr/lib/python3/dist-packages"
    if not target.exists():
        _unpack(SUITES, target, downloads, 135, check=_check_links)
    return library


def unpack_age(downloads=places.CACHE / "debian"):
    """Fetch (once) and unpack age; return the folder that holds its programs."""
    if not places.AGE.exists():
        _unpack(AGE_SUITES, places.AGE, downloads, 2)
    return places.AGE / "usr/bin"


def _unpack(suites, target, downloads, size, check=None):
    """Unpack the packages of ``suites`` into ``target``.

    :param size: MB to fetch, for the person who waits
    :param check: function of the unpacked folder that may refuse it
    """
    packages = _kept(suites, downloads) or _download(suites, downloads, size)
    partial = target.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    for package in packages:
        run(
            ["dpkg-deb", "-x", str(package), str(partial)],
            log=places.LOG / "odoo.log",
            failure=(
                f"{package} cannot be unpacked: check the disk, delete that file, "
                "then try again."
            ),
        )
    if check:
        check(partial)
    # Renamed at the end: an interrupted set-up starts over.
    partial.rename(target)


def _kept(suites, downloads):
    """Return the kept packages, or nothing when one is absent."""
    found = [
        max(downloads.glob(f"{name}_*.deb"), default=None)
        for names in suites.values()
        for name in names
    ]
    return found if all(found) else []


def _download(suites, downloads, size):
    """Fetch every package into ``downloads`` with an apt of our own and return the files."""
    downloads.mkdir(parents=True, exist_ok=True)
    apt = places.STATE / "apt"
    for folder in ("lists/partial", "cache/archives/partial", "etc/sources.list.d"):
        (apt / folder).mkdir(parents=True, exist_ok=True)
    (apt / "etc/sources.list.d/debian.sources").write_text(
        f"Types: deb\nURIs: {mirror()}\nSuites: {' '.join(suites)}\n"
        f"Components: main\nSigned-By: {KEYRING}\n"
    )
    configuration = apt / "apt.conf"
    configuration.write_text(
        f'Dir::Etc "{apt}/etc";\n'
        'Dir::Etc::sourcelist "/dev/null";\n'
        'Dir::Etc::sourceparts "sources.list.d";\n'
        f'Dir::State "{apt}";\n'
        f'Dir::State::lists "{apt}/lists";\n'
        'Dir::State::status "/var/lib/dpkg/status";\n'
        f'Dir::Cache "{apt}/cache";\n'
        'Acquire::Languages "none";\n'
        'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";\n'
        'APT::Sandbox::User "";\n'
    )
    environ = {**os.environ, "APT_CONFIG": str(configuration), "LC_ALL": "C.UTF-8"}
    log = places.LOG / "odoo.log"
    failure = (
        "Debian's packages cannot be reached: check the network, or name "
        "another mirror with DEBIAN_MIRROR=."
    )
    update = ["apt-get", "update", "-q", "-o", "APT::Update::Error-Mode=any"]
    try:
        run(update, log=log, failure=failure, env=environ)
    except Failure as error:
        if "is expired" not in str(error):
            raise
        # A mirror that has not been refreshed for weeks: signatures still are checked.
        print(
            "      this mirror is not fresh: its lists are signed, but older than they should be"
        )
        fresh = ["-o", "Acquire::Check-Valid-Until=false"]
        run([*update, *fresh], log=log, failure=failure, env=environ)
    before = _size(downloads)
    wanted = [f"{name}/{suite}" for suite, names in suites.items() for name in names]
    run(
        ["apt-get", "download", "-q", *wanted],
        log=log,
        failure=failure,
        cwd=downloads,
        env=environ,
        measure=lambda: f"{(_size(downloads) - before) / 1e6:.0f} MB of some {size}",
    )
    shutil.rmtree(apt)
    return _kept(suites, downloads)


def _size(folder):
    return sum(path.stat().st_size for path in folder.iterdir())


def mirror():
    """Return the address of the Debian mirror of this host.

    :raises Failure: when its apt sources name none (Ubuntu, say) and DEBIAN_MIRROR is not set
    """
    if named := os.environ.get("DEBIAN_MIRROR"):
        return named
    codename = re.search(
        r"^VERSION_CODENAME=(\w+)", Path("/etc/os-release").read_text(), re.MULTILINE
    )
    debian = re.search(
        r"^ID=debian$", Path("/etc/os-release").read_text(), re.MULTILINE
    )
    if debian and codename:
        for address, suites in _sources():
            if codename[1] in suites:
                return address
    raise Failure(
        "This host's apt sources name no Debian mirror: name one with DEBIAN_MIRROR=, "
        "then try again."
    )


def _sources():
    """Yield (address, suites) of the host's apt sources, both formats."""
    folder = Path("/etc/apt")
    for path in sorted(folder.glob("sources.list.d/*.sources")):
        for stanza in re.split(r"\n\s*\n", path.read_text()):
            fields = dict(re.findall(r"^([\w-]+):\s*(.+)$", stanza, re.MULTILINE))
            for address in fields.get("URIs", "").split():
                yield address, fields.get("Suites", "").split()
    for path in [
        folder / "sources.list",
        *sorted(folder.glob("sources.list.d/*.list")),
    ]:
        if path.exists():
            for line in path.read_text().splitlines():
                if found := re.match(r"deb\s+(?:\[[^]]*\]\s+)?(\S+)\s+(\S+)", line):
                    yield found[1], [found[2]]


def _check_links(folder):
    """Refuse an Odoo whose assets dangle: with jQuery's, every page answers 500."""
    library = folder / "usr/lib/python3/dist-packages/odoo"
    dangling = [
        path for path in library.rglob("*") if path.is_symlink() and not path.exists()
    ]
    if dangling:
        names = ", ".join(path.name for path in dangling[:3])
        raise Failure(
            f"{len(dangling)} assets of Odoo's package point nowhere ({names}): "
            f"delete {places.CACHE} to fetch its packages afresh, then try again."
        )
