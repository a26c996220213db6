from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..coworking_tariff import NoPrice

BILL_BATCH = 500


class CoworkingBooking(models.Model):
    """What a booking costs and how it is paid."""

    _inherit = "coworking.booking"

    def _price(self):
        """Fix the price of these bookings and how they are paid."""
        left = {}
        for booking in self:
            booking._price_space()
            for line in booking.option_ids:
                quantity = line.option_id._quantity(booking.attendee_count, booking.hours)
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
        units = dict(self.env["coworking.price"]._fields["unit"]._description_selection(self.env))
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
                    account_sudo, account_sudo.hours_balance + account_sudo.hours_overdraft
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
            rows.append(booking._prepare_hours(account_sudo, "use", -booking._hours_due()))
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

    # --- Orders

    def _ask_payment(self):
        """Send the orders that an online payment confirms: one per person and company."""
        if not self:
            return
        orders_sudo = self._make_orders()
        now = fields.Datetime.now()
        for order_sudo in orders_sudo:
            bookings = self & order_sudo.order_line.coworking_booking_id
            percent = min(bookings.space_id.mapped("deposit_percent"), default=100) / 100
            policy = order_sudo.company_id._coworking_policy()
            order_sudo.write(
                {
                    "require_payment": True,
                    "require_signature": False,
                    "prepayment_percent": percent,
                    "state": "sent",
                }
            )
            expires_at = now + timedelta(minutes=policy.payment_minutes)
            bookings.write({"state": "awaiting", "expires_at": expires_at})
        self._sync_claim_states()
        self._notify("awaiting")

    def _make_orders(self):
        """Make one draft sale order per person and company for these bookings.

        :return: sale.order records in sudo
        """
        values = defaultdict(list)
        for booking in self:
            values[booking.partner_id, booking.company_id].extend(
                booking._prepare_order_lines()
            )
        orders_sudo = self.env["sale.order"].sudo()
        for (partner, company), lines in values.items():
            orders_sudo |= orders_sudo.with_company(company).create(
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "order_line": [Command.create(line) for line in lines],
                }
            )
        return orders_sudo

    def _prepare_order_lines(self):
        """Return the values of this booking's order lines: the space, and each option."""
        self.ensure_one()
        default = self.env.ref("clapier_coworking.product_space_hire")
        lines = []
        if self.cancelled_at or self.state == "no_show":
            return [
                {
                    "product_id": (self.space_id.sudo().product_id or default).id,
                    "name": self.env._(
                        "%(space)s, %(time)s – fee",
                        space=self.space_id.name,
                        time=self._tell_time(self.start),
                    ),
                    "product_uom_qty": 1,
                    "price_unit": self.fee,
                    "coworking_booking_id": self.id,
                }
            ]
        if self.payment != "hours" and self.amount_space:
            lines.append(
                {
                    "product_id": (self.space_id.sudo().product_id or default).id,
                    "name": self.env._(
                        "%(space)s, %(time)s (%(note)s)",
                        space=self.space_id.name,
                        time=self._tell_time(self.start),
                        note=self.price_note or self.name,
                    ),
                    "product_uom_qty": 1,
                    "price_unit": self.amount_space,
                    "coworking_booking_id": self.id,
                }
            )
        for line in self.option_ids.filtered("amount"):
            lines.append(
                {
                    "product_id": (line.option_id.sudo().product_id or default).id,
                    "name": self.env._(
                        "%(option)s, %(time)s",
                        option=line.option_id.name,
                        time=self._tell_time(self.start),
                    ),
                    "product_uom_qty": line.quantity,
                    "price_unit": line.amount / line.quantity,
                    "coworking_booking_id": self.id,
                }
            )
        return lines

    @api.model
    def _cron_bill(self):
        """Order what is to be invoiced: one confirmed order per person and company.

        Bookings that end wait for their end, so that a fee replaces the price.
        """
        domain = [
            ("payment", "in", ("invoice", "hours")),
            ("amount", ">", 0),
            ("state", "in", ("confirmed", "present", "no_show", "cancelled")),
            ("stop", "<=", fields.Datetime.now()),
            ("order_line_ids", "=", False),
        ]
        while True:
            bookings = self.search(domain, limit=BILL_BATCH, order="id")
            if not bookings:
                break
            bookings._make_orders().action_confirm()
            if not self.env["ir.cron"]._commit_progress(
                len(bookings), remaining=self.search_count(domain)
            ):
                break

    def _reprice(self, before):
        """Bring orders and hours in line with bookings that were moved.

        :param before: {booking: amount before}
        """
        for booking in self:
            lines_sudo = booking.sudo().order_line_ids
            if lines_sudo and booking.amount != before[booking]:
                if any(lines_sudo.mapped("qty_invoiced")) or booking._is_paid():
                    raise UserError(
                        self.env._(
                            "The price changes and this booking is already paid or "
                            "invoiced: cancel it and make a new one."
                        )
                    )
                order_sudo = lines_sudo.order_id
                lines_sudo.unlink()
                order_sudo.write(
                    {
                        "order_line": [
                            Command.create(line)
                            for line in booking._prepare_order_lines()
                        ]
                    }
                )
            spent = -sum(booking.sudo().hours_row_ids.mapped("quantity"))
            due = booking._hours_due() if booking.payment == "hours" else 0
            if booking.hours_row_ids and round(spent - due, 2):
                account_sudo = booking.sudo().hours_row_ids.account_id[:1]
                self.env["coworking.account"]._post(
                    [
                        booking._prepare_hours(
                            account_sudo,
                            "refund" if spent > due else "use",
                            round(spent - due, 2),
                        )
                    ]
                )

    def _is_paid(self):
        """Tell whether an online payment of this booking has been made."""
        self.ensure_one()
        transactions_sudo = self.sudo().order_line_ids.order_id.transaction_ids
        return any(tx.state in ("authorized", "done") for tx in transactions_sudo)

    # --- Cancelling

    def _cancel_fee_percent(self):
        """Return the part of the price (%) that is due if this is cancelled now."""
        self.ensure_one()
        policy = self.company_id._coworking_policy()
        left = (self.start - fields.Datetime.now()).total_seconds() / 3600
        if self.state in ("pending", "awaiting") or left >= policy.cancel_free_hours:
            return 0.0
        return policy.cancel_fee_percent

    def _cancel(self, waive=False):
        """Cancel these bookings; what is due or given back follows the policy.

        :param waive: take no fee
        :raise UserError: the booking has begun or is over
        """
        now = fields.Datetime.now()
        for booking in self:
            if booking.state not in ("pending", "awaiting", "confirmed"):
                raise UserError(self.env._("This booking is over or has begun already."))
            if booking.start <= now and booking.source != "office" and not waive:
                raise UserError(
                    self.env._("This booking has begun: ask the office to cancel it.")
                )
        for percent, bookings in self.grouped(
            lambda booking: 0.0 if waive else booking._cancel_fee_percent()
        ).items():
            bookings._charge_fee(percent)
        self.write({"cancelled_at": now})
        self._end("cancelled")

    def _charge_fee(self, percent):
        """Keep a part of the price of these bookings and give back the rest."""
        rows = []
        for booking in self:
            spent = -sum(booking.sudo().hours_row_ids.mapped("quantity"))
            back = round(spent * (100 - percent) / 100, 2)
            if back > 0:
                account_sudo = booking.sudo().hours_row_ids.account_id[:1]
                rows.append(booking._prepare_hours(account_sudo, "refund", back))
            fee = booking.currency_id.round(booking.amount * percent / 100)
            booking._keep_fee(fee)
        self.env["coworking.account"]._post(rows)

    def _keep_fee(self, fee):
        """Leave only ``fee`` to pay of this booking: order, credit note, or refund due."""
        self.ensure_one()
        paid = self._is_paid()
        lines_sudo = self.sudo().order_line_ids
        back = self.currency_id.round(self.amount - fee)
        invoiced = any(lines_sudo.mapped("qty_invoiced"))
        vals = {"fee": fee, "amount": fee}
        if paid:
            vals["refund_amount"] = self._tax_included(back)
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
            lambda order: order.state in ("draft", "sent")
            or not any(order.order_line.mapped("product_uom_qty"))
        )
        for order_sudo in orders_sudo:
            others = order_sudo.order_line.coworking_booking_id - self
            if not others.filtered(lambda booking: booking.state != "cancelled"):
                order_sudo.with_context(disable_cancel_warning=True).action_cancel()
