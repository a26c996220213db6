from odoo import api, models


class SaleOrder(models.Model):
    """What hosts took for a basket is no longer due, wherever it is asked."""

    _inherit = "sale.order"

    @api.depends("drive_handover_ids.amount", "drive_handover_ids.amount_credit")
    def _compute_drive_amount_due(self):
        """Override of this addon to count what was paid at the points."""
        result = super()._compute_drive_amount_due()
        for order, amount in self._drive_paid_at_points().items():
            if order.state == "cancel":
                continue
            order.drive_amount_due = order.currency_id.round(
                order.drive_amount_due - amount
            )
        return result

    def _drive_dues(self):
        """Return what these baskets still have to pay, in the currency of their company.

        :return: {order: (what is due, how much of it the family's credit pays)}
        """
        baskets_sudo = self.sudo().filtered(
            lambda order: (
                order.drive_cycle_id.public == "family" and order.state == "sale"
            )
        )
        credits = {
            (partner, company): amount
            for partner, company, amount in self.env["drive.credit"]
            .sudo()
            ._read_group(
                [
                    ("partner_id", "in", baskets_sudo.partner_id.ids),
                    ("company_id", "in", baskets_sudo.company_id.ids),
                ],
                ["partner_id", "company_id"],
                ["amount:sum"],
            )
        }
        dues = {}
        for order in baskets_sudo:
            due = max(order.drive_amount_due, 0.0)
            credit = credits.get((order.partner_id, order.company_id), 0.0)
            dues[order] = (due, min(max(credit, 0.0), due))
        return dues
