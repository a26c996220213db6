import pytest


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
