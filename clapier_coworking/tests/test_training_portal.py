from datetime import timedelta

from freezegun import freeze_time

from odoo.fields import Datetime
from odoo.http import Request
from odoo.tests import HttpCase, tagged

from .training_common import TrainingCommon


@tagged("post_install", "-at_install")
class TestTrainingPortal(HttpCase, TrainingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Visitors see the events of the company of the website.
        cls.env["website"].search([]).company_id = cls.organisation
        cls.event = cls._create_course(days=0, website_published=True)
        cls.morning, cls.afternoon = cls.event.coworking_session_ids
        # The morning takes place now.
        now = Datetime.now().replace(second=0, microsecond=0)
        cls.morning.write(
            {"start": now - timedelta(minutes=30), "stop": now + timedelta(hours=2)}
        )
        cls.registration = cls._register(cls.event, cls.learner, phone="0611223344")
        cls.foreign = cls._register(cls.event, cls.other)
        cls.url = cls.registration._coworking_page_url()
        cls.env.flush_all()

    def _post(self, url, **data):
        data["csrf_token"] = Request.csrf_token(self)
        return self.url_open(url, data=data)

    def _login(self, login):
        self.authenticate(login, login)

    # --- Without account

    def test_a_participant_signs_on_the_phone(self):
        self.authenticate(None, None)
        page = self.url_open(self.url).text
        self.assertIn(f"{self.url}/sign/{self.morning.id}", page)
        self.assertNotIn("Otto", page)
        answer = self._post(
            f"{self.url}/sign/{self.morning.id}", image=self._png(), via="qr"
        )
        self.assertEqual(answer.status_code, 200)
        row = self.morning.attendance_ids
        self.assertEqual(row.registration_id, self.registration)
        self.assertEqual(row.method, "qr")
        again = self._post(f"{self.url}/sign/{self.morning.id}", image=self._png())
        self.assertIn("already signed", again.text)
        self.assertEqual(len(self.morning.attendance_ids), 1)

    def test_the_code_of_the_convocation_leads_to_the_frame(self):
        self.authenticate(None, None)
        room = f"/training/sign/{self.morning.token}"
        page = self.url_open(room)
        self.assertEqual(page.status_code, 200)
        for name in ("Lou", "Otto"):
            self.assertNotIn(name, page.text)
        wrong = self._post(room, code="ABCDEFGH")
        self.assertIn("No participant", wrong.text)
        right = self._post(room, code=self.registration.coworking_code.lower())
        self.assertIn("Lou Martin", right.text)
        self.assertIn("canvas", right.text)

    def test_a_logged_in_participant_is_known(self):
        self._login("learner")
        page = self.url_open(f"/training/sign/{self.morning.token}").text
        self.assertIn("Lou Martin", page)
        self.assertIn("canvas", page)

    def test_foreign_tokens_open_nothing(self):
        self.authenticate(None, None)
        token = "x" * 43
        for url in (
            f"/training/me/{token}",
            f"/training/me/{token}/convocation.pdf",
            f"/training/me/{token}/sign/{self.morning.id}",
            f"/training/sign/{token}",
            f"/training/offer/{token}",
            f"{self.url}/certificate.pdf",
            f"{self.url}/other.pdf",
            f"{self.url}/booklet.pdf",
        ):
            self.assertEqual(self.url_open(url).status_code, 404, url)

    def test_a_session_of_another_training_is_not_signed(self):
        session = self._create_course(days=40).coworking_session_ids[0]
        session.space_ids = False
        session.write({"start": self.morning.start, "stop": self.morning.stop})
        self.env.flush_all()
        self.authenticate(None, None)
        answer = self._post(f"{self.url}/sign/{session.id}", image=self._png())
        self.assertEqual(answer.status_code, 404)
        self.assertFalse(session.attendance_ids)

    def test_a_bad_signature_is_refused_with_a_sentence(self):
        self.authenticate(None, None)
        for image in ("", "data:image/png;base64,AAAA", "\0" * 9, "x" * 300_000):
            answer = self._post(f"{self.url}/sign/{self.morning.id}", image=image)
            self.assertIn("with your finger", answer.text)
        self.assertFalse(self.morning.attendance_ids)

    # --- Participants

    def test_members_see_their_own_trainings_only(self):
        self._login("learner")
        page = self.url_open("/my/trainings").text
        self.assertIn(self.url, page)
        self.assertNotIn(self.foreign._coworking_page_url(), page)
        self.assertEqual(self.url_open("/my").status_code, 200)

    def test_a_booker_does_not_see_what_is_somebody_else_s(self):
        booked = self._register(
            self.event, self.other, name="Nina", email="nina@example.com"
        )
        self.assertFalse(booked.coworking_attendee_id)
        self.env.flush_all()
        self._login("other")
        self.assertNotIn(
            booked._coworking_page_url(), self.url_open("/my/trainings").text
        )

    # --- Trainer

    def test_the_trainer_sees_names_and_phones_and_records_absences(self):
        self._login("trainer")
        url = f"/my/trainings/teaching/{self.morning.id}"
        self.assertIn(url, self.url_open("/my/trainings/teaching").text)
        page = self.url_open(url).text
        self.assertIn("Lou Martin", page)
        self.assertIn(self.registration.phone, page)
        self.assertNotIn("lou@example.com", page)
        self.assertIn(f"/training/sign/{self.morning.token}", page)
        # A certificate is its owner's.
        self.assertTrue(self.url_open(f"{url}/certificate.pdf").url.endswith("/my"))
        self._post(f"{url}/record", registration_id=self.foreign.id, what="absent")
        self.assertEqual(self.morning.attendance_ids.kind, "absent")
        self._post(f"{url}/record", registration_id=self.foreign.id, what="lifted")
        self._post(f"{url}/sign/{self.foreign.id}", image=self._png())
        self._post(f"{url}/sign/0", image=self._png())
        self.assertEqual(
            self.morning.attendance_ids.sorted("id").mapped("kind"),
            ["absent", "lifted", "present", "trainer"],
        )

    def test_nobody_else_teaches(self):
        url = f"/my/trainings/teaching/{self.morning.id}"
        self._login("learner")
        self.assertTrue(self.url_open(url).url.endswith("/my"))
        for path, data in (
            ("record", {"registration_id": self.registration.id, "what": "absent"}),
            (f"sign/{self.registration.id}", {"image": self._png()}),
            ("sign/0", {"image": self._png()}),
        ):
            answer = self._post(f"{url}/{path}", **data)
            self.assertTrue(answer.url.endswith("/my"), answer.url)
        self.assertTrue(self.url_open(f"{url}/sheet.pdf").url.endswith("/my"))
        self.assertFalse(self.morning.attendance_ids)

    def test_a_trainer_records_only_participants_of_the_session(self):
        stranger = self._register(self._create_course(days=30), self.other)
        self.env.flush_all()
        self._login("trainer")
        url = f"/my/trainings/teaching/{self.morning.id}"
        self._post(f"{url}/record", registration_id=stranger.id, what="absent")
        self._post(f"{url}/record", registration_id="x", what="absent")
        self._post(
            f"{url}/record", registration_id=self.registration.id, what="present"
        )
        self._post(f"{url}/sign/{stranger.id}", image=self._png())
        self.assertFalse(self.morning.attendance_ids)

    # --- Waiting list and website

    def test_a_visitor_joins_the_list_and_answers_the_offer(self):
        event = self._create_course(days=20, seats=1, website_published=True)
        holder = self._register(event, self.learner)
        self.env.flush_all()
        self.authenticate(None, None)
        self.assertIn(
            f"/training/wait/{event.id}", self.url_open(event.website_url).text
        )
        bad = self._post(f"/training/wait/{event.id}", name="Ana", email="nothing")
        self.assertIn("alert-danger", bad.text)
        good = self._post(
            f"/training/wait/{event.id}", name="Ana", email="ana@example.com"
        )
        self.assertIn("on the list", good.text)
        wait = event.coworking_wait_ids
        holder.action_cancel()
        self.env.flush_all()
        offer = self.url_open(f"/training/offer/{wait.token}").text
        self.assertIn("Take this seat", offer)
        self._post(f"/training/offer/{wait.token}", answer="take")
        self.assertEqual(wait.state, "accepted")

    def test_what_is_not_published_has_no_list(self):
        event = self._create_course(days=20, seats=1, website_published=False)
        self.env.flush_all()
        self.authenticate(None, None)
        answer = self.url_open(f"/training/wait/{event.id}")
        self.assertIn(answer.status_code, (403, 404))

    def test_the_public_page_shows_published_trainings(self):
        hidden = self._create_course(days=25, website_published=False, name="Hidden")
        self.env.flush_all()
        self.authenticate(None, None)
        page = self.url_open("/trainings").text
        self.assertIn("First aid", page)
        self.assertNotIn(hidden.name, page)
        self.assertEqual(self.url_open(self.event.website_url).status_code, 200)

    def test_a_certificate_is_given_at_the_end_to_its_owner(self):
        self._sign(self.morning, self.registration)
        with freeze_time(self.event.date_end + timedelta(hours=1)):
            self.assertTrue(self.registration._coworking_has_certificate())
            self.assertFalse(self.foreign._coworking_has_certificate())
