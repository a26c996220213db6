import threading
from contextlib import contextmanager
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

COMPANY = "Races of notices (test)"


@tagged("post_install", "-at_install")
class TestNoticeRaces(BaseCase):
    """Crons that run twice at the same time, on committed data.

    Bookings are not deleted: the rows stay, in a company named for it.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        with cls._transaction() as env:
            company = env["res.company"].search([("name", "=", COMPANY)])
            company = company or env["res.company"].create({"name": COMPANY})
            space = env["coworking.space"].create(
                {
                    "name": "Room",
                    "company_id": company.id,
                    "payment": "online",
                    "requires_check_in": True,
                }
            )
            person = env["res.partner"].create(
                {"name": "Person", "email": "races@clapier.example", "lang": "en_US"}
            )
            cls.company_id, cls.space_id = company.id, space.id
            cls.person_id = person.id

    @classmethod
    @contextmanager
    def _transaction(cls):
        with cls.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def _at_once(self, *functions):
        """Run each function in a transaction of its own, all begun before any goes on.

        Serialization failures are run again, as the scheduler does at its next turn.
        """
        barrier = threading.Barrier(len(functions), timeout=30)
        errors = []

        def run(function):
            begun = threading.Event()

            def attempt():
                if not begun.is_set():
                    begun.set()
                    env.cr.execute("SELECT 1")  # the snapshot is taken here
                    barrier.wait()
                function(env)

            with self._transaction() as env:
                retrying(attempt, env)

        def guarded(function):
            try:
                run(function)
            except BaseException as error:
                errors.append(error)
                raise

        threads = [
            threading.Thread(target=guarded, args=(function,)) for function in functions
        ]
        with mute_logger("odoo.sql_db", "odoo.service.model"):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(60)
        self.assertFalse(errors)

    def _book(self, count, days=2, **vals):
        """Return the ids of bookings one after the other, committed."""
        with self._transaction() as env:
            self.env_notices(env).search([("state", "=", "queued")]).write(
                {"state": "skipped"}
            )
            start = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)
            start += timedelta(days=days)
            group = env["coworking.booking.group"].create(
                {"name": "Series", "partner_id": self.person_id}
            )
            bookings = env["coworking.booking"].create(
                [
                    {
                        "partner_id": self.person_id,
                        "space_id": self.space_id,
                        "start": start + timedelta(hours=number),
                        "stop": start + timedelta(hours=number + 1),
                        "group_id": group.id,
                        "payment": "free",
                        **vals,
                    }
                    for number in range(count)
                ]
            )
            return bookings.ids

    def env_notices(self, env):
        return env["coworking.notice"]

    def test_two_senders_never_send_twice(self):
        # One request of many dates, and one booking alone.
        self._book(5)
        with self._transaction() as env:
            first = env["mail.mail"].search([], order="id desc", limit=1).id
            env["coworking.notice"].search([("state", "=", "queued")])
        self._at_once(
            *(lambda env: env["coworking.notice"]._next_batch()._send(),) * 2
        )
        with self._transaction() as env:
            mails = env["mail.mail"].search(
                [("id", ">", first), ("recipient_ids", "in", self.person_id)]
            )
            self.assertEqual(len(mails), 1)
            mails.unlink()
            self.assertFalse(
                env["coworking.notice"].search(
                    [("state", "=", "queued"), ("partner_id", "=", self.person_id)]
                )
            )
