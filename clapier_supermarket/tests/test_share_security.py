from odoo.exceptions import AccessError
from odoo.tests import tagged

from .share_common import ShareCommon


@tagged("post_install", "-at_install")
class TestShareSecurity(ShareCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office = cls._create_user(
            "office", "clapier_supermarket.group_supermarket_user"
        )
        cls.manager = cls._create_user(
            "manager", "clapier_supermarket.group_supermarket_manager"
        )
        cls.accountant = cls._create_user(
            "accountant", "account.group_account_readonly"
        )
        cls.cashier = cls._create_user("cashier", "point_of_sale.group_pos_user")
        cls.portal = cls._create_user("portal", "base.group_portal")
        cls.other = cls._create_holder("Nadia Belkacem")
        cls._record("subscription", 10, taker=cls.portal.partner_id)
        cls.movement = cls.Movement.search([("to_partner_id", "=", cls.other.id)])
        cls.request = cls._create_request(cls.other)

    def test_the_register_is_read_by_office_manager_and_accountant_only(self):
        for user in (self.office, self.manager, self.accountant):
            self.assertEqual(self.movement.with_user(user).number, self.movement.number)
        with self.assertRaises(AccessError):
            self.movement.with_user(self.cashier).read(["number"])

    def test_nobody_writes_the_register_directly(self):
        values = self.movement.copy_data()[0]
        for user in (self.office, self.manager, self.accountant, self.portal):
            with self.assertRaises(AccessError):
                self.Movement.with_user(user).create(values)
            with self.assertRaises(AccessError):
                self.register.with_user(user).write({"capital": 1})
            with self.assertRaises(AccessError):
                self.env["supermarket.shareholding"].with_user(user).create(
                    {"partner_id": self.other.id}
                )

    def test_only_managers_reverse(self):
        values = {"movement_id": self.movement.id, "reason": "Mistake"}
        Reversal = self.env["supermarket.share.reversal"]
        with self.assertRaises(AccessError):
            Reversal.with_user(self.office).create(values)
        action = Reversal.with_user(self.manager).create(values).action_reverse()
        reversal = self.Movement.browse(action["res_id"])
        self.assertEqual(reversal.reversal_of_id, self.movement)
        self.assertEqual(reversal.reason, "Mistake")

    def test_a_portal_user_sees_their_own_rows_only(self):
        partner = self.portal.partner_id
        movements = self.Movement.with_user(self.portal).search([])
        self.assertEqual(movements.to_partner_id, partner)
        holdings = (
            self.env["supermarket.shareholding"].with_user(self.portal).search([])
        )
        self.assertEqual(holdings.partner_id, partner)
        with self.assertRaises(AccessError):
            self.request.with_user(self.portal).read(["quantity"])
        with self.assertRaises(AccessError):
            self.register.with_user(self.portal).read(["capital"])

    def test_a_portal_user_certifies_nobody_else(self):
        report = self.env["report.clapier_supermarket.supermarket_share_certificate"]
        report = report.with_user(self.portal)
        own = report._get_report_values(self.portal.partner_id.ids)
        self.assertEqual(own["certificates"][0]["total"], 100)
        other = report._get_report_values(self.other.ids)
        self.assertFalse(other["certificates"][0]["holdings"])

    def test_companies_are_kept_apart(self):
        foreign_company = self._create_company("Autre coopérative")
        foreign_type = self._create_share_type(code="A", company_id=foreign_company.id)
        foreign = self._record(
            "subscription", 1, taker=self.other, type_id=foreign_type.id
        )
        with self.assertRaises(AccessError):
            foreign.with_user(self.manager).read(["number"])
