from odoo import fields, models
from odoo.exceptions import UserError


class DrivePolicy(models.Model):
    """How producers are settled with, and where the money of a cycle is written."""

    _inherit = "drive.policy"

    commission_rate = fields.Float(
        "Commission",
        default=0.1,
        help="On what is sold on behalf of a producer, taxes included; its own tax comes "
        "on top.",
    )
    commission_tax_id = fields.Many2one(
        "account.tax",
        "Tax on the Commission",
        domain="[('type_tax_use', '=', 'sale'), ('company_id', '=', company_id)]",
        help="Empty: the usual tax on sales.",
    )
    settlement_journal_id = fields.Many2one(
        "account.journal",
        "Journal of Summaries",
        domain="[('type', '=', 'general'), ('company_id', '=', company_id)]",
        help="Empty: the first journal of miscellaneous operations.",
    )
    credit_account_id = fields.Many2one(
        "account.account",
        "Account of Credits",
        domain="[('company_ids', '=', company_id)]",
        help="What families have to their credit. Empty: their receivable account.",
    )
    mandate_account_id = fields.Many2one(
        "account.account",
        "Account of Mandates",
        domain="[('company_ids', '=', company_id)]",
        help="What is sold on behalf of producers until it is handed over to them. "
        "Empty: the account of other debtors and creditors (467).",
    )
    payment_mode_id = fields.Many2one(
        "account.payment.mode",
        "Paid By",
        domain="[('payment_type', '=', 'outbound'), ('company_id', '=', company_id)]",
        help="The transfers to producers. Empty: the first SEPA transfer of the company.",
    )

    _commission_is_rate = models.Constraint(
        "CHECK (COALESCE(commission_rate, 0) >= 0 AND COALESCE(commission_rate, 0) <= 1)",
        "A commission is between 0 and 100 %.",
    )

    def _journal(self):
        """Return the journal of summaries.

        :raise UserError: the company has none
        """
        self.ensure_one()
        journal = self.settlement_journal_id or self.env[
            "account.journal"
        ].sudo().search(
            [("type", "=", "general"), ("company_id", "=", self.company_id.id)], limit=1
        )
        if not journal:
            raise UserError(
                self.env._(
                    "%s has no journal for summaries: set up its accounting first.",
                    self.company_id.name,
                )
            )
        return journal

    def _mandate_account(self):
        """Return the account of what is sold on behalf of producers.

        :raise UserError: there is none
        """
        self.ensure_one()
        account = self.mandate_account_id or self.env[
            "account.account"
        ].sudo().with_company(self.company_id).search(
            [
                ("company_ids", "in", self.company_id.ids),
                ("code", "=like", "467%"),
                ("account_type", "not in", ("asset_receivable", "liability_payable")),
            ],
            limit=1,
        )
        if not account:
            raise UserError(
                self.env._(
                    "Choose in the policy of the drive the account of what is sold on "
                    "behalf of producers."
                )
            )
        return account

    def _payment_mode(self):
        """Return how producers are paid.

        :raise UserError: nothing says so
        """
        self.ensure_one()
        mode = self.payment_mode_id or self.env["account.payment.mode"].sudo().search(
            [
                ("company_id", "=", self.company_id.id),
                ("payment_method_id.code", "=", "sepa_credit_transfer"),
            ],
            limit=1,
        )
        if not mode:
            raise UserError(
                self.env._(
                    "Nothing says how producers are paid: create a payment mode by SEPA "
                    "transfer and choose it in the policy of the drive."
                )
            )
        return mode
