"""What the checks on the repository itself read: files, manifests, syntax trees."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ADDONS = sorted(path.parent.name for path in ROOT.glob("clapier_*/__manifest__.py"))

_TEXT_SUFFIXES = {
    *("", ".cfg", ".cjs", ".conf", ".css", ".csv", ".html", ".ini", ".js", ".json"),
    *(".md", ".po", ".pot", ".py", ".scss", ".service", ".sh", ".sql", ".svg", ".toml"),
    *(".txt", ".xml", ".yaml", ".yml"),
}
_NOT_OURS = {".clapier", ".git", "__pycache__", "node_modules"}


def files(folder=ROOT, *suffixes):
    """Return the files below ``folder``, caches and made things left out.

    :param suffixes: such as ``.py``; all files when none is given
    """
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and (not suffixes or path.suffix in suffixes)
        and _is_ours(path.relative_to(ROOT).parts)
    )


def _is_ours(parts):
    return not any(
        part in _NOT_OURS or part.endswith(("_cache", ".egg-info")) for part in parts
    )


def texts():
    """Return the text files of the repository; what imports are tested with are none."""
    return [
        path
        for path in files()
        if path.suffix in _TEXT_SUFFIXES and "tests/data" not in path.as_posix()
    ]


def sources(addon, *suffixes, tests=False):
    """Return the source files of an addon.

    :param tests: whether its tests are wanted too
    """
    return [
        path
        for path in files(ROOT / addon, *suffixes)
        if tests or "tests" not in path.relative_to(ROOT / addon).parts
    ]


@cache
def manifest(addon):
    """Return the manifest of an addon as a dict."""
    return ast.literal_eval((ROOT / addon / "__manifest__.py").read_text())


@cache
def tree(path):
    """Return the syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def models(addon):
    """Yield ``(path, class node, model name, whether it is new)`` of an addon's models."""
    for path in sources(addon, ".py"):
        for node in tree(path).body:
            if isinstance(node, ast.ClassDef):
                values = _class_values(node)
                inherit = values.get("_inherit") or []
                inherited = [inherit] if isinstance(inherit, str) else list(inherit)
                name = values.get("_name") or next(iter(inherited), None)
                if name:
                    yield path, node, name, name not in inherited


def _class_values(node):
    """Return the literal class attributes, such as ``_name``, of a class."""
    values = {}
    for statement in node.body:
        if isinstance(statement, ast.Assign) and isinstance(
            statement.targets[0], ast.Name
        ):
            try:
                values[statement.targets[0].id] = ast.literal_eval(statement.value)
            except ValueError:
                continue
    return values


def term_places(entry):
    """Return what tells one term of a catalogue from another: its text and its places."""
    return entry.msgid, tuple(sorted(path for path, _line in entry.occurrences))


def where(path, line=None):
    """Return a place as a person reads it: ``clapier_x/models/y.py:12``."""
    place = str(path.relative_to(ROOT))
    return f"{place}:{line}" if line else place
