from collections import defaultdict

from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

GIVEN = """
    SELECT basket.drive_cycle_point_id, offer.product_id, SUM(line.drive_given_qty)
      FROM sale_order_line line
      JOIN sale_order basket ON basket.id = line.order_id
      JOIN drive_offer offer ON offer.id = line.drive_offer_id
     WHERE basket.drive_cycle_id = %(cycle)s AND basket.state = 'sale'
       AND basket.drive_cycle_point_id = ANY(%(points)s)
     GROUP BY basket.drive_cycle_point_id, offer.product_id
    HAVING SUM(line.drive_given_qty) > 0
"""
# What Odoo computes from a delivery, said by the sharing out.
DELIVERED = """
    UPDATE sale_order_line line SET qty_delivered = line.drive_given_qty
      FROM sale_order basket
     WHERE basket.id = line.order_id AND basket.drive_cycle_id = %(cycle)s
       AND basket.state = 'sale' AND line.drive_offer_id IS NOT NULL
"""


class DriveCycle(models.Model):
    """The goods of a cycle: from the producers to the dock, from there to the points.

    One move per product received, one per product and point: never one per basket.
    """

    _inherit = "drive.cycle"

    departed_at = fields.Datetime("Goods Left", readonly=True, copy=False)
    picking_ids = fields.One2many("stock.picking", "drive_cycle_id", "Transfers")
    picking_count = fields.Integer(
        "Receipts and Departures", compute="_compute_picking_count"
    )

    def _compute_picking_count(self):
        counts = dict(
            self.env["stock.picking"]
            .sudo()
            ._read_group(
                [("drive_cycle_id", "in", self.ids)], ["drive_cycle_id"], ["__count"]
            )
        )
        for cycle in self:
            cycle.picking_count = counts.get(cycle._origin, 0)

    def action_view_pickings(self):
        """Show the receipts and departures of this cycle."""
        action = self._action_of("drive_picking_action")
        return {**action, "domain": [("drive_cycle_id", "=", self.id)]}

    def action_depart(self):
        """Note that the goods have left for the points; twice, it changes nothing.

        :raise UserError: what families get is not validated yet
        """
        self.check_access("write")
        for cycle in self:
            if cycle.state != "allocated":
                raise UserError(
                    self.env._("Validate what each family gets first, then load.")
                )
            cycle._depart()

    def _claim_from_producers(self):
        """Override to bring the goods in once it is validated who gets what."""
        result = super()._claim_from_producers()
        self._receive_goods()
        self._deliver_lines()
        return result

    def _deliver_lines(self):
        """Tell the order lines what is delivered: one statement, however many."""
        self.ensure_one()
        self.env.flush_all()
        self.env.cr.execute(SQL(DELIVERED, cycle=self.id))
        self.env["sale.order.line"].invalidate_model(["qty_delivered"])

    # --- In

    def _receive_goods(self):
        """Do the receipts of the producers' orders with what was counted."""
        self.ensure_one()
        receipts = (
            self.producer_ids.purchase_id.picking_ids.sudo()
            .with_user(SUPERUSER_ID)
            .with_context(tracking_disable=True, mail_notrack=True)
            .filtered(lambda picking: picking.state not in ("done", "cancel"))
        )
        if not receipts:
            return
        counted = {
            (reception.producer_id, reception.product_id): reception.quantity_received
            for reception in self.reception_ids
        }
        moves = receipts.move_ids
        moves._drive_finish(
            {
                move: counted.get(
                    (move.purchase_line_id.order_id.partner_id, move.product_id),
                    move.product_uom_qty,
                )
                for move in moves
            }
        )
        receipts.purchase_id.action_acknowledge()

    # --- Out

    def _depart(self, points=None):
        """Do one transfer per point with its product totals, from the dock to there.

        :param points: drive.cycle.point records; all those that have not left by default
        """
        self.ensure_one()
        departed = self.picking_ids.sudo().drive_cycle_point_id
        points = (self.point_ids if points is None else points) - departed
        self.env.flush_all()
        totals = defaultdict(list)
        for point_id, product_id, quantity in self.env.execute_query(
            SQL(GIVEN, cycle=self.id, points=points.ids)
        ):
            totals[point_id].append((product_id, quantity))
        points = points.filtered(lambda point: point.id in totals)
        warehouse = self._drive_warehouse()
        pickings = self._transfer(
            warehouse.out_type_id,
            warehouse._drive_dock(),
            self._customer_location(),
            [
                (
                    {
                        "partner_id": point.point_id.partner_id.id,
                        "drive_cycle_point_id": point.id,
                        "origin": f"{self.display_name}, {point.display_name}",
                    },
                    totals[point.id],
                )
                for point in points
            ],
        )
        if not self.departed_at:
            pickings |= self._throw_damaged(warehouse)
            self.departed_at = fields.Datetime.now()
        return pickings

    def _throw_damaged(self, warehouse):
        """Take what came damaged out of the dock: it can be given to nobody."""
        damaged = [
            (reception.product_id.id, reception.quantity_damaged)
            for reception in self.reception_ids
            if reception.quantity_damaged > 0
        ]
        if not damaged:
            return self.env["stock.picking"]
        loss_sudo = (
            self.env["stock.location"]
            .sudo()
            .search(
                [
                    ("usage", "=", "inventory"),
                    ("company_id", "in", (self.company_id.id, False)),
                ],
                order="company_id",
                limit=1,
            )
        )
        return self._transfer(
            warehouse.int_type_id,
            warehouse._drive_dock(),
            loss_sudo,
            [({"origin": self.env._("Damaged: %s", self.display_name)}, damaged)],
        )

    def _transfer(self, operation, source, destination, transfers):
        """Do transfers at once, each with its totals.

        :param transfers: list of (values of the picking, [(product id, quantity)])
        :return: stock.picking records, done
        """
        env = self.env(
            user=SUPERUSER_ID,
            context={
                **self.env.context,
                "tracking_disable": True,
                "mail_create_nosubscribe": True,
                "allowed_company_ids": self.company_id.ids,
            },
        )
        common = {
            "location_id": source.id,
            "location_dest_id": destination.id,
            "company_id": self.company_id.id,
        }
        pickings = env["stock.picking"].create(
            [
                {
                    **common,
                    "picking_type_id": operation.id,
                    "drive_cycle_id": self.id,
                    **values,
                }
                for values, _totals in transfers
            ]
        )
        rows = [
            (picking, product_id, quantity)
            for picking, (_values, totals) in zip(pickings, transfers, strict=True)
            for product_id, quantity in totals
        ]
        products = env["product.product"].browse({row[1] for row in rows})
        units = {product.id: product.uom_id.id for product in products}
        moves = env["stock.move"].create(
            [
                {
                    **common,
                    "picking_id": picking.id,
                    "picking_type_id": operation.id,
                    "origin": picking.origin,
                    "product_id": product_id,
                    "product_uom": units[product_id],
                    "product_uom_qty": quantity,
                    "procure_method": "make_to_stock",
                    "state": "confirmed",
                }
                for picking, product_id, quantity in rows
            ]
        )
        moves._drive_finish(
            {move: row[2] for move, row in zip(moves, rows, strict=True)}
        )
        return pickings.with_env(self.env)

    def _customer_location(self):
        """Return where goods are once they have left for the points."""
        return self.env.ref("stock.stock_location_customers").sudo()

    def _drive_warehouse(self):
        """Return the warehouse through which the goods of this cycle pass."""
        self.ensure_one()
        return self.producer_ids.purchase_id.sudo().picking_type_id.warehouse_id[
            :1
        ] or self.env["stock.warehouse"].sudo().search(
            [("company_id", "=", self.company_id.id)], limit=1
        )
