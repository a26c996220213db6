import base64
import uuid

from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError
from odoo.http import Controller, request, route
from odoo.tools.image import image_process

from odoo.addons.clapier_supermarket.controllers.kiosk import KEY, PRIVATE

PHOTO_MAX = 12_000_000


class DriveBasket(Controller):
    """The page of one basket: the code to show, and what was wrong; by its link alone."""

    @route(
        "/drive/basket/<string:token>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        methods=["GET", "POST"],
    )
    def drive_basket(self, token, line="", problem="", quantity="", note="", **post):
        """Show where a basket is fetched and its code; take a report of the family."""
        order_sudo = request.env["sale.order"]._drive_for_token(token)
        if not order_sudo:
            raise NotFound()
        order_sudo = order_sudo.with_context(lang=request.env.lang)
        values = {"order": order_sudo, "key": str(uuid.uuid4())}
        if request.httprequest.method == "POST":
            try:
                values["report"] = self._report(
                    order_sudo, line, problem, quantity, note, post
                )
            except UserError as error:
                values["error"] = error.args[0]
        code = request.env["ir.actions.report"].barcode(
            "QR", order_sudo._drive_basket_url(), width=400, height=400
        )
        point_sudo = order_sudo._drive_point_now()
        values.update(
            code=f"data:image/png;base64,{base64.b64encode(code).decode()}",
            point=point_sudo,
            heading=point_sudo._host_heading(),
            may_report=order_sudo._drive_may_report(),
        )
        response = request.render("clapier_drive.basket_page", values)
        response.headers.update(PRIVATE)
        return response

    def _report(self, order_sudo, line, problem, quantity, note, post):
        """Return the report that a family sends, made once under its key.

        :raise UserError: it is too late, or it says nothing
        """
        photo = request.httprequest.files.get("photo")
        content = photo.read(PHOTO_MAX) if photo else b""
        try:
            image = content and image_process(content, size=(1600, 1600))
        except UserError:
            image = b""
        try:
            told = float(quantity.replace(",", "."))
        except ValueError:
            told = 1.0
        key = post.get("key", "")
        return order_sudo._drive_report(
            int(line) if line.isdecimal() and len(line) < 10 else 0,
            problem,
            told,
            note,
            image and base64.b64encode(image),
            key if KEY.fullmatch(key) else None,
        )
