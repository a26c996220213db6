from odoo import fields, models
from odoo.fields import Command


class ResCompany(models.Model):
    _inherit = "res.company"

    drive_wallet_id = fields.Many2one(
        "loyalty.program",
        "eWallet of the Drive",
        readonly=True,
        copy=False,
        help="Its cards show the credit ledger, so that families pay with it.",
    )

    def _drive_wallet(self):
        """Return the eWallet by which families pay from their credit, made at first use.

        :return: loyalty.program record in sudo
        """
        self.ensure_one()
        company_sudo = self.sudo()
        if not company_sudo.drive_wallet_id:
            # No rule: points come from the ledger, never from what is bought.
            company_sudo.drive_wallet_id = (
                self.env["loyalty.program"]
                .sudo()
                .with_company(self)
                .create(
                    {
                        "name": self.env._("Credit of the drive"),
                        "program_type": "ewallet",
                        "company_id": self.id,
                        "trigger": "auto",
                        "applies_on": "future",
                        "portal_visible": False,
                        "rule_ids": [],
                        "communication_plan_ids": [],
                        "reward_ids": [
                            Command.create(
                                {
                                    "reward_type": "discount",
                                    "discount_mode": "per_point",
                                    "discount": 1,
                                    "discount_applicability": "order",
                                    "required_points": 0.01,
                                    "description": self.env._("My credit"),
                                }
                            )
                        ],
                    }
                )
            )
        return company_sudo.drive_wallet_id
