from odoo import fields
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..coworking_use import parse_amount
from .pages import CoworkingPages

PER_PAGE = 20
PAGE = {"type": "http", "auth": "user", "website": True}
# A visitor without account opens the page of a booking by its token.
TOKEN_PAGE = {"type": "http", "auth": "public", "website": True}
STATE_COLOURS = {
    "pending": "info",
    "awaiting": "warning",
    "confirmed": "success",
    "present": "success",
    "no_show": "danger",
    "cancelled": "secondary",
    "refused": "danger",
    "expired": "secondary",
}
SAID = ("booked", "cancelled", "cancelled_together")


class CoworkingBookingsPortal(CoworkingPages, CustomerPortal):
    """Bookings and waiting lists of the logged-in person."""

    def _prepare_home_portal_values(self, counters):
        """Override of `portal` to count the bookings to come and the offers."""
        values = super()._prepare_home_portal_values(counters)
        partner = request.env.user.partner_id
        booking_sudo = request.env["coworking.booking"].sudo()
        if "coworking_booking_count" in counters:
            values["coworking_booking_count"] = booking_sudo.search_count(
                booking_sudo._portal_domain(partner)
            )
        if "coworking_to_pay_count" in counters:
            values["coworking_to_pay_count"] = booking_sudo.search_count(
                [
                    ("partner_id", "=", partner.id),
                    ("state", "=", "awaiting"),
                    ("expires_at", ">", fields.Datetime.now()),
                ]
            )
        if "coworking_offer_count" in counters:
            values["coworking_offer_count"] = (
                request.env["coworking.waiting"]
                .sudo()
                .search_count(
                    [
                        ("partner_id", "=", partner.id),
                        ("state", "=", "offered"),
                        ("offered_until", ">", fields.Datetime.now()),
                    ]
                )
            )
        return values

    def _coworking_portal_values(self, page_name, **values):
        return {
            **self._prepare_portal_layout_values(),
            **self._coworking_values(),
            "page_name": page_name,
            "state_colours": STATE_COLOURS,
            **values,
        }

    # --- List

    @route(["/my/bookings", "/my/bookings/page/<int:page>"], methods=["GET"], **PAGE)
    def coworking_bookings(self, page=1, tab="coming", search="", **kw):
        """Show the person's bookings, those to come or past ones, and waiting lists."""
        env = request.env
        partner = env.user.partner_id
        booking_sudo = env["coworking.booking"].sudo()
        past = tab == "past"
        search = search.replace("\0", "").strip()[:64]
        domain = booking_sudo._portal_domain(partner, past, search)
        pager = portal_pager(
            url="/my/bookings",
            url_args={"tab": "past" if past else "coming", "search": search},
            total=booking_sudo.search_count(domain),
            page=page,
            step=PER_PAGE,
        )
        bookings_sudo = booking_sudo.search(
            domain,
            order="start desc, id desc" if past else "start, id",
            limit=PER_PAGE,
            offset=pager["offset"],
        )
        waitings_sudo = (
            env["coworking.waiting"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", partner.id),
                    ("state", "in", ("waiting", "offered")),
                ],
                order="start, id",
            )
        )
        feed_sudo = env["coworking.feed"]._of_partner(partner)
        first_page = not past and not search and page == 1
        return request.render(
            "clapier_coworking.portal_my_bookings",
            self._coworking_portal_values(
                "coworking_bookings",
                bookings=bookings_sudo,
                waitings=waitings_sudo,
                again=booking_sudo._portal_again(partner, self._coworking_spaces())
                if first_page
                else [],
                tab="past" if past else "coming",
                search=search,
                pager=pager,
                has_feed=bool(feed_sudo),
            ),
        )

    @route("/my/bookings/new", methods=["GET"], **PAGE)
    def coworking_booking_new(self, **kw):
        """Choose a space: its page then asks for the day, the start, and to confirm."""
        return request.redirect("/spaces")

    # --- One booking

    def _coworking_booking(self, booking_id, access_token):
        """Return a booking of the person, or of the token's holder, in sudo; else none."""
        token = access_token or ""
        try:
            booking_sudo = self._document_check_access(
                "coworking.booking",
                booking_id if 0 < booking_id < 2**31 else 0,
                token if token.isascii() else None,
            )
        except (AccessError, MissingError):
            return request.env["coworking.booking"].sudo()
        return booking_sudo.with_context(lang=request.env.lang)

    @route("/my/bookings/<int:booking_id>", methods=["GET"], **TOKEN_PAGE)
    def coworking_booking(self, booking_id, access_token=None, done="", **kw):
        """Show one booking: its state, its price, how to come in, how to cancel."""
        booking_sudo = self._coworking_booking(booking_id, access_token)
        if not booking_sudo:
            return request.redirect("/my" if self._coworking_partner() else "/spaces")
        return self._coworking_render_booking(
            booking_sudo, access_token, done=done if done in SAID else ""
        )

    def _coworking_render_booking(self, booking_sudo, access_token, **values):
        to_pay, total = booking_sudo._portal_to_pay()
        group_sudo = booking_sudo.group_id.booking_ids.sorted("start") - booking_sudo
        token = f"access_token={access_token}" if access_token else ""
        return request.render(
            "clapier_coworking.portal_my_booking",
            self._coworking_portal_values(
                "coworking_booking",
                booking=booking_sudo,
                when=booking_sudo.space_id._tell_use(
                    booking_sudo.start, booking_sudo.stop
                ),
                to_pay=to_pay,
                total=total,
                cancel_choices=booking_sudo._portal_cancel_choices(),
                rule=booking_sudo._portal_cancel_rule(),
                siblings=[
                    {
                        "booking": other,
                        "when": other.space_id._tell_use(other.start, other.stop),
                        "url": other.access_url
                        + (
                            f"?access_token={other._portal_ensure_token()}"
                            if token
                            else ""
                        ),
                    }
                    for other in group_sudo
                ],
                token=token,
                access_token=access_token if token else "",
                **values,
            ),
        )

    @route("/my/bookings/<int:booking_id>/pay", methods=["POST"], **TOKEN_PAGE)
    def coworking_booking_pay(self, booking_id, access_token=None, **post):
        """Go to the payment of one booking, and of what was asked with it."""
        booking_sudo = self._coworking_booking(booking_id, access_token)
        if not booking_sudo:
            return request.redirect("/my" if self._coworking_partner() else "/spaces")
        try:
            with request.env.cr.savepoint():
                order_sudo = booking_sudo._payment_order()
                url = order_sudo.get_portal_url(query_string="&allow_payment=yes")
                request.env.flush_all()
        except UserError as refusal:
            return self._coworking_render_booking(
                booking_sudo, access_token, error=refusal.args[0]
            )
        return request.redirect(url)

    @route("/my/bookings/<int:booking_id>/cancel", methods=["POST"], **TOKEN_PAGE)
    def coworking_booking_cancel(
        self, booking_id, access_token=None, scope="one", **post
    ):
        """Cancel one booking, or what was asked with it, at the fee that the page said."""
        booking_sudo = self._coworking_booking(booking_id, access_token)
        if not booking_sudo:
            return request.redirect("/my" if self._coworking_partner() else "/spaces")
        done = "cancelled" if scope == "one" else "cancelled_together"
        url = f"/my/bookings/{booking_sudo.id}?done={done}"
        if access_token:
            url += f"&access_token={booking_sudo.access_token}"
        if booking_sudo.state == "cancelled":
            return request.redirect(url)
        try:
            bookings_sudo = self._coworking_to_cancel(booking_sudo, scope)
            with request.env.cr.savepoint():
                bookings_sudo._cancel()
                request.env.flush_all()
        except UserError as refusal:
            return self._coworking_render_booking(
                booking_sudo, access_token, error=refusal.args[0]
            )
        return request.redirect(url)

    def _coworking_to_cancel(self, booking_sudo, scope):
        """Return what a form asks to cancel with a booking, at no more than it has said.

        :raise UserError: it costs more meanwhile, or it can no longer be cancelled
        """
        chosen = [
            choice
            for choice in booking_sudo._portal_cancel_choices()
            if choice["scope"] == scope
        ]
        if not chosen:
            raise UserError(
                request.env._("This can no longer be cancelled: look at your bookings.")
            )
        said = dict(
            text.split("=", 1)
            for text in request.httprequest.form.getlist("said")
            if "=" in text
        )
        fee, _equal, hours = said.get(scope, "").partition("=")
        if chosen[0]["fee"] > parse_amount(fee) or chosen[0]["hours"] > parse_amount(
            hours
        ):
            raise UserError(
                request.env._(
                    "The deadline has passed since you opened this page: look at the "
                    "fee and cancel again."
                )
            )
        return booking_sudo._portal_cancel_sets()[scope]

    @route(
        "/my/bookings/<int:booking_id>/booking.ics",
        methods=["GET"],
        readonly=True,
        **TOKEN_PAGE,
    )
    def coworking_booking_ics(self, booking_id, access_token=None, **kw):
        """Give one booking to a calendar program."""
        booking_sudo = self._coworking_booking(booking_id, access_token)
        if not booking_sudo:
            raise request.not_found()
        return request.make_response(
            booking_sudo._published_calendar(),
            headers=[
                ("Content-Type", "text/calendar; charset=utf-8"),
                (
                    "Content-Disposition",
                    f'attachment; filename="{booking_sudo.name}.ics"',
                ),
                ("Cache-Control", "private, no-store"),
            ],
        )

    # --- Waiting list

    @route("/my/bookings/waiting/<int:waiting_id>", methods=["GET", "POST"], **PAGE)
    def coworking_waiting(self, waiting_id, action="", **post):
        """Show one own entry of the waiting list; a POST accepts the offer or withdraws."""
        waiting_sudo = (
            request.env["coworking.waiting"]
            .sudo()
            .search(
                [
                    ("id", "=", waiting_id if 0 < waiting_id < 2**31 else 0),
                    ("partner_id", "=", request.env.user.partner_id.id),
                ]
            )
        )
        if not waiting_sudo:
            return request.redirect("/my")
        return self._coworking_answer(
            waiting_sudo,
            action,
            f"/my/bookings/waiting/{waiting_sudo.id}",
            "clapier_coworking.portal_my_waiting",
            **self._coworking_portal_values("coworking_waiting"),
        )
