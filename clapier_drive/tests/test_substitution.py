from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .test_packing import PackingCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-03-05 08:00:00")
class TestSubstitution(PackingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.basket, cls.other = (
            cls._create_basket(cls.cycle, [(cls.dry, 2), (cls.cold, 1)])
            for _number in range(2)
        )
        cls.cycle.action_close()
        cls._received(cls.dry, 0)
        cls._received(cls.cold, 4)
        cls.cycle.action_share()
        cls.missing = cls.basket.order_line[0]

    @classmethod
    def _received(cls, offer, quantity):
        cls.cycle.reception_ids.filtered(
            lambda item: item.offer_id == offer
        ).quantity_received = quantity

    def _give(self, line=None, offer=None, quantity=1):
        line = line or self.missing
        form = Form(
            self.env["drive.substitution"]
            .with_user(self.user)
            .with_context(default_line_id=line.id)
        )
        form.offer_id = offer or self.cold
        form.quantity = quantity
        form.save().action_substitute()
        return line.drive_substitute_ids

    def _credits(self):
        return {
            (credit.kind, credit.order_line_id): credit.amount
            for credit in self.env["drive.credit"].search(
                [("cycle_id", "=", self.cycle.id)]
            )
        }

    def test_another_product_is_paid_from_the_credit(self):
        total = self.basket.amount_total
        instead = self._give()
        self.assertEqual(self.basket.amount_total, total)
        self.assertTrue(self.basket.locked)
        self.assertEqual(
            self._content(self.basket, self.cold).mapped("quantity"), [1, 1]
        )
        self.cycle.action_share()
        self.cycle.action_validate()
        self.assertEqual(instead.drive_given_qty, 1)
        self.assertEqual(
            self._credits(),
            {
                ("shortage", self.missing): 6.0,
                ("substitution", instead): -3.0,
                ("shortage", self.other.order_line[0]): 6.0,
            },
        )
        self.cycle._credit_families()
        self.assertEqual(len(self._credits()), 3)
        notice = self.env["drive.notice"].search(
            [
                ("cycle_id", "=", self.cycle.id),
                ("partner_id", "=", self.basket.partner_id.id),
            ]
        )
        self.assertEqual(notice.amount, 3.0)
        self.assertEqual(notice.line_ids, self.missing)
        self.assertIn("1 Yogurt", notice.details)

    def test_a_family_never_pays_more_than_it_is_credited(self):
        self.env.cr.execute(
            "UPDATE drive_offer SET price = 50 WHERE id = %s", [self.cold.id]
        )
        self.cold.invalidate_recordset()
        instead = self._give()
        self.assertEqual(instead.drive_substitute_value, 50)
        self.cycle.action_validate()
        self.assertEqual(self._credits()["substitution", instead], -6.0)

    def test_only_what_is_left_over_is_given(self):
        self._give(quantity=2)
        with mute_logger("odoo.sql_db"), self.assertRaises(UserError):
            self._give(self.other.order_line[0])
        with self.assertRaises(UserError):
            self._give(self.other.order_line[0], offer=self.dry)
        with self.assertRaises(UserError):
            self._give(self.other.order_line[1])

    def test_taken_back(self):
        instead = self._give(quantity=2)
        self.missing.action_unsubstitute()
        self.assertEqual(instead.drive_given_qty, 0)
        self.assertFalse(self.missing.drive_substitute_ids)
        self.cycle.action_share()
        self._give(self.other.order_line[0], quantity=2)
        self.cycle.action_validate()
        self.assertEqual(
            self.env["drive.credit"]._balance(
                self.basket.partner_id, self.organisation
            ),
            6.0,
        )
        with self.assertRaises(UserError):
            self.other.order_line[0].action_unsubstitute()

    def test_what_comes_after_all_is_not_given_twice(self):
        instead = self._give()
        self._received(self.dry, 4)
        self.cycle.action_share()
        self.cycle.action_validate()
        self.assertEqual(
            (self.missing.drive_given_qty, instead.drive_given_qty), (2, 0)
        )
        self.assertFalse(self._credits())

    def test_packed_already_it_goes_into_the_first_crate(self):
        self._take(self._scan(self._content(self.basket, self.cold)))
        instead = self._give()
        content = self.env["drive.crate.line"].search(
            [("order_line_id", "=", instead.id)]
        )
        self.assertEqual(
            content.crate_id, self._content(self.basket, self.cold)[0].crate_id
        )
        self.assertEqual(self._take(self._scan(content)), ["packed"])
