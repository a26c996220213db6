from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
class TestShare(PlanCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create(
            {"name": "Other", "country_id": cls.env.ref("base.fr").id}
        )
        cls.env["account.chart.template"]._load("fr", cls.other, install_demo=False)
        cls.space = cls._create_space(
            name="Hall", price_ids=cls._hourly(100), payment="invoice"
        )
        cls.share = cls.env["coworking.space.share"].create(
            {
                "space_id": cls.space.id,
                "partner_company_id": cls.other.id,
                "percent": 30,
            }
        )

    @classmethod
    def _hourly(cls, amount):
        return [Command.create({"unit": "hour", "amount": amount})]

    def _settle(self, month=date(2027, 3, 1)):
        with freeze_time("2027-04-02"):
            return self.env["coworking.share.settlement"]._settle_shares(
                self.organisation, month
            )

    @freeze_time("2027-02-22 08:00:00")
    def _sell(self, day, hours, space=None):
        return self.env["coworking.booking"]._request(
            self.person,
            [
                {
                    "space": space or self.space,
                    "start": self._at(day, 9),
                    "stop": self._at(day, 9 + hours),
                }
            ],
        )

    def test_one_invoice_and_its_bill_a_month(self):
        self._sell(2, 3)
        self._sell(3, 1)
        self._sell(
            4, 5, self._create_space(price_ids=self._hourly(10), payment="invoice")
        )
        settlement = self._settle()
        self.assertEqual((settlement.revenue, settlement.amount), (400, 120))
        invoice, bill = settlement.invoice_id, settlement.bill_id
        self.assertEqual(invoice.company_id, self.other)
        self.assertEqual(invoice.partner_id, self.organisation.partner_id)
        self.assertEqual(bill.company_id, self.organisation)
        self.assertEqual(bill.partner_id, self.other.partner_id)
        self.assertEqual(
            (invoice.move_type, bill.move_type), ("out_invoice", "in_invoice")
        )
        self.assertEqual(invoice.amount_untaxed, 120)
        self.assertEqual(bill.amount_untaxed, 120)

    def test_a_second_run_adds_nothing(self):
        self._sell(2, 3)
        self._settle()
        self.assertFalse(self._settle())

    def test_parts_share_as_their_whole(self):
        part = self._create_space(parent_id=self.space.id)
        self.assertEqual(part._shares(), self.share)

    def test_parts_are_parts(self):
        with self.assertRaises(ValidationError):
            self.share.partner_company_id = self.organisation
        with self.assertRaisesRegex(ValidationError, "more than 100"):
            self.env["coworking.space.share"].create(
                {
                    "space_id": self.space.id,
                    "partner_company_id": self.env.company.create({"name": "C"}).id,
                    "percent": 71,
                }
            )

    def test_not_before_the_month_is_over(self):
        with self.assertRaisesRegex(UserError, "not over"):
            self._settle(date(2027, 4, 1))
