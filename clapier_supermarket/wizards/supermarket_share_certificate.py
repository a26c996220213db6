from odoo import api, fields, models


class SupermarketShareCertificateWizard(models.TransientModel):
    """The date of a certificate of shares."""

    _name = "supermarket.share.certificate.wizard"
    _description = "Certificate of Shares at a Date"

    partner_ids = fields.Many2many(
        "res.partner",
        string="Holders",
        required=True,
        default=lambda self: self._default_partner_ids(),
    )
    date = fields.Date(required=True, default=fields.Date.context_today)

    @api.model
    def _default_partner_ids(self):
        if self.env.context.get("active_model") == "res.partner":
            return self.env.context.get("active_ids", [])
        return []

    def action_print(self):
        """Print one certificate per holder."""
        self.ensure_one()
        report = self.env.ref(
            "clapier_supermarket.supermarket_share_certificate_action"
        )
        return report.report_action(
            self.partner_ids,
            data={"certificate_date": fields.Date.to_string(self.date)},
        )


class SupermarketShareCertificateReport(models.AbstractModel):
    _name = "report.clapier_supermarket.supermarket_share_certificate"
    _description = "Certificate of Shares"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return what the certificate says of each holder at the date.

        :param docids: res.partner ids
        :param data: may hold ``certificate_date``, else the context may, else it is today
        """
        data = data or {}
        # By the HTML route the data of a report action arrive in its context.
        given = (
            data.get("certificate_date")
            or data.get("context", {}).get("certificate_date")
            or self.env.context.get("certificate_date")
        )
        date = fields.Date.to_date(given) or fields.Date.context_today(self)
        partners = self.env["res.partner"].browse(
            docids or data.get("context", {}).get("active_ids")
        )
        return {
            "doc_model": "res.partner",
            "docs": partners,
            "certificate_date": date,
            "certificates": [
                self._prepare_certificate(partner, company, date)
                for partner in partners
                for company in self._get_companies(partner, date)
            ],
        }

    def _get_companies(self, partner, date):
        """Return the companies to certify: those of the shares held, else the user's."""
        companies = self.env["res.company"].union(
            *(
                share_type.company_id
                for share_type in partner._supermarket_shares_at(date)
            )
        )
        return companies or partner.supermarket_company_id or self.env.company

    def _prepare_certificate(self, partner, company, date):
        """Return the figures of one certificate."""
        held = {
            share_type: quantity
            for share_type, quantity in partner._supermarket_shares_at(date).items()
            if share_type.company_id == company
        }
        movements = self.env["supermarket.share.movement"].search(
            [
                ("company_id", "=", company.id),
                ("date", "<=", date),
                "|",
                ("from_partner_id", "=", partner.id),
                ("to_partner_id", "=", partner.id),
            ],
            order="number",
        )
        return {
            "partner": partner,
            "company": company,
            "currency": company.currency_id,
            "holdings": held,
            "total": sum(
                share_type.price * quantity for share_type, quantity in held.items()
            ),
            "movements": movements,
        }
