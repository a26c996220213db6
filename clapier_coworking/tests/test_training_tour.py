import zipfile
from datetime import timedelta
from io import BytesIO

from freezegun import freeze_time

from odoo.fields import Datetime
from odoo.tests import HttpCase, tagged

from .training_common import TrainingCommon


@tagged("post_install", "-at_install")
class TestTrainingTour(HttpCase, TrainingCommon):
    def _send(self, moment):
        """Run what the crons do at a moment; return the messages sent."""
        messages = self.env["coworking.training.message"]
        with freeze_time(moment):
            queued = messages._queue_due(self.organisation)
            queued._send()
        self.env.flush_all()
        return queued

    def test_a_training_from_convocation_to_evidence(self):
        self.env["website"].search([]).company_id = self.organisation
        now = Datetime.now().replace(second=0, microsecond=0)
        event = self._create_course(days=12)
        session, other = event.coworking_session_ids
        other.action_cancel()
        session.write(
            {"start": now - timedelta(minutes=30), "stop": now + timedelta(hours=2)}
        )
        registration = self._register(event, self.learner)
        self._register(event, self.other)

        convoked = self._send(now - timedelta(days=3))
        self.assertEqual(convoked.mapped("kind"), ["convocation"] * 2)
        self.assertEqual(convoked.mapped("state"), ["sent"] * 2)

        # On the phone, without account.
        self.start_tour(registration._coworking_page_url(), "coworking_training_sign")
        self.assertEqual(registration.coworking_hours_signed, session.hours)

        self.start_tour(
            "/my/trainings/teaching", "coworking_training_teach", login="trainer"
        )
        self.env.invalidate_all()
        self.assertEqual(
            sorted(session.attendance_ids.mapped("kind")),
            ["absent", "present", "trainer"],
        )

        # The training ended an hour ago.
        self.env.cr.execute(
            "UPDATE event_event SET date_end = %s WHERE id = %s",
            [now - timedelta(hours=1), event.id],
        )
        self.env.invalidate_all()
        asked = self._send(now)
        self.assertEqual(asked.mapped("kind"), ["hot"])
        self.start_tour("/my/trainings", "coworking_training_after", login="learner")

        evidence = self.env["coworking.evidence"]._ask(event)
        evidence._make()
        archive = zipfile.ZipFile(BytesIO(evidence.attachment_id.raw))
        self.assertIn("certificates.pdf", archive.namelist())
        self.assertIn(b"Otto Blanc", archive.read("attendance.csv"))
