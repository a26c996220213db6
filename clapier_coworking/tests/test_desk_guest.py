import re
from datetime import date, datetime, timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .desk_common import MONDAY, TUESDAY, DeskCommon


@tagged("post_install", "-at_install")
class TestDeskGuest(DeskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.host = cls._create_person("Louise Mounier", days=3)
        cls.area.capacity = 5

    def _invite(self, day=TUESDAY, name="Ali", email="ali@example.com", **options):
        return self.visits._invite(
            self.host, self.area, day, "day", name, email, **options
        )

    def test_guests_are_counted_by_month(self):
        first = self._invite()
        self._invite(name="Zoé")
        with self.assertRaisesRegex(UserError, "invited 2 guests that month"):
            self._invite(name="Third")
        self._invite(day=date(2027, 4, 6))
        first._cancel()
        self._invite(name="Third")
        self.assertEqual(self._left(), [3, 3])
        self.assertEqual(self._days(self.host), 3)

    def test_the_limit_is_in_the_database(self):
        first = self._invite()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(UserError, "at this very instant"),
        ):
            self.visits._book(
                self.env["res.partner"],
                self.area,
                TUESDAY,
                "am",
                host_id=self.host.id,
                guest_name="Second",
                guest_month=first.guest_month,
                guest_rank=first.guest_rank,
                paid_by="guest",
            )

    def test_guests_need_a_host_a_name_and_an_address(self):
        for name, email, words in (
            ("", "ali@example.com", "guest's name"),
            ("x" * 81, "ali@example.com", "guest's name"),
            ("Ali", "nowhere", "e-mail"),
        ):
            with self.assertRaisesRegex(UserError, words):
                self._invite(name=name, email=email)
        self.host = self.person
        with self.assertRaisesRegex(UserError, "by members"):
            self._invite()

    def test_an_invitation_sent_twice_invites_once(self):
        self.assertEqual(self._invite(key="form"), self._invite(key="form"))

    def test_mails_are_written_once_by_the_cron(self):
        guest = self._invite()
        visit = self._book()
        silent = self._book(self._create_person(email=False))
        self.env["coworking.wifi.code"]._make(self.organisation, [MONDAY])
        mails = self.env["mail.mail"]
        before = mails.search([])
        for _time in range(2):
            self._run_cron("ir_cron_visit_mails")
        sent = mails.search([]) - before
        self.assertEqual(len(sent), 2)
        self.assertEqual(
            {mail.email_to for mail in sent},
            {"ali@example.com", visit.partner_id.email_formatted},
        )
        [invitation] = sent.filtered(lambda mail: mail.email_to == "ali@example.com")
        self.assertIn(guest.code, invitation.body_html)
        self.assertIn("Louise Mounier", invitation.body_html)
        self.assertTrue(silent.booked_mail_at)

    def test_the_welcome_mail_has_the_wifi_code(self):
        self.env["coworking.wifi.code"]._make(self.organisation, [MONDAY])
        visit = self._book(day=MONDAY)
        self._run_cron("ir_cron_visit_mails")
        before = self.env["mail.mail"].search([])
        visit._check_in()
        self._run_cron("ir_cron_visit_mails")
        [mail] = self.env["mail.mail"].search([]) - before
        self.assertIn(visit._wifi(), mail.body_html)


@tagged("post_install", "-at_install")
class TestWifiCode(DeskCommon):
    def test_codes_are_made_once_and_readable(self):
        codes = self.env["coworking.wifi.code"]
        for _time in range(2):
            self._run_cron("ir_cron_wifi_codes")
        made = codes.search([("company_id", "=", self.organisation.id)], order="day")
        self.assertEqual(len(made), 14)
        self.assertEqual(made[0].day, MONDAY)
        self.assertEqual(len(set(made.mapped("code"))), 14)
        for code in made.mapped("code"):
            self.assertTrue(re.fullmatch(r"[a-z]+-[a-z]+-\d{3}", code), code)

    def test_only_who_is_here_today_sees_it(self):
        self.env["coworking.wifi.code"]._make(
            self.organisation, [MONDAY, MONDAY + timedelta(days=1)]
        )
        visit = self._book(day=MONDAY)
        self.assertFalse(visit._wifi())
        visit._check_in()
        self.assertTrue(visit._wifi())
        self._freeze(datetime(2027, 3, 2, 8, 0))
        self.assertFalse(visit._wifi())
