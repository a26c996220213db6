import threading
from contextlib import contextmanager

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name
from odoo.tools import mute_logger


class RaceCase(BaseCase):
    """Transactions at the same time, on committed data: the rows stay."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())

    @classmethod
    @contextmanager
    def _transaction(cls):
        """Give an environment whose changes are committed at the end."""
        with cls.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def _at_once(self, *functions):
        """Run each function in a transaction of its own, all begun before any goes on.

        Serialization failures are run again, as Odoo does for each request.

        :return: list of results, an exception where one was raised
        """
        barrier = threading.Barrier(len(functions), timeout=60)
        results = [None] * len(functions)

        def run(rank, function):
            begun = threading.Event()

            def attempt():
                if not begun.is_set():
                    begun.set()
                    env.cr.execute("SELECT 1")  # the snapshot is taken here
                    barrier.wait()
                return function(env)

            try:
                with self._transaction() as env:
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
                thread.join(120)
        return results
