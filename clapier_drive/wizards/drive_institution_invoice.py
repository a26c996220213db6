from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class DriveInstitutionInvoice(models.TransientModel):
    """Makes the invoices of institutions for a month."""

    _name = "drive.institution.invoice"
    _description = "Invoices of Institutions"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    month = fields.Date(
        required=True,
        default=lambda self: (
            self.env.company._drive_today().replace(day=1) - relativedelta(months=1)
        ),
        help="Any day of the month.",
    )
    partner_ids = fields.Many2many(
        "res.partner",
        string="Institutions",
        domain="[('drive_is_institution', '=', True)]",
        help="Empty: all.",
    )
    basket_count = fields.Integer("Baskets to Invoice", compute="_compute_basket_count")

    @api.depends("company_id", "month", "partner_ids")
    def _compute_basket_count(self):
        for wizard in self:
            wizard.basket_count = (
                self.env["sale.order"].search_count(
                    self.env["sale.order"]._drive_month_domain(
                        wizard.company_id,
                        wizard.month.replace(day=1),
                        wizard.partner_ids._origin,
                    )
                )
                if wizard.month
                else 0
            )

    def action_invoice(self):
        """Make the drafts and show them.

        :raise UserError: there is nothing to invoice
        """
        self.ensure_one()
        self.check_access("write")
        if self.company_id not in self.env.companies:
            raise AccessError(self.env._("Choose one of your own organisations."))
        moves = self.env["sale.order"]._drive_invoice_month(
            self.company_id, self.month, self.partner_ids
        )
        if not moves:
            raise UserError(
                self.env._(
                    "Nothing to invoice: choose a month whose deliveries are shared out."
                )
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clapier_drive.drive_month_invoice_action"
        )
        return {**action, "domain": [("id", "in", moves.ids)], "target": "current"}
