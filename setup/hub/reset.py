"""setup/reset: drop the demo database, or the one that the options name."""

import os

from . import environment, packages, places, postgres, serve
from .console import Steps
from .database import Databases


def main(arguments):
    """Drop the database; return the exit code."""
    options = serve.parse(arguments, program="setup/reset", description=__doc__)
    if options.all:
        postgres.remove()
        print(
            f"The private cluster is gone; {places.STATE} holds no database any more."
        )
        return 0
    name = serve.database_name(options)
    if not places.VENV.exists() or not (
        os.environ.get("PGHOST") or packages.postgres_bin()
    ):
        print("Nothing is set up here: there is no database to drop.")
        return 0
    env = environment.prepare(Steps(4))
    with postgres.running() as variables:
        databases = Databases(env, variables)
        existed = name in databases.names()
        databases.drop(name)
    print(
        f"Database {name} is gone; setup/serve makes it anew."
        if existed
        else f"There is no database {name}."
    )
    return 0
