"""The guard of the log is itself guarded: it must see what a test logs."""

import subprocess
import sys

import pytest

from .repository import ROOT

SILENT = "pass"
WARNS = "logging.getLogger('odoo.addons.x').warning('seats are %s', 'gone')"
ASSERTS = "with self.assertLogs('odoo.addons.x'):\n            " + WARNS
IN_A_THREAD = (
    "import threading; t = threading.Thread(target=lambda: "
    + WARNS
    + "); t.start(); t.join()"
)


def _run(tmp_path, body):
    """Run a test with ``body`` under the guard alone; return its exit code and output."""
    test = tmp_path / "test_sample.py"
    test.write_text(
        "import logging\nimport unittest\n\n\nclass TestSample(unittest.TestCase):\n"
        f"    def test_sample(self):\n        {body}\n"
    )
    result = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:odoo"),
            *("-p", "no:cacheprovider", "-p", "tests.log_guard", "-c", "/dev/null"),
            *(f"--rootdir={tmp_path}", str(test)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return result.returncode, result.stdout


@pytest.mark.parametrize("body", [WARNS, IN_A_THREAD])
def test_warning_in_the_log_fails_the_test(tmp_path, body):
    code, output = _run(tmp_path, body)
    assert code == 1
    assert "WARNING odoo.addons.x: seats are gone" in output


@pytest.mark.parametrize("body", [SILENT, ASSERTS])
def test_expected_warning_passes(tmp_path, body):
    code, output = _run(tmp_path, body)
    assert code == 0, output
