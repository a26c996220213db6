"""setup/serve: set up what is missing and run the hub."""

import argparse
import socket
import subprocess
import time
import urllib.error
import urllib.request

from . import environment, manifests, places, postgres
from .console import Failure, Steps
from .database import Databases

START_SECONDS = 180
STOP_SECONDS = 20
SERVER_LOG = places.LOG / "server.log"


def main(arguments):
    """Run the command; return its exit code."""
    options = parse(arguments)
    _check_port(options.port)
    steps = Steps(7)
    env = environment.prepare(steps)
    steps.step(
        "PostgreSQL, private to this project" if not _named() else "PostgreSQL: yours"
    )
    with postgres.running() as variables:
        databases = Databases(env, variables)
        ensure(databases, steps, options)
        steps.step("Server")
        name = database_name(options)
        server = start(databases, name, options)
        try:
            wait(server, options.port)
            _welcome(databases, name, options)
            return server.wait()
        except KeyboardInterrupt:
            print("\nStopping")
            return 0
        finally:
            stop(server, databases.environ)


def parse(arguments, program="setup/serve", **extra):
    """Return the options that name a database and, unless ``program`` needs none, a server."""
    parser = argparse.ArgumentParser(program, **extra)
    parser.add_argument(
        "--addons",
        type=lambda text: [_addon(name) for name in text.split(",")],
        default=list(places.ADDONS),
        metavar="A,B",
        help="only these addons (and what they stand on), in a database of their own",
    )
    parser.add_argument(
        "--no-demo",
        action="store_true",
        help="an empty database with the French chart of accounts, beside the demo",
    )
    if program == "setup/serve":
        parser.add_argument("--port", type=int, default=8069)
        parser.add_argument(
            "--workers", type=int, default=0, help="processes; 0 (default) for threads"
        )
    else:
        parser.add_argument(
            "--all", action="store_true", help="drop the whole private cluster"
        )
    return parser.parse_args(arguments)


def database_name(options):
    """Return the name of the database that ``options`` ask for; ``clapier`` is the whole demo."""
    name = "clapier"
    addons = manifests.closure(options.addons)
    if set(addons) != set(places.ADDONS):
        name += "_" + "_".join(addon.removeprefix("clapier_") for addon in addons)
    return name + ("_empty" if options.no_demo else "")


def ensure(databases, steps, options):
    """Make or upgrade the database that ``options`` ask for; two steps."""
    name = database_name(options)
    addons = manifests.closure(options.addons)
    if name not in databases.names():
        steps.step("Odoo's own modules, some 2 minutes once")
        base = databases.ensure_base(addons)
        steps.step(
            f"Database {name}: {', '.join(addons)}{'' if options.no_demo else ', demo data'}"
        )
        partial = f"{name}_partial"
        databases.clone(base, partial)
        databases.install(partial, addons, demo=not options.no_demo)
        databases.rename(partial, name)
        return
    steps.step("Odoo's own modules: there")
    absent, changed = databases.outdated(name, addons)
    if not absent and not changed:
        steps.step(f"Database {name}: there")
        return
    steps.step(f"Database {name}: upgrading {', '.join(absent + changed)}")
    words = [
        word
        for flag, names in (("-i", absent), ("-u", changed))
        if names
        for word in (flag, ",".join(names))
    ]
    databases.odoo(
        "-d",
        name,
        *words,
        "--stop-after-init",
        "--no-http",
        failure=(
            f"The upgrade failed and changed nothing for good: see {places.LOG / 'database.log'}, "
            "mend it, then try again."
        ),
    )


def start(databases, name, options):
    """Start Odoo on database ``name`` and return its process."""
    # Where reports find their style sheets, whatever the port.
    databases.query(
        "INSERT INTO ir_config_parameter (key, value) "
        f"VALUES ('report.url', 'http://127.0.0.1:{options.port}') "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        name,
    )
    command = [
        *databases.environment.odoo,
        "-d",
        name,
        "--db-filter",
        f"^{name}$",
        "--http-port",
        str(options.port),
        "--gevent-port",
        str(options.port + 3),
        "--workers",
        str(options.workers),
        "--logfile",
        str(SERVER_LOG),
    ]
    # A session of its own: Ctrl-C reaches this program alone, which then stops everything in order.
    return subprocess.Popen(
        command,
        env=databases.environ,
        cwd=places.ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def wait(server, port):
    """Return when the first page is served.

    :raises Failure: when it is not within START_SECONDS
    """
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(
                f"http://localhost:{port}/web/login", timeout=60
            ):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.3)
    raise Failure(f"The server does not answer: see the end of {SERVER_LOG}.")


def _welcome(databases, name, options):
    print(
        f"\nThe hub is open: http://localhost:{options.port}   (log: {SERVER_LOG}; "
        "Ctrl-C stops it)\n"
    )
    rows = databases.query(
        "SELECT u.login, coalesce(p.function, p.name) FROM res_users u "
        "JOIN res_partner p ON p.id = u.partner_id "
        "JOIN ir_model_data d ON d.model = 'res.users' AND d.res_id = u.id "
        "WHERE u.active AND (d.module LIKE 'clapier%' OR d.name = 'user_admin' "
        "AND d.module = 'base') "
        "ORDER BY u.id",
        name,
    )
    print("  login = password")
    for login, role in rows:
        print(f"    {login:<16} {role}")
    print(flush=True)


def stop(server, environ):
    """Stop Odoo, and the Chromium that prints its PDFs."""
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
    # The Chromium that prints PDFs outlives the call that started it.
    subprocess.run(
        ["wkhtmltopdf", "--stop"],
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _check_port(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise Failure(
                f"Port {port} is reserved for root: choose another with --port."
            ) from None
        except OSError:
            raise Failure(
                f"Port {port} is taken by another program: stop it, or choose another with --port."
            ) from None


def _addon(name):
    full = name if name.startswith("clapier_") else f"clapier_{name}"
    if full not in places.ADDONS:
        raise argparse.ArgumentTypeError(
            f"{name} is none of {', '.join(places.ADDONS)}"
        )
    return full


def _named():
    return environment.os.environ.get("PGHOST")
