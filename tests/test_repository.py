"""The repository's own rules: who stands on whom, and nothing lies about unlisted."""

import ast
import re
import struct
import tomllib

import pytest

from .repository import (
    ADDONS,
    ROOT,
    files,
    manifest,
    models,
    sources,
    texts,
    tree,
    where,
)

# DESIGN: the graph of the addons has no other edge.
GRAPH = {
    "clapier_supermarket": set(),
    "clapier_coworking": set(),
    "clapier_drive": {"clapier_supermarket"},
    "clapier_foodshare": {"clapier_supermarket", "clapier_coworking"},
}
TOP_LEVEL = {*GRAPH, "LICENSE", "README.md", "docs", "setup", "tests"}
DATA_FOLDERS = {"data", "demo", "report", "security", "views", "wizards"}
FRAGMENTS = ("DESCRIPTION", "CONFIGURE", "USAGE", "CONTRIBUTORS")
MODEL_LINES_MAX = 400
FUNCTION_LINES_MAX = 60

addon_wise = pytest.mark.parametrize("addon", ADDONS)


def test_nothing_else_lies_at_the_top():
    seen = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert not seen - TOP_LEVEL - {"__pycache__"}


# --- Dependency graph


def test_addons_are_those_of_the_design():
    assert set(ADDONS) == set(GRAPH)


@addon_wise
def test_manifest_depends_along_the_graph(addon):
    depends = manifest(addon)["depends"]
    assert {name for name in depends if name in GRAPH} == GRAPH[addon]
    assert len(depends) == len(set(depends))


@addon_wise
def test_no_source_names_an_addon_that_it_does_not_stand_on(addon):
    strangers = set(GRAPH) - GRAPH[addon] - {addon}
    pattern = re.compile(rf"\b({'|'.join(sorted(strangers))})\b")
    found = [
        where(path, number)
        for path in sources(addon, ".py", ".xml", ".csv", ".js", ".scss", tests=True)
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]
    assert not found


@addon_wise
def test_models_carry_the_name_of_their_addon(addon):
    noun = addon.removeprefix("clapier_")
    found = [
        f"{where(path, node.lineno)}: {name}"
        for path, node, name, is_new in models(addon)
        if is_new and not name.startswith((f"{noun}.", f"report.{addon}."))
    ]
    assert not found


# --- Manifests


@addon_wise
def test_manifest_lists_every_file_of_data(addon):
    listed = {*manifest(addon).get("data", []), *manifest(addon).get("demo", [])}
    lying = {
        str(path.relative_to(ROOT / addon))
        for folder in DATA_FOLDERS
        for path in files(ROOT / addon / folder, ".xml", ".csv")
    }
    assert lying == listed


@addon_wise
def test_manifest_keeps_demo_data_apart(addon):
    assert not [x for x in manifest(addon).get("data", []) if x.startswith("demo/")]
    assert not [x for x in manifest(addon).get("demo", []) if not x.startswith("demo/")]


@addon_wise
def test_manifest_lists_every_asset(addon):
    patterns = [
        item if isinstance(item, str) else item[-1]
        for items in manifest(addon).get("assets", {}).values()
        for item in items
        if isinstance(item, str) or item[0] != "remove"
    ]
    ours = [x.removeprefix("/") for x in patterns if addon in x.split("/")[:2]]
    listed = {path: set(ROOT.glob(path)) for path in ours}
    assert not [path for path, found in listed.items() if not found]
    lying = {
        path
        for folder in ("static/src", "static/tests")
        for path in files(ROOT / addon / folder, ".js", ".xml", ".scss", ".css")
    }
    assert not [where(path) for path in lying - set().union(*listed.values())]


def test_addons_have_one_version():
    versions = {manifest(addon)["version"] for addon in ADDONS}
    assert len(versions) == 1
    assert re.fullmatch(r"19\.0\.\d+\.\d+\.\d+", versions.pop())


@addon_wise
def test_license_is_agpl(addon):
    assert manifest(addon)["license"] == "AGPL-3"
    assert "GNU AFFERO GENERAL PUBLIC LICENSE" in (ROOT / "LICENSE").read_text()


@addon_wise
def test_addon_builds_with_whool(addon):
    project = tomllib.loads((ROOT / addon / "pyproject.toml").read_text())
    assert project["build-system"] == {
        "requires": ["whool"],
        "build-backend": "whool.buildapi",
    }


def test_metapackage_requires_every_addon():
    path = ROOT / "setup/_metapackage/pyproject.toml"
    project = tomllib.loads(path.read_text())["project"]
    assert project["dependencies"] == [
        f"odoo-addon-{addon}==19.0.*" for addon in sorted(ADDONS)
    ]
    assert project["version"] == manifest(ADDONS[0])["version"]


@addon_wise
@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_readme_fragment_says_something(addon, fragment):
    text = (ROOT / addon / f"readme/{fragment}.md").read_text()
    assert len(text.strip()) > 20


@addon_wise
def test_icon_is_a_square_picture(addon):
    header = (ROOT / addon / "static/description/icon.png").read_bytes()[:24]
    assert header.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", header[16:24])
    assert width == height >= 128


# --- Sizes and leftovers


@addon_wise
def test_model_files_are_short(addon):
    for path in files(ROOT / addon / "models", ".py"):
        assert len(path.read_text().splitlines()) <= MODEL_LINES_MAX, where(path)


@addon_wise
def test_functions_are_short(addon):
    found = [
        f"{where(path, node.lineno)} {node.name}: {node.end_lineno - node.lineno + 1} lines"
        for path in sources(addon, ".py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
        and node.end_lineno - node.lineno >= FUNCTION_LINES_MAX
    ]
    assert not found


def test_nothing_is_left_for_later():
    # The brackets keep this line from finding itself.
    _assert_absent(r"\b(T[O]DO|F[I]XME|X[X]X)\b")


def test_no_path_of_a_machine():
    _assert_absent(r"(?<![\w.}$-])/(work|root|Users/\w+|home/\w+|tmp/\w+)/")


def test_no_host_of_a_registry():
    _assert_absent(
        r"\b(pypi|pythonhosted|npmjs|yarnpkg|nodesource|ghcr|quay)\.(org|com|io)\b"
        r"|\b(deb|ftp|security|snapshot|archive|ports)(\.\w+)?\.(debian|ubuntu)\.(org|com)\b"
        r"|\b(registry|hub|nightly)\.(docker|odoo|npm\w*)\.(io|com|org)\b"
    )


def _assert_absent(pattern):
    found = [
        f"{where(path, number)}: {line.strip()[:80]}"
        for path in texts()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(pattern, line)
    ]
    assert not found
