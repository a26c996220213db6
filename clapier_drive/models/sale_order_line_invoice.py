from odoo import api, models
from odoo.fields import Command


class SaleOrderLine(models.Model):
    """What an order line of a basket is charged."""

    _inherit = "sale.order.line"

    @api.depends("order_id.drive_summary_id", "drive_rule")
    def _compute_qty_to_invoice(self):
        """Override of sale: what a summary counts is not invoiced again."""
        result = super()._compute_qty_to_invoice()
        for line in self.filtered("drive_offer_id"):
            if line.order_id.drive_summary_id:
                line.qty_to_invoice = 0.0
            elif line.drive_rule and line.state == "sale":
                line.qty_to_invoice = line.drive_given_qty - line.qty_invoiced
        return result

    def _drive_invoice_commands(self, rest):
        """Return the invoice lines of what is charged for this line.

        :param rest: what was credited beside what is missing, taxes included
        """
        self.ensure_one()
        given = self.drive_given_qty if self.drive_offer_id else self.product_uom_qty
        # What is sold on behalf of a producer carries no tax of ours.
        account = self._drive_mandate_account()
        commands = []
        if given:
            vals = self._prepare_invoice_line(quantity=given)
            if account:
                vals.update(
                    account_id=account.id,
                    tax_ids=[Command.clear()],
                    price_unit=self.price_total / self.product_uom_qty,
                    discount=0.0,
                )
            commands.append(Command.create(vals))
        if rest:
            taxes = self.env["account.tax"] if account else self.tax_ids
            part = (self.price_subtotal / self.price_total) if self.price_total else 1
            amount = rest if account or taxes[:1].price_include else rest * part
            commands.append(
                Command.create(
                    {
                        "product_id": self.product_id.id,
                        "name": self.env._(
                            "Weight or problem: %s", self.product_id.name
                        ),
                        "quantity": 1,
                        "price_unit": -self.currency_id.round(amount),
                        "tax_ids": [Command.set(taxes.ids)],
                        **({"account_id": account.id} if account else {}),
                    }
                )
            )
        return commands

    def _drive_price_with_taxes(self, price):
        """Return a price without taxes as the taxes of this line want it said."""
        taxes = self.tax_ids
        if not any(tax.price_include for tax in taxes):
            return price
        return taxes.compute_all(price, handle_price_include=False)["total_included"]

    def _drive_mandate_account(self):
        """Return the account of what is sold on behalf of others; empty for what is ours."""
        self.ensure_one()
        offer_sudo = self.drive_offer_id.sudo()
        producer_sudo = offer_sudo.cycle_id.producer_ids.filtered(
            lambda line: (
                line.partner_id == offer_sudo.producer_id
                and line.settlement_mode == "mandate"
            )
        )
        if not producer_sudo:
            return self.env["account.account"]
        policy = self.env["drive.policy"]._policy_for(
            self.company_id, offer_sudo.cycle_id.date_pickup
        )
        return policy._mandate_account()
