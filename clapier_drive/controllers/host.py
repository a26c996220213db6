import json

from werkzeug.exceptions import BadRequest, NotFound

from odoo.http import Controller, request, route
from odoo.tools import file_open

from odoo.addons.clapier_supermarket.controllers.kiosk import KEY, PRIVATE

BATCH_MAX = 200
# A batch carries a photo, or some signatures.
BODY_MAX = 6_000_000


class DriveHost(Controller):
    """The page of a host: no login, the token of its address is its right.

    Nothing here reads the session: requests from elsewhere gain nothing by its cookie.
    """

    def _host_sudo(self, token):
        point_sudo = request.env["drive.cycle.point"]._for_token(token)
        if not point_sudo:
            raise NotFound()
        return point_sudo

    def _json_body(self):
        """Return the object that the phone sent."""
        if (request.httprequest.content_length or 0) > BODY_MAX:
            raise BadRequest("Send less at once.")
        try:
            body = request.get_json_data()
        except ValueError as error:
            raise BadRequest("This is no JSON.") from error
        if not isinstance(body, dict):
            raise BadRequest("Send a JSON object.")
        return body

    @route("/drive/host/sw.js", type="http", auth="public", methods=["GET"])
    def drive_host_worker(self):
        """Serve the service worker from within the folder that it works for."""
        with file_open("clapier_drive/static/src/host/host_worker.js", "rb") as file:
            return request.make_response(
                file.read(),
                [
                    ("Content-Type", "text/javascript; charset=utf-8"),
                    ("Service-Worker-Allowed", "/drive/host/"),
                    ("Cache-Control", "no-cache"),
                ],
            )

    @route(
        "/drive/host/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
    )
    def drive_host_page(self, token):
        """Show the page of the phone, which then lives by itself."""
        point_sudo = request.env["drive.cycle.point"]._for_token(token)
        Qweb = point_sudo.env["ir.qweb"]
        if not point_sudo or point_sudo._host_is_over() or point_sudo._host_is_early():
            html = Qweb._render(
                "clapier_drive.host_gone",
                {
                    "early": bool(point_sudo) and point_sudo._host_is_early(),
                    "page_lang": (point_sudo.env.lang or "fr_FR").replace("_", "-"),
                },
            )
            return request.make_response(html, [*PRIVATE.items()], status=404)
        html = Qweb._render(
            "clapier_drive.host_page",
            {
                "point": point_sudo,
                "heading": point_sudo._host_heading(),
                "page_lang": point_sudo.env.lang.replace("_", "-"),
                "config": json.dumps(
                    {
                        "id": point_sudo.id,
                        "url": f"/drive/host/{point_sudo.token}",
                        "tz": point_sudo.company_id._supermarket_tz(),
                        "currency": point_sudo.company_id.currency_id.name,
                        "words": point_sudo._host_words(),
                    }
                ),
            },
        )
        return request.make_response(html, [*PRIVATE.items()])

    @route(
        "/drive/host/<string:token>/list",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def drive_host_list(self, token):
        """Tell which baskets are to be handed over."""
        point_sudo = self._host_sudo(token)
        if point_sudo._host_is_over() or point_sudo._host_is_early():
            raise NotFound()
        return request.make_json_response(
            point_sudo._host_list(), headers=[*PRIVATE.items()]
        )

    @route(
        "/drive/host/<string:token>/send",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def drive_host_send(self, token):
        """Take what the phone has kept, also once its list is hidden."""
        point_sudo = self._host_sudo(token)
        if not point_sudo._host_takes():
            raise NotFound()
        body = self._json_body()
        events = body.get("events")
        if not isinstance(events, list) or len(events) > BATCH_MAX:
            raise BadRequest(f"Send a list of at most {BATCH_MAX} events.")
        for event in events:
            key = event.get("key") if isinstance(event, dict) else None
            if not isinstance(key, str) or not KEY.fullmatch(key):
                raise BadRequest("Each event carries a UUID as its key.")
        return request.make_json_response(
            {"results": point_sudo._host_take(events, body.get("clock"))},
            headers=[*PRIVATE.items()],
        )

    @route(
        "/drive/host/<string:token>/check",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def drive_host_check(self, token):
        """Tell whether a family told the right code: after some tries none is right."""
        point_sudo = self._host_sudo(token)
        if point_sudo._host_is_over():
            raise NotFound()
        body = self._json_body()
        order_sudo = point_sudo._host_orders([body]).get(str(body.get("order_id")))
        if not order_sudo:
            raise NotFound()
        return request.make_json_response(
            {"right": point_sudo._check_code(order_sudo, body.get("code"))},
            headers=[*PRIVATE.items()],
        )
