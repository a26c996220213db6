from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _coworking_vat_mention(self):
        """Tell whether an invoice must say that its trainings bear no VAT, and why."""
        self.ensure_one()
        return any(
            line.coworking_event_id._coworking_is_vat_exempt()
            for line in self.sudo().invoice_line_ids
            if line.coworking_event_id and not line.tax_ids
        )
