from odoo import api, fields, models
from odoo.tools import SQL


class FoodshareFridgeCleaning(models.Model):
    """The log of cleanings: the day alone, never who."""

    _name = "foodshare.fridge.cleaning"
    _description = "Cleaning of a Fridge"
    _inherit = ["supermarket.ledger"]
    _order = "date desc, id desc"
    _rec_name = "date"
    _log_access = False

    fridge_id = fields.Many2one(
        "foodshare.fridge", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        related="fridge_id.equipment_id.company_id",
        store=True,
        precompute=True,
        index=True,
    )
    date = fields.Date(
        "Day", required=True, default=lambda self: self.env.company._coworking_today()
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of base: the fridges know their last cleaning."""
        cleanings = super().create(vals_list)
        cleanings.flush_recordset()
        self.env["foodshare.fridge"].flush_model()
        self.env.execute_query(
            SQL(
                """
                UPDATE foodshare_fridge fridge SET cleaned_on = last.date
                  FROM (SELECT fridge_id, max(date) AS date
                          FROM foodshare_fridge_cleaning
                         WHERE fridge_id = ANY(%s) GROUP BY fridge_id) last
                 WHERE fridge.id = last.fridge_id
                """,
                cleanings.fridge_id.ids,
            )
        )
        fridges = cleanings.fridge_id
        fridges.invalidate_recordset(["cleaned_on"], flush=False)
        fridges.modified(["cleaned_on"])
        return cleanings
