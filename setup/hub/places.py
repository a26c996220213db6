"""Where things lie. Nothing else is written, but for the distribution's packages."""

import hashlib
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SETUP = ROOT / "setup"
# Everything that the set-up makes: deleting this folder undoes it.
STATE = ROOT / ".clapier"
LOG = STATE / "log"
ODOO = STATE / "odoo"
AGE = STATE / "age"
VENV = STATE / "venv"
DATA = STATE / "data"
# Downloads outlive a checkout, so that a second clone is quick.
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "clapier"

ADDONS = (
    "clapier_supermarket",
    "clapier_coworking",
    "clapier_drive",
    "clapier_foodshare",
)


def digest(*parts):
    """Return a short hash (12 hex digits) of strings, bytes and files' contents."""
    state = hashlib.sha256()
    for part in parts:
        if isinstance(part, Path):
            part = part.read_bytes()
        state.update(part.encode() if isinstance(part, str) else part)
        state.update(b"\0")
    return state.hexdigest()[:12]
