from collections import defaultdict
from datetime import datetime, time

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

from ..coworking_plan_rules import add_months, last_day
from ..coworking_time import to_utc

# What a booking in these states costs is revenue; of a cancelled one, its fee.
SOLD = ("confirmed", "present", "no_show", "cancelled")


class CoworkingShareSettlement(models.Model):
    """What one organisation owes another for the spaces they share, in one month."""

    _name = "coworking.share.settlement"
    _description = "Settlement of Shared Spaces"
    _order = "month desc, id desc"
    _rec_name = "partner_company_id"

    company_id = fields.Many2one(
        "res.company", "Seller", required=True, readonly=True, index=True
    )
    partner_company_id = fields.Many2one(
        "res.company", "Goes To", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(required=True, readonly=True, help="Its first day.")
    revenue = fields.Monetary(readonly=True, help="Sold, taxes excluded.")
    amount = fields.Monetary("Share", readonly=True, help="Taxes excluded.")
    invoice_id = fields.Many2one("account.move", readonly=True)
    bill_id = fields.Many2one("account.move", "Vendor Bill", readonly=True)

    _one_per_month = models.UniqueIndex(
        "(company_id, partner_company_id, month)",
        "This month is settled between these organisations already.",
    )

    @api.model
    def _settle_shares(self, company, month):
        """Draft what others invoice a company for its shared spaces, in one month.

        An invoice in the books of each of them, and its bill in those of the company. A
        second run adds nothing.

        :param month: its first day
        :return: the settlements made, in sudo
        """
        if add_months(month) > company._coworking_today():
            raise UserError(
                self.env._("This month is not over: settle it after its last day.")
            )
        lines = self._share_lines(company.sudo(), month)
        settled_sudo = self.sudo().search(
            [("company_id", "=", company.id), ("month", "=", month)]
        )
        due = {
            other: rows
            for other, rows in lines.items()
            if other not in settled_sudo.partner_company_id
        }
        made_sudo = self.sudo().create(
            [
                {
                    "company_id": company.id,
                    "partner_company_id": other.id,
                    "month": month,
                    "revenue": sum(row[1] for row in rows),
                    "amount": sum(row[2] for row in rows),
                }
                for other, rows in due.items()
            ]
        )
        made_sudo._make_moves([due[item.partner_company_id] for item in made_sudo])
        return made_sudo

    def _share_lines(self, company, month):
        """Return {other company: [(share, revenue, amount)]} of what was sold."""
        zone = company._coworking_zone()
        first, stop = (
            to_utc(datetime.combine(day, time.min), zone)
            for day in (month, add_months(month))
        )
        sold = (
            self.env["coworking.booking"]
            .sudo()
            ._read_group(
                [
                    ("space_id.company_id", "=", company.id),
                    ("start", ">=", first),
                    ("start", "<", stop),
                    ("state", "in", SOLD),
                    ("amount", ">", 0),
                ],
                ["space_id"],
                ["amount:sum"],
            )
        )
        revenues = defaultdict(float)
        for space, revenue in sold:
            for share in space._shares():
                revenues[share] += revenue
        lines = defaultdict(list)
        for share, revenue in revenues.items():
            amount = company.currency_id.round(revenue * share.percent / 100)
            if amount:
                lines[share.partner_company_id].append((share, revenue, amount))
        return lines

    def _make_moves(self, lines):
        """Make the draft invoices and bills of settlements.

        :param lines: for each of them, [(share, revenue, amount)]
        """
        moves_sudo = self.env["account.move"].sudo()
        for settlement, rows in zip(self, lines, strict=True):
            for name, move_type, company, other in (
                (
                    "invoice_id",
                    "out_invoice",
                    settlement.partner_company_id,
                    settlement.company_id,
                ),
                (
                    "bill_id",
                    "in_invoice",
                    settlement.company_id,
                    settlement.partner_company_id,
                ),
            ):
                settlement[name] = moves_sudo.with_company(company).create(
                    settlement._prepare_move_vals(move_type, company, other, rows)
                )

    def _prepare_move_vals(self, move_type, company, other, rows):
        """Return the values of the invoice or bill of one settlement."""
        self.ensure_one()
        me = self.with_context(lang=other.partner_id.lang or self.env.lang)
        month = format_date(me.env, self.month, date_format="MMMM yyyy")
        return {
            "move_type": move_type,
            "company_id": company.id,
            "partner_id": other.partner_id.id,
            "invoice_date": last_day(self.month),
            "ref": me.env._("Shared spaces, %s", month),
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": me.env._(
                            "%(space)s, %(month)s: %(percent)s %% of %(revenue)s",
                            space=share.space_id.name,
                            month=month,
                            percent=f"{share.percent:g}",
                            revenue=self.currency_id.with_env(me.env).format(revenue),
                        ),
                        "quantity": 1,
                        "price_unit": amount,
                    }
                )
                for share, revenue, amount in rows
            ],
        }
