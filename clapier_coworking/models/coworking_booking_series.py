from odoo import models


class CoworkingBooking(models.Model):
    """Bookings that were asked for together, cancelled together by the person."""

    _inherit = "coworking.booking"

    def _portal_cancel_sets(self):
        """Return what the person can cancel at once with this booking.

        :return: {"one": this booking, "following": it and the later ones, "all": whatever
            is to come of the request}; only those that differ
        """
        self.ensure_one()
        if not self._portal_may_cancel():
            return {}
        together = self | self.group_id.booking_ids.filtered(
            lambda booking: (
                booking.partner_id == self.partner_id
                and booking.currency_id == self.currency_id
                and booking._portal_may_cancel()
            )
        )
        following = together.filtered(lambda booking: booking.start >= self.start)
        sets = {"one": self}
        if len(following) > 1:
            sets["following"] = following.sorted("start")
        if len(together) > len(following):
            sets["all"] = together.sorted("start")
        return sets

    def _portal_cancel_choices(self):
        """Return what the page offers to cancel, and what each costs.

        :return: list of dicts of ``scope``, ``label``, ``fee`` (taxes excluded), ``hours``
            (of the plan, lost), ``refund`` (taxes included), ``said`` (as forms send it)
        """
        choices = []
        for scope, bookings in self._portal_cancel_sets().items():
            fee, hours, refund = bookings._cancel_quote()
            choices.append(
                {
                    "scope": scope,
                    "label": self._tell_cancel_scope(scope, len(bookings)),
                    "fee": fee,
                    "hours": hours,
                    "refund": refund,
                    "said": f"{scope}={fee:.2f}={hours:.2f}",
                }
            )
        return choices

    def _tell_cancel_scope(self, scope, count):
        if scope == "one":
            return self.env._("This booking only")
        if scope == "all":
            return self.env._("All %s bookings to come", count)
        if count == 2:
            return self.env._("This booking and the one after it")
        return self.env._("This booking and the %s after it", count - 1)
