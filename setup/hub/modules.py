"""Modules of a database beside those on the disk: what an upgrade has to update."""

import ast
import json
import re

from . import manifests, places

SERIES = "19.0"
# What the database remembers of the last upgrade.
CHECKSUMS = "clapier.upgrade.checksums"


def on_disk(environment):
    """Return ``{name: version}`` of every module that Odoo finds."""
    library = environment.odoo_library
    folders = [
        library / "odoo/addons",
        # A source tree keeps most of them here.
        library / "addons",
        *places.VENV.glob("lib/python3*/site-packages/odoo/addons"),
        places.ROOT,
    ]
    found = {}
    for folder in folders:
        for path in folder.glob("*/__manifest__.py"):
            try:
                written = ast.literal_eval(path.read_text()).get("version", "1.0")
            except (ValueError, SyntaxError):
                continue
            found[path.parent.name] = _adapted(written)
    return found


def _adapted(version):
    """Return a version as Odoo stores it, its series first."""
    if version.startswith(SERIES) or version.count(".") > 2:
        return version
    return f"{SERIES}.{version}"


def installed(databases, name):
    """Return ``{name: version}`` of the modules installed in database ``name``."""
    return dict(
        databases.query(
            "SELECT name, latest_version FROM ir_module_module WHERE state = 'installed'",
            name,
        )
    )


def unfinished(databases, name):
    """Return the modules that wait to be installed, updated or removed."""
    return [
        module
        for (module,) in databases.query(
            "SELECT name FROM ir_module_module WHERE state LIKE 'to %' ORDER BY name",
            name,
        )
    ]


def odoo_release(environment):
    """Return what tells one build of Odoo from another: its package's list of changes."""
    library = environment.odoo_library
    changes = library.parents[1] / "share/doc/odoo-19"
    release = library / "odoo/release.py"
    return places.digest(*[*sorted(changes.glob("changelog*")), release][:1])


def checksums(environment, names):
    """Return what identifies the contents of our addons ``names``, and Odoo itself."""
    found = {name: manifests.content(name) for name in names if name in places.ADDONS}
    return {**found, "odoo": odoo_release(environment)}


def remembered(databases, name):
    """Return the checksums that the last upgrade of database ``name`` noted."""
    rows = databases.query(
        f"SELECT value FROM ir_config_parameter WHERE key = '{CHECKSUMS}'", name
    )
    return json.loads(rows[0][0]) if rows else {}


def remember(databases, name, marks):
    """Note in the database what its modules were updated to."""
    text = json.dumps(marks, sort_keys=True)
    assert re.fullmatch(r'[\w{}":, ]+', text)
    databases.query(
        "INSERT INTO ir_config_parameter (key, value) "
        f"VALUES ('{CHECKSUMS}', '{text}') "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        name,
    )


def changed(environment, databases, name):
    """Return the installed modules to update: their version or, for ours, their content differs.

    Where Odoo itself is another build than at the last upgrade, ``base``, and so all of them.
    """
    present, disk = installed(databases, name), on_disk(environment)
    marks, known = checksums(environment, present), remembered(databases, name)
    if known and marks["odoo"] != known.get("odoo"):
        return ["base"]
    return sorted(
        module
        for module, version in present.items()
        if module in disk
        and (disk[module] != version or marks.get(module) != known.get(module))
    )
