from odoo import api, fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    coworking_funding_id = fields.Many2one(
        "coworking.funding", "Training Funding", readonly=True, copy=False
    )
    coworking_registration_id = fields.Many2one(
        "event.registration", "Funded Seat", readonly=True, copy=False
    )

    @api.depends("event_id")
    def _compute_tax_ids(self):
        """Override of `sale`: a training of an exempt body bears no VAT."""
        exempt = self.filtered(
            lambda line: line.event_id and line.event_id._coworking_is_vat_exempt()
        )
        exempt.tax_ids = False
        return super(SaleOrderLine, self - exempt)._compute_tax_ids()

    def _prepare_invoice_line(self, **optional_values):
        """Override of `sale` to say which training an invoice line is about."""
        values = super()._prepare_invoice_line(**optional_values)
        event = self.event_id or self.coworking_registration_id.event_id
        if event.coworking_is_training:
            values["coworking_event_id"] = event.id
        return values
