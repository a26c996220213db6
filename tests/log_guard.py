"""A pytest plugin: a WARNING or worse in the log fails the test during which it was logged.

Loaded by ``-p tests.log_guard``. A test that provokes one says so, with ``assertLogs`` or Odoo's
``mute_logger``: what these catch does not get here.
"""

import logging
import re

import pytest

# (logger, pattern of the message, why it is nobody's fault here)
KNOWN_NOISE = [
    (
        "odoo.tools.translate",
        r"no translation language detected.*l10n_fr_pos_cert/models/res_company\.py",
        "Odoo's check of the till's hashes translates in an inner function without a language.",
    ),
]


class _Handler(logging.Handler):
    """Keeps what is logged, in any thread, until it is taken."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
        self._lines = []

    def emit(self, record):
        message = record.getMessage()
        if not any(
            record.name == name and re.search(pattern, message)
            for name, pattern, _why in KNOWN_NOISE
        ):
            self._lines.append(self.format(record))

    def take(self):
        """Return the lines kept and forget them."""
        with self.lock:
            lines, self._lines = self._lines, []
        return lines


_handler = _Handler()


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session):
    logging.getLogger().addHandler(_handler)
    # pytest-odoo silences Odoo below "critical" unless told otherwise.
    logger = logging.getLogger("odoo")
    if logger.getEffectiveLevel() > logging.WARNING:
        logger.setLevel(logging.WARNING)


def pytest_sessionfinish(session):
    logging.getLogger().removeHandler(_handler)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Turn the phase (set-up, test, tear-down) that logged something into a failure."""
    report = yield
    lines = _handler.take()
    if lines and report.passed:
        report.outcome = "failed"
        report.longrepr = "\n".join(["Logged, and not expected:", *lines])
    return report
