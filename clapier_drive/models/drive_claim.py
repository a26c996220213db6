from odoo import api, fields, models


class DriveClaim(models.Model):
    """What one producer owes of one cycle for what was missing or damaged."""

    _name = "drive.claim"
    _description = "Claim to a Producer"
    _inherit = ["mail.thread"]
    _order = "cycle_id desc, partner_id, id"
    _rec_name = "partner_id"

    cycle_id = fields.Many2one(
        "drive.cycle", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="cycle_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", "Producer", required=True, readonly=True, index=True
    )
    state = fields.Selection(
        [("draft", "To Send"), ("sent", "Sent"), ("accepted", "Accepted")],
        required=True,
        default="draft",
        tracking=True,
    )
    line_ids = fields.One2many("drive.claim.line", "claim_id", "Lines")
    amount = fields.Monetary(compute="_compute_amount", store=True)

    _once = models.UniqueIndex(
        "(cycle_id, partner_id)", "This producer already has a claim for this cycle."
    )

    @api.depends("line_ids.amount")
    def _compute_amount(self):
        for claim in self:
            claim.amount = sum(claim.line_ids.mapped("amount"))

    def action_send(self):
        """Note that these claims were sent to their producers."""
        self.check_access("write")
        self.filtered(lambda claim: claim.state == "draft").state = "sent"

    def action_accept(self):
        """Note that the producers agree with these claims."""
        self.check_access("write")
        self.filtered(lambda claim: claim.state == "sent").state = "accepted"
