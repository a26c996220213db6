from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

# The rows of the ledger that reduce what one basket is charged, and which are accounted for
GRANTED = """
    SELECT credit.id, line.id, credit.amount, entry.id IS NOT NULL
      FROM drive_credit credit
      LEFT JOIN drive_credit origin ON origin.id = credit.reversal_of_id
      JOIN sale_order_line line ON line.id = credit.order_line_id
      LEFT JOIN drive_credit_entry entry ON entry.credit_id = credit.id
     WHERE line.order_id = %(order)s
       AND COALESCE(origin.kind, credit.kind) != 'payment'
     ORDER BY credit.id
"""


class SaleOrder(models.Model):
    """The invoice of one basket: for who asks for it; the others are in the summary."""

    _inherit = "sale.order"

    drive_summary_id = fields.Many2one(
        "account.move",
        "Counted In",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The journal entry that sums this basket up with others.",
    )
    drive_invoice_id = fields.Many2one(
        "account.move",
        "Invoice of the Basket",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    def _drive_invoice(self):
        """Return the invoice of this basket, made at the first call.

        It says what the family got, less all it was credited. A basket that a summary
        counts is taken out of it by an entry. The caller has checked who asks.

        :return: account.move record, posted, in sudo
        :raise UserError: what families get is not validated yet
        """
        self.ensure_one()
        order_sudo = self.sudo().with_company(self.company_id)
        order_sudo.lock_for_update()
        if order_sudo.drive_invoice_id:
            return order_sudo.drive_invoice_id
        cycle = order_sudo.drive_cycle_id
        if order_sudo.state != "sale" or cycle.state not in ("allocated", "settled"):
            raise UserError(
                self.env._(
                    "The invoice of a basket is made once its goods are shared out."
                )
            )
        self.env.flush_all()
        granted = self.env.execute_query(SQL(GRANTED, order=self.id))
        invoice_sudo = order_sudo._drive_create_invoice(granted)
        counted = [row[0] for row in granted if row[3]]
        uncounted = [row[0] for row in granted if not row[3]]
        policy = self.env["drive.policy"]._policy_for(
            self.company_id, cycle.date_pickup
        )
        summary = self.env["drive.summary"].sudo()
        today = self.company_id._drive_today()
        if order_sudo.drive_summary_id:
            summary._post(
                policy,
                today,
                self.env._("%s is invoiced", self.name),
                baskets=self.ids,
                nets=counted,
                reverse=True,
            )
        if uncounted:
            summary._post(
                policy,
                today,
                self.env._("Credits of %s", self.name),
                credits=uncounted,
                nets=[],
            )
        order_sudo.drive_invoice_id = invoice_sudo
        return invoice_sudo

    def _drive_create_invoice(self, granted):
        """Post what this basket is charged, exact to the cent.

        :param granted: list of (credit id, line id, amount, whether it is accounted for)
        """
        lines = self.order_line.filtered(lambda line: not line.display_type)
        expected = self.amount_total - sum(row[2] for row in granted)
        shortages = {
            line.id: line.price_total
            * (1 - line.drive_given_qty / line.product_uom_qty)
            if line.drive_offer_id and line.product_uom_qty
            else 0.0
            for line in lines
        }
        credited = dict.fromkeys(lines.ids, 0.0)
        for _credit, line_id, amount, _counted in granted:
            credited[line_id] += amount
        commands = []
        for line in lines:
            commands += line._drive_invoice_commands(
                self.currency_id.round(credited[line.id] - shortages[line.id])
            )
        invoice = self.env["account.move"].create(
            {
                **self._prepare_invoice(),
                "invoice_date": self.company_id._drive_today(),
                "invoice_line_ids": commands,
            }
        )
        rest = self.currency_id.round(expected - invoice.amount_total)
        if not self.currency_id.is_zero(rest):
            invoice.write(
                {
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": self.env._("Rounding"),
                                "quantity": 1,
                                "price_unit": rest,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ]
                }
            )
        invoice._post(soft=False)
        return invoice
