from freezegun import freeze_time
from psycopg2.errors import RestrictViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..models.supermarket_till_attempt import MAX_WRONG_CODES
from .till_common import CODE, TILL_MANAGER, TillCommon


@tagged("post_install", "-at_install")
class TestTillOverride(TillCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.refused = cls._create_member("Zoé Bernard")
        cls._refuse(cls.refused)
        cls.Override = cls.env["supermarket.till.override"]

    def _try(self, **vals):
        return self._override(self._order(self.refused), **vals)

    def test_right_code_adds_one_row_however_often_it_is_sent(self):
        order = self._order(self.refused)
        for _time in range(3):
            self.assertEqual(self._override(order), {"ok": True})
        self.assertEqual(
            self.Override.search_count([("order_uuid", "=", order["uuid"])]), 1
        )

    def test_override_needs_a_reason(self):
        answer = self._try(reason="  ")
        self.assertFalse(answer["ok"])
        self.assertIn("Write why", answer["message"])

    def test_wrong_code_is_refused_by_name(self):
        answer = self._try(code="000000")
        self.assertFalse(answer["ok"])
        self.assertIn(self.manager.name, answer["message"])
        self.assertFalse(self.Override.search([("partner_id", "=", self.refused.id)]))

    def test_somebody_who_is_no_till_manager_cannot_vouch(self):
        self.cashier.sudo().supermarket_till_code = CODE
        answer = self._override(self._order(self.refused), manager=self.cashier)
        self.assertFalse(answer["ok"])

    def test_manager_without_a_code_is_told_where_to_set_it(self):
        other = self._create_user("till_manager_2", *TILL_MANAGER)
        answer = self._try(manager=other, code="")
        self.assertFalse(answer["ok"])
        self.assertIn("preferences", answer["message"])

    def test_manager_who_is_logged_in_gives_a_reason_alone(self):
        answer = self._try(code=False, user=self.manager)
        self.assertEqual(answer, {"ok": True})

    def test_five_wrong_codes_lock_the_manager_at_this_till_for_some_minutes(self):
        with freeze_time("2026-03-02 10:00:00"):
            for _time in range(MAX_WRONG_CODES):
                self.assertIn("not the till code", self._try(code="000000")["message"])
            answer = self._try(code=CODE)
            self.assertFalse(answer["ok"], "the right code comes too late")
            self.assertIn("Too many wrong codes", answer["message"])
        with freeze_time("2026-03-02 10:09:00"):
            self.assertFalse(self._try(code=CODE)["ok"])
        with freeze_time("2026-03-02 10:11:00"):
            self.assertTrue(self._try(code=CODE)["ok"])

    def test_count_starts_anew_after_the_lock(self):
        with freeze_time("2026-03-02 10:00:00"):
            for _time in range(MAX_WRONG_CODES):
                self._try(code="000000")
        with freeze_time("2026-03-02 10:30:00"):
            for _time in range(MAX_WRONG_CODES - 1):
                self._try(code="000000")
            self.assertTrue(self._try(code=CODE)["ok"])

    def test_right_code_forgets_the_wrong_ones(self):
        for _round in range(2):
            for _time in range(MAX_WRONG_CODES - 1):
                self._try(code="000000")
            self.assertTrue(self._try(code=CODE)["ok"])

    def test_lock_holds_at_one_till_for_one_manager(self):
        for _time in range(MAX_WRONG_CODES + 1):
            self._try(code="000000")
        other = self._create_user("till_manager_2", *TILL_MANAGER)
        other.supermarket_till_code = "another 1"
        self.assertTrue(self._try(manager=other, code="another 1")["ok"])

    def test_manager_sets_their_code_in_their_preferences(self):
        view = "base.view_users_form_simple_modif"
        with Form(self.manager.with_user(self.manager), view=view) as preferences:
            preferences.supermarket_till_code = "new code"
        self.assertTrue(self._try(code="new code")["ok"])
        self.assertFalse(self._try(code=CODE)["ok"])

    def test_code_is_kept_hashed_and_read_by_nobody(self):
        hashed = self.manager.sudo().supermarket_till_code_hash
        self.assertTrue(hashed.startswith("$pbkdf2"))
        manager = self.manager.with_user(self.manager)
        self.assertFalse(manager.supermarket_till_code)
        with self.assertRaises(AccessError):
            manager.read(["supermarket_till_code_hash"])
        admin = self.manager.with_user(self.env.ref("base.user_admin"))
        with self.assertRaises(AccessError):
            admin.read(["supermarket_till_code_hash"])

    def test_short_code_is_refused(self):
        with self.assertRaisesRegex(UserError, "at least 6"):
            self.manager.supermarket_till_code = "1234"

    def test_nobody_sets_the_code_of_somebody_else(self):
        with self.assertRaises(AccessError):
            self.manager.with_user(self.cashier).write(
                {"supermarket_till_code": "stolen 1"}
            )

    def test_log_is_never_changed_nor_deleted(self):
        order = self._order(self.refused)
        self._override(order)
        override = self.Override.search([("order_uuid", "=", order["uuid"])])
        with self.assertRaises(UserError):
            override.reason = "Something else"
        with self.assertRaises(UserError):
            override.unlink()
        for statement in (
            "UPDATE supermarket_till_override SET reason = 'Something else'",
            "DELETE FROM supermarket_till_override",
        ):
            with (
                self.subTest(statement),
                mute_logger("odoo.sql_db"),
                self.assertRaises(RestrictViolation),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(statement)

    def test_log_is_for_staff(self):
        self._try()
        staff = self._create_user(
            "till_office", "clapier_supermarket.group_supermarket_user"
        )
        self.assertTrue(self.Override.with_user(staff).search([]))
        self.assertTrue(self.Override.with_user(self.manager).search([]))
        with self.assertRaises(AccessError):
            self.Override.with_user(self.cashier).search([])
        with self.assertRaises(AccessError):
            self.Override.with_user(self.manager).create(
                {"reason": "Forged", "verdict": "refused"}
            )

    def test_who_is_no_cashier_cannot_try_codes(self):
        employee = self._create_user("till_employee", "base.group_user")
        with self.assertRaises(AccessError):
            self._try(user=employee)
