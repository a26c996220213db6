"""What the addons' manifests say."""

import ast

from . import places


def read(addon):
    """Return the manifest of one of our addons as a dict."""
    return ast.literal_eval((places.ROOT / addon / "__manifest__.py").read_text())


def closure(addons):
    """Return ``addons`` and those of ours that they stand on, lowest first."""
    ordered = []
    for addon in addons:
        ours = [name for name in read(addon)["depends"] if name in places.ADDONS]
        for name in [*closure(ours), addon]:
            if name not in ordered:
                ordered.append(name)
    return ordered


def foundations(addons):
    """Return the names of the modules, not ours, that ``addons`` stand on directly."""
    return {
        name
        for addon in closure(addons)
        for name in read(addon)["depends"]
        if name not in places.ADDONS
    }


def digest(addons):
    """Return a hash of all files of ``addons`` that a database made from them depends on."""
    return _digest(path for addon in closure(addons) for path in _files(addon))


def content(addon):
    """Return a hash of the files of one addon that a database made from it depends on."""
    return _digest(_files(addon))


def _files(addon):
    return [
        path
        for path in sorted((places.ROOT / addon).rglob("*"))
        if path.is_file()
        and not {"tests", "static", "readme", "__pycache__"}
        & set(path.relative_to(places.ROOT).parts)
    ]


def _digest(files):
    return places.digest(
        *(part for path in files for part in (str(path.relative_to(places.ROOT)), path))
    )
