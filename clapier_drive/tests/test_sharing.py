import random

from freezegun import freeze_time
from psycopg2.errors import RestrictViolation

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DriveCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-03-05 08:00:00")
class TestSharing(DriveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.families = cls.env["res.partner"].create(
            [{"name": f"Family {number}"} for number in range(3)]
        )

    def _closed_cycle(self, quantities, **vals):
        """Return (cycle, offer, baskets): each family orders a quantity of one offer."""
        cycle = self._create_cycle(**vals)
        offer = self._create_offer(cycle)
        baskets = self.env["sale.order"].union(
            *(
                self._create_basket(cycle, [(offer, quantity)], partner=family)
                for family, quantity in zip(self.families, quantities, strict=False)
            )
        )
        cycle.action_close()
        return cycle, offer, baskets

    def _given(self, baskets):
        return baskets.order_line.mapped("drive_given_qty")

    def test_all_has_come(self):
        cycle, _offer, baskets = self._closed_cycle((2, 4))
        self.assertEqual(cycle.reception_ids.quantity_received, 6)
        cycle.action_share()
        cycle.action_validate()
        self.assertEqual(self._given(baskets), [2, 4])
        self.assertFalse(cycle.claim_ids)
        self.assertFalse(self.env["drive.credit"].search([("cycle_id", "=", cycle.id)]))

    def test_shortage_is_shared_credited_and_claimed(self):
        cycle, offer, baskets = self._closed_cycle((2, 4))
        cycle.reception_ids.write({"quantity_received": 4, "quantity_damaged": 1})
        cycle.action_share()
        self.assertEqual(self._given(baskets), [1, 2])
        cycle.action_validate()
        credits = self.env["drive.credit"]
        self.assertEqual(
            [credits._balance(f, self.organisation) for f in self.families], [3, 6, 0]
        )
        self.assertEqual(cycle.claim_ids.partner_id, offer.producer_id)
        self.assertEqual(cycle.claim_ids.amount, 6)
        line = cycle.claim_ids.line_ids
        self.assertEqual((line.quantity_missing, line.quantity_damaged), (2, 1))

    def test_validating_twice_changes_nothing(self):
        cycle, _offer, _baskets = self._closed_cycle((2, 4))
        cycle.reception_ids.quantity_received = 3
        cycle.action_share()
        cycle.action_validate()
        cycle.action_validate()
        cycle._credit_families()
        cycle._claim_from_producers()
        self.assertEqual(
            len(self.env["drive.credit"].search([("cycle_id", "=", cycle.id)])), 2
        )
        self.assertEqual(len(cycle.claim_ids), 1)

    def test_who_went_without_comes_first_the_week_after(self):
        cycle, _offer, baskets = self._closed_cycle((1, 1))
        cycle.reception_ids.quantity_received = 1
        cycle.action_share()
        cycle.action_validate()
        [without] = baskets.filtered(lambda b: not b.order_line.drive_given_qty)
        later, _offer, others = self._closed_cycle((1, 1), date_pickup="2027-03-18")
        later.reception_ids.quantity_received = 1
        later.action_share()
        [served] = others.filtered(lambda b: b.order_line.drive_given_qty)
        self.assertEqual(served.partner_id, without.partner_id)

    def test_what_a_person_decides_stays_visible(self):
        cycle, _offer, baskets = self._closed_cycle((4, 4))
        cycle.reception_ids.quantity_received = 4
        baskets[0].order_line.write(
            {"drive_is_overridden": True, "drive_override_qty": 4}
        )
        cycle.action_share()
        self.assertEqual(self._given(baskets), [4, 0])
        self.assertEqual(baskets[0].order_line.drive_rule, "override")

    def test_missed_minimum_is_credited(self):
        cycle = self._create_cycle()
        offer = self._create_offer(cycle)
        self.env["drive.cycle.producer"].create(
            {
                "cycle_id": cycle.id,
                "partner_id": offer.producer_id.id,
                "amount_min": 100,
            }
        )
        basket = self._create_basket(cycle, [(offer, 2)])
        cycle.action_close()
        cycle.action_share()
        cycle.action_validate()
        credit = self.env["drive.credit"].search([("cycle_id", "=", cycle.id)])
        self.assertEqual((credit.kind, credit.amount), ("minimum", 6))
        self.assertEqual(basket.order_line.drive_given_qty, 0)
        self.assertFalse(cycle.claim_ids)

    def test_steps_in_order(self):
        cycle = self._create_cycle()
        for action in (cycle.action_share, cycle.action_validate):
            with self.assertRaises(UserError):
                action()
        cycle.action_close()
        with self.assertRaises(UserError):
            cycle.action_validate()

    def test_shared_out_goods_are_not_counted_again(self):
        cycle, _offer, _baskets = self._closed_cycle((2,))
        cycle.action_share()
        cycle.action_validate()
        with self.assertRaises(UserError):
            cycle.reception_ids.quantity_received = 1

    @mute_logger("odoo.sql_db")
    def test_credits_never_change(self):
        cycle, _offer, _baskets = self._closed_cycle((2,))
        cycle.reception_ids.quantity_received = 1
        cycle.action_share()
        cycle.action_validate()
        credit = self.env["drive.credit"].search([("cycle_id", "=", cycle.id)])
        with self.assertRaises(UserError):
            credit.amount = 1
        with self.assertRaises(RestrictViolation), self.env.cr.savepoint():
            self.env.cr.execute("UPDATE drive_credit SET amount = 1")

    def test_random_cycles_add_up(self):
        draw = random.Random(5)
        for week in range(3):
            cycle = self._create_cycle(date_pickup=f"2027-03-{12 + week}")
            offers = [
                self._create_offer(cycle, price=draw.choice((1.1, 2.35, 0.99)))
                for _number in range(3)
            ]
            baskets = self.env["sale.order"].union(
                *(
                    self._create_basket(
                        cycle,
                        [(offer, draw.randint(1, 7)) for offer in offers],
                        partner=family,
                    )
                    for family in self.families
                )
            )
            cycle.action_close()
            for reception in cycle.reception_ids:
                reception.quantity_received = draw.randint(
                    0, int(reception.quantity_ordered)
                )
            cycle.action_share()
            cycle.action_validate()
            with self.subTest(week=week):
                for reception in cycle.reception_ids:
                    lines = baskets.order_line.filtered(
                        lambda line, offer=reception.offer_id: (
                            line.drive_offer_id == offer
                        )
                    )
                    self.assertEqual(
                        sum(lines.mapped("drive_given_qty")), reception.quantity_given
                    )
                credited = sum(
                    self.env["drive.credit"]
                    .search([("cycle_id", "=", cycle.id)])
                    .mapped("amount")
                )
                missing = sum(
                    round(
                        line.price_unit * (line.product_uom_qty - line.drive_given_qty),
                        2,
                    )
                    for line in baskets.order_line
                )
                self.assertAlmostEqual(credited, missing, places=2)
