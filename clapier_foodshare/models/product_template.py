from odoo import api, fields, models
from odoo.tools import SQL

# What a dish holds, whatever the depth of its recipes; UNION ends at a recipe that holds itself.
COMPONENTS = """
    WITH RECURSIVE tree AS (
        SELECT root.id AS root_id, root.id AS template_id
          FROM unnest(%(ids)s::int[]) AS root(id)
         UNION
        SELECT tree.root_id, component.product_tmpl_id
          FROM tree
          JOIN mrp_bom bom ON bom.product_tmpl_id = tree.template_id AND bom.active
          JOIN mrp_bom_line line ON line.bom_id = bom.id
          JOIN product_product component ON component.id = line.product_id
    )
    SELECT root_id, array_agg(template_id) FROM tree GROUP BY root_id
"""


class ProductTemplate(models.Model):
    """Ingredients say what they hold; dishes know it from their recipes."""

    _inherit = "product.template"

    foodshare_is_dish = fields.Boolean(
        "Dish", help="Cooked here; its bill of materials is the recipe."
    )
    foodshare_allergen_ids = fields.Many2many(
        "foodshare.allergen", string="Own Allergens", help="Without its ingredients."
    )
    foodshare_all_allergen_ids = fields.Many2many(
        "foodshare.allergen",
        string="Allergens",
        compute="_compute_foodshare_all_allergen_ids",
        help="With those of all its ingredients, whatever the depth of the recipes.",
    )
    foodshare_meat = fields.Selection(
        [("beef", "Beef"), ("other", "Other Meat")],
        "Meat",
        help="Its origin must be shown: born, reared and slaughtered for beef; reared and "
        "slaughtered for the others.",
    )
    foodshare_born_in = fields.Char("Born In")
    foodshare_reared_in = fields.Char("Reared In")
    foodshare_slaughtered_in = fields.Char("Slaughtered In")
    foodshare_meat_origin = fields.Char(
        "Origin of the Meat", compute="_compute_foodshare_meat_origin"
    )

    @api.depends(
        "foodshare_allergen_ids",
        "bom_ids.bom_line_ids.product_id.product_tmpl_id.foodshare_allergen_ids",
    )
    def _compute_foodshare_all_allergen_ids(self):
        components = self._foodshare_components()
        for template in self:
            known = components.get(template._origin.id, template)
            template.foodshare_all_allergen_ids = (
                known | template
            ).foodshare_allergen_ids

    @api.depends(
        "foodshare_meat",
        "foodshare_born_in",
        "foodshare_reared_in",
        "foodshare_slaughtered_in",
    )
    @api.depends_context("lang")
    def _compute_foodshare_meat_origin(self):
        for template in self:
            template.foodshare_meat_origin = template._foodshare_tell_meat()

    def _foodshare_tell_meat(self):
        """Return the sentence of the law about the origin of one meat, if it is one."""
        self.ensure_one()
        places = {
            self.env._("born"): self.foodshare_born_in,
            self.env._("reared"): self.foodshare_reared_in,
            self.env._("slaughtered"): self.foodshare_slaughtered_in,
        }
        if self.foodshare_meat == "other":
            places.pop(self.env._("born"))
        if not self.foodshare_meat:
            return False
        return ", ".join(
            f"{step} : {place or self.env._('unknown')}"
            for step, place in places.items()
        )

    def _foodshare_components(self):
        """Return what these products are made of, themselves included: one statement.

        :return: {template id: product.template records in sudo}
        """
        ids = self._origin.ids
        if not ids:
            return {}
        self.env["mrp.bom"].flush_model()
        self.env["mrp.bom.line"].flush_model()
        rows = self.env.execute_query(SQL(COMPONENTS, ids=ids))
        everything_sudo = self.sudo().browse(
            {id_ for _root, found in rows for id_ in found}
        )
        return {
            root: everything_sudo.browse(found).with_prefetch(everything_sudo._ids)
            for root, found in rows
        }
