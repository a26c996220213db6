from odoo.exceptions import UserError
from odoo.http import content_disposition, request, route

from odoo.addons.portal.controllers.portal import CustomerPortal

PAGE = {"type": "http", "auth": "user", "website": True}
HOME = "/my/drive/institution"
NOTE = "clapier_drive.report_delivery_note"


class DriveInstitutionPortal(CustomerPortal):
    """The order of an institution, as one table: typed, saved, changed until the cut-off.

    All is read as superuser from the institution that ``request.env.user`` belongs to. A
    POST sets what it says: sent twice, it orders once.
    """

    def _prepare_home_portal_values(self, counters):
        """Override of `portal` to count the cycles in which an institution can order."""
        values = super()._prepare_home_portal_values(counters)
        if "drive_institution_count" in counters:
            institution_sudo = request.env.user.partner_id._drive_institution()
            values["drive_institution_count"] = int(bool(institution_sudo))
        return values

    @route(HOME, methods=["GET", "POST"], **PAGE)
    def drive_institution(self, cycle="", again="", done="", **post):
        """Show the offers of one cycle; a POST orders the quantities typed."""
        institution_sudo = request.env.user.partner_id._drive_institution()
        if not institution_sudo:
            return request.redirect("/my")
        order_sudo = request.env["sale.order"].sudo()
        cycles_sudo = order_sudo._institution_cycles()
        cycle_sudo = (
            cycles_sudo.filtered(lambda item: str(item.id) == cycle) or cycles_sudo[:1]
        )
        values = {"done": done, "error": "", "errors": {}, "typed": {}}
        if request.httprequest.method == "POST":
            if not cycle_sudo or str(cycle_sudo.id) != cycle:
                values["error"] = request.env._(
                    "Orders for this cycle are closed: call the drive."
                )
            else:
                values = self._institution_post(institution_sudo, cycle_sudo)
                if not values["error"] and not values["errors"]:
                    return request.redirect(f"{HOME}?cycle={cycle_sudo.id}&done=saved")
        return self._institution_render(
            institution_sudo, cycles_sudo, cycle_sudo, again, values
        )

    def _institution_post(self, institution_sudo, cycle_sudo):
        """Order what the form says; return what the page then shows."""
        form = request.httprequest.form
        texts = {}
        for name, text in form.items():
            number = name.removeprefix("quantity_")
            if number != name and number.isascii() and number.isdigit():
                texts[int(number[:9])] = text[:20].replace("\0", "")
        point = form.get("point", "")
        try:
            with request.env.cr.savepoint():
                _basket, errors = request.env["sale.order"]._institution_save(
                    institution_sudo,
                    cycle_sudo,
                    texts,
                    int(point[:9]) if point.isascii() and point.isdigit() else 0,
                )
        except UserError as refusal:
            return {"error": refusal.args[0], "errors": {}, "typed": texts, "done": ""}
        return {"error": "", "errors": errors, "typed": texts, "done": ""}

    def _institution_render(
        self, institution_sudo, cycles_sudo, cycle_sudo, again, values
    ):
        order_sudo = request.env["sale.order"].sudo()
        basket_sudo = order_sudo._institution_basket(institution_sudo, cycle_sudo)
        baskets_sudo = order_sudo._institution_baskets(institution_sudo)
        last_sudo = baskets_sudo.filtered(
            lambda item: item.drive_cycle_id != cycle_sudo
        )
        rows = (
            order_sudo._institution_rows(
                cycle_sudo, basket_sudo, last_sudo[:1] if again else None
            )
            if cycle_sudo
            else []
        )
        return request.render(
            "clapier_drive.portal_institution",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "drive_institution",
                "institution": institution_sudo,
                "cycles": cycles_sudo,
                "cycle": cycle_sudo,
                "basket": basket_sudo,
                "baskets": baskets_sudo,
                "last": last_sudo[:1],
                "again": again,
                "rows": rows,
                **values,
            },
        )

    @route(f"{HOME}/<int:order_id>/note", methods=["GET"], **PAGE)
    def drive_institution_note(self, order_id, **kw):
        """Give the delivery note of one of the institution's own baskets."""
        institution_sudo = request.env.user.partner_id._drive_institution()
        baskets_sudo = (
            request.env["sale.order"]._institution_baskets(institution_sudo, limit=None)
            if institution_sudo
            else request.env["sale.order"].sudo()
        )
        basket_sudo = baskets_sudo.filtered(lambda item: item.id == order_id)
        if not basket_sudo:
            return request.redirect("/my")
        content, kind = (
            request.env["ir.actions.report"]
            .sudo()
            .with_context(lang=request.env.lang)
            ._render_qweb_pdf(NOTE, basket_sudo.ids)
        )
        if kind != "pdf":
            return request.make_response(content)
        return request.make_response(
            content,
            [
                ("Content-Type", "application/pdf"),
                ("Content-Disposition", content_disposition(f"{basket_sudo.name}.pdf")),
                ("Cache-Control", "private, no-store"),
            ],
        )
