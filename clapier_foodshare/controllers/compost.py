import math
import re
import uuid
from datetime import date

from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError, ValidationError
from odoo.http import Controller, request, route

KEY = re.compile(r"[0-9a-f-]{36}")
NUMBER = re.compile(r"[0-9]{1,6}([.,][0-9]{1,3})?")
TEXT_LENGTH = 200
# The address lets people write: no page or search engine shall learn it.
PRIVATE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


class FoodshareCompost(Controller):
    """The composters: the phone page of who opens them, and the public numbers."""

    @route(
        "/compost/<string:token>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        methods=["GET", "POST"],
    )
    def foodshare_compost_phone(self, token, action="", done="", **post):
        """Note a visit or a delivery; the same form sent twice is noted once."""
        site_sudo = request.env["foodshare.compost.site"]._for_phone(token)
        if not site_sudo:
            raise NotFound()
        site_sudo = site_sudo.with_context(lang=request.env.lang)
        url = f"/compost/{site_sudo.access_token}"
        values = {"typed": {}, "key": str(uuid.uuid4())}
        if request.httprequest.method == "POST":
            try:
                # A refusal leaves nothing half done.
                with request.env.cr.savepoint():
                    self._note(site_sudo, action, post)
            except UserError as error:
                key = post.get("key", "")
                values.update(
                    error=error.args[0],
                    typed=post,
                    action=action,
                    key=key if KEY.fullmatch(key) else values["key"],
                )
            else:
                response = request.redirect(f"{url}?done={action}", 303)
                response.headers.update(PRIVATE)
                return response
        today = site_sudo.company_id._coworking_today()
        bins_sudo = site_sudo.bin_ids.filtered(lambda bin_: bin_.state == "in_use")
        values.update(
            site=site_sudo,
            bins=bins_sudo.sorted(lambda bin_: bin_.kind != "fresh"),
            url=url,
            today=today.isoformat(),
            done=done if done in ("visit", "flow") else "",
            bucket_weight=site_sudo.company_id._foodshare_policy().compost_bucket_weight,
            visits=site_sudo.env["foodshare.compost.visit"].search(
                [("site_id", "=", site_sudo.id)], limit=5
            ),
        )
        response = request.render("clapier_foodshare.compost_phone", values)
        response.headers.update(PRIVATE)
        return response

    @route(
        "/composters",
        type="http",
        auth="public",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def foodshare_compost_public(self):
        """Show where the composters are, when they open and what they took."""
        sites_sudo = (
            request.env["foodshare.compost.site"]
            .sudo()
            .search([("is_public", "=", True)])
        )
        return request.render("clapier_foodshare.compost_public", {"sites": sites_sudo})

    def _note(self, site_sudo, action, post):
        """Write down what the form says.

        :raise UserError: something is missing or impossible, and what to do
        """
        env = request.env
        if not KEY.fullmatch(post.get("key", "")):
            raise ValidationError(env._("Load this page again, then fill it in."))
        vals = {
            "date": self._day(post.get("date", "")),
            "kg": self._number(post.get("kg", "")) or 0.0,
            "note": post.get("note", "").strip()[:TEXT_LENGTH],
        }
        if action == "visit":
            temperature = self._number(post.get("temperature", ""))
            bin_sudo = site_sudo.bin_ids.filtered(
                lambda bin_: str(bin_.id) == post.get("bin", "")
            )
            openers = post.get("openers", "").strip()[:TEXT_LENGTH]
            if not bin_sudo or not openers:
                raise ValidationError(env._("Write who opened, and choose a bin."))
            vals.update(
                bin_id=bin_sudo.id,
                openers=openers,
                visitor_count=self._count(post.get("visitors", "")),
                bucket_count=self._count(post.get("buckets", "")),
                is_temperature_read=temperature is not None,
                temperature=temperature or 0.0,
                is_turned=bool(post.get("turned")),
                **self._choices("foodshare.compost.visit", post),
            )
            site_sudo._note_once("foodshare.compost.visit", post["key"], vals)
        elif action == "flow":
            kinds = dict(env["foodshare.compost.flow"]._fields["kind"].selection)
            if post.get("kind") not in kinds:
                raise ValidationError(env._("Choose what came or left."))
            vals["kind"] = post["kind"]
            site_sudo._note_once("foodshare.compost.flow", post["key"], vals)
        else:
            raise ValidationError(env._("Load this page again, then fill it in."))

    def _choices(self, model, post):
        """Return the words chosen among those that the model knows."""
        fields = request.env[model]._fields
        return {
            name: post[name]
            for name in ("browns", "moisture", "smell")
            if post.get(name) in dict(fields[name].selection)
        }

    def _day(self, text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise ValidationError(
                request.env._("Write the day of the visit.")
            ) from None

    def _number(self, text):
        """Return a number typed with a comma or a point, None where nothing is typed."""
        text = text.strip()
        if not text:
            return None
        if not NUMBER.fullmatch(text):
            raise ValidationError(
                request.env._("“%s” is not a positive number.", text[:20])
            )
        return float(text.replace(",", "."))

    def _count(self, text):
        """Return a whole number, 0 where nothing is typed."""
        number = self._number(text) or 0
        return math.ceil(number)
