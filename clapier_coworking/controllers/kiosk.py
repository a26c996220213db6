import json
import re

from werkzeug.exceptions import BadRequest, NotFound

from odoo.http import Controller, request, route
from odoo.tools import file_open

BATCH_MAX = 200
BODY_MAX = 200_000
KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PATH = "/coworking/kiosk"
# The address is the right to check people in: no page, log or search engine shall learn it.
PRIVATE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


class CoworkingKiosk(Controller):
    """The tablet at the entrance: no login, the token of its address is its right.

    Nothing here reads the session: requests from elsewhere gain nothing by its cookie.
    """

    def _kiosk_sudo(self, token):
        kiosk_sudo = request.env["coworking.kiosk"]._for_token(token)
        if not kiosk_sudo:
            raise NotFound()
        return kiosk_sudo

    def _kiosk_scans(self):
        """Return the scans and the clock that the tablet sent."""
        if (request.httprequest.content_length or 0) > BODY_MAX:
            raise BadRequest("Send fewer scans at once.")
        try:
            body = request.get_json_data()
        except ValueError as error:
            raise BadRequest("This is no JSON.") from error
        scans = body.get("scans") if isinstance(body, dict) else None
        if not isinstance(scans, list) or len(scans) > BATCH_MAX:
            raise BadRequest(f"Send a list of at most {BATCH_MAX} scans.")
        for scan in scans:
            key = scan.get("key") if isinstance(scan, dict) else None
            if not isinstance(key, str) or not KEY.fullmatch(key):
                raise BadRequest("Each scan carries a UUID as its key.")
        return scans, body.get("clock")

    @route(f"{PATH}/sw.js", type="http", auth="public", methods=["GET"])
    def coworking_kiosk_worker(self):
        """Serve the service worker from within the folder that it works for."""
        path = "clapier_coworking/static/src/kiosk/kiosk_worker.js"
        with file_open(path, "rb") as file:
            return request.make_response(
                file.read(),
                [
                    ("Content-Type", "text/javascript; charset=utf-8"),
                    ("Service-Worker-Allowed", f"{PATH}/"),
                    ("Cache-Control", "no-cache"),
                ],
            )

    @route(f"{PATH}/<string:token>", type="http", auth="public", methods=["GET"])
    def coworking_kiosk_page(self, token):
        """Show the page of the tablet, which then lives by itself."""
        kiosk_sudo = request.env["coworking.kiosk"]._for_token(token)
        Qweb = kiosk_sudo.env["ir.qweb"]
        if not kiosk_sudo:
            html = Qweb._render("clapier_coworking.kiosk_gone", {})
            return request.make_response(html, [*PRIVATE.items()], status=404)
        kiosk_sudo._seen()
        html = Qweb._render(
            "clapier_coworking.kiosk_page",
            {
                "kiosk": kiosk_sudo,
                "page_lang": kiosk_sudo.env.lang.replace("_", "-"),
                "config": json.dumps(
                    {
                        "id": kiosk_sudo.id,
                        "url": f"{PATH}/{kiosk_sudo.token}",
                        "tz": str(kiosk_sudo.company_id._coworking_zone()),
                        "words": kiosk_sudo._page_words(),
                    }
                ),
            },
        )
        return request.make_response(html, [*PRIVATE.items()])

    @route(
        f"{PATH}/<string:token>/today",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
    )
    def coworking_kiosk_today(self, token):
        """Tell how many places are left today."""
        return request.make_json_response(
            self._kiosk_sudo(token)._today(), headers=[*PRIVATE.items()]
        )

    @route(
        f"{PATH}/<string:token>/scan",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
    )
    def coworking_kiosk_scan(self, token):
        """Take what the tablet has kept: badges, codes, places taken on the spot."""
        kiosk_sudo = self._kiosk_sudo(token)
        scans, clock = self._kiosk_scans()
        return request.make_json_response(
            {"results": kiosk_sudo._scan(scans, clock)}, headers=[*PRIVATE.items()]
        )
