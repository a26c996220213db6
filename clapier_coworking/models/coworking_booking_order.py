from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .coworking_claim import ClaimRefused

BILL_BATCH = 500


class CoworkingBooking(models.Model):
    """The sale orders of bookings: paid online before, or invoiced after."""

    _inherit = "coworking.booking"

    def _ask_payment(self):
        """Keep the time of these bookings until they are paid online.

        The order is made when somebody goes to pay: the space's row is locked no longer
        than it takes to claim the time.
        """
        now = fields.Datetime.now()
        for company, bookings in self.grouped("company_id").items():
            minutes = company._coworking_policy().payment_minutes
            bookings.write(
                {"state": "awaiting", "expires_at": now + timedelta(minutes=minutes)}
            )
        self._sync_claim_states()
        self._notify("awaiting")

    def _payment_order(self):
        """Return the order to pay for this booking online, in sudo, made if there is none.

        What was asked with it at the same organisation is paid with it.

        :raise UserError: nothing is to be paid, or no longer
        """
        self.ensure_one()
        now = fields.Datetime.now()
        if self.state != "awaiting" or self.expires_at <= now:
            raise UserError(
                self.env._("This booking does not wait for a payment: book again.")
            )
        if self.order_line_ids:
            return self.sudo().order_line_ids.order_id[:1]
        together = self | self.group_id.booking_ids.filtered(
            lambda booking: (
                booking.state == "awaiting"
                and booking.company_id == self.company_id
                and not booking.order_line_ids
            )
        )
        policy = self.company_id._coworking_policy()
        # Writing the bookings makes a second click in the same instant start again.
        together.write({"expires_at": now + timedelta(minutes=policy.payment_minutes)})
        order_sudo = together._make_orders()
        percent = min(together.space_id.mapped("deposit_percent")) / 100
        order_sudo.write(
            {
                "require_payment": True,
                "require_signature": False,
                "prepayment_percent": percent,
                "state": "sent",
            }
        )
        return order_sudo

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

    def _await_transfer(self):
        """Keep the time of these bookings for the days that a transfer may take.

        A transfer was announced. The time is freed when the use begins, paid or not.
        """
        now = fields.Datetime.now()
        awaiting = self.filtered(
            lambda booking: booking.state == "awaiting" and booking.expires_at
        )
        for company, bookings in awaiting.grouped("company_id").items():
            limit = now + timedelta(days=company._coworking_policy().transfer_days)
            for until, same in bookings.grouped(
                lambda booking, limit=limit: max(
                    booking.expires_at, min(limit, booking.start)
                )
            ).items():
                same.write({"expires_at": until})

    def _is_transfer_awaited(self):
        """Tell whether a payment of this booking was announced and has not come yet."""
        self.ensure_one()
        transactions_sudo = self.sudo().order_line_ids.order_id.transaction_ids
        return self.state == "awaiting" and "pending" in transactions_sudo.mapped(
            "state"
        )

    def _paid_late(self):
        """Give these bookings their time back, if nobody has taken it meanwhile.

        Their payment came when they had run out: a bank that answers late, a transfer that
        takes longer than the policy waits. No money comes without its booking or the note
        that it is to be refunded.
        """
        for booking in self:
            try:
                booking._claim_time()
            except ClaimRefused:
                booking.refund_amount = booking._tax_included(booking.amount)
                booking._notify("refund")
            else:
                booking.state = "awaiting"
                order_sudo = booking.sudo().order_line_ids.order_id
                order_sudo.filtered(lambda order: order.state == "cancel").write(
                    {"state": "sent"}
                )

    def _is_paid(self):
        """Tell whether an online payment of this booking has been made."""
        self.ensure_one()
        transactions_sudo = self.sudo().order_line_ids.order_id.transaction_ids
        return any(tx.state in ("authorized", "done") for tx in transactions_sudo)
