from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .race_common import RaceCase

COMPANY = "Races of notices (test)"


@tagged("post_install", "-at_install")
class TestNoticeRaces(RaceCase):
    """Crons that run twice at the same time, on committed data.

    Bookings are not deleted: the rows stay, in a company named for it.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
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

    def _twice(self, function):
        """Run a function twice at the same time; both come to their end."""

        def run(env):
            function(env)
            return "ended"

        self.assertEqual(self._at_once(run, run), ["ended"] * 2)

    def _book(self, count, days=2, **vals):
        """Return the ids of bookings one after the other, committed."""
        with self._transaction() as env:
            queued = env["coworking.notice"].search([("state", "=", "queued")])
            queued.write({"state": "skipped"})
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

    def _notices(self, env, kind):
        return env["coworking.notice"].search(
            [("partner_id", "=", self.person_id), ("kind", "=", kind)]
        )

    def test_two_senders_never_send_twice(self):
        booking_ids = self._book(5)
        with self._transaction() as env:
            last = env["mail.mail"].search([], order="id desc", limit=1).id or 0
        self._twice(lambda env: env["coworking.notice"]._next_batch()._send())
        with self._transaction() as env:
            mails = env["mail.mail"].search(
                [("id", ">", last), ("recipient_ids", "in", self.person_id)]
            )
            notices = self._notices(env, "confirmed")
            told = notices.filtered(lambda notice: notice.booking_id.id in booking_ids)
            self.assertEqual(len(mails), 1)
            mails.unlink()
            self.assertEqual(told.mapped("state"), ["sent"] * 5)

    def test_two_crons_end_what_is_not_paid_once(self):
        past = fields.Datetime.now() - timedelta(minutes=1)
        booking_ids = self._book(5, days=4, payment="online")
        with self._transaction() as env:
            bookings = env["coworking.booking"].browse(booking_ids)
            bookings.write({"state": "awaiting", "expires_at": past})
        self._twice(self._expire)
        with self._transaction() as env:
            bookings = env["coworking.booking"].browse(booking_ids)
            self.assertEqual(bookings.mapped("state"), ["expired"] * 5)
            self.assertFalse(bookings.claim_ids)
            self.assertEqual(len(self._notices(env, "expired")), 5)

    @staticmethod
    def _expire(env):
        due = env["coworking.booking"].search(
            [("expires_at", "<=", fields.Datetime.now())]
        )
        due.try_lock_for_update(allow_referencing=True)._expire()

    def test_two_crons_charge_a_no_show_once(self):
        with self._transaction() as env:
            account = env["coworking.account"]._make(
                env["res.partner"].browse(self.person_id),
                env["res.company"].browse(self.company_id),
            )
            env["coworking.account"]._post(
                [
                    {
                        "account_id": account.id,
                        "unit": "hour",
                        "kind": "grant",
                        "quantity": 2,
                        "date": fields.Date.today(),
                        "reference": "Plan",
                    }
                ]
            )
            policy = env["coworking.policy"].create(
                {"company_id": self.company_id, "no_show_fee_percent": 50}
            )
            self.addCleanup(self._forget, policy.id)
            before = account.hours_balance
        # It began an hour ago.
        [booking_id] = self._book(1, days=0, payment="hours", state="confirmed")
        self._twice(self._miss(booking_id))
        with self._transaction() as env:
            booking = env["coworking.booking"].browse(booking_id)
            self.assertEqual(booking.state, "no_show")
            account = booking.hours_row_ids.account_id
            self.assertEqual(before - account.hours_balance, 0.5)
            self.assertEqual(len(booking.hours_row_ids), 2, "used, half of it refunded")

    @staticmethod
    def _miss(booking_id):
        def miss(env):
            booking = env["coworking.booking"].browse(booking_id)
            booking.try_lock_for_update(allow_referencing=True)._miss()

        return miss

    def _forget(self, policy_id):
        with self._transaction() as env:
            env["coworking.policy"].browse(policy_id).unlink()
