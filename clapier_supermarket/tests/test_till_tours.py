from odoo import Command
from odoo.tests import tagged

from odoo.addons.point_of_sale.tests.test_frontend import TestPointOfSaleHttpCommon

AHMED, ZOE, LINA = "0420000000013", "0420000000020", "0420000000037"


@tagged("post_install", "-at_install")
class TestTillTours(TestPointOfSaleHttpCommon):
    @classmethod
    def get_default_groups(cls):
        """Override of account: whoever sets the tests up works at the member office."""
        office = cls.env.ref("clapier_supermarket.group_supermarket_manager")
        return super().get_default_groups() | office

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls._get_main_company()
        cls.company.country_id = cls.env.ref("base.fr")
        cls.env["supermarket.policy"].create(
            {"company_id": cls.company.id, "date_start": "2020-01-01"}
        )
        cls.main_pos_config.supermarket_member_till = True
        # Only one customer is loaded at opening: the others are asked for.
        cls.env["ir.config_parameter"].set_param(
            "point_of_sale.limited_customer_count", 1
        )
        cls.ahmed = cls._create_member("Ahmed Belkacem", AHMED)
        cls.zoe = cls._create_member("Zoé Bernard", ZOE)
        cls.zoe.supermarket_block_reason = "Owes a shift"
        cls.lina = cls._create_person(
            "Lina Belkacem", LINA, supermarket_holder_id=cls.ahmed.id
        )
        cls.apples = cls.env["product.product"].create(
            {
                "name": "Apples",
                "is_storable": True,
                "available_in_pos": True,
                "list_price": 3.0,
                "taxes_id": [Command.clear()],
            }
        )
        cls.env["stock.quant"]._update_available_quantity(
            cls.apples, cls.main_pos_config.picking_type_id.default_location_src_id, 10
        )
        cls.manager = cls.env["res.users"].create(
            {
                "name": "Odile Perrin",
                "login": "till_manager",
                "password": "till_manager",
                "supermarket_till_code": "480237",
                "group_ids": [
                    Command.link(cls.env.ref(group).id)
                    for group in (
                        "base.group_user",
                        "clapier_supermarket.group_supermarket_till_manager",
                    )
                ],
            }
        )

        # The steps of core's tours read English.
        cls.env["res.lang"]._activate_lang("en_US")
        (cls.pos_user | cls.manager).lang = "en_US"

    @classmethod
    def _create_person(cls, name, card, **vals):
        return (
            cls.env["res.partner"]
            .sudo()
            .create(
                {
                    "name": name,
                    "barcode": card,
                    "supermarket_company_id": cls.company.id,
                    **vals,
                }
            )
        )

    @classmethod
    def _create_member(cls, name, card):
        member = cls._create_person(
            name,
            card,
            supermarket_is_member=True,
            supermarket_member_since="2024-01-15",
        )
        member._supermarket_assign_number()
        return member

    def _last_order(self):
        return self.env["pos.order"].search([], limit=1, order="id desc")

    def _overrides(self):
        return self.env["supermarket.till.override"].search([])

    def test_member_found_by_card_buys_and_the_stock_is_lower(self):
        self.start_pos_tour("supermarket_till_member")
        order = self._last_order()
        self.assertEqual(order.state, "paid")
        self.assertEqual(order.partner_id, self.ahmed)
        self.assertEqual(order.supermarket_verdict, "allowed")
        self.assertTrue(order.supermarket_verdict_date)
        self.assertFalse(order.supermarket_offline)
        self.assertEqual(self.apples.qty_available, 9)

    def test_member_found_by_card_buys_on_a_phone(self):
        self.browser_size = "360x740"
        self.touch_enabled = True
        self.start_pos_tour("supermarket_till_member")
        self.assertEqual(self._last_order().partner_id, self.ahmed)

    def test_attached_person_found_by_name_buys(self):
        self.start_pos_tour("supermarket_till_by_name")
        self.assertEqual(self._last_order().partner_id, self.lina)

    def test_refused_member_and_nobody_cannot_pay(self):
        self.start_pos_tour("supermarket_till_refused")
        self.assertFalse(
            self.env["pos.order"].search([("state", "in", ("paid", "done"))])
        )

    def test_till_manager_lets_a_sale_through_with_code_and_reason(self):
        self.start_pos_tour("supermarket_till_overridden")
        override = self._overrides()
        self.assertEqual(override.pos_order_ids, self._last_order())
        self.assertEqual(override.pos_order_ids.state, "paid")
        self.assertEqual(override.partner_id, self.zoe)
        self.assertEqual(override.manager_id, self.manager)
        self.assertEqual(override.cashier_id, self.pos_user)
        self.assertEqual(override.reason, "Baby milk")

    def test_till_manager_who_is_logged_in_gives_a_reason_alone(self):
        self.start_pos_tour("supermarket_till_own_manager", login="till_manager")
        self.assertEqual(self._overrides().cashier_id, self.manager)
        self.assertEqual(self._last_order().state, "paid")

    def test_network_cut_sells_on_the_last_known_verdict(self):
        self.start_pos_tour("supermarket_till_offline")
        order = self._last_order()
        self.assertEqual(order.state, "paid")
        self.assertEqual(order.partner_id, self.ahmed)
        self.assertTrue(order.supermarket_offline)
        self.assertEqual(order.supermarket_verdict, "allowed")
        self.assertFalse(self._overrides())
