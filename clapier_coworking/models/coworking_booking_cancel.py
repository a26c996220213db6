from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class CoworkingBooking(models.Model):
    """What is due and what is given back when a booking is cancelled."""

    _inherit = "coworking.booking"

    def _cancel_fee_percent(self):
        """Return the part of the price (%) that is due if this is cancelled now."""
        self.ensure_one()
        policy = self.company_id._coworking_policy()
        left = (self.start - fields.Datetime.now()).total_seconds() / 3600
        if self.state in ("pending", "awaiting") or left >= policy.cancel_free_hours:
            return 0.0
        return policy.cancel_fee_percent

    def _cancel(self, waive=False, is_closure=False):
        """Cancel these bookings; what is due or given back follows the policy.

        :param waive: take no fee
        :param is_closure: the house takes the time itself: it is not offered to others,
            and the closure tells the people
        :raise UserError: the booking has begun or is over
        """
        now = fields.Datetime.now()
        for booking in self:
            if booking.state not in ("pending", "awaiting", "confirmed"):
                raise UserError(
                    self.env._("This booking is over or has begun already.")
                )
            if booking.start <= now and booking.source != "office" and not waive:
                raise UserError(
                    self.env._("This booking has begun: ask the office to cancel it.")
                )
        paid = self._paid_amounts()
        for percent, bookings in self.grouped(
            lambda booking: 0.0 if waive else booking._cancel_fee_percent()
        ).items():
            bookings._charge_fee(percent, paid)
        self.write({"cancelled_at": now})
        self._end("cancelled", offer=not is_closure, tell=not is_closure)

    def _paid_amounts(self):
        """Return what was paid online of each of these bookings, taxes included.

        A deposit counts alike for all that its order pays for. What others of the order
        have kept or been given back when they ended is not counted again.

        :return: {booking: money}, none where nothing was paid
        """
        amounts = {}
        for order_sudo, bookings in self.grouped(
            lambda booking: booking.sudo().order_line_ids.order_id[:1]
        ).items():
            if not order_sudo.amount_paid:
                continue
            lines_sudo = order_sudo.order_line
            over = (lines_sudo.coworking_booking_id - bookings).filtered(
                lambda booking: booking.state in ("cancelled", "no_show")
            )
            kept = sum(over.order_line_ids.mapped("price_total"))
            paid = order_sudo.amount_paid - kept - sum(over.mapped("refund_amount"))
            total = order_sudo.amount_total - kept
            part = min(max(paid, 0) / total, 1) if total > 0 else 0
            for booking in bookings:
                amounts[booking] = part * sum(
                    booking.sudo().order_line_ids.mapped("price_total")
                )
        return amounts

    def _charge_fee(self, percent, paid):
        """Keep a part of the price of these bookings and give back the rest.

        :param paid: what was paid of each, as :meth:`_paid_amounts` says
        """
        rows = []
        for booking in self:
            spent = -sum(booking.sudo().hours_row_ids.mapped("quantity"))
            back = round(spent * (100 - percent) / 100, 2)
            if back > 0:
                account_sudo = booking.sudo().hours_row_ids.account_id[:1]
                rows.append(booking._prepare_hours(account_sudo, "refund", back))
            fee = booking.currency_id.round(booking.amount * percent / 100)
            booking._keep_fee(fee, paid.get(booking, 0))
        self.env["coworking.account"]._post(rows)

    def _keep_fee(self, fee, paid):
        """Leave only ``fee`` to pay of this booking: order, credit note, or refund due.

        :param paid: what was paid online of it, taxes included
        """
        self.ensure_one()
        lines_sudo = self.sudo().order_line_ids
        back = self.currency_id.round(self.amount - fee)
        invoiced = any(lines_sudo.mapped("qty_invoiced"))
        vals = {"fee": fee, "amount": fee}
        if paid:
            vals["refund_amount"] = self._refund_left(paid, fee)
        self.write(vals)
        if invoiced:
            self._credit(lines_sudo, back)
        elif lines_sudo:
            first = lines_sudo[0]
            (lines_sudo - first).write({"product_uom_qty": 0})
            if fee:
                first.write(
                    {
                        "product_uom_qty": 1,
                        "price_unit": fee,
                        "name": self.env._("%s – fee of a cancelling", first.name),
                    }
                )
            else:
                first.write({"product_uom_qty": 0})
            self._release_orders()

    def _refund_left(self, paid, fee):
        """Return what is given back of ``paid`` once ``fee`` (taxes excluded) is kept."""
        return max(self.currency_id.round(paid - self._tax_included(fee)), 0)

    def _tax_included(self, amount):
        """Return an amount with the taxes that this booking was paid with."""
        lines_sudo = self.sudo().order_line_ids
        subtotal = sum(lines_sudo.mapped("price_subtotal"))
        total = sum(lines_sudo.mapped("price_total"))
        return self.currency_id.round(amount * total / subtotal) if subtotal else amount

    def _credit(self, lines, amount):
        """Make a draft credit note of ``amount`` on what was invoiced of this booking."""
        if not amount:
            return
        invoice_line = lines.invoice_lines.filtered(
            lambda line: line.move_id.move_type == "out_invoice"
        )[:1]
        invoice_sudo = invoice_line.move_id.sudo()
        self.env["account.move"].sudo().with_company(self.company_id).create(
            {
                "move_type": "out_refund",
                "partner_id": invoice_sudo.partner_id.id,
                "company_id": self.company_id.id,
                "reversed_entry_id": invoice_sudo.id,
                "invoice_origin": self.name,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": invoice_line.product_id.id,
                            "name": self.env._("Cancelled: %s", invoice_line.name),
                            "quantity": 1,
                            "price_unit": amount,
                            "tax_ids": [Command.set(invoice_line.tax_ids.ids)],
                        }
                    )
                ],
            }
        )

    def _release_orders(self):
        """Cancel the orders whose every booking is over and owes nothing."""
        orders_sudo = self.sudo().order_line_ids.order_id.filtered(
            lambda order: (
                order.state in ("draft", "sent")
                or not any(order.order_line.mapped("product_uom_qty"))
            )
        )
        for order_sudo in orders_sudo:
            others = order_sudo.order_line.coworking_booking_id - self
            if not others.filtered(lambda booking: booking.state != "cancelled"):
                order_sudo.with_context(disable_cancel_warning=True).action_cancel()
