from odoo import models
from odoo.exceptions import UserError

from ..coworking_tariff import NoPrice


class CoworkingBooking(models.Model):
    """What a booking costs and what it is paid with."""

    _inherit = "coworking.booking"

    def _price(self):
        """Fix the price of these bookings and how they are paid."""
        left = {}
        for booking in self:
            booking._price_space()
            for line in booking.option_ids:
                quantity = line.option_id._quantity(
                    booking.attendee_count, booking.hours
                )
                amount = booking.currency_id.round(quantity * line.option_id.price)
                line.write({"quantity": quantity, "amount": amount})
            booking.amount_options = sum(booking.option_ids.mapped("amount"))
            if not booking.payment:
                booking.payment = booking._default_payment(left)
            if booking.payment == "hours":
                # Hours pay the space; options are always money, invoiced.
                booking.hours_spent = booking._hours_due()
                booking.amount = booking.amount_options
            else:
                booking.amount = booking.amount_space + booking.amount_options

    def _price_space(self):
        self.ensure_one()
        try:
            lines, amount = self.space_id._quote(
                self.partner_id._coworking_public(), self.start, self.stop
            )
        except NoPrice as error:
            if self.source != "office":
                raise UserError(
                    self.env._(
                        "“%s” has no price for this time: ask the office.",
                        self.space_id.name,
                    )
                ) from error
            lines, amount = {}, 0
        units = dict(
            self.env["coworking.price"]._fields["unit"]._description_selection(self.env)
        )
        self.amount_space = amount
        self.price_note = " + ".join(
            self.env._(
                "%(quantity)g × %(unit)s at %(price)s",
                quantity=quantity,
                unit=units[unit].lower(),
                price=self.currency_id.format(price),
            )
            for unit, (quantity, price) in lines.items()
        )

    def _hours_due(self):
        """Return what this booking takes from a plan's hours."""
        self.ensure_one()
        return round(self.hours * self.space_id.hour_weight, 2)

    def _default_payment(self, left):
        """Return how this booking is paid where nobody chose.

        :param left: {account: hours left}, shared by the bookings of one request
        """
        self.ensure_one()
        if not self.amount_space and not self.amount_options:
            return "free"
        if self.space_id.takes_hours and self.amount_space:
            account_sudo = self._account()
            if account_sudo:
                left.setdefault(
                    account_sudo,
                    account_sudo.hours_balance + account_sudo.hours_overdraft,
                )
                if left[account_sudo] >= self._hours_due():
                    left[account_sudo] -= self._hours_due()
                    return "hours"
        if self.partner_id.sudo().commercial_partner_id.coworking_invoice_allowed:
            return "invoice"
        return self.space_id.payment

    def _account(self):
        """Return the hours account that pays for this booking, in sudo."""
        return self.env["coworking.account"]._of(self.partner_id, self.company_id)

    def _spend_hours(self):
        """Take the hours of these bookings from their accounts.

        :raise UserError: no account, or not enough hours
        """
        rows = []
        for booking in self:
            account_sudo = booking._account()
            if not account_sudo:
                raise UserError(
                    self.env._(
                        "%s has no hours here: choose another way to pay.",
                        booking.partner_id.name,
                    )
                )
            rows.append(
                booking._prepare_hours(account_sudo, "use", -booking._hours_due())
            )
        self.env["coworking.account"]._post(rows)

    def _prepare_hours(self, account, kind, quantity):
        """Return the values of one row of the hours ledger for this booking."""
        self.ensure_one()
        return {
            "account_id": account.id,
            "unit": "hour",
            "kind": kind,
            "quantity": quantity,
            "date": self.company_id._coworking_today(),
            "reference": f"{self.name} – {self.space_id.name}",
            "booking_id": self.id,
        }
