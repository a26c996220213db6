from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Command, Domain
from odoo.tools import SQL, format_date

# What was credited of lines beside their shortages, and no invoice counts yet
GRANTED = """
    SELECT credit.id, credit.order_line_id, credit.amount
      FROM drive_credit credit
      JOIN sale_order_line line ON line.id = credit.order_line_id
     WHERE line.order_id = ANY(%(orders)s) AND credit.kind != 'payment'
       AND credit.reversal_of_id IS NULL
       AND NOT EXISTS (
           SELECT FROM drive_credit other WHERE other.reversal_of_id = credit.id)
     ORDER BY credit.id
"""
NOT_DELIVERED = ("planned", "closed", "received", "cancelled")


class SaleOrder(models.Model):
    """One invoice per institution and month, of what was delivered."""

    _inherit = "sale.order"

    @api.model
    def _drive_month_domain(self, company, month, partners=None):
        """Return what finds the baskets to invoice for a month.

        What was forgotten in months before comes with it.

        :param month: first day of the month
        """
        domain = Domain(
            [
                ("company_id", "=", company.id),
                ("state", "=", "sale"),
                ("drive_cycle_id.public", "=", "institution"),
                ("drive_cycle_id.state", "not in", NOT_DELIVERED),
                ("drive_cycle_id.date_pickup", "<", month + relativedelta(months=1)),
                ("drive_invoice_id", "=", False),
                ("drive_summary_id", "=", False),
            ]
        )
        if partners:
            domain &= Domain("partner_id", "child_of", partners.ids)
        return domain

    @api.model
    def _drive_invoice_month(self, company, month, partners=None):
        """Invoice what institutions got up to the end of a month, as drafts.

        Done twice, the second time makes nothing: each basket is invoiced once, and a
        draft of the month is added to.

        :param month: any day of the month
        :param partners: res.partner records, all institutions by default
        :return: the account.move records made or added to, in sudo
        """
        month = month.replace(day=1)
        baskets = (
            self.sudo()
            .with_company(company)
            .search(
                self._drive_month_domain(company, month, partners),
                order="drive_cycle_id, id",
            )
        )
        # Who invoices at the same time meets these rows and starts again.
        baskets = baskets.try_lock_for_update()
        granted = baskets._drive_granted()
        made_sudo = self.env["account.move"].sudo()
        groups = baskets.grouped(
            lambda basket: basket.partner_invoice_id.commercial_partner_id
        )
        known = self._drive_month_moves(company, month)
        new = []
        for partner, group in groups.items():
            move = known.get(partner)
            if not move:
                new.append((group, group._prepare_month_invoice(month, granted)))
            elif move.state == "draft":
                move.write({"invoice_line_ids": group._drive_month_commands(granted)})
                group.drive_invoice_id = move
                made_sudo |= move
            else:
                # The month is posted: the next one takes it.
                baskets -= group
        created = (
            self.env["account.move"]
            .sudo()
            .with_company(company)
            .create([vals for _group, vals in new])
        )
        for (group, _vals), move in zip(new, created, strict=True):
            group.drive_invoice_id = move
        baskets._drive_count_granted(granted)
        return made_sudo | created

    @api.model
    def _drive_month_moves(self, company, month):
        """Return the invoices that a month already has: {institution: account.move}."""
        return {
            move.commercial_partner_id: move
            for move in self.env["account.move"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("drive_month", "=", month),
                    ("state", "!=", "cancel"),
                ]
            )
        }

    def _prepare_month_invoice(self, month, granted):
        """Return the values of the invoice of one institution for a month."""
        return {
            **self[0]._prepare_invoice(),
            "invoice_origin": ", ".join(self.mapped("name")),
            "drive_month": month,
            "invoice_line_ids": self._drive_month_commands(granted),
        }

    def _drive_granted(self):
        """Return what the ledger credits of these baskets: {line id: [(row id, amount)]}."""
        granted = defaultdict(list)
        if self:
            self.env.flush_all()
            for row_id, line_id, amount in self.env.execute_query(
                SQL(GRANTED, orders=self.ids)
            ):
                granted[line_id].append((row_id, float(amount)))
        return granted

    def _drive_month_commands(self, granted):
        """Return the lines of a month's invoice: a section per delivery."""
        commands = []
        for basket in self:
            commands.append(
                Command.create(
                    {
                        "display_type": "line_section",
                        "name": self.env._(
                            "Delivery of %(day)s, %(basket)s",
                            day=format_date(
                                self.env,
                                basket.drive_cycle_id.date_pickup,
                                lang_code=basket.partner_id.lang,
                            ),
                            basket=basket.name,
                        ),
                    }
                )
            )
            for line in basket.order_line.filtered(lambda line: not line.display_type):
                credited = sum(amount for _row, amount in granted.get(line.id, ()))
                commands += line._drive_invoice_commands(
                    basket.currency_id.round(credited)
                )
        return commands

    def _drive_count_granted(self, granted):
        """Take out of the credit of institutions what their invoices count."""
        lines = self.order_line.filtered(lambda line: line.id in granted)
        self.env["drive.credit"].sudo().create(
            [
                {
                    "partner_id": line.order_id.partner_id.id,
                    "company_id": line.company_id.id,
                    "date": line.company_id._drive_today(),
                    "kind": "correction",
                    "amount": -amount,
                    "reference": self.env._("Deducted from the invoice of the month"),
                    "order_line_id": line.id,
                    "cycle_id": line.order_id.drive_cycle_id.id,
                    "reversal_of_id": row_id,
                }
                for line in lines
                for row_id, amount in granted[line.id]
            ]
        )

    @api.model
    def _cron_drive_invoice_month(self):
        """Make the drafts of the month before, for every drive that serves institutions."""
        found = self.env["drive.schedule"]._read_group(
            [("public", "=", "institution")], ["company_id"]
        )
        self.env["ir.cron"]._commit_progress(remaining=len(found))
        for (company,) in found:
            self._drive_invoice_month(
                company, company._drive_today() - relativedelta(months=1)
            )
            if not self.env["ir.cron"]._commit_progress(1):
                break
