from odoo import fields, models
from odoo.fields import Command


class DriveRecurringLine(models.Model):
    """One product of a recurring basket: how much, and how often."""

    _name = "drive.recurring.line"
    _description = "Product of a Recurring Basket"
    _order = "recurring_id, product_id, id"
    _rec_name = "product_id"

    recurring_id = fields.Many2one(
        "drive.recurring", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="recurring_id.company_id", store=True, index=True
    )
    product_id = fields.Many2one(
        "product.product", required=True, ondelete="cascade", index=True
    )
    quantity = fields.Float(required=True, default=1.0)
    interval = fields.Integer(
        "One Cycle In",
        required=True,
        default=1,
        aggregator=None,
        help="2: in every second cycle.",
    )
    phase = fields.Integer(
        readonly=True,
        aggregator=None,
        help="The number of the cycle from which it is counted.",
    )

    _once = models.UniqueIndex(
        "(recurring_id, product_id)", "This product is in the recurring basket already."
    )
    _numbers_positive = models.Constraint(
        "CHECK (quantity > 0 AND interval > 0)",
        "Quantities and rhythms are positive.",
    )

    def _due_in(self, cycle):
        """Return the lines that come in a cycle."""
        return self.filtered(
            lambda line: (cycle.number - line.phase) % line.interval == 0
        )

    def _prepare_order_lines(self, offers):
        """Return the commands that order these products, and what is missing.

        :param offers: {product.product: drive.offer}
        :return: (list of commands, list of sentences)
        """
        commands, told = [], []
        for line in self:
            offer = offers.get(line.product_id)
            if not offer:
                told.append(
                    self.env._(
                        "“%s” is not offered this time.", line.product_id.display_name
                    )
                )
                continue
            quantity, sentence = offer._fit(line.quantity)
            if sentence:
                told.append(sentence)
            if quantity:
                commands.append(
                    Command.create(
                        {
                            "product_id": offer.product_id.id,
                            "product_uom_qty": quantity,
                            "price_unit": offer._unit_price(),
                            "drive_offer_id": offer.id,
                        }
                    )
                )
        return commands, told
