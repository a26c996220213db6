"""Every public method of a model is an endpoint that any user may call."""

import ast
import re

import pytest

from .repository import ADDONS, ROOT, models, sources, where

ALLOWED = ROOT / "tests/public_methods.txt"
# Methods of every model: an override opens no new door.
OF_THE_ORM = {
    *("copy", "copy_data", "create", "default_get", "fields_get", "get_view", "init"),
    *("name_create", "read", "search", "search_read", "unlink", "write"),
}


def _allowed():
    """Return ``{model.method: reason}`` of the list of allowed methods."""
    rows = {}
    for line in ALLOWED.read_text().splitlines():
        if line and not line.startswith("#"):
            name, _, reason = line.partition(" ")
            assert len(reason.split()) >= 3, f"{name}: say why it is public"
            assert name not in rows, f"{name} stands twice"
            rows[name] = reason.strip()
    return rows


def _public_methods(addon):
    """Yield ``(place, model name, method name)`` of what a client may call."""
    for path, node, model, _is_new in models(addon):
        for item in node.body:
            if (
                isinstance(item, ast.FunctionDef)
                and not item.name.startswith("_")
                and item.name not in OF_THE_ORM
                and not any(
                    ast.unparse(x) in ("api.private", "property")
                    for x in item.decorator_list
                )
            ):
                yield where(path, item.lineno), model, item.name


def test_no_method_is_public_without_need():
    allowed = _allowed()
    found = [
        f"{place} {model}.{method}"
        for addon in ADDONS
        for place, model, method in _public_methods(addon)
        if not method.startswith("action_") and f"{model}.{method}" not in allowed
    ]
    assert not found, f"name it _…, or give the reason in {where(ALLOWED)}"


def test_list_of_public_methods_names_nothing_that_is_gone():
    existing = {
        f"{model}.{method}"
        for addon in ADDONS
        for _place, model, method in _public_methods(addon)
    }
    assert not set(_allowed()) - existing


@pytest.mark.parametrize("addon", ADDONS)
def test_action_method_has_a_button(addon):
    interface = "\n".join(
        path.read_text() for path in sources(addon, ".xml", ".js", tests=False)
    )
    found = [
        f"{place} {model}.{method}"
        for place, model, method in _public_methods(addon)
        if method.startswith("action_")
        and f"{model}.{method}" not in _allowed()
        and not re.search(rf"\b{method}\b", interface)
    ]
    assert not found, "no view or script names it: remove it or call it _action_…"
