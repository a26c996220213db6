from odoo import models


class DriveCycle(models.Model):
    """What the closing and the sharing out of a cycle mean to what families have paid."""

    _inherit = "drive.cycle"

    def _close(self):
        """Override to first take out what was added to baskets and not paid for."""
        unpaid = self.env["sale.order"].search(
            [
                ("drive_cycle_id", "in", self.ids),
                ("drive_cycle_id.state", "=", "planned"),
                ("drive_due_until", "!=", False),
                ("state", "=", "sale"),
                ("locked", "=", False),
            ]
        )
        unpaid._drive_take_back_unpaid()
        return super()._close()

    def _credit_families(self):
        """Override to show what was credited on the families' eWallet cards."""
        result = super()._credit_families()
        if self.company_id.sudo().drive_wallet_id:
            rows = self.env["drive.credit"].search([("cycle_id", "=", self.id)])
            rows._mirror(rows.partner_id, self.company_id)
        return result
