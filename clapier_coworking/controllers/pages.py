from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request


class CoworkingPages:
    """What the pages of the website and those of the portal share; it has no route."""

    def _coworking_partner(self):
        """Return the person who is logged in; none for a visitor."""
        user = request.env.user
        return user.partner_id if not user._is_public() else user.partner_id.browse()

    def _coworking_spaces(self, domain=()):
        """Return the spaces that this website shows, in sudo."""
        return request.env["coworking.space"]._website_spaces(
            request.website, Domain(list(domain))
        )

    def _coworking_list(self, name):
        """Return what the client sends under ``name``, one or several strings."""
        return [
            text.replace("\0", "") for text in request.httprequest.values.getlist(name)
        ]

    def _coworking_values(self, **values):
        """Return what every page of spaces needs, ``values`` on top."""
        env = request.env
        partner = self._coworking_partner()
        kinds = env["coworking.space"]._fields["kind"]._description_selection(env)
        return {
            "visitor": not partner,
            "partner": partner,
            "public": partner._coworking_public(),
            "kinds": kinds,
            "kind_names": dict(kinds),
            "unit_names": dict(
                env["coworking.price"]._fields["unit"]._description_selection(env)
            ),
            "tell_day": env["coworking.space"]._tell_day,
            "tell_minutes": self._coworking_tell_minutes,
            "tell_people": self._coworking_tell_people,
            "tell_capacity": self._coworking_tell_capacity,
            **values,
        }

    def _coworking_tell_minutes(self, minutes):
        """Return a length in words: “1 h 30”."""
        hours, rest = divmod(minutes, 60)
        if not hours:
            return request.env._("%s min", rest)
        return f"{hours} h {rest:02}" if rest else f"{hours} h"

    def _coworking_tell_people(self, count):
        """Return a number of people in words."""
        return (
            request.env._("1 person")
            if count == 1
            else request.env._("%s people", count)
        )

    def _coworking_tell_capacity(self, space):
        """Return how many people a space holds, or places a desk area has."""
        if space.kind != "desk":
            return self._coworking_tell_people(space.capacity)
        return request.env._("%s places", space.capacity)

    def _coworking_answer(self, waiting_sudo, action, url, template, **values):
        """Answer an offer, or show it.

        :param action: accept or withdraw, by POST only
        """
        env = request.env
        error = None
        if request.httprequest.method == "POST":
            try:
                with env.cr.savepoint():
                    if action == "accept":
                        booking_sudo = waiting_sudo._accept()
                        token = booking_sudo._portal_ensure_token()
                        env.flush_all()
                        return request.redirect(
                            f"/my/bookings/{booking_sudo.id}?done=booked&access_token={token}"
                        )
                    if action == "withdraw":
                        waiting_sudo._withdraw()
                        env.flush_all()
                        return request.redirect(url)
            except UserError as refusal:
                error = refusal.args[0].split("\n")[0]
        return request.render(
            template,
            self._coworking_values(
                waiting=waiting_sudo, error=error, url=url, **values
            ),
        )
