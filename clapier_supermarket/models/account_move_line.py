from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _reconcile_post_hook(self, data):
        """Override of account to follow subscriptions settled by a credit note alone.

        account calls its paid hook for payments only.
        """
        res = super()._reconcile_post_hook(data)
        credited = data["not_paid_invoices"].filtered(
            lambda invoice: invoice.payment_state == "reversed"
        )
        credited.sudo().supermarket_share_request_ids._on_invoice_settled()
        return res
