from datetime import timedelta

from freezegun import freeze_time
from lxml import html

from odoo.tests import tagged

from .training_common import TrainingCommon


@tagged("post_install", "-at_install")
class TestDocuments(TrainingCommon):
    """What is printed and mailed renders, and says what its reader needs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.event = cls._create_course()
        cls.morning, cls.afternoon = cls.event.coworking_session_ids.sorted("start")
        cls.registration = cls._register(cls.event, cls.learner)
        cls._register(cls.event, cls.other)
        cls._sign(cls.morning, cls.registration)
        cls._sign(cls.morning)

    def _report(self, name, record):
        """Return the page of a report, as it is before it is printed."""
        page, _kind = self.env["ir.actions.report"]._render_qweb_html(
            f"clapier_coworking.{name}", record.ids
        )
        return html.fromstring(page)

    def test_a_convocation_says_when_where_and_with_whom(self):
        text = self._report("training_convocation", self.registration).text_content()
        for word in ("Lou Martin", "First aid", "Classroom", "Tania Roux"):
            self.assertIn(word, text)
        self.assertNotIn("Otto Blanc", text)

    def test_a_certificate_says_what_was_signed_and_no_more(self):
        self.assertNotIn(
            "Lou Martin",
            self._report("training_certificate", self.registration).text_content(),
            "the training is not over",
        )
        with freeze_time(self.event.date_end + timedelta(days=1)):
            page = self._report("training_certificate", self.registration)
        text = page.text_content()
        self.assertIn("Lou Martin", text)
        self.assertIn(self.morning._when(), text)
        self.assertNotIn(self.afternoon._when(), text)

    def test_an_attendance_sheet_shows_everybody_and_their_signatures(self):
        page = self._report("training_sheet", self.event)
        text = page.text_content()
        for word in ("Lou Martin", "Otto Blanc", "Tania Roux"):
            self.assertIn(word, text)
        signatures = page.xpath("//td//img[starts-with(@src, 'data:image')]")
        self.assertEqual(len(signatures), 2, "the learner's and the trainer's")

    def test_every_mail_of_a_booking_names_the_space_and_leads_on(self):
        booking = self.env["coworking.booking"].create(
            {
                "partner_id": self.learner.id,
                "space_id": self._create_space(name="Round Room").id,
                "start": self.afternoon.start,
                "stop": self.afternoon.stop,
                "payment": "free",
            }
        )
        notices = self.env["coworking.notice"]
        kinds = notices._fields["kind"].get_values(self.env)
        for kind in kinds:
            with self.subTest(kind=kind):
                template = self.env.ref(
                    f"clapier_coworking.mail_template_notice_{kind}"
                )
                notice = notices.create(
                    {
                        "partner_id": self.learner.id,
                        "booking_id": booking.id,
                        "company_id": self.organisation.id,
                        "kind": kind,
                        "state": "queued",
                        "key": f"documents {kind}",
                    }
                )
                mail = template._generate_template(
                    notice.ids, ["subject", "body_html"]
                )[notice.id]
                body = html.fromstring(mail["body_html"])
                self.assertIn("Round Room", mail["subject"] + body.text_content())
                self.assertIn("Lou Martin", body.text_content())
                self.assertTrue(
                    body.xpath("//a[starts-with(@href, 'http')]"), mail["body_html"]
                )
