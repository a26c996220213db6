from odoo import api, fields, models, tools


class CoworkingPublic(models.Model):
    """A kind of people who share prices: members, associations, inhabitants, companies."""

    _name = "coworking.public"
    _description = "Public"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    for_plans = fields.Boolean(
        "People With a Plan",
        help="Whoever has a running plan belongs to this public.",
    )
    for_companies = fields.Boolean(
        "Default for Companies", help="Otherwise the default for people."
    )

    @api.model
    @tools.ormcache("for_plans", "for_companies")
    def _default_id(self, for_plans=False, for_companies=False):
        """Return the id of the public of whoever has no public of their own, or None."""
        return (
            self.sudo()
            .search(
                [("for_plans", "=", for_plans)]
                + ([] if for_plans else [("for_companies", "=", for_companies)]),
                limit=1,
            )
            .id
        )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of base: what is remembered of the defaults is forgotten."""
        result = super().create(vals_list)
        self.env.registry.clear_cache()
        return result

    def write(self, vals):
        """Override of base: what is remembered of the defaults is forgotten."""
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        """Override of base: what is remembered of the defaults is forgotten."""
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
