import json
import re
from datetime import UTC, datetime

from odoo import fields
from odoo.exceptions import UserError
from odoo.http import Controller, request, route

KEY = re.compile(r"[0-9A-Za-z_.:-]{1,64}")
MAX_BODY = 2048


class FoodshareSensor(Controller):
    """Where sensors send their temperatures."""

    @route(
        "/foodshare/sensor/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def foodshare_sensor(self, token):
        """Note one reading: ``{"celsius": 3.5, "moment": "2027-03-01T12:00:00Z", "key": "…"}``.

        ``moment`` is optional: now. The same ``key`` counts once.
        """
        equipment_sudo = (
            request.env["foodshare.equipment"]
            .sudo()
            .search([("sensor_token", "=", token[:64])])
        )
        if not equipment_sudo:
            return self._answer(404, request.env._("No equipment has this address."))
        most = equipment_sudo.company_id._foodshare_policy().sensor_per_hour
        subject = f"sensor-{equipment_sudo.id}"
        if not request.env["foodshare.rate"].sudo()._count(subject, most):
            return self._answer(
                429, request.env._("Too many readings within this hour: send fewer.")
            )
        reading = self._read()
        if reading is None:
            return self._answer(
                400,
                request.env._(
                    "Send a temperature, a key, and a time if it is not now."
                ),
            )
        try:
            with request.env.cr.savepoint():
                temperature_sudo = request.env["foodshare.temperature"]._record_sensor(
                    equipment_sudo, *reading
                )
        except UserError as error:
            return self._answer(400, error.args[0])
        return self._answer(200, is_out=temperature_sudo.is_out)

    def _read(self):
        """Return temperature, naive UTC moment and key of the request, None if malformed."""
        if (request.httprequest.content_length or 0) > MAX_BODY:
            return None
        try:
            body = json.loads(request.httprequest.get_data(as_text=True))
            celsius, key = body["celsius"], body["key"]
            moment = fields.Datetime.now()
            if body.get("moment"):
                moment = datetime.fromisoformat(body["moment"])
                if moment.tzinfo:
                    moment = moment.astimezone(UTC).replace(tzinfo=None)
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
            return None
        if type(celsius) not in (int, float) or not isinstance(key, str):
            return None
        return (float(celsius), moment, key) if KEY.fullmatch(key) else None

    def _answer(self, status, reason="", **values):
        return request.make_json_response(
            {"ok": status == 200, **({"reason": reason} if reason else {}), **values},
            status=status,
        )
