from odoo import fields, models

OFFICE = "clapier_drive.group_drive_user"
MODES = [("purchase", "Purchase"), ("mandate", "Mandate")]


class ResPartner(models.Model):
    """How one drive settles with this producer."""

    _inherit = "res.partner"

    drive_settlement_mode = fields.Selection(
        MODES,
        "Settled By",
        company_dependent=True,
        groups=OFFICE,
        help="Purchase: the drive buys and sells again. Mandate: it sells on their behalf, "
        "keeps a commission and hands over the rest. Empty: purchase.",
    )
    drive_settlement_period = fields.Selection(
        [("cycle", "Every Cycle"), ("month", "Every Month")],
        "Settled",
        company_dependent=True,
        groups=OFFICE,
        help="Empty: every cycle.",
    )
    drive_commission_rate = fields.Float(
        "Own Commission",
        company_dependent=True,
        groups=OFFICE,
        help="0: that of the policy.",
    )
    drive_settlement_ids = fields.One2many(
        "drive.settlement", "partner_id", "Settlements", groups=OFFICE
    )
