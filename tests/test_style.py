"""Idioms that Odoo 19 has replaced: each still parses, and does nothing or warns."""

import ast
import re

import pytest

from .repository import ADDONS, sources, tree, where

# (suffix, pattern, what to write)
REPLACED = [
    (".xml", r"<tree\b", "<list>"),
    (
        ".xml",
        r"\s(attrs|states)=",
        "invisible=, readonly=, required= with an expression",
    ),
    (".xml", r"\bt-(esc|raw)=", "t-out="),
    (".xml", r"\boe_chatter\b", "<chatter/>"),
    (".xml", r"\bkanban-box\b", 't-name="card"'),
    (".xml", r"<group [^>]*\bexpand=", "a bare <group> in a search view"),
    (".xml", r'name="groups_id"', "group_ids"),
    (".xml", r'eval="\[\(\d', "Command.link(…), Command.set(…)"),
    (".py", r"\b_sql_constraints\b", "models.Constraint, models.UniqueIndex"),
    (".py", r"\bdef _?name_(get|search)\b", "_compute_display_name, _rec_names_search"),
    (".py", r"\bosv\b|\bexpression\.(AND|OR)\b", "odoo.fields.Domain"),
    (".py", r"(?<!formatted_)(?<!_)\bread_group\(", "_read_group"),
    (".py", r"\bgroup_operator=", "aggregator="),
    (".py", r"\bauto_join=", "bypass_search_access="),
    (".py", r"\bgroups_id\b", "group_ids, all_group_ids"),
    (".py", r"\bcheck_access_(rights|rule)\(", "check_access, has_access"),
    (".py", r"\btoggle_active\(", "action_archive, action_unarchive"),
    (".py", r"\b_check_recursion\(", "_has_cycle"),
    (".py", r"self\._(cr|uid|context)\b", "self.env.cr, .uid, .context"),
    (".py", r"\bcr\.commit\(", "ir.cron's _commit_progress"),
    (
        ".py",
        r"except (Exception|BaseException)\b|except:",
        "the exception that is meant",
    ),
    (".py", r'type="json"', 'type="jsonrpc"'),
    (
        ".py",
        r'"[\w.]+" (not )?in (self|request)\.env\b(?!\.)',
        "a hook, overridden above",
    ),
    (".py", r"\[\s*\((0, 0|6, 0), ", "Command.create(…), Command.set(…)"),
    (".js", r"@odoo-module", "nothing: each file is a module"),
    (".js", r"\bpublicWidget\b", "Interaction in the registry public.interactions"),
]


@pytest.mark.parametrize(
    ("suffix", "pattern", "instead"), REPLACED, ids=[row[1] for row in REPLACED]
)
def test_replaced_idiom_is_absent(suffix, pattern, instead):
    found = [
        where(path, number)
        for addon in ADDONS
        for path in sources(addon, suffix, tests=True)
        if "migrations" not in path.parts
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(pattern, line)
    ]
    assert not found, f"write {instead}"


@pytest.mark.parametrize("addon", ADDONS)
def test_variable_that_bypasses_rights_says_so(addon):
    found = [
        f"{where(path, node.lineno)} {node.targets[0].id}"
        for path in sources(addon, ".py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)
        and node.value.func.attr == "sudo"
        and not node.value.args
        and not node.targets[0].id.endswith(("_sudo", "Sudo"))
        and node.targets[0].id != "self"
    ]
    assert not found, "name it *_sudo"


@pytest.mark.parametrize("addon", ADDONS)
def test_tests_run_once_everything_is_installed(addon):
    found = [
        f"{where(path, node.lineno)} {node.name}"
        for path in sources(addon, ".py", tests=True)
        if path.parent.name == "tests" and path.name.startswith("test_")
        for node in tree(path).body
        if isinstance(node, ast.ClassDef)
        and node.name.startswith("Test")
        and not any("post_install" in ast.unparse(x) for x in node.decorator_list)
        and any(
            "Case" in ast.unparse(x) or "Common" in ast.unparse(x) for x in node.bases
        )
    ]
    assert not found, '@tagged("post_install", "-at_install")'
