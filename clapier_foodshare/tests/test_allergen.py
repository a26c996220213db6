from odoo.fields import Command
from odoo.tests import tagged

from .common import FoodshareCommon


@tagged("post_install", "-at_install")
class TestAllergen(FoodshareCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.milk = cls.env.ref("clapier_foodshare.allergen_milk")
        cls.eggs = cls.env.ref("clapier_foodshare.allergen_eggs")

    def _recipe(self, dish, *ingredients):
        return self.env["mrp.bom"].create(
            {
                "product_tmpl_id": dish.product_tmpl_id.id,
                "bom_line_ids": [
                    Command.create({"product_id": item.id, "product_qty": 1})
                    for item in ingredients
                ],
            }
        )

    def test_there_are_fourteen(self):
        self.assertEqual(self.env["foodshare.allergen"].search_count([]), 14)

    def test_they_cascade_through_recipes_of_recipes(self):
        butter = self._create_dish("Butter", self.milk, foodshare_is_dish=False)
        egg = self._create_dish("Egg", self.eggs, foodshare_is_dish=False)
        pastry = self._create_dish("Pastry")
        quiche = self._create_dish("Quiche")
        self._recipe(pastry, butter)
        self._recipe(quiche, pastry, egg)
        self.assertEqual(quiche.foodshare_all_allergen_ids, self.milk | self.eggs)
        self.assertEqual(pastry.foodshare_all_allergen_ids, self.milk)
        self.assertFalse(quiche.foodshare_allergen_ids)

    def test_an_archived_recipe_says_nothing(self):
        dish = self._create_dish("Cake")
        recipe = self._recipe(dish, self._create_dish("Egg", self.eggs))
        recipe.active = False
        dish.invalidate_recordset()
        self.assertFalse(dish.foodshare_all_allergen_ids)

    def test_one_statement_for_many_dishes(self):
        dishes = self.env["product.template"]
        egg = self._create_dish("Egg", self.eggs)
        for number in range(20):
            dish = self._create_dish(f"Dish {number}")
            self._recipe(dish, egg)
            dishes |= dish.product_tmpl_id
        self.env.flush_all()
        dishes.invalidate_recordset()
        with self.assertQueryCount(3):
            dishes._foodshare_components()
        self.assertEqual(dishes.foodshare_all_allergen_ids, self.eggs)

    def test_origin_of_beef_is_complete(self):
        beef = self._create_dish(
            "Beef", foodshare_meat="beef", foodshare_reared_in="FR"
        )
        self.assertEqual(beef.foodshare_meat_origin.count(","), 2)
        beef.foodshare_meat = "other"
        self.assertEqual(beef.foodshare_meat_origin.count(","), 1)
        beef.foodshare_meat = False
        self.assertFalse(beef.foodshare_meat_origin)
