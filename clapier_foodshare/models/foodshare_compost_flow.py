from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class FoodshareCompostFlow(models.Model):
    """The ledger of what else comes to a composter, and of the compost that leaves it."""

    _name = "foodshare.compost.flow"
    _description = "Delivery to or from a Composter"
    _inherit = ["supermarket.ledger"]
    _order = "date desc, id desc"
    _rec_name = "kind"

    _ledger_partner_columns = ("partner_id",)

    site_id = fields.Many2one(
        "foodshare.compost.site",
        required=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    kind = fields.Selection(
        [
            ("browns", "Browns Delivered"),
            ("spent", "Spent Mushroom Blocks"),
            ("kitchen", "Peelings of the Kitchen"),
            ("unsold", "Unsold Goods of the Shop"),
            ("out", "Compost Given Out"),
        ],
        required=True,
        default="browns",
    )
    kg = fields.Float("Weight (kg)", required=True, digits=(16, 3))
    partner_id = fields.Many2one(
        "res.partner",
        "From or To",
        ondelete="restrict",
        index="btree_not_null",
        help="The organisation that brings or takes it; inhabitants are not named.",
    )
    note = fields.Char(readonly=True)
    request_key = fields.Char("Idempotency Key", readonly=True, copy=False)
    reversal_of_id = fields.Many2one(
        "foodshare.compost.flow", "Corrects", readonly=True, index="btree_not_null"
    )
    reversed_by_ids = fields.One2many(
        "foodshare.compost.flow", "reversal_of_id", "Corrected By", readonly=True
    )

    _kg_positive = models.Constraint(
        "CHECK (kg > 0 OR (reversal_of_id IS NOT NULL AND kg < 0))",
        "Write a weight above zero.",
    )
    _never_unsold = models.Constraint(
        "CHECK (kind != 'unsold')",
        "Unsold goods of the shop may not go to a shared composter.",
    )
    _key_unique = models.UniqueIndex(
        "(site_id, request_key) WHERE request_key IS NOT NULL",
        "This delivery has been noted already.",
    )
    _reversed_once = models.UniqueIndex(
        "(reversal_of_id) WHERE reversal_of_id IS NOT NULL",
        "This delivery has been corrected already.",
    )
    _site_date_idx = models.Index("(site_id, date)")

    @api.model_create_multi
    def create(self, vals_list):
        """Override of base: the company is the site's; the shop's unsold goods are refused.

        :raise ValidationError: unsold goods of the shop, with what to do instead; no weight
        """
        if any(vals.get("kind") == "unsold" for vals in vals_list):
            raise ValidationError(
                self.env._(
                    "Unsold goods of the shop may not go to a shared composter, which is "
                    "for the waste of kitchens: give them to the solidarity fridge or to an "
                    "association before their date, or have them collected as biowaste."
                )
            )
        if any(
            vals.get("kg", 0) <= 0 and not vals.get("reversal_of_id")
            for vals in vals_list
        ):
            raise ValidationError(self.env._("Write a weight above zero."))
        sites = self.env["foodshare.compost.site"].browse(
            {vals["site_id"] for vals in vals_list if vals.get("site_id")}
        )
        companies = {site.id: site.company_id.id for site in sites}
        for vals in vals_list:
            if vals.get("site_id"):
                vals["company_id"] = companies[vals["site_id"]]
        return super().create(vals_list)

    @api.constrains("date")
    def _check_date(self):
        for flow in self:
            if flow.date > flow.company_id._coworking_today():
                raise ValidationError(
                    self.env._("A delivery is noted once it is there: change its date.")
                )

    def action_reverse(self):
        """Take these rows out of the sums by contrary rows that name them.

        :raise UserError: one of them is a correction, or was corrected
        """
        if any(flow.reversal_of_id or flow.reversed_by_ids for flow in self):
            raise UserError(
                self.env._("This row has been corrected already: note a new one.")
            )
        self.create(
            [
                {
                    "site_id": flow.site_id.id,
                    "date": flow.date,
                    "kind": flow.kind,
                    "kg": -flow.kg,
                    "partner_id": flow.partner_id.id,
                    "reversal_of_id": flow.id,
                }
                for flow in self
            ]
        )
