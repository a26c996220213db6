from odoo import api, models
from odoo.fields import Command, Domain

INVOICE_BATCH = 40


class CoworkingMonth(models.Model):
    """The invoices of months: drafts from the lines, then posted and sent, in batches."""

    _inherit = "coworking.month"

    @api.model
    def _lines_to_invoice(self, limit=None):
        """Return the lines of the next months without an invoice, in sudo."""
        Line_sudo = self.env["coworking.month.line"].sudo()
        months = [
            month.id
            for (month,) in Line_sudo._read_group(
                [("move_id", "=", False)], ["month_id"], limit=limit
            )
        ]
        return Line_sudo.search([("move_id", "=", False), ("month_id", "in", months)])

    @api.model
    def _make_invoices(self, lines):
        """Make the draft invoices of lines: one by month, a credit note below zero.

        :return: account.move records in sudo
        """
        moves_sudo = self.env["account.move"].sudo()
        for company, of_company in lines.grouped("company_id").items():
            groups = [
                (month, move_type, part)
                for month, of_month in of_company.grouped("month_id").items()
                for move_type, part in self._split_lines(of_month)
            ]
            made_sudo = (
                moves_sudo.with_company(company)
                .with_context(tracking_disable=True)
                .create(
                    [
                        month._prepare_invoice_vals(move_type, part)
                        for month, move_type, part in groups
                    ]
                )
            )
            for (_month, _type, part), move_sudo in zip(groups, made_sudo, strict=True):
                part.move_id = move_sudo
            moves_sudo += made_sudo
        return moves_sudo

    def _split_lines(self, lines):
        """Return [(move type, lines)]: an invoice, with a credit note if below zero."""
        if sum(lines.mapped("amount")) >= 0:
            return [("out_invoice", lines)]
        charged = lines.filtered(lambda line: line.amount >= 0)
        split = [("out_invoice", charged), ("out_refund", lines - charged)]
        return [(move_type, part) for move_type, part in split if part]

    def _prepare_invoice_vals(self, move_type, lines):
        """Return the values of an invoice of this month."""
        self.ensure_one()
        sign = -1 if move_type == "out_refund" else 1
        me = self._in_language_of(self.account_id)
        return {
            "move_type": move_type,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "invoice_origin": me.display_name,
            "invoice_line_ids": [
                Command.create(
                    {
                        "product_id": line.product_id.id,
                        "name": line.name,
                        "quantity": line.quantity,
                        "price_unit": sign * line.price_unit,
                    }
                )
                for line in lines
            ],
        }

    @api.model
    def _to_send_domain(self):
        return Domain("month_id.to_send", "=", True) & Domain(
            "move_id.state", "=", "draft"
        )

    @api.model
    def _post_and_send(self, moves):
        """Post drafts, and let those of people with an address be sent by mail."""
        moves.action_post()
        author = self.env.user.partner_id
        for company, of_company in moves.grouped("company_id").items():
            by_mail = of_company.filtered(lambda move: move.partner_id.email)
            by_mail.sending_data = {
                "author_user_id": self.env.user.id,
                "author_partner_id": (company.partner_id or author).id,
                "sending_methods": ["email"],
            }
        if moves:
            self.env.ref("account.ir_cron_account_move_send")._trigger()

    @api.model
    def _cron_invoice(self):
        """Make drafts of closed months, then post and send them, a few at a time.

        Killed anywhere, it goes on where it stopped: a line names its invoice.
        """
        Line_sudo = self.env["coworking.month.line"].sudo()
        Cron = self.env["ir.cron"]
        Cron._commit_progress(
            remaining=len(
                Line_sudo._read_group([("move_id", "=", False)], ["month_id"])
            )
            + len(Line_sudo._read_group(self._to_send_domain(), ["move_id"]))
        )
        while lines_sudo := self._lines_to_invoice(INVOICE_BATCH):
            self._make_invoices(lines_sudo)
            if not Cron._commit_progress(len(lines_sudo.month_id)):
                return
        while moves_sudo := Line_sudo.search(
            self._to_send_domain(), limit=4 * INVOICE_BATCH
        ).move_id[:INVOICE_BATCH]:
            self._post_and_send(moves_sudo)
            if not Cron._commit_progress(len(moves_sudo)):
                return
