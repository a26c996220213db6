import json
import re

from werkzeug.exceptions import BadRequest, NotFound

from odoo.http import Controller, request, route
from odoo.tools import file_open

BATCH_MAX = 200
BODY_MAX = 200_000
KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# The address is the right to tick people: no page, log or search engine shall learn it.
PRIVATE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


class SupermarketKiosk(Controller):
    """The tablet at the door: no login, the token of its address is its right.

    Nothing here reads the session: requests from elsewhere gain nothing by its cookie.
    """

    def _kiosk_sudo(self, token):
        kiosk_sudo = request.env["supermarket.shift.kiosk"]._for_token(token)
        if not kiosk_sudo:
            raise NotFound()
        return kiosk_sudo

    def _json_body(self):
        """Return the object that the tablet sent."""
        if (request.httprequest.content_length or 0) > BODY_MAX:
            raise BadRequest("Send fewer scans at once.")
        try:
            body = request.get_json_data()
        except ValueError as error:
            raise BadRequest("This is no JSON.") from error
        if not isinstance(body, dict):
            raise BadRequest("Send a JSON object.")
        return body

    def _scan(self, token, scans, clock):
        kiosk_sudo = self._kiosk_sudo(token)
        if not isinstance(scans, list) or len(scans) > BATCH_MAX:
            raise BadRequest(f"Send a list of at most {BATCH_MAX} scans.")
        for scan in scans:
            key = scan.get("key") if isinstance(scan, dict) else None
            if not isinstance(key, str) or not KEY.fullmatch(key):
                raise BadRequest("Each scan carries a UUID as its key.")
        return request.make_json_response(
            {"results": kiosk_sudo._scan(scans, clock)}, headers=[*PRIVATE.items()]
        )

    @route("/shift/kiosk/sw.js", type="http", auth="public", methods=["GET"])
    def kiosk_worker(self):
        """Serve the service worker from within the folder that it works for."""
        path = "clapier_supermarket/static/src/kiosk/kiosk_worker.js"
        with file_open(path, "rb") as file:
            return request.make_response(
                file.read(),
                [
                    ("Content-Type", "text/javascript; charset=utf-8"),
                    ("Service-Worker-Allowed", "/shift/kiosk/"),
                    ("Cache-Control", "no-cache"),
                ],
            )

    @route("/shift/kiosk/<string:token>", type="http", auth="public", methods=["GET"])
    def kiosk_page(self, token):
        """Show the page of the tablet, which then lives by itself."""
        kiosk_sudo = request.env["supermarket.shift.kiosk"]._for_token(token)
        Qweb = kiosk_sudo.env["ir.qweb"]
        if not kiosk_sudo:
            html = Qweb._render("clapier_supermarket.kiosk_gone", {})
            return request.make_response(html, [*PRIVATE.items()], status=404)
        kiosk_sudo._seen()
        html = Qweb._render(
            "clapier_supermarket.kiosk_page",
            {
                "kiosk": kiosk_sudo,
                "page_lang": kiosk_sudo.env.lang.replace("_", "-"),
                "config": json.dumps(
                    {
                        "id": kiosk_sudo.id,
                        "url": f"/shift/kiosk/{kiosk_sudo.token}",
                        "tz": kiosk_sudo.company_id._supermarket_tz(),
                        "words": kiosk_sudo._page_words(),
                    }
                ),
            },
        )
        return request.make_response(html, [*PRIVATE.items()])

    @route(
        "/shift/kiosk/<string:token>/today",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
    )
    def kiosk_today(self, token):
        """Tell who is expected today."""
        return request.make_json_response(
            self._kiosk_sudo(token)._today(), headers=[*PRIVATE.items()]
        )

    @route(
        "/shift/kiosk/<string:token>/scan",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
    )
    def kiosk_scan(self, token):
        """Take what the tablet has kept: cards and ticks."""
        body = self._json_body()
        return self._scan(token, body.get("scans"), body.get("clock"))

    @route(
        "/shift/kiosk/<string:token>/tick",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
    )
    def kiosk_tick(self, token):
        """Take one name that was tapped on the tablet."""
        body = self._json_body()
        tick = {name: body.get(name) for name in ("key", "registration_id", "at")}
        return self._scan(token, [tick], body.get("clock"))

    @route(
        "/shift/kiosk/<string:token>/photo/<int:registration_id>",
        type="http",
        auth="public",
        methods=["GET"],
    )
    def kiosk_photo(self, token, registration_id, **kw):
        """Show the photo of somebody who is expected today."""
        person_sudo = self._kiosk_sudo(token)._photo_of(registration_id)
        if not person_sudo:
            raise NotFound()
        return (
            request.env["ir.binary"]
            ._get_image_stream_from(person_sudo, "avatar_128")
            .get_response()
        )
