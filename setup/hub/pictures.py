"""setup/pictures: take the pictures of the documents from the running demo."""

import socket
import subprocess

from . import environment, places, postgres, serve
from .console import Steps
from .database import Databases


def main(arguments):
    """Run the demo on a free port and take the pictures named in ``arguments``, all by default."""
    steps = Steps(7)
    env = environment.prepare(steps, dev=True)
    steps.step("PostgreSQL")
    with postgres.running() as variables:
        databases = Databases(env, variables)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        options = serve.parse(["--port", str(port)])
        serve.ensure(databases, steps, options)
        # Pictures sell at the till: on a copy, so that the demo stays as it was.
        name = "clapier_pictures"
        databases.clone(serve.database_name(options), name)
        steps.step("Pictures")
        server = serve.start(databases, name, options)
        try:
            serve.wait(server, port)
            return subprocess.run(
                [
                    str(env.python),
                    str(places.ROOT / "docs/pictures.py"),
                    f"http://localhost:{port}",
                    *arguments,
                ],
                env=databases.environ,
                cwd=places.ROOT,
            ).returncode
        finally:
            serve.stop(server, databases.environ)
            databases.drop(name)
