from odoo import models


class SaleOrder(models.Model):
    """Payments that come when the goods have gone to somebody else."""

    _inherit = "sale.order"

    def _drive_credit_late(self, transaction):
        """Credit a payment whose basket cannot be ordered any more; tell the family.

        The same payment is credited once.
        """
        self.ensure_one()
        reference = self.env._("Payment %s, too late", transaction.reference)
        if self.state == "sale" or self.drive_credit_row_ids.filtered(
            lambda row: row.reference == reference
        ):
            return
        self._action_cancel()
        self.env["drive.credit"].sudo().create(
            self._prepare_drive_credit("change", transaction.amount, reference)
        )
        self.env["drive.notice"].sudo()._queue(self, "late")
