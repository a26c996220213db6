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
     WHERE line.order_id = ANY(%(orders)s)
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
        help="Of this basket alone, or of all that an institution got in a month.",
    )

    def _drive_invoice(self):
        """Return the invoice of this basket, made at the first call.

        It says what the family got, less all it was credited. A basket that a summary
        counts is taken out of it by an entry. The caller has checked who asks.

        :return: account.move record, posted, in sudo
        :raise UserError: what families get is not validated yet
        """
        self.ensure_one()
        return self.sudo().drive_invoice_id or self._drive_invoice_together()

    def _drive_invoice_together(self):
        """Make one invoice of baskets of one customer that have none.

        :return: account.move record, posted, in sudo
        :raise UserError: what families get is not validated yet
        """
        orders_sudo = self.sudo().with_company(self.company_id)
        orders_sudo.lock_for_update()
        if orders_sudo.drive_invoice_id:
            return orders_sudo.drive_invoice_id
        if any(
            order.state != "sale"
            or order.drive_cycle_id.state not in ("allocated", "settled")
            for order in orders_sudo
        ):
            raise UserError(
                self.env._(
                    "The invoice of a basket is made once its goods are shared out."
                )
            )
        self.env.flush_all()
        granted = self.env.execute_query(SQL(GRANTED, orders=self.ids))
        invoice_sudo = orders_sudo._drive_create_invoice(granted)
        orders_sudo._drive_account_invoice(
            [row[0] for row in granted if row[3]],
            [row[0] for row in granted if not row[3]],
        )
        orders_sudo.drive_invoice_id = invoice_sudo
        return invoice_sudo

    def _drive_account_invoice(self, counted, uncounted):
        """Take baskets that are invoiced out of their summary, and post their credits.

        :param counted: ids of drive.credit that an entry counts already
        :param uncounted: those that none counts
        """
        company = self.company_id
        policy = self.env["drive.policy"]._policy_for(
            company, max(self.drive_cycle_id.mapped("date_pickup"))
        )
        names = ", ".join(self.mapped("name"))
        summed = self.filtered("drive_summary_id")
        if summed:
            self.env["drive.summary"]._post(
                policy,
                company._drive_today(),
                self.env._("%s is invoiced", names),
                baskets=summed.ids,
                nets=counted,
                reverse=True,
            )
        if uncounted:
            self.env["drive.summary"]._post(
                policy,
                company._drive_today(),
                self.env._("Credits of %s", names),
                credits=uncounted,
                nets=[],
            )

    def _drive_create_invoice(self, granted):
        """Post what these baskets are charged, exact to the cent.

        :param granted: list of (credit id, line id, amount, whether it is accounted for)
        """
        lines = self.order_line.filtered(lambda line: not line.display_type)
        expected = sum(self.mapped("amount_total")) - sum(row[2] for row in granted)
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
                **self[:1]._prepare_invoice(),
                "invoice_origin": ", ".join(self.mapped("name")),
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
