from odoo import fields, models
from odoo.fields import Command


class DriveSettlement(models.Model):
    """What is bought from another organisation of the hub is an invoice in its books."""

    _inherit = "drive.settlement"

    company_move_id = fields.Many2one(
        "account.move",
        "Their Invoice",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="In the books of the organisation that sold it.",
    )

    def _bill(self):
        """Override to post the invoices of the organisations that are bought from."""
        result = super()._bill()
        for settlement in self.filtered("move_id"):
            sales = settlement.cycle_producer_ids.purchase_id.drive_sale_id
            if sales:
                settlement._invoice_between(sales)
        return result

    def _invoice_between(self, sales):
        self.ensure_one()
        company = sales[:1].company_id
        bill = self.move_id
        order_lines = {
            (line.order_id.client_order_ref, line.product_id): line
            for line in sales.order_line
        }
        commands = []
        for line in bill.invoice_line_ids:
            order_line = order_lines.get(
                (line.purchase_line_id.order_id.name, line.product_id),
                sales.order_line.filtered(
                    lambda item, product=line.product_id: item.product_id == product
                )[:1],
            )
            commands.append(
                Command.create(
                    {
                        "product_id": line.product_id.id,
                        "name": line.name,
                        "quantity": line.quantity,
                        "price_unit": order_line._drive_price_with_taxes(
                            line.price_unit
                        ),
                        "tax_ids": [Command.set(order_line.tax_ids.ids)],
                        "sale_line_ids": (
                            [Command.link(order_line.id)]
                            if line.purchase_line_id
                            else []
                        ),
                    }
                )
            )
        move = (
            self.env["account.move"]
            .with_company(company)
            .with_context(allowed_company_ids=company.ids)
            .create(
                {
                    "move_type": (
                        "out_refund" if bill.move_type == "in_refund" else "out_invoice"
                    ),
                    "partner_id": self.company_id.partner_id.id,
                    "company_id": company.id,
                    "ref": self.name,
                    "invoice_date": bill.invoice_date,
                    "invoice_line_ids": commands,
                }
            )
        )
        self._round_to(move, self.amount_due)
        move._post(soft=False)
        self.company_move_id = move
