import secrets

from odoo import fields
from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..models.supermarket_shift_leave_portal import DOCUMENT_MAX_BYTES, PORTAL_KINDS
from ..models.supermarket_shift_member_portal import COLOURS, REMINDER_MAX_DAYS
from .portal import SupermarketPortal

SHIFTS_PER_PAGE = 20
ROWS_PER_PAGE = 40
BOOK_FIELDS = ("key", "shift_id", "wait", "together", "section", "week", "free")
LEAVE_FIELDS = ("key", "kind", "date_start", "date_stop", "reason")
STATE_COLOURS = {
    "requested": "info",
    "validated": "success",
    "refused": "danger",
    "booked": "primary",
    "waiting": "info",
    "attended": "success",
    "absent": "danger",
}
PAGE = {"type": "http", "auth": "user", "website": True}


class SupermarketShiftsPortal(SupermarketPortal):
    """Working time of the logged-in person: shifts, bookings, points, leaves, feed.

    Everything is read as superuser from the person's own record; an attached person reads
    their holder's, and changes nothing.
    """

    def _prepare_home_portal_values(self, counters):
        """Override of `portal` to count the shifts to come."""
        values = super()._prepare_home_portal_values(counters)
        if "supermarket_shift_count" in counters:
            member_sudo = self._shift_member_sudo()
            values["supermarket_shift_count"] = (
                len(
                    member_sudo._portal_coming().filtered(
                        lambda item: item.state == "booked"
                    )
                )
                if member_sudo
                else 0
            )
        return values

    def _supermarket_render_membership(self, **values):
        """Override of the membership to show the status of working time."""
        return super()._supermarket_render_membership(
            shift_member=self._shift_member_sudo(),
            shift_colours=COLOURS,
            **values,
        )

    # --- Who is asking

    def _shift_member_sudo(self):
        """Return the working time that the logged-in person sees, in sudo."""
        return request.env["supermarket.shift.member"]._portal_of(
            request.env.user.partner_id
        )

    def _shift_own_member_sudo(self):
        """Return the working time that the logged-in person may change, in sudo."""
        member_sudo = self._shift_member_sudo()
        return member_sudo.filtered(
            lambda member: member.partner_id == request.env.user.partner_id
        )

    def _shift_values(self, page_name, **values):
        """Return what every page of shifts needs, ``values`` on top."""
        member_sudo = self._shift_member_sudo()
        return self._supermarket_portal_values(
            page_name,
            member=member_sudo,
            is_own=member_sudo.partner_id == request.env.user.partner_id,
            shift_colours=COLOURS,
            state_colours=STATE_COLOURS,
            key=secrets.token_urlsafe(24),
            **values,
        )

    def _shift_form(self, names, post):
        """Return the strings of a form that are asked for; what else it sends is dropped."""
        return {name: str(post.get(name, "")).replace("\0", "") for name in names}

    def _shift_refusal(self, call, *args):
        """Run ``call``; return why it is refused, all undone, or None."""
        try:
            with request.env.cr.savepoint():
                call(*args)
        except UserError as refusal:
            return refusal.args[0]
        return None

    def _shift_gone(self):
        """Say that what was asked for is not there, be it another's or nobody's."""
        return request.redirect("/my/shifts?done=gone")

    # --- My shifts

    @route("/my/shifts", methods=["GET"], **PAGE)
    def supermarket_shifts(self, done=None, **kw):
        """Show status, points, next shifts, waiting list and calendar of the person."""
        return self._shift_render_home(done=done)

    def _shift_render_home(self, **values):
        values = self._shift_values("supermarket_shifts", **values)
        member_sudo = values["member"]
        Shift = request.env["supermarket.shift"]
        values["coordinated"] = [
            {"shift": shift_sudo, "when": member_sudo._portal_when(shift_sudo)}
            for shift_sudo in Shift._portal_coordinated(request.env.user.partner_id)
        ]
        if member_sudo:
            coming_sudo = member_sudo._portal_coming()
            rows = member_sudo._portal_rows(coming_sudo)
            feed_sudo = request.env["supermarket.shift.feed"]._of_member(member_sudo)
            values.update(
                explanation=member_sudo._explain(),
                next_rows=[
                    row for row in rows if row["registration"].state == "booked"
                ],
                waiting_rows=[
                    row for row in rows if row["registration"].state == "waiting"
                ],
                shift_partner=member_sudo._portal_partner(),
                substitutes=member_sudo._portal_substitutes(),
                feed_url=feed_sudo
                and values["is_own"]
                and f"{request.httprequest.url_root}shift/feed/{feed_sudo.token}.ics",
            )
        return request.render("clapier_supermarket.portal_my_shifts", values)

    @route("/my/shifts/<int:registration_id>/cancel", methods=["POST"], **PAGE)
    def supermarket_shift_cancel(self, registration_id, **post):
        """Cancel one of the person's own registrations; another's is refused."""
        member_sudo = self._shift_own_member_sudo()
        registration_sudo = member_sudo and member_sudo._portal_registration(
            registration_id
        )
        if not registration_sudo:
            return self._shift_gone()
        if error := self._shift_refusal(registration_sudo._cancel_by_member):
            return self._shift_render_home(error=error)
        return request.redirect("/my/shifts?done=cancelled")

    @route("/my/shifts/<int:registration_id>/substitute", methods=["POST"], **PAGE)
    def supermarket_shift_substitute(self, registration_id, person_id="", **post):
        """Say which adult of the household comes instead; another's shift is refused."""
        member_sudo = self._shift_own_member_sudo()
        registration_sudo = member_sudo and member_sudo._portal_registration(
            registration_id
        )
        if not registration_sudo:
            return self._shift_gone()
        wanted = member_sudo._portal_id(person_id)
        substitute_sudo = member_sudo._portal_substitutes().filtered(
            lambda person: person.id == wanted
        )
        if person_id and not substitute_sudo:
            return self._shift_gone()
        if error := self._shift_refusal(
            registration_sudo._set_substitute, substitute_sudo
        ):
            return self._shift_render_home(error=error)
        return request.redirect("/my/shifts?done=saved")

    # --- Booking

    @route(
        ["/my/shifts/book", "/my/shifts/book/page/<int:page>"],
        methods=["GET", "POST"],
        **PAGE,
    )
    def supermarket_shift_book(self, page=1, **post):
        """Show the shifts to come; a POST books one, or joins its waiting list.

        The form carries a random key: posted twice, it makes one booking.
        """
        form = self._shift_form(BOOK_FIELDS, post)
        if request.httprequest.method == "GET":
            return self._shift_render_book(form, page)
        member_sudo = self._shift_own_member_sudo()
        if not member_sudo:
            return request.redirect("/my/shifts")
        registrations_sudo = []
        error = self._shift_refusal(
            lambda: registrations_sudo.extend(member_sudo._portal_book(form))
        )
        if error:
            return self._shift_render_book(form, page, error=error)
        waiting = any(item.state == "waiting" for item in registrations_sudo)
        return request.redirect(f"/my/shifts?done={'waiting' if waiting else 'booked'}")

    def _shift_render_book(self, form, page=1, **values):
        values = self._shift_values("supermarket_shift_book", **values)
        member_sudo = values["member"]
        if not member_sudo or not values["is_own"]:
            return request.redirect("/my/shifts")
        sections_sudo = member_sudo._portal_sections()
        preferred_sudo = member_sudo.section_ids
        section = form["section"] or ("mine" if preferred_sudo else "all")
        chosen_sudo = (
            preferred_sudo
            if section == "mine"
            else sections_sudo.browse(member_sudo._portal_id(section)) & sections_sudo
        )
        weeks = member_sudo._portal_weeks()
        week = {str(monday): monday for monday, __ in weeks}.get(form["week"])
        free = form["free"] != "0"
        domain = member_sudo._portal_shifts_domain(chosen_sudo, week, free)
        Shift_sudo = request.env["supermarket.shift"].sudo()
        filters = {"section": section, "week": form["week"], "free": str(int(free))}
        pager = portal_pager(
            url="/my/shifts/book",
            url_args=filters,
            total=Shift_sudo.search_count(domain),
            page=page,
            step=SHIFTS_PER_PAGE,
        )
        shifts_sudo = Shift_sudo.search(
            domain, limit=SHIFTS_PER_PAGE, offset=pager["offset"]
        )
        values.update(
            rows=member_sudo._portal_shift_rows(shifts_sudo),
            sections=sections_sudo,
            preferred=preferred_sudo,
            chosen=chosen_sudo,
            weeks=weeks,
            filters=filters,
            pager=pager,
            shift_partner=member_sudo._portal_partner(),
            explanation=member_sudo._explain(),
        )
        return request.render("clapier_supermarket.portal_my_shifts_book", values)

    # --- Ledger and preferences

    @route(
        ["/my/shifts/ledger", "/my/shifts/ledger/page/<int:page>"],
        methods=["GET"],
        **PAGE,
    )
    def supermarket_shift_ledger(self, page=1, **kw):
        """Show the ledger of points with the balance after each row."""
        values = self._shift_values("supermarket_shift_ledger")
        member_sudo = values["member"]
        if not member_sudo:
            return request.redirect("/my/shifts")
        pager = portal_pager(
            url="/my/shifts/ledger",
            total=member_sudo.env["supermarket.shift.point"].search_count(
                [("member_id", "=", member_sudo.id)]
            ),
            page=page,
            step=ROWS_PER_PAGE,
        )
        values.update(
            rows=member_sudo._portal_ledger(pager["offset"], ROWS_PER_PAGE),
            pager=pager,
        )
        return request.render("clapier_supermarket.portal_my_shifts_ledger", values)

    @route("/my/shifts/preferences", methods=["GET", "POST"], **PAGE)
    def supermarket_shift_preferences(self, done=None, **post):
        """Show and keep when to be reminded and where the person likes to work."""
        member_sudo = self._shift_own_member_sudo()
        if not member_sudo:
            return request.redirect("/my/shifts")
        error = None
        sections_sudo = member_sudo._portal_sections()
        preferred_sudo = member_sudo.section_ids
        days = member_sudo.reminder_days
        reminder = str(days) if days >= 0 else ""
        if request.httprequest.method == "POST":
            [reminder] = self._shift_form(["reminder_days"], post).values()
            section_ids = request.httprequest.form.getlist("section_ids")
            preferred_sudo = sections_sudo.filtered(
                lambda section: str(section.id) in section_ids
            )
            error = self._shift_refusal(
                member_sudo._portal_save_preferences, reminder.strip(), section_ids
            )
            if not error:
                return request.redirect("/my/shifts/preferences?done=saved")
        policy_sudo = request.env["supermarket.policy"]._policy_for(
            member_sudo.company_id
        )
        return request.render(
            "clapier_supermarket.portal_my_shifts_preferences",
            self._shift_values(
                "supermarket_shift_preferences",
                sections=sections_sudo,
                preferred=preferred_sudo,
                reminder=reminder,
                policy_days=policy_sudo.shift_reminder_days,
                reminder_max=REMINDER_MAX_DAYS,
                done=done,
                error=error,
            ),
        )

    # --- Leaves

    @route("/my/shifts/leaves", methods=["GET", "POST"], **PAGE)
    def supermarket_shift_leaves(self, done=None, **post):
        """Show the person's leaves; a POST asks for one, once per form."""
        member_sudo = self._shift_own_member_sudo()
        if not member_sudo:
            return request.redirect("/my/shifts")
        form = self._shift_form(LEAVE_FIELDS, post)
        if request.httprequest.method == "GET":
            return self._shift_render_leaves(form, done=done)
        upload = request.httprequest.files.get("document")
        content = upload.read(DOCUMENT_MAX_BYTES + 1) if upload else None
        Leave = request.env["supermarket.shift.leave"]
        error = self._shift_refusal(Leave._portal_request, member_sudo, form, content)
        if error:
            return self._shift_render_leaves(form, error=error)
        return request.redirect("/my/shifts/leaves?done=asked")

    def _shift_render_leaves(self, form, **values):
        values = self._shift_values("supermarket_shift_leaves", form=form, **values)
        member_sudo = values["member"]
        Leave_sudo = request.env["supermarket.shift.leave"].sudo()
        kinds = dict(Leave_sudo._fields["kind"]._description_selection(request.env))
        values.update(
            leaves=Leave_sudo.search([("member_id", "=", member_sudo.id)]),
            kinds=[(kind, kinds[kind]) for kind in PORTAL_KINDS],
            policy=request.env["supermarket.policy"]._policy_for(
                member_sudo.company_id
            ),
            today=fields.Date.to_string(member_sudo.company_id._supermarket_today()),
        )
        return request.render("clapier_supermarket.portal_my_shifts_leaves", values)

    @route("/my/shifts/leaves/<int:leave_id>/cancel", methods=["POST"], **PAGE)
    def supermarket_shift_leave_cancel(self, leave_id, **post):
        """Take one of the person's own requests back; another's is refused."""
        member_sudo = self._shift_own_member_sudo()
        leave_sudo = (
            request.env["supermarket.shift.leave"]
            .sudo()
            .search([("id", "=", leave_id), ("member_id", "in", member_sudo.ids)])
        )
        if not leave_sudo:
            return self._shift_gone()
        if error := self._shift_refusal(leave_sudo._portal_take_back):
            return self._shift_render_leaves(
                dict.fromkeys(LEAVE_FIELDS, ""), error=error
            )
        return request.redirect("/my/shifts/leaves?done=cancelled")

    # --- Calendar feed

    @route("/my/shifts/feed", methods=["POST"], **PAGE)
    def supermarket_shift_feed(self, action="", **post):
        """Make, renew or revoke the secret address of the person's calendar."""
        member_sudo = self._shift_own_member_sudo()
        if not member_sudo:
            return request.redirect("/my/shifts")
        Feed = request.env["supermarket.shift.feed"]
        if action == "make":
            Feed._make(member_sudo)
        elif action == "renew":
            Feed._of_member(member_sudo)._renew()
        elif action == "revoke":
            Feed._of_member(member_sudo).unlink()
        return request.redirect("/my/shifts#calendar")

    @route(
        "/shift/feed/<string:token>.ics",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
        save_session=False,
    )
    def supermarket_shift_calendar(self, token, **kw):
        """Give calendar programs the shifts of whoever made this address."""
        feed_sudo = request.env["supermarket.shift.feed"]._find(token)
        if not feed_sudo:
            return request.make_response(
                request.env._(
                    "This address is void: make a new one on the page of your shifts."
                ),
                headers=[
                    ("Content-Type", "text/plain; charset=utf-8"),
                    ("Cache-Control", "no-store"),
                    ("X-Robots-Tag", "noindex"),
                ],
                status=404,
            )
        return request.make_response(
            feed_sudo._calendar(),
            headers=[
                ("Content-Type", "text/calendar; charset=utf-8"),
                ("Content-Disposition", 'inline; filename="shifts.ics"'),
                ("Cache-Control", "private, no-store"),
                ("X-Robots-Tag", "noindex"),
                ("Referrer-Policy", "no-referrer"),
            ],
        )

    # --- Coordination

    @route("/my/shifts/coordination/<int:shift_id>", methods=["GET", "POST"], **PAGE)
    def supermarket_shift_coordination(
        self, shift_id, registration_id="", state="", **post
    ):
        """Show a coordinator who comes to their shift; a POST ticks one of them."""
        shift_sudo = request.env["supermarket.shift"]._portal_coordinated(
            request.env.user.partner_id, shift_id
        )
        if not shift_sudo:
            return self._shift_gone()
        Member = request.env["supermarket.shift.member"]
        error = None
        if request.httprequest.method == "POST":
            error = self._shift_refusal(
                shift_sudo._portal_mark, Member._portal_id(registration_id), state
            )
            if not error:
                return request.redirect(f"/my/shifts/coordination/{shift_sudo.id}")
        return request.render(
            "clapier_supermarket.portal_shift_coordination",
            self._shift_values(
                "supermarket_shift_coordination",
                shift=shift_sudo,
                when=Member._portal_when(shift_sudo),
                rows=shift_sudo._portal_sheet(),
                begun=shift_sudo.start <= fields.Datetime.now(),
                error=error,
            ),
        )
