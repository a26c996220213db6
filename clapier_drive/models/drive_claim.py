from odoo import api, fields, models
from odoo.exceptions import UserError


class DriveClaim(models.Model):
    """What one producer owes of one cycle for what was missing or damaged."""

    _name = "drive.claim"
    _description = "Claim to a Producer"
    _inherit = ["mail.thread"]
    _order = "cycle_id desc, partner_id, number, id"
    _rec_name = "partner_id"

    cycle_id = fields.Many2one(
        "drive.cycle", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="cycle_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", "Producer", required=True, readonly=True, index=True
    )
    number = fields.Integer(
        "Supplement",
        required=True,
        readonly=True,
        default=0,
        aggregator=None,
        help="0 is the first claim of a cycle; what is reported after it was sent makes "
        "another one.",
    )
    state = fields.Selection(
        [
            ("draft", "To Send"),
            ("sent", "Sent"),
            ("accepted", "Accepted"),
            ("partly", "Partly Accepted"),
            ("refused", "Refused"),
        ],
        required=True,
        default="draft",
        tracking=True,
    )
    line_ids = fields.One2many("drive.claim.line", "claim_id", "Lines")
    amount = fields.Monetary(compute="_compute_amount", store=True)
    amount_accepted = fields.Monetary(
        "Accepted",
        compute="_compute_amount",
        store=True,
        help="What the producer agrees to: it is taken off what is paid to them.",
    )
    answer = fields.Char(help="What the producer says.", tracking=True)

    _once = models.UniqueIndex(
        "(cycle_id, partner_id, number)",
        "This producer already has that claim for this cycle.",
    )

    @api.depends("line_ids.amount", "line_ids.amount_accepted", "state")
    def _compute_amount(self):
        for claim in self:
            claim.amount = sum(claim.line_ids.mapped("amount"))
            claim.amount_accepted = (
                sum(claim.line_ids.mapped("amount_accepted"))
                if claim.state in ("accepted", "partly")
                else 0.0
            )

    def action_send(self):
        """Send these claims to their producers: the mails leave by themselves."""
        self.check_access("write")
        self.filtered(lambda claim: claim.state == "draft").state = "sent"

    # --- What the producers answer

    def action_accept(self):
        """Note that the producers agree with these claims."""
        self.check_access("write")
        sent = self.filtered(lambda claim: claim.state == "sent")
        for line in sent.line_ids:
            line.amount_accepted = line.amount
        sent.state = "accepted"

    def action_accept_partly(self):
        """Note that the producers agree with what is entered as accepted.

        :raise UserError: nothing is entered, or all of it
        """
        self.check_access("write")
        for claim in self.filtered(lambda claim: claim.state == "sent"):
            accepted = sum(claim.line_ids.mapped("amount_accepted"))
            if not 0 < claim.currency_id.round(accepted) < claim.amount:
                raise UserError(
                    self.env._(
                        "Enter on the lines what %s accepts: more than nothing, less than "
                        "all.",
                        claim.partner_id.name,
                    )
                )
            claim.state = "partly"

    def action_refuse(self):
        """Note that the producers do not agree."""
        self.check_access("write")
        self.filtered(lambda claim: claim.state == "sent").state = "refused"

    def action_reopen(self):
        """Take an answer back that was noted by mistake."""
        self.check_access("write")
        self.filtered(
            lambda claim: claim.state in ("accepted", "partly", "refused")
        ).state = "sent"
