import binascii
import json
import re
from base64 import b64decode

from werkzeug.exceptions import BadRequest, NotFound

from odoo.exceptions import UserError
from odoo.http import Controller, request, route
from odoo.tools import file_open

BATCH_MAX = 200
BODY_MAX = 200_000
PHOTO_MAX = 3_000_000
KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# The address is the right to pack: no page, log or search engine shall learn it.
PRIVATE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


class DrivePrepare(Controller):
    """The phones of those who prepare: no login, the token of the address is their right.

    Nothing here reads the session: requests from elsewhere gain nothing by its cookie.
    """

    def _cycle_sudo(self, token):
        cycle_sudo = request.env["drive.cycle"]._for_prepare_token(token)
        if not cycle_sudo:
            raise NotFound()
        return cycle_sudo

    def _json_body(self, most=BODY_MAX):
        """Return the object that the phone sent; its key names the phone."""
        if (request.httprequest.content_length or 0) > most:
            raise BadRequest("Send less at once.")
        try:
            body = request.get_json_data()
        except ValueError as error:
            raise BadRequest("This is no JSON.") from error
        if not isinstance(body, dict) or not self._is_key(body.get("phone")):
            raise BadRequest("Send a JSON object with the key of the phone.")
        return body

    def _is_key(self, key):
        return isinstance(key, str) and KEY.fullmatch(key)

    def _json(self, values):
        return request.make_json_response(values, headers=[*PRIVATE.items()])

    @route("/drive/prepare/sw.js", type="http", auth="public", methods=["GET"])
    def prepare_worker(self):
        """Serve the service worker from within the folder that it works for."""
        path = "clapier_drive/static/src/prepare/prepare_worker.js"
        with file_open(path, "rb") as file:
            return request.make_response(
                file.read(),
                [
                    ("Content-Type", "text/javascript; charset=utf-8"),
                    ("Service-Worker-Allowed", "/drive/prepare/"),
                    ("Cache-Control", "no-cache"),
                ],
            )

    @route("/drive/prepare/<string:token>", type="http", auth="public", methods=["GET"])
    def prepare_page(self, token):
        """Show the page of the volunteers, which then lives by itself."""
        cycle_sudo = request.env["drive.cycle"]._for_prepare_token(token)
        Qweb = cycle_sudo.env["ir.qweb"]
        lang = cycle_sudo.env.lang.replace("_", "-")
        if not cycle_sudo:
            html = Qweb._render("clapier_drive.prepare_gone", {"page_lang": lang})
            return request.make_response(html, [*PRIVATE.items()], status=404)
        html = Qweb._render(
            "clapier_drive.prepare_page",
            {
                "cycle": cycle_sudo,
                "page_lang": lang,
                "config": json.dumps(
                    {
                        "id": cycle_sudo.id,
                        "url": f"/drive/prepare/{cycle_sudo.prepare_token}",
                        "words": cycle_sudo._prepare_words(),
                        "weighed": cycle_sudo._weight_barcodes(),
                    }
                ),
            },
        )
        return request.make_response(html, [*PRIVATE.items()])

    @route(
        "/drive/prepare/<string:token>/state",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
    )
    def prepare_state(self, token):
        """Tell what is left to pack and to receive."""
        cycle_sudo = self._cycle_sudo(token)
        body = self._json_body()
        name = body.get("name")
        cycle_sudo._see_packer(
            body["phone"],
            (name.strip()[:30] or None) if isinstance(name, str) else None,
        )
        return self._json(cycle_sudo._prepare_state())

    @route(
        "/drive/prepare/<string:token>/claim",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
    )
    def prepare_claim(self, token):
        """Send a phone to the next crates that want a product."""
        cycle_sudo = self._cycle_sudo(token)
        body = self._json_body()
        packer_id = cycle_sudo._see_packer(body["phone"])
        return self._json({"contents": cycle_sudo._claim(packer_id, body.get("offer"))})

    @route(
        "/drive/prepare/<string:token>/crate",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
    )
    def prepare_crate(self, token):
        """Tell what goes into one crate."""
        cycle_sudo = self._cycle_sudo(token)
        body = self._json_body()
        return self._json({"crate": cycle_sudo._crate_for_phone(body.get("code"))})

    @route(
        "/drive/prepare/<string:token>/take",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
    )
    def prepare_take(self, token):
        """Take what the phone has kept: what was packed, undone and received."""
        cycle_sudo = self._cycle_sudo(token)
        body = self._json_body()
        scans = body.get("scans")
        if not isinstance(scans, list) or len(scans) > BATCH_MAX:
            raise BadRequest(f"Send a list of at most {BATCH_MAX} things.")
        if not all(
            isinstance(scan, dict) and self._is_key(scan.get("key")) for scan in scans
        ):
            raise BadRequest("Each thing carries a UUID as its key.")
        return self._json(
            {"results": cycle_sudo._take(body["phone"], scans, body.get("clock"))}
        )

    @route(
        "/drive/prepare/<string:token>/photo",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
    )
    def prepare_photo(self, token):
        """Keep the photo of what has come of one product."""
        cycle_sudo = self._cycle_sudo(token)
        body = self._json_body(PHOTO_MAX)
        image = body.get("image")
        try:
            b64decode(image, validate=True)
            kept = cycle_sudo._receive_photo(body.get("reception"), image)
        except (binascii.Error, TypeError, ValueError, UserError) as error:
            raise BadRequest("This is no photo.") from error
        return self._json({"kept": kept})
