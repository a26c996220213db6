from unittest.mock import patch

from odoo.tests import tagged

from ..models import supermarket_shift_message
from .race_common import RaceCommon

COMPANY = "Races of messages (test)"
PEOPLE = 24
SENDERS = 2


@tagged("post_install", "-at_install")
class TestShiftMessageRaces(RaceCommon):
    """Several senders at the same time, on committed data."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls._transaction() as env:
            company = env["res.company"].search([("name", "=", COMPANY)])
            if not company:
                company = env["res.company"].create({"name": COMPANY})
                env["supermarket.policy"].create(
                    {"company_id": company.id, "date_start": "2020-01-01"}
                )
            people = env["res.partner"].create(
                [
                    {
                        "name": f"Reader {rank}",
                        "email": f"reader{rank}@example.com",
                        "supermarket_company_id": company.id,
                        "supermarket_is_member": True,
                    }
                    for rank in range(PEOPLE)
                ]
            )
            workers = env["supermarket.shift.member"].search(
                [("partner_id", "in", people.ids)]
            )
            # What is told is true: they owe a shift since today.
            env["supermarket.shift.point"]._post(
                [
                    {
                        "member_id": worker.id,
                        "date": company._supermarket_today(),
                        "kind": "correction",
                        "points": -1,
                        "note": "Test",
                    }
                    for worker in workers
                ]
            )
            cls.worker_ids = workers.ids

    def setUp(self):
        super().setUp()
        self.addCleanup(self._forget)
        # Many batches, so that the senders meet.
        self.patch(supermarket_shift_message, "BATCH", 4)

    def _forget(self):
        """Leave neither queued messages nor mails to other tests."""
        with self._transaction() as env:
            messages = self._messages(env)
            self._mails(env, messages.ids).unlink()
            messages.unlink()

    def _messages(self, env):
        return env["supermarket.shift.message"].search(
            [("member_id", "in", self.worker_ids), ("kind", "=", "alert")]
        )

    def _mails(self, env, message_ids):
        return env["mail.mail"].search(
            [
                ("model", "=", "supermarket.shift.message"),
                ("res_id", "in", message_ids),
            ]
        )

    def _queue(self):
        """Return the ids of new messages, one for each member."""
        with self._transaction() as env:
            self._messages(env).unlink()
            return (
                env["supermarket.shift.message"]
                ._queue(
                    [
                        {
                            "member_id": worker_id,
                            "kind": "alert",
                            "key": f"race:{worker_id}",
                        }
                        for worker_id in self.worker_ids
                    ]
                )
                .ids
            )

    def _assert_sent_once(self, message_ids):
        with self._transaction() as env:
            messages = env["supermarket.shift.message"].browse(message_ids)
            self.assertEqual(set(messages.mapped("state")), {"sent"})
            mails = self._mails(env, message_ids)
            self.assertEqual(sorted(mails.mapped("res_id")), sorted(message_ids))
            self.assertEqual(messages.mail_id, mails)

    def test_two_senders_send_each_message_once(self):
        for _round in range(3):
            message_ids = self._queue()
            self.assertEqual(len(message_ids), PEOPLE)
            results = self._at_once(
                *[lambda env: env["supermarket.shift.message"]._cron_send()] * SENDERS
            )
            self.assertEqual(results, [None] * SENDERS)
            self._assert_sent_once(message_ids)

    def test_the_transaction_keeps_what_a_lock_would(self):
        # Two senders who take the same messages: the later fails, and finds them sent.
        message_ids = self._queue()
        Message = self.registry["supermarket.shift.message"]
        with patch.object(Message, "try_lock_for_update", lambda self, **kw: self):
            self._at_once(
                *[
                    lambda env: (
                        env["supermarket.shift.message"].browse(message_ids)._send()
                    )
                ]
                * SENDERS
            )
        self._assert_sent_once(message_ids)

    def test_a_message_is_queued_once(self):
        row = {"member_id": self.worker_ids[0], "kind": "alert", "key": "race"}
        queued = self._at_once(
            *[lambda env: env["supermarket.shift.message"]._queue([row]).ids] * 4
        )
        self.assertEqual(sorted(len(ids) for ids in queued), [0, 0, 0, 1])
