"""What a till wrote down when it was paid stays as it was.

The French certification of Odoo hashes orders and refuses the fields it hashes; the
amounts, and who paid how much by which means, are not among them.
"""

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.l10n_fr_pos_cert.models.pos import LINE_FIELDS

FROZEN_ORDER = {
    "amount_difference",
    "amount_paid",
    "amount_return",
    "amount_tax",
    "amount_total",
    "company_id",
    "is_tipped",
    "tip_amount",
}
FROZEN_LINE = {
    *LINE_FIELDS,
    "order_id",
    "price_extra",
    "price_subtotal",
    "price_subtotal_incl",
}
FROZEN_PAYMENT = {
    "amount",
    "is_change",
    "payment_date",
    "payment_method_id",
    "pos_order_id",
}


class PosOrder(models.Model):
    _inherit = "pos.order"

    def write(self, vals):
        """Override of point_of_sale to freeze the amounts of paid orders."""
        if FROZEN_ORDER.intersection(vals):
            self._supermarket_check_unsealed()
        return super().write(vals)

    def _supermarket_check_unsealed(self):
        """Raise if an order is in the certified chain: paid, and numbered.

        Until it has its number, the till is still writing it down.

        :raises UserError: for companies under the French certification
        """
        for order in self.sudo():
            if (
                order.state in ("paid", "done")
                and order.l10n_fr_secure_sequence_number
                and order.company_id._is_accounting_unalterable()
            ):
                raise UserError(
                    self.env._(
                        "Order %(name)s is paid: French law forbids changing its lines, "
                        "payments and amounts; make a refund instead.",
                        name=order.name,
                    )
                )


class PosOrderLine(models.Model):
    _inherit = "pos.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of point_of_sale to refuse a line on a paid order."""
        self.env["pos.order"].browse(
            [vals["order_id"] for vals in vals_list if vals.get("order_id")]
        )._supermarket_check_unsealed()
        return super().create(vals_list)

    def write(self, vals):
        """Override of point_of_sale to freeze quantities and prices once paid."""
        if FROZEN_LINE.intersection(vals):
            orders = self.order_id | self.order_id.browse(vals.get("order_id") or [])
            orders._supermarket_check_unsealed()
        return super().write(vals)


class PosPayment(models.Model):
    _inherit = "pos.payment"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of point_of_sale to refuse a payment on a paid order."""
        self.env["pos.order"].browse(
            [vals["pos_order_id"] for vals in vals_list if vals.get("pos_order_id")]
        )._supermarket_check_unsealed()
        return super().create(vals_list)

    def write(self, vals):
        """Override of point_of_sale to freeze payments once the order is paid."""
        if FROZEN_PAYMENT.intersection(vals):
            orders = self.pos_order_id | self.pos_order_id.browse(
                vals.get("pos_order_id") or []
            )
            orders._supermarket_check_unsealed()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sealed(self):
        self.pos_order_id._supermarket_check_unsealed()
