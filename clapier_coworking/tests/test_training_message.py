import base64
from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .training_common import TrainingCommon


@tagged("post_install", "-at_install")
class TestTrainingMessage(TrainingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.event = cls._create_course(
            days=20,
            coworking_booklet=base64.b64encode(b"%PDF-1.4 welcome"),
            coworking_booklet_name="Welcome.pdf",
        )
        cls.registration = cls._register(cls.event, cls.learner)
        cls.messages = cls.env["coworking.training.message"]

    def _queue(self, moment):
        with freeze_time(moment):
            return self.messages._queue_due(self.organisation)

    def test_a_convocation_is_queued_in_time_and_once(self):
        begin = self.event.date_begin
        self.assertFalse(self._queue(begin - timedelta(days=15)))
        queued = self._queue(begin - timedelta(days=13))
        self.assertEqual(queued.mapped("kind"), ["convocation"])
        self.assertFalse(self._queue(begin - timedelta(days=12)))

    def test_a_late_registration_is_convoked_too(self):
        begin = self.event.date_begin
        self._queue(begin - timedelta(days=13))
        late = self._register(self.event, self.other)
        self.assertEqual(self._queue(begin - timedelta(days=2)).registration_id, late)

    def test_convocation_and_booklet_are_joined_to_one_mail(self):
        moment = self.event.date_begin - timedelta(days=13)
        queued = self._queue(moment)
        with freeze_time(moment):
            queued._send()
            queued._send()
        self.assertEqual(queued.state, "sent")
        mail = self.env["mail.mail"].search([("email_to", "=", "lou@example.com")])
        self.assertEqual(len(mail), 1)
        self.assertEqual(len(mail.attachment_ids), 2)
        self.assertIn("Welcome.pdf", mail.attachment_ids.mapped("name"))
        self.assertIn(self.registration.coworking_token, mail.body_html)

    def test_who_has_left_is_not_told(self):
        moment = self.event.date_begin - timedelta(days=13)
        queued = self._queue(moment)
        self.registration.action_cancel()
        with freeze_time(moment):
            queued._send()
        self.assertEqual(queued.state, "skipped")

    def test_a_reminder_comes_the_day_before(self):
        kinds = self._queue(self.event.date_begin - timedelta(hours=20)).mapped("kind")
        self.assertEqual(sorted(kinds), ["convocation", "reminder"])

    def test_evaluations_are_asked_for_at_the_end_and_later_once(self):
        self._register(self.event, self.other)
        for session in self.event.coworking_session_ids:
            self._sign(session, self.registration)
        end = self.event.date_end
        moment = end + timedelta(hours=2)
        hot = self._queue(moment)
        self.assertEqual(hot.mapped("kind"), ["hot"])
        with freeze_time(moment):
            hot._send()
        answer = self.registration.coworking_hot_input_id
        self.assertEqual(answer.survey_id, self.event.coworking_hot_survey_id)
        mail = self.env["mail.mail"].search(
            [("email_to", "=", "lou@example.com")], order="id desc", limit=1
        )
        self.assertIn(answer.access_token, mail.body_html)
        self.assertFalse(self._queue(end + timedelta(days=80)))
        cold = self._queue(end + timedelta(days=91))
        self.assertEqual(cold.mapped("kind"), ["cold"])
        with freeze_time(end + timedelta(days=91)):
            cold._send()
        self.assertTrue(self.registration.coworking_cold_input_id)
        self.assertFalse(self._queue(end + timedelta(days=92)))

    def test_the_number_of_statements_does_not_grow_with_people(self):
        self.env["event.registration"].create(
            [{"event_id": self.event.id, "name": f"P{rank}"} for rank in range(40)]
        )
        moment = self.event.date_begin - timedelta(days=13)
        with freeze_time(moment):
            self.organisation._coworking_policy()
            self.env.flush_all()
            with self.assertQueryCount(4):
                queued = self.messages._queue_due(self.organisation)
        self.assertEqual(len(queued), 41)
