from odoo import fields, models


class CoworkingMonthEndLine(models.TransientModel):
    """What closing a month does to one account."""

    _name = "coworking.month.end.line"
    _description = "Account at Month-End"
    _order = "credit desc, id"
    _rec_name = "partner_id"

    month_end_id = fields.Many2one(
        "coworking.month.end", required=True, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one(related="month_end_id.currency_id")
    partner_id = fields.Many2one("res.partner", "Holder", readonly=True)
    plan_id = fields.Many2one("coworking.plan", readonly=True)
    days_used = fields.Float("Days", readonly=True, digits=(12, 2))
    hours_used = fields.Float("Hours", readonly=True, digits=(12, 2))
    balance = fields.Float("Hours Before", readonly=True, digits=(12, 2))
    balance_after = fields.Float("Hours After", readonly=True, digits=(12, 2))
    charged = fields.Monetary(readonly=True)
    fair = fields.Monetary("Fairest Price", readonly=True)
    credit = fields.Monetary("Credited", readonly=True)
    overage = fields.Monetary("Beyond", readonly=True)
    renewal = fields.Monetary("Coming Month", readonly=True)
    total = fields.Monetary("To Invoice", readonly=True)
