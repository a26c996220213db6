from odoo import api, fields, models
from odoo.exceptions import UserError


class DriveReception(models.Model):
    """What has come of one offer, beside what was ordered from the producer."""

    _name = "drive.reception"
    _description = "Reception of an Offer"
    _order = "cycle_id, producer_id, product_id, id"
    _rec_name = "product_id"

    cycle_id = fields.Many2one(
        "drive.cycle", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="cycle_id.company_id", store=True, index=True)
    offer_id = fields.Many2one(
        "drive.offer", required=True, readonly=True, ondelete="restrict", index=True
    )
    product_id = fields.Many2one(related="offer_id.product_id", store=True, index=True)
    producer_id = fields.Many2one(
        related="offer_id.producer_id", store=True, index=True
    )
    uom_id = fields.Many2one(related="offer_id.uom_id")
    cycle_state = fields.Selection(
        related="cycle_id.state", string="State of the Cycle"
    )
    quantity_ordered = fields.Float("Ordered", readonly=True)
    quantity_received = fields.Float(
        "Received", help="All that has come, damaged or not."
    )
    quantity_damaged = fields.Float(
        "Damaged", help="Of what has come, what cannot be given."
    )
    quantity_given = fields.Float(
        "Can Be Given", compute="_compute_quantity_given", store=True
    )
    difference = fields.Float(
        compute="_compute_quantity_given", store=True, help="Negative: missing."
    )
    is_counted = fields.Boolean(
        "Counted", help="Somebody has counted it; otherwise it is taken as complete."
    )
    note = fields.Char()
    photo = fields.Image(max_width=1920, max_height=1920)

    _once = models.UniqueIndex("(offer_id)", "This offer is already being received.")
    _quantities_positive = models.Constraint(
        "CHECK (quantity_received >= 0 AND quantity_damaged >= 0 "
        "AND quantity_damaged <= quantity_received)",
        "What is damaged is a part of what has come.",
    )

    @api.depends("quantity_received", "quantity_damaged", "quantity_ordered")
    def _compute_quantity_given(self):
        for reception in self:
            given = reception.quantity_received - reception.quantity_damaged
            reception.quantity_given = given
            reception.difference = given - reception.quantity_ordered

    def write(self, vals):
        """Override of base: what has been shared out is no longer counted."""
        if {"quantity_received", "quantity_damaged"} & vals.keys():
            if any(
                cycle.state not in ("closed", "received") for cycle in self.cycle_id
            ):
                raise UserError(
                    self.env._(
                        "The goods of this cycle are shared out already: note a claim "
                        "instead."
                    )
                )
            vals = {"is_counted": True, **vals}
        return super().write(vals)

    def action_complete(self):
        """Note that these products have come as they were ordered."""
        self.check_access("write")
        self.is_counted = True

    def action_view_shares(self):
        """Show who gets what of this product."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clapier_drive.drive_share_action"
        )
        return {
            **action,
            "name": self.product_id.display_name,
            "domain": [
                ("drive_offer_id", "=", self.offer_id.id),
                ("order_id.state", "=", "sale"),
            ],
            "context": {"create": False},
        }

    def _prepare_claim_line(self):
        """Return the values of the claim line for what is missing or damaged."""
        self.ensure_one()
        offer = self.offer_id
        price = offer.purchase_price * (offer.weight_expected if offer.by_weight else 1)
        missing = max(self.quantity_ordered - self.quantity_received, 0)
        return {
            "reception_id": self.id,
            "product_id": self.product_id.id,
            "quantity_missing": missing,
            "quantity_damaged": self.quantity_damaged,
            "amount": self.company_id.currency_id.round(-self.difference * price),
            "note": self.note,
        }
