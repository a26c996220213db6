from odoo.exceptions import UserError
from odoo.fields import Date
from odoo.http import request, route

from .baskets import PAGE, POST, DriveBasketsPortal

INTERVALS = (1, 2, 3, 4)


class DriveRecurringPortal(DriveBasketsPortal):
    """The recurring basket of the logged-in family."""

    def _drive_my_recurring(self):
        """Return the family's recurring baskets, in sudo."""
        recurring_sudo = request.env["drive.recurring"].sudo()
        return recurring_sudo.search(
            [("partner_id", "=", request.env.user.partner_id.id)]
        )

    @route("/my/recurring", methods=["GET"], **PAGE)
    def drive_recurring(self, done="", **kw):
        """Show what is ordered in every cycle, and the pause."""
        return request.render(
            "clapier_drive.portal_my_recurring",
            self._drive_portal_values(
                "drive_recurring",
                recurrings=self._drive_my_recurring(),
                intervals=INTERVALS,
                today=request.website.company_id.sudo()._drive_today(),
                done=done in ("1", "recurring"),
            ),
        )

    @route("/my/baskets/<int:order_id>/recurring", **POST)
    def drive_recurring_make(self, order_id, **post):
        """Order the products of a basket in every cycle from the next one on."""

        def make(order_sudo):
            request.env["drive.recurring"].sudo()._from_basket(order_sudo)
            return "/my/recurring?done=1"

        return self._drive_act(order_id, make, "recurring")

    @route("/my/recurring/<int:recurring_id>", **POST)
    def drive_recurring_change(self, recurring_id, action="save", **post):
        """Change the quantities, rhythms, point, payment and pause, or stop all of it."""
        recurring_sudo = self._drive_my_recurring().filtered(
            lambda item: item.id == recurring_id
        )
        if not recurring_sudo:
            return request.redirect("/my/recurring")
        if action == "stop":
            recurring_sudo.active = False
            return request.redirect("/my/recurring")
        _result, refusal = self._drive_try(self._drive_save, recurring_sudo, post)
        self._drive_say(refusal)
        return request.redirect("/my/recurring" + ("" if refusal else "?done=1"))

    def _drive_save(self, recurring_sudo, post):
        """Write what the form says of a recurring basket."""
        for line in recurring_sudo.line_ids:
            quantity = self._drive_number(post.get(f"quantity_{line.id}", "x"))
            interval = self._drive_id(post.get(f"interval_{line.id}", line.interval))
            if quantity is None:
                continue
            if quantity <= 0:
                line.unlink()
            elif interval in INTERVALS:
                line.write({"quantity": quantity, "interval": interval})
        point_sudo = recurring_sudo.schedule_id.point_ids.filtered(
            lambda point: point.id == self._drive_id(post.get("point_id"))
        )
        values = {
            "pause_start": self._drive_date(post.get("pause_start")),
            "pause_stop": self._drive_date(post.get("pause_stop")),
        }
        if values["pause_stop"] and not values["pause_start"]:
            values["pause_start"] = recurring_sudo.company_id._drive_today()
        if point_sudo:
            values["point_id"] = point_sudo.id
        if post.get("payment") in ("pickup", "credit"):
            values["payment"] = post["payment"]
        if (
            values["pause_start"]
            and values["pause_stop"]
            and values["pause_stop"] < values["pause_start"]
        ):
            raise UserError(request.env._("A pause ends after it begins."))
        recurring_sudo.write(values)

    def _drive_date(self, text):
        """Return a day that the client sends; False where there is none.

        :raise UserError: it is no day
        """
        try:
            return Date.to_date(text) if text else False
        except ValueError:
            raise UserError(
                request.env._("Write a day as the calendar shows it.")
            ) from None
