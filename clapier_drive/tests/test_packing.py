import uuid

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .test_crate_plan import PrepareCommon

NOW = "2027-03-11T13:00:00Z"


class PackingCommon(PrepareCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chicken = cls._create_offer(
            cls.cycle,
            cls._create_product("Chicken"),
            price=10.0,
            purchase_price=6.0,
            by_weight=True,
            weight_expected=1.5,
        )
        cls.phone, cls.other_phone = str(uuid.uuid4()), str(uuid.uuid4())

    @classmethod
    def _begin(cls, *baskets):
        """Order, close and share out: each basket is a list of (offer, quantity)."""
        orders = cls.env["sale.order"].union(
            *(cls._create_basket(cls.cycle, basket) for basket in baskets)
        )
        cls.cycle.action_close()
        cls.cycle.action_share()
        return orders

    def _content(self, order, offer):
        return order.drive_crate_ids.line_ids.filtered(
            lambda content: content.offer_id == offer
        )

    def _scan(self, content, kind="pack", **values):
        return {
            "key": str(uuid.uuid4()),
            "kind": kind,
            "at": NOW,
            "content": content.id,
            **values,
        }

    def _take(self, *scans, phone=None):
        answers = self.cycle._take(phone or self.phone, list(scans))
        self.env.flush_all()
        return [answer["result"] for answer in answers]


@tagged("post_install", "-at_install")
@freeze_time("2027-03-05 08:00:00")
class TestPacking(PackingCommon):
    def test_what_is_packed_is_counted_on_the_line(self):
        basket = self._begin([(self.dry, 4)])
        one, two = self._content(basket, self.dry)
        self.assertEqual(self._take(self._scan(one, quantity=2)), ["packed"])
        self.assertEqual((one.packed_qty, one.is_packed), (2, False))
        self.assertEqual(one.crate_id.state, "begun")
        self.assertEqual(self._take(self._scan(one), self._scan(two)), ["packed"] * 2)
        self.assertEqual(basket.order_line.drive_packed_qty, 4)
        self.assertEqual(basket.drive_crate_ids.mapped("state"), ["full", "full"])
        self.assertTrue(self.cycle.preparation_started_at)
        self.assertEqual(
            self.env["drive.crate"].search(
                [("state", "=", "full"), ("cycle_id", "=", self.cycle.id)]
            ),
            basket.drive_crate_ids,
        )

    def test_what_arrives_twice_counts_once(self):
        basket = self._begin([(self.dry, 3)])
        content = self._content(basket, self.dry)
        scan = self._scan(content, quantity=1)
        self.assertEqual(self._take(scan, dict(scan)), ["packed", "packed"])
        self.assertEqual(self._take(scan), ["packed"])
        self.assertEqual(self._take(scan, phone=self.other_phone), ["packed"])
        self.assertEqual(content.packed_qty, 1)
        self.assertEqual(basket.order_line.drive_packed_qty, 1)

    def test_no_crate_gets_more_than_was_given(self):
        basket = self._begin([(self.dry, 2)])
        content = self._content(basket, self.dry)
        for quantity in (3, 0, -1, float("nan"), float("inf"), "2", True, None, [1]):
            with self.subTest(quantity=quantity):
                self.assertEqual(
                    self._take(self._scan(content, quantity=quantity)), ["refused"]
                )
        self.assertEqual(self._take(self._scan(content)), ["packed"])
        self.assertEqual(
            self._take(self._scan(content), phone=self.other_phone), ["already"]
        )
        self.assertEqual(content.packed_qty, 2)

    def test_the_database_refuses_more_than_was_given(self):
        basket = self._begin([(self.dry, 2)])
        content = self._content(basket, self.dry)
        packer_id = self.cycle._see_packer(self.phone)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(Exception, "never_more"),
            self.env.cr.savepoint(),
        ):
            self.cycle._move_packed(packer_id, {content.id: (3, 0.0)})

    def test_taken_out_again(self):
        basket = self._begin([(self.dry, 2), (self.chicken, 1)])
        for offer, values in ((self.dry, {}), (self.chicken, {"weight": 1400})):
            content = self._content(basket, offer)
            scan = self._scan(content, **values)
            undo = {
                "key": str(uuid.uuid4()),
                "kind": "undo",
                "at": NOW,
                "undoes": scan["key"],
            }
            with self.subTest(offer=offer.product_id.name):
                self.assertEqual(self._take(scan), ["packed"])
                self.assertEqual(self._take(undo), ["undone"])
                self.assertEqual(
                    self._take({**undo, "key": str(uuid.uuid4())}), ["refused"]
                )
                self.assertEqual((content.packed_qty, content.weight), (0, 0))
                # The same in one batch, as after a cut of the network
                self.assertEqual(
                    self._take(
                        again := self._scan(content, **values),
                        {
                            **undo,
                            "key": str(uuid.uuid4()),
                            "undoes": again["key"],
                            "at": "2027-03-11T13:01:00Z",
                        },
                    ),
                    ["packed", "undone"],
                )
                self.assertEqual(content.packed_qty, 0)

    def test_weights_that_cannot_be_are_refused(self):
        basket = self._begin([(self.chicken, 2)])
        content = self._content(basket, self.chicken)
        for grams in (
            None,
            0,
            -1500,
            1499,
            4501,
            3_000_000,
            "3000",
            float("nan"),
            True,
        ):
            with self.subTest(grams=grams):
                self.assertEqual(
                    self._take(self._scan(content, weight=grams)), ["refused"]
                )
        self.assertFalse(content.packed_qty)
        self.assertEqual(self._take(self._scan(content, weight=3120)), ["packed"])
        self.assertEqual(content.weight, 3.12)
        self.assertAlmostEqual(basket.order_line.drive_weight, 3.12)

    def test_each_bound_of_the_policy(self):
        basket = self._begin([(self.chicken, 1)])
        content = self._content(basket, self.chicken)
        self.env["drive.policy"].create(
            {
                "company_id": self.organisation.id,
                "date_start": "2027-01-01",
                "weight_min_rate": 90,
                "weight_max_rate": 110,
            }
        )
        for grams, result in ((1349, "refused"), (1651, "refused"), (1650, "packed")):
            with self.subTest(grams=grams):
                self.assertEqual(
                    self._take(self._scan(content, weight=grams)), [result]
                )

    def test_contents_of_another_cycle_are_refused(self):
        basket = self._begin([(self.dry, 1)])
        content = self._content(basket, self.dry)
        other = self._create_cycle(points=self.points, date_pickup="2027-03-18")
        answers = other._take(self.phone, [self._scan(content)])
        self.assertEqual(answers[0]["result"], "refused")
        for wrong in (None, "1", -1, 2**40, {"id": 1}):
            answers = self.cycle._take(
                self.phone, [{**self._scan(content), "content": wrong}]
            )
            self.assertEqual(answers[0]["result"], "refused")
        self.assertFalse(content.packed_qty)

    def test_before_the_sharing_out_only_what_is_counted_and_complete(self):
        basket = self._create_basket(self.cycle, [(self.dry, 2), (self.cold, 1)])
        self.cycle.action_close()
        dry, cold = (self._content(basket, offer) for offer in (self.dry, self.cold))
        self.assertEqual(self._take(self._scan(dry), self._scan(cold)), ["refused"] * 2)
        self.cycle.reception_ids.filtered(
            lambda reception: reception.offer_id == self.dry
        ).action_complete()
        self.assertEqual(
            self._take(self._scan(dry), self._scan(cold)), ["packed", "refused"]
        )
        # What is packed is not taken away by a later count.
        self.cycle.reception_ids.filtered(
            lambda reception: reception.offer_id == self.dry
        ).quantity_received = 1
        with mute_logger("odoo.sql_db"), self.assertRaises(UserError):
            self.cycle.action_share()

    def test_two_phones_are_sent_to_different_crates(self):
        baskets = self._begin(*[[(self.dry, 1)]] * 5)
        self.env["drive.policy"].create(
            {
                "company_id": self.organisation.id,
                "date_start": "2027-01-01",
                "claim_count": 2,
            }
        )
        one, other = (
            self.cycle._see_packer(key) for key in (self.phone, self.other_phone)
        )
        mine = [row["id"] for row in self.cycle._claim(one, self.dry.id)]
        theirs = [row["id"] for row in self.cycle._claim(other, self.dry.id)]
        self.assertEqual((len(mine), len(theirs)), (2, 2))
        self.assertFalse(set(mine) & set(theirs))
        # Asked again, the same; what is packed makes room.
        self.assertEqual(
            mine, [row["id"] for row in self.cycle._claim(one, self.dry.id)]
        )
        first = self.env["drive.crate.line"].browse(mine[0])
        self._take(self._scan(first))
        again = [row["id"] for row in self.cycle._claim(one, self.dry.id)]
        self.assertEqual(again[0], mine[1])
        self.assertEqual(len(again), 2)
        # Whoever leaves for another product gives the crates back.
        self.cycle._claim(one, self.cold.id)
        self.assertEqual(len(self.cycle._claim(other, self.dry.id)), 2)
        self.assertEqual(len(baskets.drive_crate_ids.filtered("line_ids")), 5)

    def test_crates_kept_too_long_are_offered_to_others(self):
        self._begin([(self.dry, 1)])
        one, other = (
            self.cycle._see_packer(key) for key in (self.phone, self.other_phone)
        )
        self.assertEqual(len(self.cycle._claim(one, self.dry.id)), 1)
        self.assertFalse(self.cycle._claim(other, self.dry.id))
        with freeze_time("2027-03-05 08:06:00"):
            self.assertEqual(len(self.cycle._claim(other, self.dry.id)), 1)

    def test_phones_learn_no_name_of_a_family(self):
        basket = self._begin([(self.dry, 1)])
        basket.partner_id.name = "Zebulon Ouistiti"
        packer_id = self.cycle._see_packer(self.phone, "Lou")
        texts = (
            str(self.cycle._prepare_state()),
            str(self.cycle._claim(packer_id, self.dry.id)),
            str(self.cycle._crate_for_phone("1")),
        )
        for text in texts:
            self.assertNotIn("Ouistiti", text)
        self.assertIn(basket.name, texts[2])
        self.assertIsNone(self.cycle._crate_for_phone("99"))
        crate = basket.drive_crate_ids
        self.assertEqual(
            self.cycle._crate_for_phone(crate.token)["number"], crate.number
        )

    def test_statements_do_not_grow_with_what_is_sent(self):
        baskets = self._begin(*[[(self.dry, 1)]] * 10)
        contents = list(baskets.drive_crate_ids.line_ids)

        def count(scans):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._take(*scans)
            return self.env.cr.sql_log_count - before

        self._take(self._scan(contents[0]))
        few = count([self._scan(content) for content in contents[1:3]])
        self.assertLessEqual(count([self._scan(item) for item in contents[3:]]), few)


@tagged("post_install", "-at_install")
@freeze_time("2027-03-05 08:00:00")
class TestEndOfPreparation(PackingCommon):
    def _credits(self):
        return {
            (credit.kind, credit.order_line_id): credit.amount
            for credit in self.env["drive.credit"].search(
                [("cycle_id", "=", self.cycle.id)]
            )
        }

    def test_weights_settle_on_the_credit(self):
        light, heavy, exact = self._begin(*[[(self.chicken, 1)]] * 3)
        for basket, grams in ((light, 1234), (heavy, 1789), (exact, 1500)):
            self._take(self._scan(self._content(basket, self.chicken), weight=grams))
        self.cycle.action_validate()
        self.cycle.action_end_preparation()
        # Paid 15.00; 1.234 kg at 10.00 are 12.34.
        expected = {
            ("weight", light.order_line): 2.66,
            ("weight", heavy.order_line): -2.89,
        }
        self.assertEqual(self._credits(), expected)
        self.cycle.action_end_preparation()
        self.cycle._credit_preparation()
        self.assertEqual(self._credits(), expected)

    def test_what_was_not_found_is_credited(self):
        basket = self._begin([(self.dry, 3), (self.cold, 2)])
        self._take(
            self._scan(self._content(basket, self.dry), quantity=1),
            self._scan(self._content(basket, self.cold)),
        )
        self.cycle.action_validate()
        self.assertEqual(self.cycle.unpacked_count, 1)
        self.cycle.action_end_preparation()
        self.assertEqual(self._credits(), {("unpacked", basket.order_line[0]): 6.0})

    def test_what_the_host_hands_over(self):
        basket = self._begin([(self.dry, 4), (self.cold, 2)])
        [crates] = basket._drive_crates_shown().values()
        self.assertEqual([name for _key, name, _cold in crates], ["1", "2", "3"])
        self.assertEqual([cold for *_crate, cold in crates].count(True), 1)
        self.assertEqual(
            [line._drive_quantity_given() for line in basket.order_line], [4, 2]
        )
        self._take(self._scan(self._content(basket, self.cold), quantity=1))
        self.cycle.action_validate()
        self.cycle.action_end_preparation()
        self.assertEqual(
            [line._drive_quantity_given() for line in basket.order_line], [0, 1]
        )
        later = self._create_cycle(points=self.points, date_pickup="2027-03-18")
        other = self._create_basket(
            later, [(self._create_offer(later), 1)], point=later.point_ids[0]
        )
        self.assertEqual(other._drive_crates_shown(), {other: [("1", "1", False)]})

    def test_paid_is_had_to_the_cent(self):
        baskets = self._begin(*[[(self.chicken, 3), (self.dry, 2)]] * 3)
        for number, basket in enumerate(baskets):
            self._take(
                self._scan(
                    self._content(basket, self.chicken), weight=4000 + 137 * number
                ),
                self._scan(self._content(basket, self.dry), quantity=1),
            )
        self.cycle.action_validate()
        self.cycle.action_end_preparation()
        for number, basket in enumerate(baskets):
            had = round(10 * (4000 + 137 * number) / 1000, 2) + 3.0
            balance = self.env["drive.credit"]._balance(
                basket.partner_id, self.organisation
            )
            self.assertAlmostEqual(basket.amount_total - balance, had, places=2)

    def test_steps_in_order(self):
        basket = self._begin([(self.dry, 1)])
        with self.assertRaises(UserError):
            self.cycle.action_end_preparation()
        self.cycle.action_validate()
        with self.assertRaises(UserError):
            self.cycle.action_end_preparation()
        content = self._content(basket, self.dry)
        self._take(scan := self._scan(content, quantity=1))
        self.cycle.action_end_preparation()
        # Nothing moves afterwards.
        undo = {"key": str(uuid.uuid4()), "kind": "undo", "undoes": scan["key"]}
        self.assertEqual(self._take(undo, self._scan(content)), ["refused"] * 2)


@tagged("post_install", "-at_install")
@freeze_time("2027-03-05 08:00:00")
class TestReceivingOnPhones(PackingCommon):
    def _count(self, reception, received, damaged=0, **values):
        return {
            "key": str(uuid.uuid4()),
            "kind": "receive",
            "at": NOW,
            "reception": reception.id,
            "received": received,
            "damaged": damaged,
            **values,
        }

    def test_short_over_and_damaged(self):
        self._create_basket(self.cycle, [(self.dry, 4), (self.cold, 2)])
        self.cycle.action_close()
        dry, cold = (
            self.cycle.reception_ids.filtered(lambda item, o=offer: item.offer_id == o)
            for offer in (self.dry, self.cold)
        )
        scan = self._count(dry, 3, 1, note="Two boxes fell")
        self.assertEqual(self._take(scan, self._count(cold, 5)), ["received"] * 2)
        self.assertEqual(
            (dry.quantity_given, dry.difference, dry.note), (2, -2, "Two boxes fell")
        )
        self.assertEqual((cold.quantity_given, cold.difference), (5, 3))
        self.assertTrue(dry.is_counted)
        # Late news of an old count change nothing.
        self._take(self._count(dry, 4))
        self._take(scan)
        self.assertEqual(dry.quantity_received, 4)

    def test_counts_that_cannot_be_are_refused(self):
        basket = self._create_basket(self.cycle, [(self.dry, 4)])
        self.cycle.action_close()
        reception = self.cycle.reception_ids
        for received, damaged in ((-1, 0), (2, 3), (2, -1), ("2", 0), (1e9, 0)):
            with self.subTest(received=received, damaged=damaged):
                self.assertEqual(
                    self._take(self._count(reception, received, damaged)), ["refused"]
                )
        other = self._create_cycle(points=self.points, date_pickup="2027-03-18")
        self.assertEqual(
            other._take(self.phone, [self._count(reception, 1)])[0]["result"], "refused"
        )
        reception.action_complete()
        self._take(*(self._scan(item) for item in self._content(basket, self.dry)))
        self.assertEqual(self._take(self._count(reception, 3)), ["refused"])
        self.assertEqual(reception.quantity_received, 4)
        self.cycle.action_share()
        self.cycle.action_validate()
        self.assertEqual(self._take(self._count(reception, 5)), ["refused"])
