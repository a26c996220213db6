import base64
import json
import re
import uuid
from datetime import UTC, datetime

from werkzeug.exceptions import NotFound

from odoo import fields
from odoo.exceptions import UserError
from odoo.http import Controller, request, route
from odoo.tools import file_open

ID = re.compile(r"[0-9]{1,10}")
KEY = re.compile(r"[0-9a-f-]{36}")
# The address is known to whoever stands at the door: no page or search engine shall learn it.
PRIVATE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


class CoworkingDoor(Controller):
    """The page at the door of a space: no login, busy or free, and nobody's name."""

    def _door_space(self, token):
        """Return the space of a door page, in sudo.

        :raise NotFound: no door has this token
        """
        space_sudo = request.env["coworking.space"]._for_door(token)
        if not space_sudo:
            raise NotFound()
        return space_sudo

    @route("/space/sw.js", type="http", auth="public", methods=["GET"])
    def coworking_door_worker(self):
        """Serve the service worker from within the folder that it works for."""
        with file_open(
            "clapier_coworking/static/src/door/door_worker.js", "rb"
        ) as file:
            return request.make_response(
                file.read(),
                [
                    ("Content-Type", "text/javascript; charset=utf-8"),
                    ("Service-Worker-Allowed", "/space/"),
                    ("Cache-Control", "no-cache"),
                ],
            )

    @route(
        "/space/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
    )
    def coworking_door(self, token):
        """Show the page of the tablet, which then lives by itself."""
        space_sudo = self._door_space(token)
        body, tag = space_sudo._door_answer()
        url = f"/space/{space_sudo.access_token}"
        code = request.env["ir.actions.report"].barcode(
            "QR", f"{space_sudo.get_base_url()}{url}/check-in", width=300, height=300
        )
        html = space_sudo.env["ir.qweb"]._render(
            "clapier_coworking.door_page",
            {
                "space": space_sudo,
                "page_lang": space_sudo.env.lang.replace("_", "-"),
                "code": f"data:image/png;base64,{base64.b64encode(code).decode()}",
                "config": json.dumps(
                    {
                        "id": space_sudo.id,
                        "url": url,
                        "now": self._now(),
                        "tag": tag,
                        "words": space_sudo._door_words(),
                    }
                ),
                "state": body,
            },
        )
        return request.make_response(html, [*PRIVATE.items()])

    @route(
        "/space/<string:token>/state",
        type="http",
        auth="public",
        methods=["GET"],
        readonly=True,
        save_session=False,
    )
    def coworking_door_state(self, token):
        """Tell when the space is free and busy; nothing where the page knows it already."""
        body, tag = self._door_space(token)._door_answer()
        headers = {**PRIVATE, "ETag": f'"{tag}"', "X-Now": str(self._now())}
        if request.httprequest.if_none_match.contains(tag):
            return request.make_response("", [*headers.items()], status=304)
        headers["Content-Type"] = "application/json; charset=utf-8"
        return request.make_response(body, [*headers.items()])

    def _now(self):
        return int(fields.Datetime.now().replace(tzinfo=UTC).timestamp())

    # --- Check-in

    @route(
        "/space/<string:token>/check-in",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        methods=["GET", "POST"],
    )
    def coworking_door_check_in(self, token, action="", **post):
        """Check in at the door; who has booked nothing can book what is free."""
        space_sudo = self._door_space(token).with_context(lang=request.env.lang)
        user = request.env.user
        partner = user.partner_id.browse() if user._is_public() else user.partner_id
        values = {
            "space": space_sudo,
            "url": f"/space/{space_sudo.access_token}/check-in",
        }
        if request.httprequest.method == "POST":
            try:
                values["booking"] = self._act(space_sudo, partner, action, post)
            except UserError as error:
                values["error"] = error.args[0]
            booking_sudo = values.get("booking")
            if booking_sudo and booking_sudo.state == "awaiting":
                return request.redirect(booking_sudo.get_portal_url())
        opens = {}
        if partner and not values.get("booking"):
            opens = {
                booking: booking._check_in_opens()
                for booking in space_sudo._door_bookings(partner)
            }
        now = fields.Datetime.now()
        here = any(moment <= now for moment in opens.values())
        may_book = partner and not values.get("booking") and not here
        values.update(
            partner=partner,
            opens=opens,
            now=now,
            here=here,
            offers=space_sudo._door_offers(partner) if may_book else [],
            key=str(uuid.uuid4()),
            seconds=lambda moment: int(moment.replace(tzinfo=UTC).timestamp()),
            tell=lambda moment: space_sudo.company_id._coworking_tell(moment, "HH:mm"),
        )
        response = request.render("clapier_coworking.door_check_in", values)
        response.headers.update(PRIVATE)
        return response

    def _act(self, space_sudo, partner, action, post):
        """Do what somebody at the door asks for.

        :return: coworking.booking in sudo; none where nothing was asked
        :raise UserError: it cannot be done, and why
        """
        env = request.env
        if action == "code":
            code = re.sub(r"\D", "", post.get("code", ""))[:6]
            booking_sudo = space_sudo._check_in_by_code(code)
            if not booking_sudo:
                raise UserError(
                    env._(
                        "This code opens no booking here today: look at your mail, or ask at "
                        "the office."
                    )
                )
            return booking_sudo
        number = post.get("booking" if action == "check_in" else "stop", "")
        if not partner or not ID.fullmatch(number):
            return None
        # A refusal leaves nothing half done; only wrong codes stay counted.
        with env.cr.savepoint():
            if action == "check_in":
                booking_sudo = space_sudo._door_bookings(partner).filtered(
                    lambda booking: booking.id == int(number)
                )
                booking_sudo._check_in()
                return booking_sudo
            if action == "book" and KEY.fullmatch(post.get("key", "")):
                stop = datetime.fromtimestamp(int(number), UTC).replace(tzinfo=None)
                return space_sudo._book_at_door(partner, stop, post["key"])
        return None
