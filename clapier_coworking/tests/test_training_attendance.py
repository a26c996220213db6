from datetime import timedelta

from freezegun import freeze_time
from psycopg2 import Error

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .training_common import TrainingCommon


@tagged("post_install", "-at_install")
class TestTrainingAttendance(TrainingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.event = cls._create_course()
        cls.morning, cls.afternoon = cls.event.coworking_session_ids
        cls.registration = cls._register(cls.event, cls.learner)
        cls.attendances = cls.env["coworking.attendance"]

    def test_a_half_day_is_signed_once(self):
        row = self._sign(self.morning, self.registration)
        self.assertEqual(row.signer_name, "Lou Martin")
        self.assertEqual(self.registration.state, "done")
        self.assertEqual(self.registration.coworking_hours_signed, 3)
        self.assertEqual(self.morning.signed_count, 1)
        with self.assertRaisesRegex(UserError, "already signed"):
            self._sign(self.morning, self.registration)

    def test_the_database_refuses_a_second_signature(self):
        row = self._sign(self.morning, self.registration)
        with mute_logger("odoo.sql_db"), self.assertRaises(Error):
            self.attendances.sudo().create(row.copy_data()[0])

    def test_a_signature_never_changes(self):
        row = self._sign(self.morning, self.registration)
        with self.assertRaises(UserError):
            row.signer_name = "Somebody else"
        with self.assertRaises(UserError):
            row.unlink()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(Error),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                "UPDATE coworking_attendance SET signature = 'x' WHERE id = %s",
                [row.id],
            )

    def test_a_signed_session_neither_moves_nor_goes(self):
        self._sign(self.morning, self.registration)
        for forbidden in (
            lambda: self.morning.write(
                {"start": self.morning.start + timedelta(hours=1)}
            ),
            self.morning.action_cancel,
            self.morning.unlink,
        ):
            with self.assertRaises(UserError):
                forbidden()

    def test_only_during_the_half_day(self):
        for moment in (
            self.morning.start - timedelta(hours=1),
            self.morning.stop + timedelta(hours=3),
        ):
            with (
                freeze_time(moment),
                self.assertRaisesRegex(UserError, "cannot be signed"),
            ):
                self.attendances._sign(
                    self.morning, self.registration, self._png(), "qr"
                )

    def test_the_policy_says_until_when(self):
        self.env["coworking.policy"].search(
            [("company_id", "=", self.morning.company_id.id)]
        ).unlink()
        late = self.morning.stop + timedelta(minutes=100)
        with freeze_time(late):
            self.assertTrue(self.morning._is_sign_open())
        self.env["coworking.policy"].create(
            {
                "company_id": self.morning.company_id.id,
                "date_start": "2020-01-01",
                "sign_after_minutes": 90,
            }
        )
        with freeze_time(late):
            self.assertFalse(self.morning._is_sign_open())
        with freeze_time(late - timedelta(minutes=20)):
            self.assertTrue(self.morning._is_sign_open())

    def test_only_a_drawn_signature_counts(self):
        for image in (
            "",
            "data:image/png;base64,AAAA",
            "not base64 !",
            self._png(drawn=False),
            "data:image/svg+xml;base64,PHN2Zy8+",
        ):
            with (
                freeze_time(self.morning.start),
                self.assertRaisesRegex(UserError, "finger"),
            ):
                self.attendances._sign(self.morning, self.registration, image, "qr")

    def test_only_who_is_registered(self):
        stranger = self._register(self._create_course(days=40), self.other)
        cancelled = self._register(self.event, self.other)
        cancelled.action_cancel()
        for registration in (stranger, cancelled):
            with self.assertRaisesRegex(UserError, "not registered"):
                self._sign(self.morning, registration)

    def test_an_absence_is_recorded_and_lifted(self):
        self.attendances._record(self.morning, self.registration, "absent", "Tania")
        status = self.morning._statuses()[self.morning]
        self.assertEqual(status[self.registration].kind, "absent")
        with self.assertRaisesRegex(UserError, "recorded absent"):
            self._sign(self.morning, self.registration)
        self.attendances._record(self.morning, self.registration, "absent", "Tania")
        self.attendances._record(self.morning, self.registration, "lifted", "Tania")
        self.attendances._record(self.morning, self.registration, "lifted", "Tania")
        self._sign(self.morning, self.registration)
        self.attendances._record(self.morning, self.registration, "absent", "Tania")
        self.assertEqual(
            self.morning._statuses()[self.morning][self.registration].kind, "present"
        )
        self.assertEqual(len(self.morning.attendance_ids), 3)

    def test_the_trainer_signs_too(self):
        row = self._sign(self.morning, method="trainer")
        self.assertEqual(row.kind, "trainer")
        self.assertEqual(row.signer_name, "Tania Roux")
        with self.assertRaises(UserError):
            self._sign(self.morning, method="trainer")

    def test_a_certificate_needs_an_end_and_a_signature(self):
        self._sign(self.morning, self.registration)
        self.assertFalse(self.registration._coworking_has_certificate())
        absent = self._register(self.event, self.other)
        with freeze_time(self.event.date_end + timedelta(hours=1)):
            self.assertTrue(self.registration._coworking_has_certificate())
            self.assertFalse(absent._coworking_has_certificate())

    def test_nobody_writes_attendance_by_hand(self):
        for user in (self.user, self.manager):
            with self.assertRaises(AccessError):
                self.attendances.with_user(user).create(
                    {
                        "session_id": self.morning.id,
                        "registration_id": self.registration.id,
                        "kind": "absent",
                        "method": "trainer",
                        "signed_at": "2027-03-01",
                        "signer_name": "Me",
                    }
                )

    def test_members_read_nothing_of_attendance_directly(self):
        self._sign(self.morning, self.registration)
        for model in (
            "coworking.attendance",
            "coworking.session",
            "coworking.funding",
            "coworking.evidence",
            "coworking.training.wait",
            "coworking.training.message",
        ):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.learner_user).search([])

    def test_other_organisations_see_nothing(self):
        outsider = self.outsider
        outsider.group_ids += self.env.ref("clapier_coworking.group_coworking_user")
        self._sign(self.morning, self.registration)
        for model in ("coworking.attendance", "coworking.session"):
            found = self.env[model].with_user(outsider).search([])
            self.assertNotIn(self.organisation, found.company_id)

    def test_registrations_of_before_have_secrets_of_their_own(self):
        registrations = self.registration | self._register(self.event, self.other)
        registrations.write({"coworking_token": False, "coworking_code": False})
        self.env.flush_all()
        for column in ("coworking_token", "coworking_code"):
            self.env["event.registration"]._init_column(column)
        registrations.invalidate_recordset()
        self.assertFalse(any(registrations.mapped("coworking_token")))
        urls = {item._coworking_page_url() for item in registrations}
        codes = {item._coworking_sign_code() for item in registrations}
        self.assertEqual((len(urls), len(codes)), (2, 2))

    def test_visitors_do_not_read_the_booklet_from_the_event(self):
        self.event.website_published = True
        with self.assertRaises(AccessError):
            self.event.with_user(self.learner_user).read(["coworking_booklet"])
