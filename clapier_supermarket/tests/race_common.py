import threading
from contextlib import contextmanager

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name
from odoo.tools import mute_logger


class RaceCommon(BaseCase):
    """Transactions at the same time, on committed data.

    What is kept for ever cannot be cleaned: the rows stay, in a company named for the test.
    """

    # Seconds, for all to have begun and for each to be done
    race_timeout = 60

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())

    @classmethod
    @contextmanager
    def _transaction(cls):
        with cls.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def _at_once(self, *functions):
        """Run each function in a transaction of its own, all begun before any goes on.

        Serialization failures are run again, as Odoo does for each request.

        :return: list of results, an exception where one was raised
        """
        barrier = threading.Barrier(len(functions), timeout=self.race_timeout)
        results = [None] * len(functions)

        def run(rank, function):
            begun = threading.Event()

            def attempt():
                if not begun.is_set():
                    begun.set()
                    env.cr.execute("SELECT 1")  # the snapshot is taken here
                    barrier.wait()
                return function(env)

            with self._transaction() as env:
                try:
                    results[rank] = retrying(attempt, env)
                except UserError as error:
                    results[rank] = error

        threads = [
            threading.Thread(target=run, args=item) for item in enumerate(functions)
        ]
        with mute_logger("odoo.sql_db", "odoo.service.model"):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(2 * self.race_timeout)
        return results

    def _create_naive_table(self, name, column):
        """Make a table without any guard, to prove that a race can be lost."""
        with self._transaction() as env:
            env.cr.execute(f"DROP TABLE IF EXISTS {name}")
            env.cr.execute(f"CREATE TABLE {name} ({column} int)")
        self.addCleanup(self._drop_naive_table, name)

    def _drop_naive_table(self, name):
        with self._transaction() as env:
            env.cr.execute(f"DROP TABLE IF EXISTS {name}")
