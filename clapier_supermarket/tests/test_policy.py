from datetime import date

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import SupermarketCommon


@tagged("post_install", "-at_install")
class TestPolicy(SupermarketCommon):
    @freeze_time("2026-03-01")
    def test_an_event_is_judged_by_the_policy_of_its_day(self):
        Policy = self.env["supermarket.policy"]
        later = self.policy.copy({"date_start": "2026-01-01", "attached_adult_max": 5})
        self.assertEqual(Policy._policy_for(self.company), later)
        self.assertEqual(
            Policy._policy_for(self.company, date(2025, 12, 31)), self.policy
        )
        self.assertEqual((later | self.policy).filtered("is_current"), later)

    def test_a_company_without_a_policy_has_the_usual_values(self):
        company = self.env["res.company"].create({"name": "Another cooperative"})
        policy = self.env["supermarket.policy"]._policy_for(company)
        self.assertFalse(policy.id)
        self.assertEqual(policy.attached_adult_max, 2)
        self.assertEqual(policy.majority_age, 18)
        self.assertEqual(policy.capital_floor_ratio, 0.25)
        self.assertFalse(policy.dues_required)

    def test_two_policies_do_not_start_on_the_same_day(self):
        self.assertDatabaseRefuses(
            "choose another date", self.policy.copy, {"date_start": "2020-01-01"}
        )

    def test_impossible_values_are_refused(self):
        for vals in (
            {"attached_adult_max": -1},
            {"majority_age": -1},
            {"dues_grace_days": -1},
            {"capital_floor_ratio": 1.5},
        ):
            with self.subTest(vals):
                self.assertDatabaseRefuses("", self.policy.write, vals)

    def test_dues_need_a_product(self):
        with self.assertRaisesRegex(ValidationError, "need a product"):
            self.policy.dues_required = True


@tagged("post_install", "-at_install")
class TestLowIncome(SupermarketCommon):
    def _grant(self, **vals):
        return self.env["supermarket.low.income"].create(
            {"partner_id": self._create_person().id, "date_start": "2026-01-01", **vals}
        )

    @freeze_time("2026-03-01")
    def test_the_right_holds_from_its_first_to_its_last_day(self):
        right = self._grant(date_end="2026-06-30")
        person = right.partner_id
        entitled = self.env["supermarket.low.income"]._entitled
        self.assertEqual(entitled(person, self.company), person)
        self.assertEqual(entitled(person, self.company, date(2026, 6, 30)), person)
        self.assertFalse(entitled(person, self.company, date(2026, 7, 1)))
        self.assertFalse(entitled(person, self.company, date(2025, 12, 31)))

    def test_the_right_is_held_in_one_cooperative(self):
        right = self._grant()
        other = self.env["res.company"].create({"name": "Another cooperative"})
        self.assertFalse(
            self.env["supermarket.low.income"]._entitled(right.partner_id, other)
        )

    @freeze_time("2026-03-01")
    def test_current_rights_can_be_searched(self):
        current = self._grant()
        ended = self._grant(date_end="2026-02-28")
        both = current | ended
        inside = ("id", "in", both.ids)
        self.assertEqual(both.search([inside, ("is_current", "=", True)]), current)
        self.assertEqual(both.search([inside, ("is_current", "=", False)]), ended)
        self.assertEqual(both.filtered("is_current"), current)

    def test_a_right_does_not_end_before_it_starts(self):
        self.assertDatabaseRefuses(
            "check the two dates", self._grant().write, {"date_end": "2025-01-01"}
        )
