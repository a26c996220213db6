from datetime import date

from odoo.tests import BaseCase, tagged

from ..foodshare_charter import ASSOCIATION, INHABITANT, KITCHEN, SHOP, Food, refusals

TODAY = date(2027, 3, 1)


@tagged("post_install", "-at_install")
class TestCharterRule(BaseCase):
    def _refusals(self, **values):
        values = {"giver": INHABITANT, "category": "fruit", **values}
        return refusals(Food(**values), TODAY)

    def test_fruit_is_welcome(self):
        self.assertEqual(self._refusals(), [])

    def test_the_charter(self):
        cases = {
            "is_meat_or_fish": "meat_or_fish",
            "is_alcohol": "alcohol",
            "is_opened": "opened",
            "is_home_made": "home_made",
            "is_raw_milk_or_egg": "raw",
        }
        for field, code in cases.items():
            with self.subTest(field=field):
                self.assertEqual(self._refusals(**{field: True}), [code])

    def test_the_kitchen_leaves_its_dishes(self):
        self.assertEqual(self._refusals(giver=KITCHEN, is_home_made=True), [])

    def test_use_by_is_the_last_day(self):
        self.assertEqual(self._refusals(use_by=TODAY), [])
        self.assertEqual(self._refusals(use_by=date(2027, 2, 28)), ["past_use_by"])

    def test_best_before_may_pass(self):
        self.assertEqual(self._refusals(best_before=date(2027, 1, 1)), [])

    def test_a_gift_to_an_association_leaves_two_days(self):
        food = Food(ASSOCIATION, "yoghurt", use_by=TODAY)
        self.assertEqual(refusals(food, TODAY, gift_hours=48), ["too_close"])
        food = Food(ASSOCIATION, "yoghurt", use_by=date(2027, 3, 2))
        self.assertEqual(refusals(food, TODAY, gift_hours=48), [])

    def test_a_warm_fridge_takes_nothing(self):
        self.assertEqual(
            refusals(Food(SHOP, "yoghurt"), TODAY, too_warm=True), ["too_warm"]
        )
