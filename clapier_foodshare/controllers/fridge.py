import base64
import re
import uuid

from werkzeug.exceptions import NotFound

from odoo import fields
from odoo.exceptions import UserError
from odoo.http import Controller, request, route

from ..models.foodshare_deposit import NEEDS_USE_BY

KEY = re.compile(r"[0-9a-f-]{36}")
NUMBER = re.compile(r"[0-9]{1,9}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
WEIGHTS = (100, 250, 500, 1000, 2000, 5000)
PARTS = {"all": 1.0, "half": 0.5}
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


class FoodshareFridgePage(Controller):
    """The page behind the code on a solidarity fridge: no login, and nobody is known."""

    def _fridge(self, token):
        """Return the fridge of a page, in sudo.

        :raise NotFound: no published fridge has this token
        """
        fridge_sudo = request.env["foodshare.fridge"]._for_page(token)
        if not fridge_sudo:
            raise NotFound()
        return fridge_sudo.with_context(lang=request.env.lang)

    def _render(self, template, fridge_sudo, **values):
        deposits = request.env["foodshare.deposit"]
        company = fridge_sudo.company_id
        return request.render(
            f"clapier_foodshare.{template}",
            {
                "fridge": fridge_sudo,
                "url": f"/fridge/{fridge_sudo.token}",
                "new_key": lambda: str(uuid.uuid4()),
                "categories": dict(
                    deposits._fields["category"]._description_selection(request.env)
                ),
                "sentences": deposits._get_sentences(),
                "tell": lambda moment: company._coworking_tell(moment, "d MMMM, HH:mm"),
                **values,
            },
            headers=PRIVATE,
        )

    def _check_use(self, fridge_sudo, key):
        """Refuse what no page sends, and too much of what it does.

        :raise UserError: with the reason
        """
        if not KEY.fullmatch(key or ""):
            raise UserError(
                request.env._("This page is too old: open it again from the code.")
            )
        most = fridge_sudo.company_id._foodshare_policy().page_per_hour
        subject = f"fridge-{fridge_sudo.id}"
        if not request.env["foodshare.rate"].sudo()._count(subject, most):
            raise UserError(
                request.env._("Too many entries within this hour: come back later.")
            )

    @route(
        "/fridge/<string:token>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        methods=["GET"],
    )
    def foodshare_fridge(self, token, thanks="", **kwargs):
        """Show what is inside now, the opening, and the last temperature."""
        return self._render_inside(self._fridge(token), thanks=bool(thanks))

    def _render_inside(self, fridge_sudo, **values):
        inside = (
            request.env["foodshare.deposit"]
            .sudo()
            .search(
                [("fridge_id", "=", fridge_sudo.id), ("state", "=", "inside")],
                order="use_by, best_before, id",
                limit=200,
            )
        )
        return self._render("fridge_page", fridge_sudo, inside=inside, **values)

    @route(
        "/fridge/<string:token>/take",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        methods=["POST"],
    )
    def foodshare_fridge_take(self, token, deposit="", part="all", key="", **kwargs):
        """Note that something was taken, and by nobody knows whom."""
        fridge_sudo = self._fridge(token)
        try:
            self._check_use(fridge_sudo, key)
            if not NUMBER.fullmatch(deposit) or part not in PARTS:
                raise UserError(
                    request.env._("Choose what you take from the list of this page.")
                )
            request.env["foodshare.taking"]._take(
                fridge_sudo, int(deposit), key, PARTS[part]
            )
        except UserError as error:
            return self._render_inside(fridge_sudo, error=error.args[0])
        return request.redirect(f"/fridge/{fridge_sudo.token}?thanks=1")

    @route(
        "/fridge/<string:token>/leave",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        methods=["GET", "POST"],
    )
    def foodshare_fridge_leave(self, token, **post):
        """Leave something: its category, its date, its weight."""
        fridge_sudo = self._fridge(token)
        deposits = request.env["foodshare.deposit"]
        user = request.env.user
        is_team = (
            user.has_group("clapier_foodshare.group_foodshare_user")
            and fridge_sudo.company_id in user.company_ids
        )
        values = {
            "step": "category",
            "is_team": is_team,
            "weights": WEIGHTS,
            "needs_use_by": NEEDS_USE_BY,
            "post": post,
        }
        try:
            food = self._read_food(post, is_team)
            values["food"] = food
            values["refused"] = deposits._get_refusals(fridge_sudo, food)
            if food["category"]:
                values["step"] = "weight" if "date_kind" in post else "date"
            if request.httprequest.method == "POST":
                self._check_use(fridge_sudo, post.get("key"))
                values["deposit"] = self._leave(fridge_sudo, food, post)
        except UserError as error:
            values["error"] = error.args[0]
            if "food" not in values:
                known = deposits._fields["category"].get_values(request.env)
                category = post.get("category")
                values["food"] = {"category": category if category in known else ""}
                values["step"] = "date" if category in known else "category"
        return self._render("fridge_leave", fridge_sudo, **values)

    def _leave(self, fridge_sudo, food, post):
        grams = post.get("other_grams") or post.get("grams") or ""
        with request.env.cr.savepoint():
            return request.env["foodshare.deposit"]._leave(
                fridge_sudo,
                post["key"],
                grams=int(grams) if NUMBER.fullmatch(grams) else 0,
                **food,
            )

    def _read_food(self, post, is_team):
        """Return what the page tells so far, as values of a deposit.

        :raise UserError: a date or a category that does not exist
        """
        fields_ = request.env["foodshare.deposit"]._fields
        category = post.get("category") or ""
        if category and category not in dict(fields_["category"].selection):
            raise UserError(request.env._("Choose what you leave."))
        giver = post.get("giver") if is_team else "inhabitant"
        if giver not in dict(fields_["giver"].selection):
            giver = "kitchen" if is_team else "inhabitant"
        food = {
            "giver": giver,
            "category": category,
            "is_opened": post.get("is_opened") == "1",
        }
        kind = post.get("date_kind")
        if kind in ("use_by", "best_before"):
            day = post.get("day") or ""
            try:
                food[kind] = fields.Date.to_date(day) if DAY.fullmatch(day) else None
            except ValueError:
                food[kind] = None
            if not food[kind]:
                raise UserError(request.env._("Give the date printed on the pack."))
        return food

    @route(
        "/fridge/<string:token>/label/<int:number>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        methods=["GET"],
    )
    def foodshare_fridge_label(self, token, number, **kwargs):
        """Show the label of a deposit, to be printed."""
        fridge_sudo = self._fridge(token)
        deposit_sudo = (
            request.env["foodshare.deposit"]
            .sudo()
            .search(
                [("fridge_id", "=", fridge_sudo.id), ("name", "=", str(number))],
                limit=1,
            )
        )
        if not deposit_sudo:
            raise NotFound()
        return self._render("fridge_label", fridge_sudo, deposit=deposit_sudo)

    @route(
        "/fridge/<string:token>/poster",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        methods=["GET"],
    )
    def foodshare_fridge_poster(self, token, **kwargs):
        """Show what hangs on the fridge: its code, and what it takes."""
        fridge_sudo = self._fridge(token)
        code = request.env["ir.actions.report"].barcode(
            "QR", fridge_sudo.url, width=400, height=400
        )
        image = f"data:image/png;base64,{base64.b64encode(code).decode()}"
        return self._render("fridge_poster", fridge_sudo, code=image)

    @route("/fridge/<string:token>/image", type="http", auth="public", methods=["GET"])
    def foodshare_fridge_image(self, token):
        """Serve the picture of a published fridge."""
        fridge_sudo = self._fridge(token)
        return (
            request.env["ir.binary"]
            .sudo()
            ._get_stream_from(fridge_sudo, "image_1024")
            .get_response()
        )
