import random
from datetime import timedelta

from psycopg2 import errors

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .share_common import ShareCommon


@tagged("post_install", "-at_install")
class TestShareRegister(ShareCommon):
    def test_movements_are_numbered_without_gap_and_carry_the_capital(self):
        holder = self._create_holder(quantity=10)
        other = self._create_holder("Nadia Belkacem", quantity=20)
        self._record("transfer", 5, holder, other)
        movements = self.Movement.search(
            [("company_id", "=", self.company.id)], order="number"
        )
        self.assertEqual(movements.mapped("number"), [1, 2, 3])
        self.assertEqual(movements.mapped("capital_after"), [100, 300, 300])
        self.assertEqual(self._held(other), 25)
        self._assert_proven()

    def test_a_refused_movement_leaves_no_gap(self):
        holder = self._create_holder()
        with self.assertRaises(UserError):
            self._record("transfer", 11, holder, self._create_person("Ana Roche"))
        self._record("subscription", 1, taker=holder)
        self.assertEqual(self.register._recompute()["last_number"], 2)
        self._assert_proven()

    def test_companies_number_apart(self):
        self._create_holder()
        other_company = self._create_company("Autre coopérative")
        other_type = self._create_share_type(code="A", company_id=other_company.id)
        movement = self._record(
            "subscription",
            1,
            taker=self._create_person(),
            type_id=other_type.id,
        )
        self.assertEqual(movement.company_id, other_company)
        self.assertEqual(movement.number, 1)

    def test_nobody_gives_more_than_they_hold(self):
        holder, other = self._create_holder(), self._create_person("Nadia Belkacem")
        with self.assertRaisesRegex(UserError, "Camille Faure holds 10 shares"):
            self._record("transfer", 11, holder, other)

    def test_the_counter_refuses_to_be_negative_in_sql_too(self):
        self._create_holder()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(errors.CheckViolation),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute("UPDATE supermarket_shareholding SET quantity = -1")

    def test_dates_never_go_back(self):
        holder = self._create_person()
        today = fields.Date.context_today(self.Movement)
        self._record("subscription", 1, taker=holder, date=today - timedelta(days=5))
        with self.assertRaisesRegex(UserError, "that day or later"):
            self._record(
                "subscription", 1, taker=holder, date=today - timedelta(days=6)
            )
        with self.assertRaisesRegex(UserError, "future"):
            self._record(
                "subscription", 1, taker=holder, date=today + timedelta(days=1)
            )

    def test_the_capital_never_falls_below_a_quarter_of_the_highest(self):
        holder = self._create_holder(quantity=100)
        self._record("refund", 75, holder)
        with self.assertRaisesRegex(UserError, "legal floor"):
            self._record("refund", 1, holder)
        with self.assertRaisesRegex(UserError, "legal floor"):
            self._record("loss", 1, holder)

    def test_the_floor_holds_in_sql_too(self):
        self._create_holder(quantity=100)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(errors.CheckViolation),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                "UPDATE supermarket_share_register SET capital = 1 WHERE id = %s",
                [self.register.id],
            )

    def test_a_stricter_policy_stops_refunds_but_no_subscription(self):
        holder = self._create_holder(quantity=100)
        self._record("refund", 70, holder)
        self.policy.capital_floor_ratio = 0.5
        self.assertEqual(self.register._refundable(), 0)
        self._record("subscription", 1, taker=holder)
        with self.assertRaisesRegex(UserError, "legal floor"):
            self._record("refund", 1, holder)

    def test_a_mistake_is_reversed_once_by_a_row_that_names_it(self):
        holder = self._create_holder()
        mistake = self._record("subscription", 50, taker=holder)
        reversal = mistake._reverse("Recorded twice")
        self.assertEqual(reversal.reversal_of_id, mistake)
        self.assertEqual(reversal.from_partner_id, holder)
        self.assertEqual(reversal.capital_after, 100)
        self.assertEqual(self._held(holder), 10)
        with self.assertRaisesRegex(UserError, "already reversed"):
            mistake._reverse("Again")
        with self.assertRaisesRegex(UserError, "itself a reversal"):
            reversal._reverse("Again")
        self._assert_proven()

    def test_the_database_refuses_a_second_reversal(self):
        mistake = self._record("subscription", 5, taker=self._create_holder())
        reversal = mistake._reverse("Recorded twice")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(errors.UniqueViolation),
            self.env.cr.savepoint(),
        ):
            reversal.copy({"number": 99})

    def test_a_reversed_mistake_never_was_capital(self):
        holder = self._create_holder(quantity=10)
        mistake = self._record("subscription", 1000, taker=holder)
        mistake._reverse("Ten times too many")
        self.register.invalidate_recordset()
        self.assertEqual(self.register.capital_highest, 100)
        self._record("refund", 7, holder)
        self._assert_proven()

    def test_a_transfer_is_reversed_the_other_way(self):
        holder, other = self._create_holder(), self._create_person("Nadia Belkacem")
        transfer = self._record("transfer", 10, holder, other)
        self.assertTrue(other.supermarket_is_member)
        transfer._reverse("Wrong person")
        self.assertEqual((self._held(holder), self._held(other)), (10, 0))
        self.assertTrue(holder.supermarket_is_member)
        self.assertFalse(other.supermarket_is_member)
        self._assert_proven()

    def test_many_subscriptions_cost_as_many_statements_as_two(self):
        def subscribe(count):
            people = self.env["res.partner"].create(
                [{"name": f"Person {rank}"} for rank in range(count)]
            )
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.Movement._record(
                [
                    {
                        "type_id": self.type_b.id,
                        "kind": "subscription",
                        "quantity": 1,
                        "to_partner_id": person.id,
                    }
                    for person in people
                ]
            )
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        subscribe(2)
        self.assertLessEqual(subscribe(80), subscribe(2))
        self._assert_proven()

    def test_any_history_gives_the_stored_figures(self):
        rng = random.Random(1947)
        people = self.env["res.partner"].create(
            [{"name": f"Holder {rank}"} for rank in range(5)]
        )
        day = fields.Date.context_today(self.Movement) - timedelta(days=300)
        done = refused = 0
        for _step in range(150):
            day += timedelta(days=rng.choice([0, 0, 1]))
            kind = rng.choice(
                (
                    "subscription",
                    "subscription",
                    "transfer",
                    "refund",
                    "loss",
                    "reversal",
                )
            )
            giver, taker = rng.sample(people, 2)
            try:
                with self.env.cr.savepoint():
                    if kind == "reversal":
                        rows = self.Movement.search(
                            [("company_id", "=", self.company.id)]
                        )
                        rng.choice(rows or [rows])._reverse("Mistake", day)
                    else:
                        self._record(
                            kind,
                            rng.randint(1, 40),
                            kind != "subscription" and giver,
                            kind in ("subscription", "transfer") and taker,
                            type_id=rng.choice((self.type_a, self.type_b)).id,
                            date=day,
                        )
                done += 1
            except (UserError, ValueError):
                refused += 1
        self._assert_proven()
        self.assertGreater(done, 50)
        self.assertGreater(refused, 10)
        for person in people:
            at_last = person._supermarket_shares_at(fields.Date.context_today(person))
            for share_type in self.type_a | self.type_b:
                self.assertEqual(
                    at_last.get(share_type, 0), self._held(person, share_type)
                )

    def test_the_proof_sees_a_counter_that_was_changed(self):
        self._create_holder()
        self.env.cr.execute(
            "UPDATE supermarket_shareholding SET quantity = 12 WHERE company_id = %s",
            [self.company.id],
        )
        self.register.invalidate_model()
        self.env["supermarket.shareholding"].invalidate_model()
        self.assertEqual(len(self.register._differences()), 1)
        action = self.register.action_verify()
        self.assertEqual(action["params"]["type"], "danger")


@tagged("post_install", "-at_install")
class TestShareMembership(ShareCommon):
    def test_the_first_membership_share_makes_a_member_with_a_number(self):
        person = self._create_person()
        movement = self._record("subscription", 10, taker=person)
        self.assertTrue(person.supermarket_is_member)
        self.assertEqual(person.supermarket_member_since, movement.date)
        self.assertEqual(person.supermarket_company_id, self.company)
        self.assertTrue(person.supermarket_member_number)

    def test_other_types_make_no_member(self):
        person = self._create_person()
        self._record("subscription", 10, taker=person, type_id=self.type_b.id)
        self.assertFalse(person.supermarket_is_member)
        self.assertFalse(person.supermarket_member_number)

    def test_the_last_share_given_back_ends_the_membership(self):
        self._create_holder("Nadia Belkacem", quantity=100)
        holder = self._create_holder()
        number = holder.supermarket_member_number
        movement = self._record("refund", 10, holder)
        self.assertFalse(holder.supermarket_is_member)
        self.assertEqual(holder.supermarket_member_until, movement.date)
        self._record("subscription", 10, taker=holder)
        self.assertTrue(holder.supermarket_is_member)
        self.assertFalse(holder.supermarket_member_until)
        self.assertEqual(holder.supermarket_member_number, number)

    def test_shares_at_a_date_are_those_of_that_evening(self):
        holder = self._create_person()
        today = fields.Date.context_today(holder)
        self._record("subscription", 10, taker=holder, date=today - timedelta(days=10))
        self._record("subscription", 5, taker=holder, date=today - timedelta(days=3))
        before = holder._supermarket_shares_at(today - timedelta(days=11))
        self.assertEqual(before, {})
        between = holder._supermarket_shares_at(today - timedelta(days=4))
        self.assertEqual(between, {self.type_a: 10})
        self.assertEqual(holder._supermarket_shares_at(today), {self.type_a: 15})

    def test_the_nominal_value_of_shares_that_exist_stays(self):
        self._create_holder()
        with self.assertRaisesRegex(UserError, "make a new type"):
            self.type_a.price = 12
        self.type_a.minimum = 8
