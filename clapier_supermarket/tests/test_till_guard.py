from odoo.exceptions import UserError
from odoo.tests import tagged

from .till_common import TillCommon


@tagged("post_install", "-at_install")
class TestTillGuard(TillCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = cls._create_member("Ahmed Belkacem")
        cls.refused = cls._create_member("Zoé Bernard")
        cls._refuse(cls.refused)
        cls.Override = cls.env["supermarket.till.override"]

    def _overrides(self, order):
        return self.Override.search([("order_uuid", "=", order["uuid"])])

    def test_sale_to_a_member_is_paid_and_takes_from_the_stock(self):
        location = self.config.picking_type_id.default_location_src_id
        self.env["stock.quant"]._update_available_quantity(self.apples, location, 10)
        order = self._sync(self._order(self.member))
        self.assertEqual(order.state, "paid")
        self.assertEqual(order.partner_id, self.member)
        self.assertFalse(order.supermarket_override_id)
        self.assertEqual(self.apples.qty_available, 8)

    def test_order_sent_three_times_counts_once(self):
        order = self._order(self.refused)
        self._override(order)
        for _time in range(3):
            self._sync(dict(order, lines=list(order["lines"])))
        self.assertEqual(
            self.env["pos.order"].search_count([("uuid", "=", order["uuid"])]), 1
        )
        self.assertEqual(len(self._overrides(order)), 1)

    def test_sale_to_a_refused_member_is_refused_with_the_reason(self):
        order = self._order(self.refused)
        with self.assertRaisesRegex(UserError, "Blocked by the member office.*manager"):
            self._sync(order)

    def test_sale_without_a_member_is_refused_where_the_policy_says_so(self):
        with self.assertRaisesRegex(UserError, "Only members shop here"):
            self._sync(self._order())
        self.policy.sale_requires_member = False
        self.assertEqual(self._sync(self._order()).state, "paid")

    def test_sale_to_somebody_unknown_is_refused_where_the_policy_says_so(self):
        person = self._create_person("Jo Nobody")
        with self.assertRaisesRegex(UserError, "Jo Nobody is not a member"):
            self._sync(self._order(person))
        self.policy.sale_requires_member = False
        self.assertEqual(self._sync(self._order(person)).state, "paid")

    def test_refused_member_stays_refused_where_others_may_shop(self):
        self.policy.sale_requires_member = False
        with self.assertRaises(UserError):
            self._sync(self._order(self.refused))

    def test_refused_member_may_bring_goods_back(self):
        bought = self._sync(self._order(self.member))
        refund = self._order(self.refused, quantity=-1)
        refund["lines"][0][2]["refunded_orderline_id"] = bought.lines.id
        self.assertEqual(self._sync(refund)[:1].state, "paid")

    def test_till_that_checks_no_member_sells_to_anybody(self):
        self.config.supermarket_member_till = False
        self.assertEqual(self._sync(self._order(self.refused)).state, "paid")
        self.assertEqual(self._sync(self._order()).state, "paid")

    def test_draft_order_of_a_refused_member_is_kept(self):
        order = self._sync(self._order(self.refused, state="draft", payment_ids=[]))
        self.assertEqual(order.state, "draft")

    def test_back_office_payment_is_guarded_as_well(self):
        order = self._sync(self._order(self.refused, state="draft", payment_ids=[]))
        boss = self._create_user(
            "till_boss", "base.group_user", "point_of_sale.group_pos_manager"
        )
        wizard = (
            self.env["pos.make.payment"]
            .with_user(boss)
            .with_context(active_id=order.id, active_ids=order.ids)
            .create({"amount": order.amount_total, "payment_method_id": self.bank.id})
        )
        with self.assertRaises(UserError):
            wizard.check()

    def test_overridden_sale_is_paid_and_names_its_override(self):
        order = self._order(self.refused)
        self.assertTrue(self._override(order)["ok"])
        synced = self._sync(order)
        override = synced.supermarket_override_id
        self.assertEqual(synced.state, "paid")
        self.assertEqual(override.kind, "manager")
        self.assertEqual(override.partner_id, self.refused)
        self.assertEqual(override.verdict, "refused")
        self.assertEqual(override.reason, "Baby milk")
        self.assertEqual(override.manager_id, self.manager)
        self.assertEqual(override.cashier_id, self.cashier)
        self.assertEqual(override.session_id, self.session)
        self.assertEqual(override.pos_order_ids, synced)

    def test_override_is_good_for_one_person_alone(self):
        order = self._order(self.refused)
        self._override(order)
        other = self._create_member("Yann Le Goff")
        self._refuse(other)
        with self.assertRaises(UserError):
            self._sync(dict(order, partner_id=other.id))

    def test_override_is_good_for_one_order_alone(self):
        self._override(self._order(self.refused))
        with self.assertRaises(UserError):
            self._sync(self._order(self.refused))

    def test_till_does_not_choose_its_override(self):
        order = self._order(self.refused)
        self._override(order)
        known = self._overrides(order)
        with self.assertRaises(UserError):
            self._sync(self._order(self.refused, supermarket_override_id=known.id))

    def test_sale_without_anybody_can_be_overridden(self):
        order = self._order()
        self._override(order)
        synced = self._sync(order)
        self.assertEqual(synced.supermarket_override_id.verdict, "unknown")

    def test_offline_sale_on_an_allowing_verdict_is_a_fact_and_is_noted(self):
        order = self._sync(
            self._order(
                self.refused,
                supermarket_offline=True,
                supermarket_verdict="allowed",
                supermarket_verdict_date="2026-03-02 08:15:00",
            )
        )
        self.assertEqual(order.state, "paid")
        override = order.supermarket_override_id
        self.assertEqual(override.kind, "offline")
        self.assertEqual(override.verdict, "refused")
        self.assertIn("2026-03-02 08:15:00", override.reason)
        self.assertFalse(override.manager_id)

    def test_offline_sale_to_an_allowed_member_is_not_noted(self):
        order = self._order(
            self.member, supermarket_offline=True, supermarket_verdict="allowed"
        )
        self.assertFalse(self._sync(order).supermarket_override_id)

    def test_offline_sale_on_a_refusing_verdict_is_refused(self):
        with self.assertRaises(UserError):
            self._sync(
                self._order(
                    self.refused,
                    supermarket_offline=True,
                    supermarket_verdict="refused",
                )
            )

    def test_verdict_told_by_a_till_that_was_not_cut_off_changes_nothing(self):
        with self.assertRaises(UserError):
            self._sync(self._order(self.refused, supermarket_verdict="allowed"))

    def test_manager_working_offline_overrides_with_a_reason_alone(self):
        order = self._order(
            self.refused,
            supermarket_offline=True,
            supermarket_verdict="refused",
            supermarket_override_reason="Network down, known family",
        )
        synced = self._sync(order, user=self.manager)
        override = synced.supermarket_override_id
        self.assertEqual(override.manager_id, self.manager)
        self.assertEqual(override.reason, "Network down, known family")

    def test_cashier_working_offline_cannot_override(self):
        with self.assertRaises(UserError):
            self._sync(
                self._order(
                    self.refused,
                    supermarket_offline=True,
                    supermarket_verdict="refused",
                    supermarket_override_reason="Network down, known family",
                )
            )
