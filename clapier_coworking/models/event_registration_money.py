from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class EventRegistration(models.Model):
    """What a seat costs, what is funded of it, and the invoice of the rest."""

    _inherit = "event.registration"

    coworking_move_id = fields.Many2one(
        "account.move", "Invoice of the Rest", readonly=True, copy=False
    )

    def _coworking_price(self):
        """Return what one seat costs, taxes excluded, fundings not taken off."""
        self.ensure_one()
        line_sudo = self.sudo().sale_order_line_id
        if line_sudo:
            return line_sudo.price_reduce_taxexcl
        return self.event_ticket_id.price

    def _coworking_rest(self):
        """Return what is left for the person or their company, taxes excluded."""
        self.ensure_one()
        currency = self.event_id.company_id.currency_id or self.env.company.currency_id
        funded = sum(funding._share() for funding in self.sudo().coworking_funding_ids)
        return currency.round(self._coworking_price() - funded)

    def _coworking_prepare_line_vals(self):
        """Return the product, taxes and training of an invoice line about one seat."""
        self.ensure_one()
        event = self.event_id
        product = self.event_ticket_id.product_id or self.env.ref(
            "event_product.product_product_event"
        )
        company = event.company_id or self.env.company
        taxes_sudo = product.sudo().taxes_id._filter_taxes_by_company(company)
        if event._coworking_is_vat_exempt():
            taxes_sudo = taxes_sudo.browse()
        return {
            "product_id": product.id,
            "tax_ids": [Command.set(taxes_sudo.ids)],
            "coworking_event_id": event.id,
        }

    def action_coworking_invoice_rest(self):
        """Invoice what no agreement pays: to the person, or the company that booked.

        Where the seat was sold by an order, what is funded is taken off the order instead.
        """
        self.check_access("write")
        seats = self.filtered(
            lambda seat: seat.state in ("open", "done") and not seat.coworking_move_id
        )
        if not seats:
            raise UserError(self.env._("There is nothing left to invoice here."))
        if nobody := seats.filtered(lambda seat: not seat.partner_id):
            raise UserError(
                self.env._("Say first who has booked the seat of %s.", nobody[0].name)
            )
        sold = seats.filtered("sale_order_line_id")
        sold._coworking_take_off_orders()
        moves_sudo = self.env["account.move"].sudo()
        groups = (
            (seats - sold)
            .filtered(lambda seat: seat._coworking_rest() > 0)
            .grouped(
                lambda seat: (
                    seat.event_id.company_id,
                    seat.partner_id.commercial_partner_id,
                )
            )
        )
        for (company, partner), group in groups.items():
            move_sudo = moves_sudo.with_company(company or self.env.company).create(
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "company_id": (company or self.env.company).id,
                    "invoice_line_ids": [
                        Command.create(vals)
                        for seat in group
                        for vals in seat._coworking_prepare_rest_vals()
                    ],
                }
            )
            group.sudo().coworking_move_id = move_sudo
            moves_sudo |= move_sudo
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        moves_sudo |= sold.sudo().sale_order_id.invoice_ids
        action["domain"] = [("id", "in", moves_sudo.ids)]
        return action

    def _coworking_prepare_rest_vals(self):
        """Return the invoice lines of one seat: its price, then what is funded of it."""
        self.ensure_one()
        common = self._coworking_prepare_line_vals()
        lines = [
            {
                **common,
                "name": f"{self.event_id.name} – {self.name}",
                "quantity": 1,
                "price_unit": self._coworking_price(),
            }
        ]
        for funding in self.sudo().coworking_funding_ids:
            share = self.event_id.currency_id.round(funding._share())
            if share:
                lines.append(
                    {
                        **common,
                        "name": funding._taken_off(),
                        "quantity": 1,
                        "price_unit": -share,
                    }
                )
        return lines

    def _coworking_take_off_orders(self):
        """Add to the orders of these seats what is funded, once for each agreement."""
        vals_list = []
        for seat in self.sudo():
            line = seat.sale_order_line_id
            for funding in seat.coworking_funding_ids:
                share = line.currency_id.round(funding._share())
                known = line.order_id.order_line.filtered(
                    lambda other, seat=seat, funding=funding: (
                        other.coworking_funding_id == funding
                        and other.coworking_registration_id == seat
                    )
                )
                if share and not known:
                    vals_list.append(
                        {
                            "order_id": line.order_id.id,
                            "product_id": self.env.ref(
                                "clapier_coworking.product_funding"
                            ).id,
                            "name": funding._taken_off(),
                            "product_uom_qty": 1,
                            "price_unit": -share,
                            "tax_ids": [Command.set(line.tax_ids.ids)],
                            "coworking_funding_id": funding.id,
                            "coworking_registration_id": seat.id,
                        }
                    )
        self.env["sale.order.line"].sudo().create(vals_list)
