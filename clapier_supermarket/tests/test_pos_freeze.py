from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .till_common import TillCommon

LAW = "French law forbids"


@tagged("post_install", "-at_install")
class TestPosFreeze(TillCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = cls._create_member(
            "Ahmed Belkacem", country_id=cls.env.ref("base.fr").id
        )

    def setUp(self):
        super().setUp()
        self.order = self._sync(self._order(self.member))

    def test_paid_order_is_in_the_certified_chain(self):
        self.assertTrue(self.company._is_accounting_unalterable())
        self.assertTrue(self.order.l10n_fr_hash)
        self.assertTrue(self.order.l10n_fr_secure_sequence_number)

    def test_payment_of_a_paid_order_does_not_change(self):
        payment = self.order.payment_ids
        for vals in (
            {"amount": 1},
            {"payment_method_id": self.cash.id},
            {"payment_date": "2026-01-01 10:00:00"},
            {"is_change": True},
        ):
            with self.subTest(vals=vals), self.assertRaisesRegex(UserError, LAW):
                payment.write(vals)

    def test_payment_does_not_move_to_or_from_a_paid_order(self):
        draft = self._sync(self._order(self.member, state="draft"))
        with self.assertRaisesRegex(UserError, LAW):
            draft.payment_ids.pos_order_id = self.order
        with self.assertRaisesRegex(UserError, LAW):
            self.order.payment_ids.pos_order_id = draft

    def test_payment_is_not_added_to_a_paid_order(self):
        with self.assertRaisesRegex(UserError, LAW):
            self.order.add_payment(
                {
                    "pos_order_id": self.order.id,
                    "payment_method_id": self.cash.id,
                    "amount": 1,
                }
            )

    def test_payment_of_a_paid_order_is_not_deleted(self):
        with self.assertRaisesRegex(UserError, LAW):
            self.order.payment_ids.unlink()

    def test_payments_do_not_change_through_the_order(self):
        with self.assertRaises(UserError):
            self.order.write(
                {
                    "payment_ids": [
                        Command.update(self.order.payment_ids.id, {"amount": 1})
                    ]
                }
            )

    def test_line_of_a_paid_order_does_not_change(self):
        for vals in (
            {"qty": 1},
            {"price_unit": 1},
            {"discount": 50},
            {"price_subtotal": 1},
            {"price_subtotal_incl": 1},
            {"product_id": self.env.ref("point_of_sale.product_product_tip").id},
        ):
            with self.subTest(vals=vals), self.assertRaisesRegex(UserError, LAW):
                self.order.lines.write(vals)

    def test_line_is_not_added_to_a_paid_order(self):
        line = {"product_id": self.apples.id, "qty": 1, "price_subtotal": 3}
        with self.assertRaisesRegex(UserError, LAW):
            self.env["pos.order.line"].create(
                dict(line, order_id=self.order.id, price_subtotal_incl=3)
            )

    def test_line_of_a_paid_order_is_not_deleted(self):
        with self.assertRaises(UserError):
            self.order.lines.unlink()

    def test_amounts_of_a_paid_order_do_not_change(self):
        for name in (
            "amount_total",
            "amount_tax",
            "amount_paid",
            "amount_return",
            "amount_difference",
            "tip_amount",
        ):
            with self.subTest(field=name), self.assertRaisesRegex(UserError, LAW):
                self.order.write({name: 1})

    def test_not_even_the_superuser_changes_a_paid_order(self):
        with self.assertRaisesRegex(UserError, LAW):
            self.order.sudo().payment_ids.amount = 1

    def test_order_that_is_not_paid_changes_freely(self):
        draft = self._sync(self._order(self.member, state="draft"))
        draft.lines.qty = 5
        draft.payment_ids.amount = 15
        draft.write({"amount_total": 15})
        draft.payment_ids.unlink()
        self.assertFalse(draft.payment_ids)

    def test_company_outside_the_certification_is_as_stock(self):
        self.company.country_id = self.env.ref("base.be")
        self.order.payment_ids.payment_date = "2026-01-01 10:00:00"
        self.assertEqual(self.order.payment_ids.payment_date.year, 2026)

    def test_cash_with_change_is_taken(self):
        cash = self._order(self.member)
        cash["amount_paid"] = 10
        cash["amount_return"] = -4
        cash["payment_ids"] = [
            Command.create({"payment_method_id": self.cash.id, "amount": 10})
        ]
        order = self._sync(cash)
        self.assertEqual(order.state, "paid")
        self.assertEqual(sorted(order.payment_ids.mapped("amount")), [-4, 10])
        self.assertEqual(order.amount_paid, 6)

    def test_paid_order_is_invoiced(self):
        self.order.with_context(generate_pdf=False).action_pos_order_invoice()
        self.assertEqual(self.order.account_move.amount_total, 6)
        with self.assertRaises(UserError):
            self.order.payment_ids.amount = 1

    def test_order_is_invoiced_at_once(self):
        order = self.env["pos.order"].with_context(generate_pdf=False)
        vals = self._order(self.member, to_invoice=True)
        order.with_user(self.cashier).sync_from_ui([vals])
        order = order.search([("uuid", "=", vals["uuid"])])
        self.assertEqual(order.account_move.state, "posted")

    def test_paid_order_is_refunded(self):
        refund = self.order._refund()
        self.env["pos.make.payment"].with_context(
            active_id=refund.id, active_ids=refund.ids
        ).create(
            {"amount": refund.amount_total, "payment_method_id": self.cash.id}
        ).check()
        self.assertEqual(refund.state, "paid")
        self.assertEqual(refund.amount_total, -6)

    def test_session_closes_and_everything_stays_frozen(self):
        self.session.post_closing_cash_details(0)
        self.session.close_session_from_ui()
        self.assertEqual(self.session.state, "closed")
        self.assertEqual(self.order.state, "done")
        # Core finds no language for a sentence of its report.
        with mute_logger("odoo.tools.translate"):
            self.assertTrue(self.company._check_pos_hash_integrity())
        with self.assertRaisesRegex(UserError, LAW):
            self.order.payment_ids.payment_method_id = self.cash
        with self.assertRaisesRegex(UserError, LAW):
            self.order.amount_total = 1
