from odoo import models
from odoo.exceptions import UserError


class DriveSettlement(models.Model):
    """Producers are paid by a payment order: its file goes to the bank."""

    _inherit = "drive.settlement"

    def action_pay(self):
        """Put what is due on one payment order and open it; its file is made there.

        :raise UserError: nothing is left to pay, a bank account is missing
        """
        self.check_access("write")
        settlements = self.filtered(lambda item: item.state == "validated")
        if len(settlements.company_id) > 1:
            raise UserError(self.env._("Pay one organisation at a time."))
        lines_sudo = settlements._payable_lines().filtered(
            lambda line: (
                not line.reconciled
                and line.parent_state == "posted"
                and not line.payment_line_ids.filtered(
                    lambda item: item.state != "cancel"
                )
            )
        )
        if not lines_sudo:
            raise UserError(
                self.env._(
                    "Nothing is left to pay here: validate the settlements first, or "
                    "look at the payment orders."
                )
            )
        unknown = lines_sudo.partner_id.filtered(lambda partner: not partner.bank_ids)
        if unknown:
            raise UserError(
                self.env._(
                    "Enter the bank account of %s, then pay.",
                    ", ".join(unknown.mapped("name")),
                )
            )
        company = settlements.company_id
        mode_sudo = self.env["drive.policy"]._policy_for(company)._payment_mode()
        order_sudo = (
            self.env["account.payment.order"]
            .sudo()
            .with_company(company)
            .create(
                {
                    "payment_mode_id": mode_sudo.id,
                    "journal_id": (
                        mode_sudo.fixed_journal_id or mode_sudo.variable_journal_ids[:1]
                    ).id,
                }
            )
        )
        lines_sudo.create_payment_line_from_move_line(order_sudo)
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.payment.order",
            "res_id": order_sudo.id,
            "view_mode": "form",
            "name": order_sudo.name,
        }
