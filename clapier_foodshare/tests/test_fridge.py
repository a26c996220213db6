from datetime import timedelta

from psycopg2.errors import CheckViolation, RestrictViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .fridge_common import FridgeCommon


@tagged("post_install", "-at_install")
class TestFridgeDeposit(FridgeCommon):
    def test_what_is_left_is_inside(self):
        deposit = self._leave()
        self.assertEqual((deposit.state, deposit.name), ("inside", "1"))
        self.assertEqual(self._leave().name, "2")
        self.assertEqual((self.fridge.inside_count, self.fridge.inside_kg), (2, 2.0))

    def test_the_charter_refuses_and_says_why(self):
        today = self.organisation._coworking_today()
        cases = {
            "meat_or_fish": {"category": "meat_fish"},
            "alcohol": {"category": "alcohol"},
            "raw": {"category": "raw"},
            "home_made": {"category": "cooked", "use_by": today},
            "opened": {"is_opened": True},
            "past_use_by": {"use_by": today - timedelta(days=1)},
        }
        for code, values in cases.items():
            with self.subTest(code=code):
                deposit = self._leave(**values)
                self.assertEqual(deposit.state, "refused")
                self.assertEqual(deposit.refusal_codes, code)
                self.assertTrue(deposit.refusal_reason)
                self.assertEqual(deposit.grams_left, 0)

    def test_the_kitchen_leaves_its_dishes(self):
        today = self.organisation._coworking_today()
        deposit = self._leave(giver="kitchen", category="cooked", use_by=today)
        self.assertEqual(deposit.state, "inside")

    def test_impossible_weights_and_missing_dates(self):
        for values in ({"grams": 0}, {"grams": 31000}, {"category": "dairy"}):
            with self.subTest(values=values), self.assertRaises(UserError):
                self._leave(**values)

    def test_the_same_key_counts_once(self):
        self.assertEqual(self._leave("key"), self._leave("key"))
        self.assertNotEqual(self._leave("key"), self._leave("other"))

    def test_nothing_of_an_inhabitant_is_kept(self):
        columns = self.env["foodshare.deposit"]._fields
        self.assertNotIn("create_uid", columns)
        self.assertEqual(
            {name for name, field in columns.items() if field.comodel_name}
            & {"res.users"},
            set(),
        )

    def test_facts_are_not_changed(self):
        deposit = self._leave()
        with self.assertRaises(UserError):
            deposit.write({"grams": 5})
        with self.assertRaises(UserError):
            deposit.unlink()

    def test_past_use_by_leaves_and_is_told_once(self):
        today = self.organisation._coworking_today()
        deposit = self._leave(use_by=today)
        kept = self._leave(best_before=today - timedelta(days=30))
        self.env["foodshare.deposit"]._expire()
        self.assertEqual(deposit.state, "inside")
        with freeze_time(fields.Datetime.now() + timedelta(days=1)):
            self.env["foodshare.fridge"]._cron_watch()
            self.env["foodshare.fridge"]._cron_watch()
        self.assertEqual((deposit.state, kept.state), ("expired", "inside"))
        self.assertEqual(deposit.taking_ids.mapped("grams"), [1000])
        alert = self._alerts("expired")
        self.assertEqual(alert.detail, deposit.name)
        self.assertEqual(
            self.env["mail.mail"].search_count(
                [("recipient_ids", "in", self.volunteer.ids)]
            ),
            1,
        )

    def test_gift_needs_two_days(self):
        today = self.organisation._coworking_today()
        near = self._leave(use_by=today)
        far = self._leave(use_by=today + timedelta(days=2))
        association = self.env["res.partner"].create(
            {"name": "Association", "is_company": True}
        )
        gifts = self.env["foodshare.deposit.gift"].with_user(self.user)

        def give(deposits, receiver=association):
            gifts.create(
                {"deposit_ids": deposits.ids, "association_id": receiver.id}
            ).action_give()

        with self.assertRaises(UserError):
            give(near)
        with self.assertRaises(UserError):
            give(far, self.volunteer)
        give(far)
        self.assertEqual((near.state, far.state), ("inside", "given"))
        self.assertEqual(far.association_id, association)
        self.assertEqual(far.taking_ids.kind, "given")


@tagged("post_install", "-at_install")
class TestFridgeTaking(FridgeCommon):
    def test_nobody_who_takes_can_be_stored(self):
        takings = self.env["foodshare.taking"]
        links = {field.comodel_name for field in takings._fields.values()}
        self.assertFalse(links & {"res.partner", "res.users"})
        self.env.cr.execute(
            "SELECT column_name FROM information_schema.columns "
            "WHERE table_name = 'foodshare_taking'"
        )
        self.assertEqual(
            {name for (name,) in self.env.cr.fetchall()},
            {
                "id",
                "deposit_id",
                "fridge_id",
                "company_id",
                "category",
                "date",
                "kind",
                "grams",
                "request_key",
            },
        )
        with self.assertRaises(ValueError):
            takings.create(
                {
                    "deposit_id": self._leave().id,
                    "date": "2027-03-01",
                    "kind": "taken",
                    "grams": 1,
                    "partner_id": self.volunteer.id,
                }
            )

    def test_a_part_then_the_rest(self):
        deposit = self._leave()
        takings = self.env["foodshare.taking"]
        self.assertEqual(takings._take(self.fridge, deposit.id, "a", 0.5).grams, 500)
        self.assertEqual((deposit.grams_left, deposit.state), (500, "inside"))
        takings._take(self.fridge, deposit.id, "a", 0.5)
        self.assertEqual(deposit.grams_left, 500)
        takings._take(self.fridge, deposit.id, "b")
        self.assertEqual((deposit.grams_left, deposit.state), (0, "gone"))
        with self.assertRaises(UserError):
            takings._take(self.fridge, deposit.id, "c")

    def test_a_page_takes_from_its_own_fridge(self):
        other = self._create_fridge(name="Other")
        with self.assertRaises(UserError):
            self.env["foodshare.taking"]._take(other, self._leave().id, "a")

    @mute_logger("odoo.sql_db")
    def test_the_ledger_is_append_only(self):
        taking = self.env["foodshare.taking"]._take(self.fridge, self._leave().id, "a")
        with self.assertRaises(UserError):
            taking.write({"grams": 1})
        with self.assertRaises(RestrictViolation), self.env.cr.savepoint():
            self.env.cr.execute("UPDATE foodshare_taking SET grams = 1")


@tagged("post_install", "-at_install")
class TestFridgeTemperature(FridgeCommon):
    def test_too_warm_for_too_long(self):
        deposit = self._leave()
        self._measure(3, 60)
        self._measure(7, 20)
        self.assertFalse(self.fridge.is_alarm)
        self.assertEqual(self._leave().state, "inside")
        self.assertEqual(deposit.state, "inside")
        with freeze_time(fields.Datetime.now() + timedelta(minutes=11)):
            self.env.invalidate_all()
            self.env["foodshare.fridge"]._cron_watch()
            self.env["foodshare.fridge"]._cron_watch()
            self.assertTrue(self.fridge.is_alarm)
            self.assertEqual(self._leave().refusal_codes, "too_warm")
            self.assertEqual(deposit.state, "quarantine")
            with self.assertRaises(UserError):
                deposit.action_release()
            self._measure(3)
            self.assertFalse(self.fridge.is_alarm)
            deposit.action_release()
        self.assertEqual(deposit.state, "inside")
        self.assertEqual(len(self._alerts("alarm")), 1)
        self.assertEqual(
            self.env["mail.mail"].search_count(
                [("recipient_ids", "in", self.volunteer.ids)]
            ),
            1,
        )

    def test_readings_that_come_late_find_their_place(self):
        self._measure(7, 10)
        self.assertFalse(self.equipment.is_alarm)
        self._measure(8, 50)
        self.assertTrue(self.equipment.is_alarm)
        self.assertEqual(self.equipment.celsius, 7)
        self._measure(3, 30)
        self.assertFalse(self.equipment.is_alarm)

    def test_a_correction_replaces_the_wrong_reading(self):
        wrong = self._measure(40, 45)
        self.assertTrue(self.equipment.is_alarm)
        self._measure(4, 45, corrects_id=wrong.id)
        self.assertFalse(self.equipment.out_since)

    def test_hot_holding_is_too_cold(self):
        hot = self.env["foodshare.equipment"].create(
            {"name": "Hot", "kind": "hot", "company_id": self.organisation.id}
        )
        temperatures = self.env["foodshare.temperature"]
        for celsius, is_out in ((62.9, True), (63, False)):
            reading = temperatures.create({"equipment_id": hot.id, "celsius": celsius})
            self.assertEqual(reading.is_out, is_out)

    def test_the_policy_of_the_day_decides(self):
        self.env["foodshare.policy"].create(
            {
                "company_id": self.organisation.id,
                "date_start": "2020-01-01",
                "fridge_max": 8,
            }
        )
        self.assertFalse(self._measure(7).is_out)

    @mute_logger("odoo.sql_db")
    def test_impossible_readings(self):
        with self.assertRaises(UserError):
            self._measure(3, -60)
        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self._measure(121)

    def test_cleaning(self):
        today = self.organisation._coworking_today()
        cleanings = self.env["foodshare.fridge.cleaning"]
        self.assertEqual(self.fridge.cleaning_due, today + timedelta(days=7))
        cleanings.create(
            {"fridge_id": self.fridge.id, "date": today - timedelta(days=8)}
        )
        self.assertTrue(self.fridge.is_cleaning_overdue)
        self.env["foodshare.fridge"]._cron_watch()
        self.env["foodshare.fridge"]._cron_watch()
        self.assertEqual(len(self._alerts("cleaning")), 1)
        self.fridge.with_user(self.user).action_cleaned()
        self.assertFalse(self.fridge.is_cleaning_overdue)
        self.assertNotIn("create_uid", cleanings._fields)


@tagged("post_install", "-at_install")
class TestFridgeSecurity(FridgeCommon):
    MODELS = (
        "foodshare.equipment",
        "foodshare.temperature",
        "foodshare.fridge",
        "foodshare.deposit",
        "foodshare.taking",
        "foodshare.fridge.cleaning",
        "foodshare.fridge.alert",
    )

    def test_outsiders_see_nothing(self):
        for model in self.MODELS:
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[model].with_user(self.outsider).search([])

    def test_organisations_are_apart(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        foreign = self._create_fridge(company_id=other.id)
        seen = self.env["foodshare.fridge"].with_user(self.user).search([])
        self.assertIn(self.fridge, seen)
        self.assertNotIn(foreign, seen)

    def test_users_note_but_do_not_rewrite(self):
        reading = self._measure(3).with_user(self.user)
        with self.assertRaises(UserError):
            reading.write({"celsius": 1})
        with self.assertRaises(AccessError):
            self.env["foodshare.taking"].with_user(self.user).create(
                {
                    "deposit_id": self._leave().id,
                    "date": "2027-03-01",
                    "kind": "taken",
                    "grams": 1,
                }
            )
        with self.assertRaises(AccessError):
            self.equipment.with_user(self.user).read(["sensor_token"])

    def test_users_see_deposits_and_act(self):
        deposit = (
            self.env["foodshare.deposit"]
            .with_user(self.user)
            .create({"fridge_id": self.fridge.id, "category": "fruit", "grams": 500})
        )
        deposit.action_discard()
        self.assertEqual(deposit.state, "discarded")
