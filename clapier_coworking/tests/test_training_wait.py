from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Datetime
from odoo.tests import tagged
from odoo.tools import mute_logger

from .training_common import TrainingCommon


@tagged("post_install", "-at_install")
class TestTrainingWait(TrainingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.event = cls._create_course(seats=1)
        cls.registration = cls._register(cls.event, cls.learner)
        cls.waits = cls.env["coworking.training.wait"]

    def _join(self, name, event=None, **values):
        return self.waits._join(
            event or self.event,
            {"name": name, "email": f"{name.lower()}@example.com", **values},
        )

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "clapier_coworking.ir_cron_training_offer"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def test_a_freed_seat_goes_to_the_first_who_waits(self):
        first, second = self._join("First"), self._join("Second")
        self.assertEqual((first | second).mapped("state"), ["waiting"] * 2)
        self.registration.action_cancel()
        self.assertEqual(first.state, "offered")
        self.assertEqual(second.state, "waiting")
        self.assertGreater(first.offered_until, Datetime.now())
        with mute_logger("odoo.sql_db"), self.assertRaises(UserError):
            self._register(self.event, self.other)

    def test_who_is_offered_a_seat_is_no_participant_yet(self):
        wait = self._join("First")
        self.registration.action_cancel()
        self.assertFalse(self.event._coworking_learners())
        wait._accept()
        self.assertEqual(self.event._coworking_learners().name, "First")
        wait._accept()
        self.assertEqual(wait.registration_id.state, "open")

    def test_an_offer_passes_on_when_time_is_up(self):
        first, second = self._join("First"), self._join("Second")
        self.registration.action_cancel()
        with freeze_time(first.offered_until + timedelta(minutes=1)):
            with self.assertRaisesRegex(UserError, "over"):
                first._accept()
            self._run_cron()
            self.assertEqual((first.state, second.state), ("expired", "offered"))
            self._run_cron()
            second._accept()
        self.assertEqual(self.event.seats_taken, 1)

    def test_leaving_gives_the_seat_to_the_next(self):
        first, second = self._join("First"), self._join("Second")
        self.registration.action_cancel()
        first._leave("declined")
        self.assertEqual((first.state, second.state), ("declined", "offered"))

    def test_a_larger_room_serves_who_waits(self):
        wait = self._join("First")
        self.event.seats_max = 2
        self._run_cron()
        self.assertEqual(wait.state, "offered")

    def test_joining_twice_is_once(self):
        self.assertEqual(self._join("First"), self._join("First"))

    def test_bad_input_is_refused(self):
        for values in ({"name": ""}, {"email": "nothing"}, {"email": ""}):
            with self.assertRaises(UserError):
                self.waits._join(
                    self.event, {"name": "A", "email": "a@example.com", **values}
                )
        with (
            freeze_time(self.event.date_end + timedelta(days=1)),
            self.assertRaisesRegex(UserError, "over"),
        ):
            self._join("Late")

    def test_a_paid_seat_becomes_a_confirmed_order(self):
        product = self.env["product.product"].create(
            {"name": "Seat", "type": "service", "service_tracking": "event"}
        )
        event = self._create_course(
            seats=1,
            days=30,
            tickets=({"name": "Seat", "product_id": product.id, "price": 300},),
        )
        registration = self._register(event, event_ticket_id=event.event_ticket_ids.id)
        wait = self._join("First", event)
        other = self._join("Second", event)
        registration.action_cancel()
        wait._accept()
        order = wait.registration_id.sale_order_id
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.amount_untaxed, 300)
        self.assertEqual(len(order.order_line.registration_ids), 1)
        self.assertEqual(wait.registration_id.state, "open")
        self.assertEqual(other.state, "waiting")
        self.assertEqual(event.seats_taken, 1)

    def test_the_offer_is_queued_once_and_sent_with_its_link(self):
        wait = self._join("First")
        self.registration.action_cancel()
        message = self.env["coworking.training.message"].search(
            [("wait_id", "=", wait.id)]
        )
        self.assertEqual(message.kind, "offer")
        message._send()
        self.assertEqual(message.state, "sent")
        mail = self.env["mail.mail"].search([("email_to", "=", "first@example.com")])
        self.assertIn(wait.token, mail.body_html)

    def test_foreign_tokens_open_nothing(self):
        self._join("First")
        for token in ("", "x", "x" * 43, None, "%" * 43):
            self.assertFalse(self.waits._of_token(token))
