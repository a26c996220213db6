from psycopg2.errors import RestrictViolation

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CoworkingCommon


@tagged("post_install", "-at_install")
class TestAccount(CoworkingCommon):
    def setUp(self):
        super().setUp()
        self.holder = self.env["res.partner"].create(
            {"name": "Association", "is_company": True}
        )
        self.account = self.env["coworking.account"]._make(
            self.holder, self.organisation
        )

    def _post(self, quantity, unit="hour", kind="grant"):
        return self.env["coworking.account"]._post(
            [
                {
                    "account_id": self.account.id,
                    "unit": unit,
                    "kind": kind,
                    "quantity": quantity,
                    "date": "2027-03-01",
                    "reference": "Test",
                }
            ]
        )

    def test_balance_is_the_sum_of_the_rows(self):
        for quantity in (10, -2.5, -0.25):
            self._post(quantity)
        self._post(3, unit="day")
        self.assertEqual(self.account.hours_balance, 7.25)
        self.assertEqual(self.account.days_balance, 3)
        self.assertEqual(
            sum(
                self.account.row_ids.filtered(lambda r: r.unit == "hour").mapped(
                    "quantity"
                )
            ),
            7.25,
        )

    def test_no_more_than_there_is(self):
        self._post(2)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(UserError, "not enough"),
        ):
            self._post(-2.5, kind="use")
        self.assertEqual(self.account.hours_balance, 2)
        self.assertEqual(len(self.account.row_ids), 1)

    def test_a_plan_may_allow_more(self):
        self.account.sudo().hours_overdraft = 5
        self._post(-5, kind="use")
        self.assertEqual(self.account.hours_balance, -5)

    def test_rows_never_change(self):
        row = self._post(2)
        with self.assertRaises(UserError):
            row.quantity = 3
        with self.assertRaises(UserError):
            row.unlink()
        for statement in (
            "UPDATE coworking_hours SET quantity = 3",
            "DELETE FROM coworking_hours",
            "TRUNCATE coworking_hours CASCADE",
        ):
            with (
                self.subTest(statement=statement),
                mute_logger("odoo.sql_db"),
                self.assertRaises(RestrictViolation),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(statement)

    def test_people_use_the_account_of_their_organisation(self):
        person = self.env["res.partner"].create(
            {"name": "Person", "parent_id": self.holder.id}
        )
        accounts = self.env["coworking.account"]
        self.assertEqual(accounts._of(person, self.organisation), self.account)
        self.assertFalse(accounts._of(person, self.env.company))
