from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class DriveSettlement(models.Model):
    """The documents of a settlement: bill, commission, remittance, payment."""

    _inherit = "drive.settlement"

    move_id = fields.Many2one(
        "account.move", "Bill", readonly=True, copy=False, ondelete="restrict"
    )
    commission_move_id = fields.Many2one(
        "account.move",
        "Invoice of the Commission",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    remittance_move_id = fields.Many2one(
        "account.move", "Remittance", readonly=True, copy=False, ondelete="restrict"
    )
    reversal_of_id = fields.Many2one(
        "drive.settlement",
        "Reverses",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    reversed_by_ids = fields.One2many(
        "drive.settlement", "reversal_of_id", readonly=True
    )
    is_paid = fields.Boolean("Paid", compute="_compute_is_paid", compute_sudo=True)

    _reversed_once = models.UniqueIndex(
        "(reversal_of_id) WHERE reversal_of_id IS NOT NULL",
        "This settlement is already reversed.",
    )

    @api.depends(
        "move_id.line_ids.amount_residual",
        "remittance_move_id.line_ids.amount_residual",
    )
    def _compute_is_paid(self):
        for settlement in self:
            lines = settlement._payable_lines()
            settlement.is_paid = bool(lines) and all(lines.mapped("reconciled"))

    def _payable_lines(self):
        """Return what is owed to the producer, as journal items in sudo."""
        self_sudo = self.sudo()
        bills = self_sudo.move_id.line_ids
        remittances = self_sudo.remittance_move_id.line_ids.filtered(
            lambda line: line.balance < 0
        )
        return (bills | remittances).filtered(
            lambda line: line.account_id.account_type == "liability_payable"
        )

    def action_validate(self):
        """Validate drafts: their documents are posted, and they no longer change.

        :raise UserError: there is nothing to settle, or the accounting is not set up
        """
        self.check_access("write")
        drafts_sudo = self.filtered(lambda item: item.state == "draft").sudo()
        drafts_sudo = drafts_sudo.with_context(tracking_disable=True)
        for settlement in drafts_sudo:
            if not settlement.line_ids:
                raise UserError(
                    self.env._(
                        "There is nothing to settle with %s: delete this draft.",
                        settlement.partner_id.name,
                    )
                )
        for settlement in drafts_sudo:
            if settlement.name == "/":
                settlement.name = self.env["ir.sequence"].sudo().with_company(
                    settlement.company_id
                ).next_by_code("drive.settlement") or str(settlement.id)
        for company, settlements in drafts_sudo.grouped("company_id").items():
            settlements = settlements.with_company(company)
            purchases = settlements.filtered(lambda item: item.mode == "purchase")
            purchases._bill()
            (settlements - purchases)._remit()
        drafts_sudo.write({"state": "validated"})

    # --- Purchase

    def _bill(self):
        """Post one vendor bill per settlement, for what is due to the cent."""
        if not self:
            return
        bills = [(settlement, settlement._prepare_bill()) for settlement in self]
        # Of whom nothing has come there is nothing to bill.
        bills = [(settlement, vals) for settlement, vals in bills if vals]
        moves = self.env["account.move"].create([vals for _settlement, vals in bills])
        for (settlement, _vals), move in zip(bills, moves, strict=True):
            settlement._round_to(move, settlement.amount_due)
            settlement.move_id = move
        moves._post(soft=False)

    def _prepare_bill(self):
        """Return the values of the vendor bill; None where nothing is due nor claimed."""
        self.ensure_one()
        sign = -1 if self.amount_due < 0 else 1
        lines = []
        for line in self.line_ids:
            lines += line._prepare_bill_lines(sign)
        if not lines:
            return None
        today = self.company_id._drive_today()
        return {
            "move_type": "in_refund" if sign < 0 else "in_invoice",
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "ref": self.name,
            "invoice_origin": ", ".join(
                self.cycle_producer_ids.purchase_id.mapped("name")
            ),
            "invoice_date": today,
            "date": today,
            "drive_settlement_id": self.id,
            "invoice_line_ids": [Command.create(vals) for vals in lines],
        }

    @api.model
    def _round_to(self, move, expected):
        """Add the cents by which taxes included in prices make an invoice differ."""
        sign = -1 if move.move_type.endswith("refund") else 1
        rest = move.currency_id.round(sign * expected - move.amount_untaxed)
        if not move.currency_id.is_zero(rest):
            move.write(
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

    # --- Mandate

    def _remit(self):
        """Post the invoice of each commission, and what is handed over to the producer."""
        for settlement in self:
            if not settlement.currency_id.is_zero(settlement.amount_commission):
                settlement._invoice_commission()
            settlement._hand_over()

    def _invoice_commission(self):
        self.ensure_one()
        today = self.company_id._drive_today()
        sign = -1 if self.amount_commission < 0 else 1
        product = self.env.ref("clapier_drive.product_commission")
        tax = self._commission_tax()
        computed = tax.compute_all(
            self.amount_commission,
            currency=self.currency_id,
            handle_price_include=False,
        )
        move = self.env["account.move"].create(
            {
                "move_type": "out_refund" if sign < 0 else "out_invoice",
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                "invoice_date": today,
                "ref": self.name,
                "drive_settlement_id": self.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "name": self.env._(
                                "Commission of %(rate)g %% on %(amount)s",
                                rate=self.commission_rate * 100,
                                amount=self.currency_id.format(self.amount_sold),
                            ),
                            "quantity": 1,
                            "price_unit": sign
                            * (
                                computed["total_included"]
                                if tax.price_include
                                else computed["total_excluded"]
                            ),
                            "tax_ids": [Command.set(tax.ids)],
                        }
                    )
                ],
            }
        )
        move._post(soft=False)
        self.commission_move_id = move
        # What is kept is what is invoiced.
        self.amount_commission_tax = sign * move.amount_total - self.amount_commission

    def _hand_over(self):
        """Move what was sold from the account of mandates to what is paid."""
        self.ensure_one()
        policy = self.env["drive.policy"]._policy_for(self.company_id, self.date_stop)
        partner = self.partner_id.with_company(self.company_id)
        payable = partner.property_account_payable_id
        receivable = partner.property_account_receivable_id
        sign = -1 if self.commission_move_id.move_type == "out_refund" else 1
        kept = sign * self.commission_move_id.amount_total
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": policy._journal().id,
                "company_id": self.company_id.id,
                "date": self.company_id._drive_today(),
                "ref": self.name,
                "drive_settlement_id": self.id,
                "line_ids": [
                    Command.create(
                        {
                            "name": name,
                            "account_id": account.id,
                            "partner_id": partner.commercial_partner_id.id,
                            "balance": balance,
                        }
                    )
                    for name, account, balance in (
                        (
                            self.env._("Sold on behalf of %s", partner.name),
                            policy._mandate_account(),
                            self.amount_sold,
                        ),
                        (self.commission_move_id.name, receivable, -kept),
                        (self.name, payable, kept - self.amount_sold),
                    )
                    if not self.currency_id.is_zero(balance)
                ],
            }
        )
        if not move.line_ids:
            move.unlink()
            return
        move._post(soft=False)
        self.remittance_move_id = move
        (move | self.commission_move_id).line_ids.filtered(
            lambda line: line.account_id == receivable and not line.reconciled
        ).reconcile()
