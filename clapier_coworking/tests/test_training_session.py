from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..models.coworking_claim import ClaimRefused
from .training_common import TrainingCommon


@tagged("post_install", "-at_install")
class TestTrainingSession(TrainingCommon):
    def test_sessions_claim_their_spaces(self):
        event = self._create_course()
        claims = event.coworking_session_ids.claim_ids
        self.assertEqual(claims.mapped("kind"), ["training"] * 2)
        self.assertEqual(event.coworking_hours, 7)
        first = event.coworking_session_ids[0]
        self.assertEqual(first.trainer_id, self.trainer)
        with self.assertRaises(ClaimRefused):
            self._claim(self.room, first.start, first.stop)

    def test_a_training_begins_and_ends_with_its_sessions(self):
        event = self._create_course()
        first, last = event.coworking_session_ids
        self.assertEqual((event.date_begin, event.date_end), (first.start, last.stop))
        last.action_cancel()
        self.assertEqual(event.date_end, first.stop)

    def test_a_cancelled_session_frees_its_space_at_once(self):
        session = self._create_course().coworking_session_ids[0]
        session.action_cancel()
        claims = self._claim(self.room, session.start, session.stop)
        with self.assertRaises(ClaimRefused):
            session.action_plan()
        claims._release()
        session.action_plan()
        self.assertTrue(session.claim_ids)

    def test_a_cancelled_event_frees_its_spaces(self):
        event = self._create_course()
        event.kanban_state = "cancel"
        self.assertFalse(event.coworking_session_ids.claim_ids)

    def test_a_session_moves_with_its_claim_or_not_at_all(self):
        session = self._create_course().coworking_session_ids[0]
        before = session.start
        taken = session.start - timedelta(days=1)
        self._claim(self.room, taken, taken + timedelta(hours=3))
        with self.assertRaises(ClaimRefused):
            session.write({"start": taken, "stop": taken + timedelta(hours=3)})
        self.env.invalidate_all()
        self.assertEqual(session.start, before)
        self.assertEqual(session.claim_ids.use_start, before)
        later = before + timedelta(days=2)
        session.write({"start": later, "stop": later + timedelta(hours=3)})
        self.assertEqual(session.claim_ids.use_start, later)

    def test_spaces_of_another_organisation_are_refused(self):
        other = self.env["res.company"].create({"name": "Another"})
        room = self._create_space(company_id=other.id)
        session = self._create_course().coworking_session_ids[0]
        with self.assertRaises(UserError):
            session.space_ids = room

    def test_a_whole_day_is_not_one_signature(self):
        session = self._create_course().coworking_session_ids[0]
        with self.assertRaises(ValidationError):
            session.stop = session.start + timedelta(hours=9)

    # --- Making the half-days

    def _maker(self, event, **vals):
        return (
            self.env["coworking.session.maker"]
            .with_context(default_event_id=event.id)
            .create(
                {
                    "event_id": event.id,
                    "date_from": "2027-03-01",
                    "date_to": "2027-03-07",
                    "space_ids": [Command.set(self.room.ids)],
                    **vals,
                }
            )
        )

    def test_half_days_skip_weekends_and_closed_days(self):
        self.room.resource_calendar_id = self._create_calendar(days=(0, 1, 3))
        event = self._create_training(coworking_is_training=True)
        maker = self._maker(event)
        maker.action_preview()
        self.assertEqual(len(maker.line_ids), 10)
        self.assertEqual(
            maker.line_ids.mapped("state").count("closed"), 4, "Wednesday and Friday"
        )
        maker.action_make()
        sessions = event.coworking_session_ids
        self.assertEqual(len(sessions), 6)
        # 9 o'clock in Paris, in winter.
        self.assertEqual(sessions[0].start, self._at(1, 8))
        self.assertEqual(sessions[0].half, "morning")
        self.assertEqual(sessions[1].half, "afternoon")
        self.assertEqual(len(sessions.claim_ids), 6)

    def test_conflicts_are_shown_with_what_is_free_instead(self):
        other = self._create_space(name="Other room", capacity=20)
        self._claim(self.room, self._at(2, 8), self._at(2, 10))
        event = self._create_training(coworking_is_training=True)
        maker = self._maker(event)
        maker.action_preview()
        taken = maker.line_ids.filtered(lambda line: line.state == "taken")
        self.assertEqual(taken.start, self._at(2, 8))
        self.assertIn("Other room", taken.alternatives)
        self.assertEqual(maker.conflict_count, 1)
        with self.assertRaisesRegex(UserError, "taken"):
            maker.action_make()
        self.assertFalse(event.coworking_session_ids)
        taken.space_ids = other
        maker.action_make()
        self.assertEqual(len(event.coworking_session_ids), 10)

    def test_the_night_of_the_clocks_is_refused(self):
        event = self._create_training(coworking_is_training=True)
        maker = self._maker(
            event,
            date_from="2027-03-28",
            date_to="2027-03-28",
            on_sunday=True,
            morning_from=2.5,
            morning_to=5,
        )
        with self.assertRaisesRegex(UserError, "clocks"):
            maker.action_preview()

    def test_too_many_days_are_refused(self):
        event = self._create_training(coworking_is_training=True)
        for last in ("2027-02-01", "2030-03-01"):
            with self.assertRaises(UserError):
                self._maker(event, date_to=last).action_preview()

    def test_the_form_begins_with_the_training(self):
        event = self._create_course()
        action = self.env["coworking.session.maker"].with_context(
            default_event_id=event.id
        )
        with Form(action) as form:
            self.assertEqual(form.trainer_id, self.trainer)

    def test_looking_at_many_half_days_takes_few_statements(self):
        event = self._create_training(coworking_is_training=True)
        maker = self._maker(event, date_to="2027-03-07")
        longer = self._maker(event, date_to="2027-05-20")
        with freeze_time("2027-01-01"):
            maker.action_preview()
            maker.line_ids.unlink()
            self.env.flush_all()
            with self.assertQueryCount(200):
                longer.action_preview()
        self.assertGreater(len(longer.line_ids), 100)

    def test_who_only_keeps_events_opens_a_training(self):
        event = self._create_course()
        self._register(event, self.learner)
        self.outsider.write(
            {
                "group_ids": [Command.link(self.env.ref("event.group_event_user").id)],
                "company_ids": [Command.link(self.organisation.id)],
                "company_id": self.organisation.id,
            }
        )
        for records in (event, event.registration_ids):
            with Form(records.with_user(self.outsider)) as form:
                self.assertTrue(form.name)
        with Form(event.with_user(self.user)) as form:
            self.assertEqual(form.coworking_session_count, 2)
