import base64
import csv
import hashlib
import zipfile
from datetime import timedelta
from io import BytesIO, StringIO

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .training_common import TrainingCommon


@tagged("post_install", "-at_install")
class TestTrainingEvidence(TrainingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.event = cls._create_course(
            coworking_goals="Save lives",
            coworking_booklet=base64.b64encode(b"welcome"),
            coworking_booklet_name="../Welcome.pdf",
        )
        cls.registration = cls._register(cls.event, cls.learner)
        for session in cls.event.coworking_session_ids:
            cls._sign(session, cls.registration)
            cls._sign(session, method="trainer")
        cls.funding = cls.env["coworking.funding"].create(
            {
                "event_id": cls.event.id,
                "funder_id": cls.organisation.partner_id.id,
                "document": base64.b64encode(b"agreed"),
                "document_name": "agreement.pdf",
            }
        )

    def _answer(self):
        survey = self.event.coworking_hot_survey_id
        self.registration.coworking_hot_input_id = self.env["survey.user_input"].create(
            {
                "survey_id": survey.id,
                "state": "done",
                "user_input_line_ids": [
                    Command.create(
                        {
                            "question_id": survey.question_ids[-1].id,
                            "answer_type": "text_box",
                            "value_text_box": "=cmd: more practice",
                        }
                    )
                ],
            }
        )

    def _make(self):
        self._answer()
        with freeze_time(self.event.date_end + timedelta(days=1)):
            evidence = self.env["coworking.evidence"]._ask(self.event)
            self.assertEqual(self.env["coworking.evidence"]._ask(self.event), evidence)
            with self.enter_registry_test_mode():
                self.env.ref(
                    "clapier_coworking.ir_cron_training_evidence"
                ).method_direct_trigger()
        evidence.invalidate_recordset()
        return evidence

    def test_the_file_proves_the_training(self):
        # Its PDFs are slow: made once, looked at from all sides.
        evidence = self._make()
        self.assertEqual(evidence.state, "done")
        self._assert_pieces(evidence)
        self._assert_for_staff_only(evidence)
        made_at = evidence.made_at
        evidence._make()
        self.assertEqual(evidence.made_at, made_at)

    def _assert_pieces(self, evidence):
        content = evidence.attachment_id.raw
        self.assertEqual(evidence.fingerprint, hashlib.sha256(content).hexdigest())
        archive = zipfile.ZipFile(BytesIO(content))
        self.assertIsNone(archive.testzip())
        rows = list(csv.DictReader(StringIO(archive.read("index.csv").decode())))
        self.assertEqual(
            {row["file"] for row in rows},
            {
                "programme.html",
                "convocations.pdf",
                "attendance.pdf",
                "certificates.pdf",
                "attendance.csv",
                "evaluations-hot.csv",
                "evaluations-cold.csv",
                "messages.csv",
                "documents/..-Welcome.pdf",
                f"fundings/{self.funding.id}-agreement.pdf",
            },
        )
        self.assertEqual(
            set(archive.namelist()),
            {row["file"] for row in rows} | {"index.html", "index.csv"},
        )
        index = archive.read("index.html").decode()
        for row in rows:
            digest = hashlib.sha256(archive.read(row["file"])).hexdigest()
            self.assertEqual(row["sha256"], digest, row["file"])
            self.assertIn(digest, index)
        self.assertIn(b"Save lives", archive.read("programme.html"))
        self.assertIn(b"'=cmd: more practice", archive.read("evaluations-hot.csv"))
        self.assertNotIn(b"Lou", archive.read("evaluations-hot.csv"))
        self.assertEqual(archive.read("attendance.csv").count(b"Lou Martin"), 2)

    def _assert_for_staff_only(self, evidence):
        self.assertTrue(evidence.with_user(self.user).file)
        for user in (self.learner_user, self.outsider):
            with self.assertRaises(AccessError):
                evidence.with_user(user).read(["file"])
            with self.assertRaises(AccessError):
                evidence.attachment_id.with_user(user).read(["raw"])
