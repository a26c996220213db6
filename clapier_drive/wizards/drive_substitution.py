from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare


class DriveSubstitution(models.TransientModel):
    """What one family gets instead of a product that is missing."""

    _name = "drive.substitution"
    _description = "Another Product Instead"

    line_id = fields.Many2one("sale.order.line", required=True, readonly=True)
    currency_id = fields.Many2one(related="line_id.currency_id")
    partner_id = fields.Many2one(related="line_id.drive_partner_id")
    product_id = fields.Many2one(related="line_id.product_id", string="Missing Product")
    missing_qty = fields.Float(related="line_id.drive_missing_qty")
    missing_amount = fields.Monetary(
        "Credited for It", compute="_compute_missing_amount", help="Taxes included."
    )
    available_offer_ids = fields.Many2many(
        "drive.offer", compute="_compute_available_offer_ids"
    )
    offer_id = fields.Many2one(
        "drive.offer",
        "Give Instead",
        required=True,
        domain="[('id', 'in', available_offer_ids)]",
        help="Products of which more has come than was ordered.",
    )
    quantity = fields.Float(
        compute="_compute_quantity", store=True, readonly=False, required=True
    )
    left_qty = fields.Float("Left Over", compute="_compute_left_qty")
    value = fields.Monetary("Worth", compute="_compute_value", help="Taxes included.")
    credit = fields.Monetary(
        "Left on the Credit",
        compute="_compute_value",
        help="Of what is credited for the missing product. The family never pays more.",
    )

    @api.depends("line_id")
    def _compute_missing_amount(self):
        for wizard in self:
            line = wizard.line_id
            wizard.missing_amount = line.currency_id.round(
                line.price_total
                * line.drive_missing_qty
                / (line.product_uom_qty or 1.0)
            )

    @api.depends("line_id")
    def _compute_available_offer_ids(self):
        for wizard in self:
            receptions = wizard.line_id.drive_offer_id.cycle_id.reception_ids.filtered(
                lambda item: (
                    float_compare(
                        item.difference, item.quantity_substituted, precision_digits=3
                    )
                    > 0
                )
            )
            wizard.available_offer_ids = receptions.offer_id.filtered(
                lambda offer: (
                    not offer.quantity_max or offer.quantity_held < offer.quantity_max
                )
            )

    @api.depends("offer_id")
    def _compute_left_qty(self):
        for wizard in self:
            reception = wizard.line_id.drive_offer_id.cycle_id.reception_ids.filtered(
                lambda item, offer=wizard.offer_id: item.offer_id == offer
            )
            wizard.left_qty = reception.difference - reception.quantity_substituted

    @api.depends("offer_id")
    def _compute_quantity(self):
        for wizard in self:
            wizard.quantity = wizard.offer_id.step

    @api.depends("offer_id", "quantity", "missing_amount")
    def _compute_value(self):
        for wizard in self:
            line, offer = wizard.line_id, wizard.offer_id
            taxes = offer.product_id.taxes_id.filtered_domain(
                self.env["account.tax"]._check_company_domain(line.company_id)
            )
            wizard.value = taxes.compute_all(
                offer._unit_price() if offer else 0.0,
                line.currency_id,
                wizard.quantity,
                product=offer.product_id,
            )["total_included"]
            wizard.credit = max(wizard.missing_amount - wizard.value, 0.0)

    def action_substitute(self):
        """Add the product to the basket at no price: it is paid from the credit.

        :raise UserError: nothing is missing, not enough is left over, not the moment
        """
        self.ensure_one()
        line = self.line_id
        line.order_id.check_access("write")
        line.order_id.drive_cycle_id._check_may_substitute()
        if line.drive_missing_qty <= 0 or line.drive_substitute_for_id:
            raise UserError(self.env._("Nothing is missing here: choose another line."))
        if self.offer_id not in self.available_offer_ids:
            raise UserError(
                self.env._("Nothing of this product is left over: choose another one.")
            )
        problem = self.offer_id._problem_with(self.quantity)
        if problem or self.quantity <= 0:
            raise UserError(problem or self.env._("Give at least one."))
        order_sudo = line.order_id.sudo()
        was_locked = order_sudo.locked
        order_sudo.locked = False
        instead = self.env["sale.order.line"].create(
            {
                "order_id": line.order_id.id,
                "product_id": self.offer_id.product_id.id,
                "name": self.env._(
                    "%(product)s instead of %(missing)s",
                    product=self.offer_id.product_id.name,
                    missing=line.product_id.name,
                ),
                "product_uom_qty": self.quantity,
                "price_unit": 0.0,
                "drive_offer_id": self.offer_id.id,
                "drive_substitute_for_id": line.id,
                "drive_substitute_value": self.value,
                "drive_given_qty": self.quantity,
                "drive_rule": "full",
            }
        )
        order_sudo.locked = was_locked
        instead._drive_move_substituted(1)
        line.order_id.drive_cycle_id._plan_crates()
        return {"type": "ir.actions.act_window_close"}
