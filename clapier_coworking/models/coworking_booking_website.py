import vobject

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .coworking_booking import ACTIVE

# For how many dates of one request the nearest free times are looked up.
ALTERNATIVES_FOR = 12


class CoworkingBooking(models.Model):
    """What pages show of bookings, before and after they are made."""

    _inherit = "coworking.booking"

    @api.model
    def _preview(self, partner, uses, source="portal"):
        """Return what booking these uses would give; nothing is written nor claimed.

        :param uses: as for ``_request``
        :return: list of dicts: ``use``, ``booking`` (a record that exists in memory only,
            priced), ``state`` (free, taken, closed, refused), ``reason``,
            ``alternatives`` [(space, start, stop)]
        """
        bookings = [self._preview_booking(partner, use, source) for use in uses]
        rows = [
            {
                "use": use,
                "booking": booking,
                "state": "free",
                "reason": None,
                "alternatives": [],
            }
            for use, booking in zip(uses, bookings, strict=True)
        ]
        self._preview_refused(rows)
        self._preview_times([row for row in rows if row["state"] == "free"])
        priced = [row["booking"] for row in rows if row["state"] == "free"]
        self.sudo().concat(*priced)._price()
        self._preview_alternatives(rows, partner)
        return rows

    @api.model
    def _preview_booking(self, partner, use, source):
        return self.sudo().new(
            {
                "partner_id": partner.id,
                "space_id": use["space"].id,
                "start": use["start"],
                "stop": use["stop"],
                "attendee_count": use.get("attendee_count") or 1,
                "source": source,
                "payment": use.get("payment"),
                "option_ids": [
                    Command.create({"option_id": option.id, "quantity": 1, "amount": 0})
                    for option in use.get("options") or ()
                ],
            }
        )

    @api.model
    def _preview_refused(self, rows):
        """Mark the rows that the rules of a space or of the policy refuse."""
        policies = {}
        for row in rows:
            booking = row["booking"]
            company = booking.company_id
            if company not in policies:
                policies[company] = company._coworking_policy()
            try:
                reason = booking._problem(policies[company])
                if not reason:
                    booking._price_space()
            except UserError as refusal:
                reason = refusal.args[0]
            if reason:
                row.update(state="refused", reason=reason)

    @api.model
    def _preview_times(self, rows):
        """Mark the rows whose time is taken or closed: two statements for all of them."""
        if not rows:
            return
        uses = [row["use"] for row in rows]
        taken = set(self.env["coworking.claim"].sudo()._conflicts(uses))
        spaces_sudo = (
            self.env["coworking.space"].sudo().union(*(use["space"] for use in uses))
        )
        opened = spaces_sudo._open(
            min(use["start"] for use in uses), max(use["stop"] for use in uses)
        )
        for number, row in enumerate(rows):
            use = row["use"]
            if number in taken:
                row["state"] = "taken"
            elif not any(
                first <= use["start"] and use["stop"] <= last
                for first, last in opened[use["space"]]
            ):
                row["state"] = "closed"

    @api.model
    def _preview_alternatives(self, rows, partner):
        """Look up what is free instead of the first rows that cannot be had."""
        asked = [row for row in rows if row["state"] in ("taken", "closed")]
        known = [(row["use"]["space"], row["use"]["start"]) for row in rows]
        for row in asked[:ALTERNATIVES_FOR]:
            use = row["use"]
            row["alternatives"] = [
                (space.sudo(), start, stop)
                for space, start, stop in use["space"]
                .sudo()
                ._alternatives(use["start"], use["stop"], partner or partner.browse())
                if (space, start) not in known
            ]
        # Each is priced on its own: what their prices stand on is read for all at once.
        spaces = [space for row in asked for space, *_times in row["alternatives"]]
        self.env["coworking.space"].sudo().union(*spaces).price_ids.mapped("unit")

    def _total(self):
        """Return what these bookings cost with taxes, as their orders will say it."""
        total = 0.0
        for booking in self:
            partner_sudo = booking.partner_id.sudo()
            company = booking.company_id
            position_sudo = (
                self.env["account.fiscal.position"]
                .sudo()
                .with_company(company)
                ._get_fiscal_position(partner_sudo)
            )
            for vals in booking._prepare_order_lines():
                product_sudo = (
                    self.env["product.product"]
                    .sudo()
                    .with_company(company)
                    .browse(vals["product_id"])
                )
                taxes_sudo = position_sudo.map_tax(
                    product_sudo.taxes_id._filter_taxes_by_company(company)
                )
                total += taxes_sudo.compute_all(
                    vals["price_unit"],
                    booking.currency_id,
                    vals["product_uom_qty"],
                    product=product_sudo,
                    partner=partner_sudo,
                )["total_included"]
        return total

    def _portal_use(self):
        """Return the use of this booking as forms and addresses write it."""
        self.ensure_one()
        return self.space_id._website_use_utc(self.start, self.stop)

    # --- After

    def _portal_to_pay(self):
        """Return what is to be paid online now: (amount, total), nothing where none is.

        What was asked with it at the same organisation is paid with it.
        """
        self.ensure_one()
        if self.state != "awaiting" or not self._portal_minutes_left():
            return 0.0, 0.0
        order_sudo = self.sudo().order_line_ids.order_id[:1]
        if order_sudo:
            return order_sudo._get_prepayment_required_amount(), order_sudo.amount_total
        together = self | self.group_id.booking_ids.filtered(
            lambda booking: (
                booking.state == "awaiting"
                and booking.company_id == self.company_id
                and not booking.order_line_ids
            )
        )
        total = together._total()
        percent = min(together.space_id.mapped("deposit_percent")) / 100
        return self.currency_id.round(total * percent), total

    def _portal_minutes_left(self):
        """Return how many minutes are left to pay, at least 0."""
        self.ensure_one()
        if not self.expires_at:
            return 0
        seconds = (self.expires_at - fields.Datetime.now()).total_seconds()
        return max(int(seconds // 60), 0)

    def _portal_may_cancel(self):
        """Tell whether the person may still cancel this booking themselves."""
        self.ensure_one()
        return (
            self.state in ("pending", "awaiting", "confirmed")
            and self.start > fields.Datetime.now()
        )

    def _portal_cancel_fee(self):
        """Return what cancelling now costs: (money, hours of the plan that are lost)."""
        self.ensure_one()
        percent = self._cancel_fee_percent()
        return (
            self.currency_id.round(self.amount * percent / 100),
            round(self.hours_spent * percent / 100, 2)
            if self.payment == "hours"
            else 0,
        )

    def _portal_cancel_rule(self):
        """Return the rule of cancelling in one sentence."""
        policy = self.company_id[:1]._coworking_policy()
        if not policy.cancel_fee_percent:
            return self.env._("You can cancel without any fee until the start.")
        return self.env._(
            "You can cancel without any fee until %(hours)s hours before; after that "
            "%(percent)g%% of the price is due.",
            hours=policy.cancel_free_hours,
            percent=policy.cancel_fee_percent,
        )

    def _published_calendar(self, name=None):
        """Return these bookings as an iCalendar to be read, not an invitation, in bytes.

        :param name: what the calendar is called, if it is one to subscribe to
        """
        calendar = vobject.iCalendar()
        calendar.add("method").value = "PUBLISH"
        if name:
            calendar.add("x-wr-calname").value = name
        for booking in self:
            booking._add_event(calendar)
        return calendar.serialize().encode()

    @api.model
    def _portal_domain(self, partner, past=False, search=""):
        """Return the domain of one person's bookings, those to come or the others."""
        domain = fields.Domain("partner_id", "=", partner.id)
        coming = fields.Domain("stop", ">=", fields.Datetime.now()) & fields.Domain(
            "state", "in", ACTIVE
        )
        domain &= ~coming if past else coming
        if search:
            domain &= fields.Domain.OR(
                [(field, "ilike", search)]
                for field in ("name", "title", "space_id.name")
            )
        return domain
