from odoo import fields, models


class AccountMove(models.Model):
    """The invoice of an institution for one month."""

    _inherit = "account.move"

    drive_month = fields.Date(
        "Month Delivered",
        readonly=True,
        copy=False,
        help="First day of the month whose deliveries this invoice counts.",
    )
    drive_month_basket_ids = fields.One2many(
        "sale.order", "drive_invoice_id", "Baskets Invoiced"
    )

    _drive_one_a_month = models.UniqueIndex(
        "(company_id, commercial_partner_id, drive_month) "
        "WHERE drive_month IS NOT NULL AND state != 'cancel'",
        "This institution already has an invoice for that month.",
    )

    def button_cancel(self):
        """Override of account: what a cancelled invoice counted is invoiced again."""
        result = super().button_cancel()
        self.filtered("drive_month").sudo().drive_month_basket_ids = False
        return result
