"""Entry of the commands in setup/: ``python -m hub COMMAND [ARGUMENT…]``."""

import importlib
import signal
import sys

from .console import Failure

# Command -> module with main(arguments) -> exit code
COMMANDS = {
    "serve": "serve",
    "test": "run_tests",
    "odoo": "odoo_command",
    "reset": "reset",
    "bench": "bench",
    "lint": "lint",
    "i18n": "translations",
    "pictures": "pictures",
    "backup": "backup",
    "restore": "restore",
    "upgrade": "upgrade",
    "doctor": "doctor",
}


def main(argv):
    """Run the command named first in ``argv`` with the rest; return its exit code."""
    name, *arguments = argv
    # A service manager stops with SIGTERM: leave by the same door as Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return importlib.import_module(f"hub.{COMMANDS[name]}").main(arguments)
    except Failure as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
