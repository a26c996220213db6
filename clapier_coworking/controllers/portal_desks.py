import secrets

from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal

BOOK_FIELDS = ("key", "space_id", "day", "half", "guest_name", "guest_email")
PAGE = {"type": "http", "auth": "user", "website": True}


class CoworkingDesksPortal(CustomerPortal):
    """Desks of the logged-in person: places of the next days, own visits, guests.

    All is read as superuser from ``request.env.user`` and from nothing that the client
    sends.
    """

    def _prepare_home_portal_values(self, counters):
        """Override of `portal` to count the visits to come."""
        values = super()._prepare_home_portal_values(counters)
        if "coworking_visit_count" in counters:
            values["coworking_visit_count"] = len(
                request.env["coworking.visit"]._portal_coming(
                    request.env.user.partner_id
                )
            )
        return values

    @route("/my/coworking/desks", methods=["GET", "POST"], **PAGE)
    def coworking_desks(self, space=None, done=None, **post):
        """Show the places of the next days; a POST takes one.

        The form carries a random key: posted twice, it makes one visit.
        """
        if request.httprequest.method == "GET":
            return self._coworking_render_desks(space, done=done)
        form = {
            name: str(post.get(name, "")).replace("\0", "").strip()
            for name in BOOK_FIELDS
        }
        visits_sudo = []
        error = self._coworking_desks_refusal(
            lambda partner: visits_sudo.append(
                request.env["coworking.visit"]._portal_book(partner, form)
            )
        )
        if error:
            return self._coworking_render_desks(
                form["space_id"], error=error, form=form
            )
        done = "guest" if visits_sudo[0].host_id else "booked"
        return request.redirect(
            f"/my/coworking/desks?space={visits_sudo[0].space_id.id}&done={done}"
        )

    @route("/my/coworking/desks/<int:visit_id>/cancel", methods=["POST"], **PAGE)
    def coworking_desk_cancel(self, visit_id, **post):
        """Cancel one of the person's own visits, or their guest's; another's sends home."""
        visit_sudo = request.env["coworking.visit"]._portal_visit(
            request.env.user.partner_id, visit_id
        )
        if not visit_sudo:
            return request.redirect("/my")
        error = self._coworking_desks_refusal(lambda _partner: visit_sudo._cancel())
        if error:
            return self._coworking_render_desks(visit_sudo.space_id.id, error=error)
        return request.redirect(
            f"/my/coworking/desks?space={visit_sudo.space_id.id}&done=cancelled"
        )

    def _coworking_desks_refusal(self, call):
        """Run ``call`` for the person; return why it is refused, all undone, or None."""
        try:
            with request.env.cr.savepoint():
                call(request.env.user.partner_id)
        except UserError as refusal:
            return refusal.args[0]
        return None

    def _coworking_render_desks(self, space_id=None, **values):
        partner = request.env.user.partner_id
        Visit = request.env["coworking.visit"]
        areas_sudo = Visit._portal_areas(partner)
        area_sudo = Visit._portal_area(partner, space_id) or areas_sudo[:1]
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "coworking_desks",
            "key": secrets.token_urlsafe(24),
            "areas": areas_sudo.sorted(),
            "area": area_sudo,
            "days": area_sudo and Visit._portal_days(partner, area_sudo),
            "rights": area_sudo and Visit._portal_rights(partner, area_sudo),
            "rows": Visit._portal_coming(partner)._portal_rows(),
            "past": Visit._portal_past(partner)._portal_rows(),
            "form": {},
            **values,
        }
        return request.render("clapier_coworking.portal_my_desks", values)
