from odoo import fields, models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    """Baskets that are made for families."""

    _inherit = "sale.order"

    drive_recurring_id = fields.Many2one(
        "drive.recurring",
        "Recurring Basket",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )

    _drive_recurring_once = models.UniqueIndex(
        "(drive_recurring_id, drive_cycle_id) WHERE drive_recurring_id IS NOT NULL",
        "This recurring basket has been made already.",
    )

    def _drive_add_credit_lines(self, orders):
        """Pay these baskets, not ordered yet, from the credit of their families.

        One creation for all.
        """
        created = []
        for company, baskets in orders.grouped("company_id").items():
            cards = self.env["drive.credit"]._cards(baskets.partner_id, company)
            created += [
                order._prepare_drive_credit_line(cards[order.partner_id], amount)
                for order in baskets
                if (amount := min(cards[order.partner_id].points, order.amount_total))
                > 0
            ]
        lines = self.env["sale.order.line"].create(created)
        for line in lines:
            line.order_id.applied_coupon_ids |= line.coupon_id

    def _drive_order_many(self):
        """Order these baskets, together; one by one where that is refused.

        What is not paid from the credit is paid at pick-up, where the policy allows it.

        :return: {order that is not ordered: sentence}
        """
        refused, ready = {}, self.browse()
        for order in self:
            order.drive_payment = "pickup" if order.amount_total > 0 else "credit"
            if not order.drive_cycle_point_id:
                refused[order] = self.env._(
                    "Your point is closed this time: choose another one, then order."
                )
            elif order.amount_total > 0 and not order._drive_policy().pay_at_pickup:
                refused[order] = self.env._(
                    "Your credit does not pay all of it: pay your basket before the "
                    "cut-off."
                )
            else:
                ready |= order
        if not ready:
            return refused
        try:
            with self.env.cr.savepoint():
                ready._drive_reserve()
                ready.action_confirm()
        except UserError as error:
            if len(ready) == 1:
                ready._drive_release()
                return {**refused, ready: error.args[0].split("\n")[0]}
            for order in ready:
                refused.update(order._drive_order_many())
        return refused
