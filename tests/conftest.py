import os
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


@pytest.fixture
def small_hub(tmp_path, monkeypatch):
    """Yield a SmallHub; no settings of this host count."""
    from .small_hub import SmallHub

    if not os.environ.get("PGHOST"):
        pytest.skip("needs the PostgreSQL that setup/test names")
    monkeypatch.setenv("CLAPIER_OPERATIONS", str(tmp_path / "none.ini"))
    hub = SmallHub(tmp_path)
    # What a command runs finds the same.
    monkeypatch.setenv("STUB_CALLS", str(hub.calls))
    try:
        hub.fill()
        yield hub
    finally:
        hub.drop()
