from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class SupermarketShareRequest(models.Model):
    _inherit = "supermarket.share.request"

    # Subscriptions: invoice, then shares

    def _confirm_subscription(self):
        """Invoice the shares; they are recorded once the invoice is paid in full."""
        self.ensure_one()
        self.state = "to_pay"
        self._create_invoice("out_invoice")

    def _create_invoice(self, move_type):
        """Post the invoice of a subscription or the credit note of a refund.

        :param move_type: out_invoice or out_refund
        """
        # Member office confirms requests and keeps no accounts: access was checked.
        invoice_sudo = (
            self.env["account.move"]
            .sudo()
            .with_company(self.company_id)
            .create(self._prepare_invoice_vals(move_type))
        )
        self.invoice_id = invoice_sudo
        invoice_sudo.action_post()

    def _prepare_invoice_vals(self, move_type):
        """Return the values of an invoice that moves share capital, without VAT."""
        self.ensure_one()
        # The invoice speaks the language of whoever receives it.
        theirs = self.with_context(lang=self.partner_id.lang or self.env.lang)
        share_type_sudo = self.type_id.sudo()
        return {
            "move_type": move_type,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "invoice_date": fields.Date.context_today(self),
            "invoice_origin": theirs.display_name,
            "invoice_payment_term_id": self.payment_term_id.id,
            "fiscal_position_id": False,
            "invoice_line_ids": [
                Command.create(
                    {
                        "product_id": share_type_sudo.product_id.id,
                        "name": theirs.env._("Shares, %s", theirs.type_id.display_name),
                        "account_id": share_type_sudo._get_capital_account().id,
                        "quantity": self.quantity,
                        "price_unit": share_type_sudo.price,
                        "tax_ids": [Command.clear()],
                    }
                )
            ],
        }

    def _cancel_invoice(self):
        """Take back the unpaid invoice: by a credit note if it is posted, kept for proof."""
        self.ensure_one()
        invoice_sudo = self.sudo().invoice_id
        if invoice_sudo.state == "draft":
            invoice_sudo.button_cancel()
        elif (
            invoice_sudo.state == "posted" and invoice_sudo.payment_state == "not_paid"
        ):
            today = fields.Date.context_today(self)
            invoice_sudo._reverse_moves(
                [{"invoice_date": today, "date": today, "ref": self.display_name}],
                cancel=True,
            )

    def _on_invoice_settled(self):
        """Follow invoices that nothing remains to be paid of: record or cancel.

        Called whenever an invoice is settled, each time it is: what is done stays done.
        """
        paid = self.browse()
        # The lock of each row is the request's own state, written in this transaction.
        for request in self.filtered(lambda r: r.state == "to_pay").sorted("id"):
            if request.invoice_id.payment_state == "reversed":
                request.write({"state": "cancelled"})
            elif request._is_credited():
                request.message_post(
                    body=self.env._(
                        "A credit note covers a part of the invoice: the shares are not "
                        "recorded. Remove it, or cancel the request and make a new one."
                    )
                )
            else:
                paid += request
        paid._carry_out()
        for company in paid.company_id:
            self._pay_refund_queue(company)

    def _is_credited(self):
        """Return whether a credit note settles any part of the invoice."""
        lines = self.invoice_id.line_ids
        settled_by = lines.matched_credit_ids.credit_move_id.move_id
        return "out_refund" in settled_by.mapped("move_type")

    def _standing_movement(self):
        """Return the movement that carries out the request, unless it was reversed."""
        self.ensure_one()
        return self.movement_ids.filtered(
            lambda movement: (
                not movement.reversal_of_id and not movement.reversed_by_ids
            )
        )

    # Refunds: at once, or in the queue

    def _confirm_refund(self):
        """Refund at once when the capital allows and nobody waits; else queue."""
        self.ensure_one()
        if self._count_waiting(self.company_id) or not self._has_room():
            self.write({"state": "waiting", "queued_at": fields.Datetime.now()})
            self.message_post(
                body=self.env._(
                    "The capital is near its legal floor: this refund waits for new "
                    "subscriptions, after those asked for before it."
                )
            )
            return
        self._refund()

    def _count_waiting(self, company):
        return self.sudo().search_count(
            [("company_id", "=", company.id), ("state", "=", "waiting")], limit=1
        )

    def _has_room(self):
        """Return whether the capital stays above its floor without these shares."""
        register_sudo = self.env["supermarket.share.register"]._for_company(
            self.company_id
        )
        return (
            register_sudo.currency_id.compare_amounts(
                self.amount, register_sudo._refundable()
            )
            <= 0
        )

    def _refund(self):
        """Record the refund and post the credit note, to be paid by the accountant."""
        self._carry_out()
        self._create_invoice("out_refund")

    @api.model
    def _pay_refund_queue(self, company):
        """Refund those who wait, in their order, as far as the floor allows.

        The first one who does not fit stops the queue: nobody overtakes.

        :param company: whose queue
        :return: the requests refunded or cancelled
        """
        handled = self.browse()
        queue_sudo = self.sudo().search(
            [("company_id", "=", company.id), ("state", "=", "waiting")],
            order="queued_at, id",
        )
        for request_sudo in queue_sudo:
            if not request_sudo._has_room():
                break
            try:
                with self.env.cr.savepoint():
                    request_sudo._refund()
            except UserError as error:
                # Its shares went elsewhere meanwhile: it must not stop those behind it.
                request_sudo.state = "cancelled"
                request_sudo.message_post(
                    body=self.env._("The refund was cancelled. %s", error)
                )
            handled += request_sudo
        return handled

    @api.model
    def _cron_pay_refund_queue(self):
        """Pay what the capital allows, company by company."""
        waiting = self.sudo()._read_group([("state", "=", "waiting")], ["company_id"])
        companies = [company for (company,) in waiting]
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for company in companies:
            self.with_company(company)._pay_refund_queue(company)
            if not self.env["ir.cron"]._commit_progress(1):
                break
