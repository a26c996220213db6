from odoo import api, fields, models


class DriveCredit(models.Model):
    """The ledger of what a family has to its credit: shortages, weights, what it paid with."""

    _name = "drive.credit"
    _description = "Credit Ledger"
    _inherit = ["supermarket.ledger"]
    _order = "date desc, id desc"
    _rec_name = "reference"

    _ledger_partner_columns = ("partner_id",)

    partner_id = fields.Many2one(
        "res.partner", "Family", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, readonly=True)
    kind = fields.Selection(
        [
            ("shortage", "Shortage"),
            ("minimum", "Minimum of a Producer Missed"),
            ("weight", "Difference of Weight"),
            ("problem", "Problem Reported"),
            ("payment", "Paid With"),
            ("correction", "Correction"),
        ],
        required=True,
        readonly=True,
    )
    amount = fields.Monetary(required=True, readonly=True, help="Taxes included.")
    reference = fields.Char(required=True, readonly=True, help="Why, in a few words.")
    order_line_id = fields.Many2one(
        "sale.order.line", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    cycle_id = fields.Many2one(
        "drive.cycle", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    reversal_of_id = fields.Many2one("drive.credit", "Corrects", readonly=True)
    reversed_by_ids = fields.One2many(
        "drive.credit", "reversal_of_id", "Corrected By", readonly=True
    )

    _not_zero = models.Constraint("CHECK (amount != 0)", "A row moves something.")
    # The same line is credited once for the same reason: closing twice adds nothing.
    _once_per_line = models.UniqueIndex(
        "(order_line_id, kind) WHERE order_line_id IS NOT NULL AND reversal_of_id IS NULL",
        "This line has been credited already.",
    )
    _reversed_once = models.UniqueIndex(
        "(reversal_of_id) WHERE reversal_of_id IS NOT NULL",
        "This row has been corrected already.",
    )
    _partner_idx = models.Index("(partner_id, company_id, date)")

    def action_correct(self):
        """Ask what this row should say, and why."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clapier_drive.drive_credit_correction_action"
        )
        return {**action, "context": {"default_credit_id": self.id}}

    @api.model
    def _balance(self, partner, company):
        """Return what one family has to its credit at one drive."""
        [(total,)] = self.sudo()._read_group(
            [("partner_id", "=", partner.id), ("company_id", "=", company.id)],
            aggregates=["amount:sum"],
        )
        return company.currency_id.round(total or 0.0)
