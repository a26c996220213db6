from odoo import fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    _inherit = "account.move"

    supermarket_share_request_ids = fields.One2many(
        "supermarket.share.request", "invoice_id", "Share Requests"
    )

    def _invoice_paid_hook(self):
        """Override of account to record the shares that have just been paid."""
        res = super()._invoice_paid_hook()
        # Whoever records the payment moves the register, and need not have rights on it.
        self.sudo().supermarket_share_request_ids._on_invoice_settled()
        return res

    def button_draft(self):
        """Override of account to keep the invoice of shares that are in the register."""
        requests_sudo = self.sudo().supermarket_share_request_ids
        for request_sudo in requests_sudo.filtered(lambda r: r._standing_movement()):
            raise UserError(
                self.env._(
                    "The shares of invoice %(invoice)s are in the register, under number "
                    "%(number)s: reverse that movement, then make a credit note.",
                    invoice=request_sudo.invoice_id.name,
                    number=request_sudo._standing_movement().number,
                )
            )
        return super().button_draft()

    def button_cancel(self):
        """Override of account to cancel the subscription with its invoice."""
        res = super().button_cancel()
        requests_sudo = self.sudo().supermarket_share_request_ids
        requests_sudo.filtered(lambda r: r.state == "to_pay").state = "cancelled"
        return res
