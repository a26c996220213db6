"""The linters are part of the tests."""

import subprocess

import pytest

from .repository import ROOT


@pytest.mark.lint
@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="linters need a git checkout")
def test_linters_find_nothing():
    result = subprocess.run(
        [ROOT / "setup/lint"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
