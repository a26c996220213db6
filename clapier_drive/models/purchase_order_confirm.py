from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .res_partner_settlement import MODES


class PurchaseOrder(models.Model):
    """The orders of a cycle, confirmed and awaited in one go."""

    _inherit = "purchase.order"

    drive_settlement_mode = fields.Selection(
        MODES, "Settled By", readonly=True, copy=False
    )
    drive_sale_id = fields.Many2one(
        "sale.order",
        "Their Sale Order",
        readonly=True,
        copy=False,
        help="In the books of the organisation that is ordered from.",
    )

    def _get_destination_location(self):
        """Override of purchase_stock: what is ordered for a cycle arrives on the dock."""
        self.ensure_one()
        if self.drive_cycle_id:
            return self.picking_type_id.warehouse_id._drive_dock().id
        return super()._get_destination_location()

    def _get_final_location_record(self):
        """Override of purchase_stock: it stays there until the points are loaded."""
        self.ensure_one()
        if self.drive_cycle_id:
            return self.picking_type_id.warehouse_id._drive_dock()
        return super()._get_final_location_record()

    def _add_supplier_to_product(self):
        """Override of purchase: the offer knows the producer and the price."""
        return super(
            PurchaseOrder, self.filtered(lambda order: not order.drive_cycle_id)
        )._add_supplier_to_product()

    def _drive_confirm(self):
        """Confirm orders of cycles together: statements do not grow with their number.

        :raise UserError: an order that cannot be confirmed
        """
        orders = self.filtered(lambda order: order.state in ("draft", "sent"))
        for order in orders:
            problem = order._confirmation_error_message()
            if problem:
                raise UserError(problem)
        approved = orders.filtered(lambda order: order._approval_allowed())
        (orders - approved).state = "to approve"
        approved.button_approve()

    def _create_picking(self):
        """Override of purchase_stock to prepare the receipts of cycles in one go."""
        awaited = self.filtered(
            lambda order: (
                order.drive_cycle_id
                and order.state == "purchase"
                and not order.picking_ids
            )
        )
        awaited._drive_create_receipts()
        return super(PurchaseOrder, self - awaited)._create_picking()

    def _drive_create_receipts(self):
        """Make one receipt per order, with a move per line."""
        orders = self.filtered(
            lambda order: any(
                line.product_id.type == "consu" for line in order.order_line
            )
        )
        if not orders:
            return
        unnamed = orders.filtered(lambda order: not order.reference_ids)
        references = self.env["stock.reference"].create(
            [order._prepare_reference_vals() for order in unnamed]
        )
        for order, reference in zip(unnamed, references, strict=True):
            order.reference_ids = reference
        pickings = (
            self.env["stock.picking"]
            .with_user(SUPERUSER_ID)
            .with_context(tracking_disable=True, mail_create_nosubscribe=True)
            .create(
                [
                    {
                        **order._prepare_picking(),
                        "drive_cycle_id": order.drive_cycle_id.id,
                        "scheduled_date": order.date_planned or fields.Datetime.now(),
                    }
                    for order in orders
                ]
            )
        )
        values = []
        for order, picking in zip(orders, pickings, strict=True):
            lines = order.order_line.filtered(
                lambda line: line.product_id.type == "consu"
            )
            values += [
                {
                    **line._prepare_stock_move_vals(
                        picking,
                        line._get_stock_move_price_unit(),
                        line.product_qty,
                        line.product_uom_id,
                    ),
                    "move_dest_ids": [Command.clear()],
                    # Nothing comes before them and nothing is a kit: they are awaited.
                    "state": "confirmed",
                    "procure_method": "make_to_stock",
                }
                for line in lines
            ]
        self.env["stock.move"].with_user(SUPERUSER_ID).create(values)._action_assign()
