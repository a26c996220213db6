from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..drive_crates import crate_count

HOLD_LINES = """
    UPDATE sale_order_line line SET drive_held_qty = held.quantity
      FROM unnest(%(ids)s::int[], %(quantities)s::float[]) AS held(id, quantity)
     WHERE line.id = held.id
"""
MOVE_POINTS = """
    WITH locked AS (
        SELECT id FROM drive_cycle_point WHERE id = ANY(%(ids)s) ORDER BY id
        FOR NO KEY UPDATE
    )
    UPDATE drive_cycle_point point
       SET crate_held = crate_held + moved.crates, cold_held = cold_held + moved.cold
      FROM unnest(%(ids)s, %(crates)s::int[], %(cold)s::float[])
               AS moved(id, crates, cold), locked
     WHERE point.id = moved.id AND locked.id = point.id
 RETURNING point.id
"""


class SaleOrder(models.Model):
    """A basket of one cycle: it holds what it takes of limited offers and of its point."""

    _inherit = "sale.order"

    drive_cycle_id = fields.Many2one(
        "drive.cycle",
        "Order Cycle",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
    )
    drive_cycle_point_id = fields.Many2one(
        "drive.cycle.point",
        "Pick-Up Point",
        domain="[('cycle_id', '=', drive_cycle_id)]",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
    )
    drive_is_held = fields.Boolean(
        "Holds Goods",
        readonly=True,
        copy=False,
        help="Its goods and its room at the point are kept for it.",
    )
    drive_held_until = fields.Datetime(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="An unpaid basket gives back by then what it holds.",
    )
    drive_held_point_id = fields.Many2one(
        "drive.cycle.point", readonly=True, copy=False
    )
    drive_held_crates = fields.Integer("Crates", readonly=True, copy=False)
    drive_held_cold = fields.Float("Cold Litres", readonly=True, copy=False)
    # The lines of a closed basket are locked; what is decided about them is not.
    drive_line_ids = fields.One2many(
        "sale.order.line",
        "order_id",
        "Sharing",
        domain=[("drive_offer_id", "!=", False)],
        copy=False,
    )
    drive_cycle_state = fields.Selection(
        related="drive_cycle_id.state", string="State of the Cycle"
    )

    def write(self, vals):
        """Override of sale: a basket that moves to another point moves what it holds."""
        result = super().write(vals)
        if "drive_cycle_point_id" in vals:
            self.filtered("drive_is_held")._drive_hold()
        return result

    def _drive_add(self, offer, quantity):
        """Set how much of one offer this basket takes.

        :param quantity: units, 0 to take it out
        :return: the sale.order.line, if there is one
        :raise UserError: after the cut-off, an impossible quantity, not enough left
        """
        self.ensure_one()
        if offer.cycle_id != self.drive_cycle_id:
            raise UserError(
                self.env._(
                    "“%s” belongs to another cycle: choose it in the shop again.",
                    offer.product_id.display_name,
                )
            )
        offer._drive_check_open()
        problem = offer._problem_with(quantity)
        if problem:
            raise UserError(problem)
        line = self.order_line.filtered(lambda item: item.drive_offer_id == offer)
        if line:
            line.product_uom_qty = max(quantity, 0)
        elif quantity > 0:
            line = self.env["sale.order.line"].create(
                {
                    "order_id": self.id,
                    "product_id": offer.product_id.id,
                    "product_uom_qty": quantity,
                    "price_unit": offer._unit_price(),
                    "drive_offer_id": offer.id,
                }
            )
        return line

    # --- Holding

    def _drive_reserve(self):
        """Keep the goods and the room of these baskets while they are paid.

        :raise UserError: closed, no point, not enough left
        """
        for order in self.filtered("drive_cycle_id"):
            order._drive_check()
            minutes = (
                self.env["drive.policy"]
                ._policy_for(order.company_id, order.drive_cycle_id.date_pickup)
                .payment_minutes
            )
            order.write(
                {
                    "drive_is_held": True,
                    "drive_held_until": fields.Datetime.now()
                    + timedelta(minutes=minutes),
                }
            )
            order._drive_hold()

    def _drive_check(self):
        """Refuse a basket that cannot be ordered.

        :raise UserError: says what is wrong and what to do
        """
        self.ensure_one()
        self.drive_cycle_id._check_takes_orders()
        if not self.drive_cycle_point_id:
            raise UserError(self.env._("Choose the point where you fetch your basket."))
        if self.drive_cycle_point_id.cycle_id != self.drive_cycle_id:
            raise UserError(self.env._("This point is not open in this cycle."))
        lines = self.order_line.filtered("drive_offer_id")
        lines.drive_offer_id._drive_check_open()
        for line in lines:
            problem = line.drive_offer_id._problem_with(line.product_uom_qty)
            if problem:
                raise UserError(problem)

    def _drive_hold(self):
        """Bring what these baskets hold in line with what they ask for.

        Counters are moved by the difference to what each line held, so that it can be run
        at any time: offers first, then points, each in the order of ids.
        """
        moves, held = [], {}
        for line in self.order_line.filtered("drive_offer_id"):
            wanted = (
                line.product_uom_qty
                if line.order_id.drive_is_held and line.drive_offer_id.quantity_max
                else 0.0
            )
            if wanted != line.drive_held_qty:
                moves.append((line.drive_offer_id.id, wanted - line.drive_held_qty))
                held[line.id] = wanted
        self.env["drive.offer"]._move_held(moves)
        if held:
            self.env.flush_all()
            self.env.cr.execute(
                SQL(HOLD_LINES, ids=list(held), quantities=list(held.values()))
            )
            self.env["sale.order.line"].browse(held).invalidate_recordset(
                ["drive_held_qty"]
            )
        self._drive_hold_room()

    def _drive_hold_room(self):
        """Move the crates and cold litres of these baskets to the points they ask for."""
        moves = {}
        for order in self:
            point = order.drive_cycle_point_id if order.drive_is_held else None
            crates, cold = order._drive_room() if point else (0, 0.0)
            for holder, sign, count, litres in (
                (
                    order.drive_held_point_id,
                    -1,
                    order.drive_held_crates,
                    order.drive_held_cold,
                ),
                (point, 1, crates, cold),
            ):
                if holder:
                    total = moves.setdefault(holder.id, [0, 0.0])
                    total[0] += sign * count
                    total[1] += sign * litres
            order.write(
                {
                    "drive_held_point_id": point.id if point else False,
                    "drive_held_crates": crates,
                    "drive_held_cold": cold,
                }
            )
        ids = sorted(
            point_id for point_id, (count, litres) in moves.items() if count or litres
        )
        if not ids:
            return
        self.env.flush_all()
        try:
            with self.env.cr.savepoint():
                self.env.execute_query(
                    SQL(
                        MOVE_POINTS,
                        ids=ids,
                        crates=[moves[point_id][0] for point_id in ids],
                        cold=[moves[point_id][1] for point_id in ids],
                    )
                )
        except CheckViolation as error:
            raise UserError(
                self.env._(
                    "There is no room left at this pick-up point: choose another one."
                )
            ) from error
        points = self.env["drive.cycle.point"].browse(ids)
        points.invalidate_recordset(["crate_held", "cold_held"])

    def _drive_room(self):
        """Return the room that this basket takes: (crates, cold litres)."""
        self.ensure_one()
        policy = self.env["drive.policy"]._policy_for(
            self.company_id, self.drive_cycle_id.date_pickup
        )
        kind = policy._crate_kind()
        room = {False: [0.0, 0.0], True: [0.0, 0.0]}
        for line in self.order_line.filtered("drive_offer_id"):
            product = line.product_id
            part = room[product.drive_is_cold]
            # Odoo keeps volumes in cubic metres.
            part[0] += line.product_uom_qty * product.volume * 1000
            part[1] += line.product_uom_qty * (
                line.drive_offer_id.weight_expected
                if line.drive_offer_id.by_weight
                else product.weight
            )
        crates = sum(
            crate_count(volume, weight, kind) for volume, weight in room.values()
        )
        has_lines = any(
            line.product_uom_qty for line in self.order_line if line.drive_offer_id
        )
        return max(crates, 1 if has_lines else 0), round(room[True][0], 3)

    def _drive_release(self):
        """Give back all that these baskets hold."""
        held = self.filtered("drive_is_held")
        held.write({"drive_is_held": False, "drive_held_until": False})
        held._drive_hold()

    @api.model
    def _cron_drive_release(self):
        """Give back what unpaid baskets hold once their time is over."""
        self.search(
            [
                ("drive_held_until", "<=", fields.Datetime.now()),
                ("state", "in", ("draft", "sent", "cancel")),
            ],
            limit=200,
        )._drive_release()

    # --- Confirming and cancelling

    def action_confirm(self):
        """Override of sale to hold the goods of baskets before they are confirmed."""
        for order in self.filtered("drive_cycle_id"):
            # Who pays in time has what was kept for them, even just after the cut-off.
            if not order.drive_is_held:
                order._drive_reserve()
        result = super().action_confirm()
        self.filtered("drive_is_held").write({"drive_held_until": False})
        return result

    def _action_cancel(self):
        """Override of sale to give back what baskets hold."""
        self._drive_release()
        return super()._action_cancel()
