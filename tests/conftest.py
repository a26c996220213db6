import os
import subprocess
import sys

import pytest

from .repository import ROOT

# What setup/ is made of is imported by its tests.
sys.path.insert(0, str(ROOT / "setup"))


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "lint: runs every linter (deselect: -m 'not lint')"
    )
    config.addinivalue_line(
        "markers", "odoo: needs a database that holds the addons (--odoo-database)"
    )


def pytest_collection_modifyitems(config, items):
    """Without a database the checks that read files alone still run."""
    if config.getoption("--odoo-database", default=None):
        return
    needs_odoo = pytest.mark.skip(reason="needs --odoo-database")
    for item in items:
        if item.get_closest_marker("odoo"):
            item.add_marker(needs_odoo)


@pytest.fixture(scope="session")
def small_database():
    """Yield the name of a database that tests empty and fill: to drop one takes seconds."""
    if not os.environ.get("PGHOST"):
        pytest.skip("needs the PostgreSQL that setup/test names")
    name = f"clapier_small_{os.getpid()}"
    yield name
    subprocess.run(
        ["psql", "-Xqc", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', "postgres"],
        check=True,
    )


@pytest.fixture
def small_hub(small_database, tmp_path, monkeypatch):
    """Yield a SmallHub; no settings of this host count."""
    from .small_hub import SmallHub

    monkeypatch.setenv("CLAPIER_OPERATIONS", str(tmp_path / "none.ini"))
    hub = SmallHub(tmp_path, small_database)
    # What a command runs finds the same.
    monkeypatch.setenv("STUB_CALLS", str(hub.calls))
    try:
        hub.fill()
        yield hub
    finally:
        hub.drop_beside()
