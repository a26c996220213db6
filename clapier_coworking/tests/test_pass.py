from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..coworking_plan_rules import month_of
from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
class TestPass(PlanCommon):
    def setUp(self):
        super().setUp()
        self.order = self.env["sale.order"].create(
            {
                "partner_id": self.person.id,
                "company_id": self.organisation.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.ten_days.product_id.id,
                            "product_uom_qty": 2,
                        }
                    )
                ],
            }
        )
        self.order.action_confirm()
        self.account = self.env["coworking.account"]._of(self.person, self.organisation)

    def _refund(self, **vals):
        form = Form(
            self.env["coworking.pass.refund"].with_context(
                default_account_id=self.account.id
            )
        )
        form.row_id = self.account.row_ids.filtered(lambda row: row.kind == "purchase")
        form.reason = "Moved away"
        for name, value in vals.items():
            form[name] = value
        return form.save()

    def test_confirmed_order_is_on_the_account(self):
        self.assertEqual(self.account.days_balance, 20)
        self.assertEqual(self.account.row_ids.amount, 240)
        self.assertTrue(self.account.row_ids.expires_on)
        self.order._action_confirm()
        self.assertEqual(self.account.days_balance, 20)

    def test_order_on_an_account_is_not_cancelled(self):
        with self.assertRaisesRegex(UserError, "pay back"):
            self.order._action_cancel()

    def test_pays_back_what_is_left(self):
        self._use(self.account, 15, "2027-03-01", unit="day")
        refund = self._refund()
        self.assertEqual((refund.left, refund.quantity, refund.amount), (5, 5, 60))
        action = refund.action_refund()
        move = self.env["account.move"].browse(action["res_id"])
        self.assertEqual((move.move_type, move.amount_untaxed), ("out_refund", 60))
        self.assertEqual(self.account.days_balance, 0)
        with self.assertRaisesRegex(UserError, "already"):
            self._refund(quantity=1).action_refund()

    def test_pays_back_no_more(self):
        with self.assertRaisesRegex(UserError, "at most"):
            self._refund(quantity=21).action_refund()

    def test_correction_takes_a_row_back_once(self):
        today = self.organisation._coworking_today()
        use = self._use(self.account, 3, today, unit="day")
        correction = self.env["coworking.hours.correction"].create(
            {"account_id": self.account.id, "row_id": use.id, "reason": "Not there"}
        )
        correction.action_correct()
        self.assertEqual(self.account.days_balance, 20)
        self.assertEqual(self.account.row_ids.reversal_of_id, use)
        usage = self.account._usage(self.account, month_of(today))[self.account]
        self.assertFalse(usage[0])
        with self.assertRaisesRegex(UserError, "corrected already"):
            correction.action_correct()

    def test_simulation_is_cheapest_first(self):
        rows = self.env["coworking.account"]._simulate(self.person, self.organisation)
        self.assertEqual(
            [row["amount"] for row in rows], sorted(row["amount"] for row in rows)
        )
        self.assertEqual(
            {row["plan"] for row in rows}, {self.half, self.full, self.half.browse()}
        )
        simulation = self.env["coworking.plan.simulation"].create(
            {"partner_id": self.person.id, "company_id": self.organisation.id}
        )
        self.assertEqual(len(simulation.line_ids), 3)
