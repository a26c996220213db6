from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_compare, float_is_zero


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    drive_offer_id = fields.Many2one(
        "drive.offer", "Offer", index="btree_not_null", ondelete="restrict", copy=False
    )
    drive_held_qty = fields.Float(
        readonly=True, copy=False, help="What this line holds of a limited offer."
    )
    drive_given_qty = fields.Float(
        "Given", readonly=True, copy=False, help="What the family gets after shortages."
    )
    drive_override_qty = fields.Float(
        "Decided", copy=False, help="What a person decided instead of the rules."
    )
    drive_is_overridden = fields.Boolean("Decided by Hand", copy=False)
    drive_rule = fields.Selection(
        [
            ("full", "As ordered"),
            ("part", "Shared in proportion"),
            ("first", "One each first"),
            ("none", "Nothing was left"),
            ("override", "Decided by hand"),
            ("minimum", "The producer's minimum was missed"),
        ],
        "Why",
        readonly=True,
        copy=False,
    )

    drive_partner_id = fields.Many2one(related="order_id.partner_id", string="Family")
    drive_point_id = fields.Many2one(
        related="order_id.drive_cycle_point_id", string="Pick-Up Point"
    )
    drive_cycle_state = fields.Selection(
        related="order_id.drive_cycle_id.state", string="State of the Cycle"
    )
    drive_missing_qty = fields.Float(
        "Missing",
        compute="_compute_drive_missing_qty",
        help="Ordered and not given, once the goods are shared out.",
    )

    @api.depends("product_uom_qty", "drive_given_qty", "drive_rule")
    def _compute_drive_missing_qty(self):
        for line in self:
            line.drive_missing_qty = (
                line.product_uom_qty - line.drive_given_qty if line.drive_rule else 0.0
            )

    @api.constrains("drive_override_qty", "drive_is_overridden")
    def _check_drive_override(self):
        for line in self.filtered("drive_offer_id"):
            name = line.product_id.display_name
            if line.drive_cycle_state in ("allocated", "settled"):
                raise ValidationError(
                    self.env._(
                        "The sharing out is validated: correct the family's credit instead."
                    )
                )
            if not line.drive_is_overridden:
                continue
            if (
                line.drive_override_qty < 0
                or float_compare(
                    line.drive_override_qty, line.product_uom_qty, precision_digits=3
                )
                > 0
            ):
                raise ValidationError(
                    self.env._(
                        "Decide between none and what was ordered of “%s”.", name
                    )
                )
            steps = line.drive_override_qty / line.drive_offer_id.step
            if not float_is_zero(steps - round(steps), precision_digits=3):
                raise ValidationError(
                    self.env._(
                        "“%(product)s” is given by %(step)g: change the quantity.",
                        product=name,
                        step=line.drive_offer_id.step,
                    )
                )

    @api.onchange("drive_override_qty")
    def _onchange_drive_override_qty(self):
        if self.drive_override_qty:
            self.drive_is_overridden = True

    @api.model_create_multi
    def create(self, vals_list):
        """Override of sale to hold what baskets take of limited offers."""
        lines = super().create(self._drive_match_offers(vals_list))
        lines.order_id.filtered("drive_is_held")._drive_hold()
        return lines

    @api.model
    def _drive_match_offers(self, vals_list):
        """Give lines that the office enters the offer and price of their basket's cycle.

        What the cycle does not offer stays an ordinary line.
        """
        entered = [
            vals
            for vals in vals_list
            if vals.get("order_id")
            and vals.get("product_id")
            and not vals.get("drive_offer_id")
        ]
        orders = self.env["sale.order"].browse({vals["order_id"] for vals in entered})
        if not orders.drive_cycle_id:
            return vals_list
        offers = {
            (offer.cycle_id, offer.product_id.id): offer
            for offer in self.env["drive.offer"].search(
                [
                    ("cycle_id", "in", orders.drive_cycle_id.ids),
                    ("product_id", "in", [vals["product_id"] for vals in entered]),
                ]
            )
        }
        matched = []
        for vals in vals_list:
            order = self.env["sale.order"].browse(vals.get("order_id"))
            offer = offers.get((order.drive_cycle_id, vals.get("product_id")))
            if offer and not vals.get("drive_offer_id"):
                vals = {
                    **vals,
                    "drive_offer_id": offer.id,
                    "price_unit": offer._unit_price(),
                }
            matched.append(vals)
        return matched

    def write(self, vals):
        """Override of sale to hold what baskets take of limited offers."""
        result = super().write(vals)
        if {"product_uom_qty", "drive_offer_id", "order_id"} & vals.keys():
            self.order_id.filtered("drive_is_held")._drive_hold()
        return result

    def unlink(self):
        """Override of sale to give back what the lines hold."""
        orders = self.order_id.filtered("drive_is_held")
        held = self.filtered("drive_held_qty")
        self.env["drive.offer"]._move_held(
            [(line.drive_offer_id.id, -line.drive_held_qty) for line in held]
        )
        result = super().unlink()
        orders.exists()._drive_hold()
        return result

    def _compute_qty_delivered_method(self):
        """Override of sale_stock: what a family gets is known from the sharing out."""
        result = super()._compute_qty_delivered_method()
        self.filtered("drive_offer_id").qty_delivered_method = "manual"
        return result

    def _action_launch_stock_rule(self, *, previous_product_uom_qty=False):
        """Override of sale_stock: goods of a cycle cross-dock, no rule runs per order."""
        return super(
            SaleOrderLine, self.filtered(lambda line: not line.drive_offer_id)
        )._action_launch_stock_rule(previous_product_uom_qty=previous_product_uom_qty)
