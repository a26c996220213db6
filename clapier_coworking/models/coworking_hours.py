from babel.numbers import format_decimal

from odoo import api, fields, models
from odoo.tools.misc import babel_locale_parse


class CoworkingHours(models.Model):
    """The ledger of hours and days: what was granted, bought, used, given back, expired."""

    _name = "coworking.hours"
    _description = "Hours Ledger"
    _inherit = ["coworking.ledger"]
    _order = "date desc, id desc"
    _rec_name = "reference"

    account_id = fields.Many2one(
        "coworking.account",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        precompute=True,
        readonly=True,
        index=True,
    )
    date = fields.Date(required=True, readonly=True)
    unit = fields.Selection(
        [("hour", "Hour"), ("day", "Day")], required=True, readonly=True
    )
    kind = fields.Selection(
        [
            ("grant", "Granted by the Plan"),
            ("purchase", "Bought"),
            ("use", "Used"),
            ("refund", "Given Back"),
            ("expiry", "Expired"),
            ("overage", "Billed Beyond the Plan"),
            ("correction", "Correction"),
        ],
        required=True,
        readonly=True,
    )
    quantity = fields.Float(required=True, readonly=True, digits=(12, 2))
    reference = fields.Char(required=True, readonly=True, help="Why, in a few words.")
    booking_id = fields.Many2one(
        "coworking.booking", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    expires_on = fields.Date(
        readonly=True, help="First day on which what is left of this row is lost."
    )
    reversal_of_id = fields.Many2one(
        "coworking.hours", "Corrects", readonly=True, index="btree_not_null"
    )

    _not_zero = models.Constraint("CHECK (quantity != 0)", "A row moves something.")
    _reversed_once = models.UniqueIndex(
        "(reversal_of_id) WHERE reversal_of_id IS NOT NULL",
        "This row has been corrected already.",
    )
    _account_date_idx = models.Index("(account_id, date, id)")

    @api.depends("account_id")
    def _compute_company_id(self):
        for row in self:
            row.company_id = row.account_id.company_id

    # --- Words

    @api.model
    def _tell_number(self, number, pattern="#,##0.##"):
        """Return a number in the reader's language, without zeros that say nothing."""
        return format_decimal(number, pattern, babel_locale_parse(self.env.lang))

    @api.model
    def _tell_quantity(self, number, unit, pattern="#,##0.##"):
        """Return hours or days in words: “1.5 h”, “2 days”.

        :param unit: hour or day
        """
        told = self._tell_number(number, pattern)
        if unit == "hour":
            return self.env._("%s hours", told)
        if abs(number) <= 1:
            return self.env._("%s day", told)
        return self.env._("%s days", told)
