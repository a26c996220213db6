from odoo import models
from odoo.fields import Command


class SaleOrderLine(models.Model):
    """What a line of an institution's basket is charged."""

    _inherit = "sale.order.line"

    def _drive_delivered(self):
        """Return how much of this line is given: what was shared out, else what was ordered."""
        self.ensure_one()
        return self.drive_given_qty if self.drive_rule else self.product_uom_qty

    def _drive_invoice_commands(self, rest):
        """Return the invoice lines of what is charged for this line.

        :param rest: what was credited beside what is missing, taxes included
        """
        self.ensure_one()
        given = self._drive_delivered() if self.drive_offer_id else self.product_uom_qty
        commands = []
        if given:
            commands.append(Command.create(self._prepare_invoice_line(quantity=given)))
        if rest:
            part = (self.price_subtotal / self.price_total) if self.price_total else 1
            amount = rest if self.tax_ids[:1].price_include else rest * part
            commands.append(
                Command.create(
                    {
                        "product_id": self.product_id.id,
                        "name": self.env._(
                            "Weight or problem: %s", self.product_id.name
                        ),
                        "quantity": 1,
                        "price_unit": -self.currency_id.round(amount),
                        "tax_ids": [Command.set(self.tax_ids.ids)],
                    }
                )
            )
        return commands
