from odoo import fields
from odoo.exceptions import UserError
from odoo.http import content_disposition, request, route

from odoo.addons.portal.controllers.portal import CustomerPortal

PHOTO_MAX_BYTES = 8 * 1024 * 1024
TEXT_MAX = 40
PAGE = {"type": "http", "auth": "user", "website": True}
HOME = "/my/drive/producer"


class DriveProducerPortal(CustomerPortal):
    """The offers, prices, absences, orders and page of a producer.

    All is read as superuser from the producers that ``request.env.user`` works for, never
    from an id that the client sends alone; nothing here knows a family. Each POST sets
    what it says: sent twice, it changes nothing more.
    """

    def _prepare_home_portal_values(self, counters):
        """Override of `portal` to count the products that a producer offers."""
        values = super()._prepare_home_portal_values(counters)
        if "drive_offer_count" in counters:
            offers_sudo = request.env["drive.offer"]._portal_offers(
                request.env.user.partner_id
            )
            values["drive_offer_count"] = len(offers_sudo.product_id)
        return values

    # --- What the pages share

    def _producer_render(self, template, page, **values):
        """Render a page of producers; whoever is none is sent home."""
        producers_sudo = request.env.user.partner_id._drive_producers()
        if not producers_sudo:
            return request.redirect("/my")
        return request.render(
            f"clapier_drive.{template}",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "drive_producer",
                "tab": page,
                "producers": producers_sudo,
                "done": "",
                "error": "",
                **values,
            },
        )

    def _producer_refusal(self, call, *args):
        """Run ``call``; return (what it returns, None), or (None, why it is refused)."""
        try:
            with request.env.cr.savepoint():
                return call(*args), None
        except UserError as refusal:
            return None, refusal.args[0]

    def _producer_text(self, name, size=TEXT_MAX):
        """Return a field of the form as text, cut at ``size`` signs."""
        return request.httprequest.form.get(name, "").replace("\0", "")[:size]

    def _producer_photo(self):
        """Return the bytes of the photo sent, if any.

        :raise UserError: it is too heavy
        """
        photo = request.httprequest.files.get("photo")
        if not photo or not photo.filename:
            return None
        content = photo.read(PHOTO_MAX_BYTES + 1)
        if len(content) > PHOTO_MAX_BYTES:
            raise UserError(
                request.env._("This photo is heavier than 8 MB: choose a smaller one.")
            )
        return content

    # --- Offers

    @route(HOME, methods=["GET", "POST"], **PAGE)
    def drive_producer(self, cycle="", done="", **post):
        """Show the offers of one cycle; a POST changes their limits, line by line."""
        partner = request.env.user.partner_id
        offer_sudo = request.env["drive.offer"].sudo()
        cycles_sudo = offer_sudo._portal_cycles(partner)
        cycle_sudo = (
            cycles_sudo.filtered(lambda item: str(item.id) == cycle) or cycles_sudo[:1]
        )
        if request.httprequest.method == "POST":
            if cycle and str(cycle_sudo.id) != cycle:
                return self._producer_offers(
                    cycles_sudo,
                    cycle_sudo,
                    error=request.env._(
                        "Orders for this cycle are closed: nothing was changed."
                    ),
                )
            return self._producer_save(partner, cycles_sudo, cycle_sudo)
        return self._producer_offers(cycles_sudo, cycle_sudo, done=done)

    def _producer_save(self, partner, cycles_sudo, cycle_sudo):
        offers_sudo = request.env["drive.offer"]._portal_offers(partner, cycle_sudo)
        form = request.httprequest.form
        rows = {
            offer.id: {
                "quantity": self._producer_text(f"quantity_{offer.id}"),
                "was": self._producer_text(f"was_{offer.id}"),
                "offered": f"offered_{offer.id}" in form,
                "was_offered": form.get(f"was_offered_{offer.id}") == "1",
            }
            for offer in offers_sudo
            if f"was_{offer.id}" in form
        }
        found, error = self._producer_refusal(offers_sudo._portal_save, rows)
        errors, changed = found or ({}, 0)
        if not error and not errors:
            return request.redirect(
                f"{HOME}?cycle={cycle_sudo.id}&done={'saved' if changed else 'same'}"
            )
        return self._producer_offers(
            cycles_sudo,
            cycle_sudo,
            error=error,
            errors=errors,
            changed=changed,
            typed={offer_id: row["quantity"] for offer_id, row in rows.items()},
        )

    def _producer_offers(self, cycles_sudo, cycle_sudo, **values):
        offers_sudo = request.env["drive.offer"]._portal_offers(
            request.env.user.partner_id, cycle_sudo
        )
        return self._producer_render(
            "portal_producer_offers",
            "offers",
            **{
                "cycles": cycles_sudo,
                "cycle": cycle_sudo,
                "rows": offers_sudo._portal_rows(),
                "errors": {},
                "typed": {},
                "changed": 0,
                **values,
            },
        )

    # --- Prices

    @route(f"{HOME}/prices", methods=["GET", "POST"], **PAGE)
    def drive_producer_prices(self, done="", **post):
        """Show the prices; a POST keeps others from a day on."""
        partner = request.env.user.partner_id
        price_sudo = request.env["drive.price"].sudo()
        offers_sudo = price_sudo._portal_price_rows(partner)
        values = {"done": done, "errors": {}, "typed": {}, "changed": 0}
        if request.httprequest.method == "POST":
            typed = {
                offer.id: self._producer_text(f"price_{offer.id}")
                for offer in offers_sudo
            }
            day = self._producer_text("day")
            found, error = self._producer_refusal(
                price_sudo._portal_save_prices, partner, day, typed
            )
            errors, changed = found or ({}, 0)
            if not error and not errors:
                done = "saved" if changed else "same"
                return request.redirect(f"{HOME}/prices?done={done}")
            values = {
                "error": error,
                "errors": errors,
                "typed": typed if error else {key: typed[key] for key in errors},
                "changed": changed,
                "day": day,
            }
        company_sudo = offers_sudo.company_id[:1] or request.env.company
        first_sudo = offers_sudo.env["drive.cycle"].search(
            [
                ("company_id", "in", offers_sudo.company_id.ids),
                ("state", "=", "planned"),
                ("open_at", ">", fields.Datetime.now()),
            ],
            order="date_pickup",
            limit=1,
        )
        today = company_sudo._drive_today()
        return self._producer_render(
            "portal_producer_prices",
            "prices",
            **{
                "offers": offers_sudo,
                "planned": price_sudo._portal_planned(partner),
                "first_day": first_sudo.date_pickup or today,
                "today": today,
                "day": str(first_sudo.date_pickup or today),
                **values,
            },
        )

    # --- Absences

    @route(f"{HOME}/absences", methods=["GET", "POST"], **PAGE)
    def drive_producer_absences(self, done="", **post):
        """Show the absences to come; a POST adds one."""
        partner = request.env.user.partner_id
        absence_sudo = request.env["drive.absence"].sudo()
        error, days = None, {"start": "", "stop": ""}
        if request.httprequest.method == "POST" and partner._drive_producers():
            days = {name: self._producer_text(name) for name in days}
            _made, error = self._producer_refusal(
                absence_sudo._portal_add, partner, days["start"], days["stop"]
            )
            if not error:
                return request.redirect(f"{HOME}/absences?done=added")
        absences_sudo = absence_sudo._portal_absences(partner)
        return self._producer_render(
            "portal_producer_absences",
            "absences",
            done=done,
            error=error,
            days=days,
            absences=absences_sudo,
            expected=absences_sudo._portal_expected(),
            today=request.env.company._drive_today(),
        )

    @route(f"{HOME}/absences/<int:absence_id>/remove", methods=["POST"], **PAGE)
    def drive_producer_absence_remove(self, absence_id, **post):
        """Take back an absence of one's own; another's is left alone."""
        absences_sudo = request.env["drive.absence"]._portal_absences(
            request.env.user.partner_id
        )
        absences_sudo.filtered(lambda item: item.id == absence_id)._portal_remove()
        return request.redirect(f"{HOME}/absences?done=removed")

    # --- Orders, claims and statements

    @route(f"{HOME}/orders", methods=["GET"], **PAGE)
    def drive_producer_orders(self, **kw):
        """Show the orders of each cycle, the claims and the statements."""
        partner = request.env.user.partner_id
        line_sudo = request.env["drive.cycle.producer"].sudo()
        return self._producer_render(
            "portal_producer_orders",
            "orders",
            supplies=line_sudo._portal_orders(partner),
            claims=line_sudo._portal_claims(partner),
            documents=partner._drive_producers()._drive_documents(),
        )

    def _producer_order(self, order_id):
        """Return one of the orders that this person may see, in sudo."""
        orders_sudo = request.env["drive.cycle.producer"]._portal_orders(
            request.env.user.partner_id
        )
        return orders_sudo.filtered(lambda item: item.id == order_id)

    @route(f"{HOME}/orders/<int:order_id>", methods=["GET"], **PAGE)
    def drive_producer_order(self, order_id, **kw):
        """Show what to bring for one cycle: products and crates."""
        order_sudo = self._producer_order(order_id)
        if not order_sudo:
            return request.redirect(f"{HOME}/orders")
        lines = order_sudo._portal_lines()
        return self._producer_render(
            "portal_producer_order",
            "orders",
            supply=order_sudo,
            lines=lines,
            crates=order_sudo._portal_crates(lines),
        )

    @route(f"{HOME}/orders/<int:order_id>/csv", methods=["GET"], **PAGE)
    def drive_producer_order_csv(self, order_id, **kw):
        """Give the order as a table for a spreadsheet."""
        order_sudo = self._producer_order(order_id)
        if not order_sudo.purchase_id:
            return request.redirect(f"{HOME}/orders")
        content = order_sudo.with_context(lang=request.env.lang)._order_as_csv()
        return request.make_response(
            content,
            [
                ("Content-Type", "text/csv; charset=utf-8"),
                (
                    "Content-Disposition",
                    content_disposition(f"{order_sudo.purchase_id.name}.csv"),
                ),
                ("Cache-Control", "private, no-store"),
            ],
        )

    # --- Page and products

    @route(f"{HOME}/page", methods=["GET", "POST"], **PAGE)
    def drive_producer_page(self, producer="", done="", **post):
        """Show what the producer's page says; a POST changes its text and photo."""
        producers_sudo = request.env.user.partner_id._drive_producers()
        one_sudo = (
            producers_sudo.filtered(lambda item: str(item.id) == producer)
            or producers_sudo[:1]
        )
        error = None
        if request.httprequest.method == "POST" and one_sudo:
            _saved, error = self._producer_refusal(
                lambda: one_sudo._drive_save_profile(
                    self._producer_text("story", 20_000), self._producer_photo()
                )
            )
            if not error:
                return request.redirect(
                    f"{HOME}/page?producer={one_sudo.id}&done=saved"
                )
        return self._producer_render(
            "portal_producer_page",
            "page",
            done=done,
            error=error,
            one=one_sudo,
            products=producers_sudo._drive_products(),
        )

    @route(f"{HOME}/products/<int:product_id>", methods=["GET", "POST"], **PAGE)
    def drive_producer_product(self, product_id, done="", **post):
        """Show one product of their own; a POST changes its text and photo."""
        products_sudo = request.env.user.partner_id._drive_producers()._drive_products()
        product_sudo = products_sudo.filtered(lambda item: item.id == product_id)
        if not product_sudo:
            return request.redirect(f"{HOME}/page")
        error = None
        if request.httprequest.method == "POST":
            _saved, error = self._producer_refusal(
                lambda: product_sudo._drive_save_text(
                    self._producer_text("text", 20_000), self._producer_photo()
                )
            )
            if not error:
                return request.redirect(f"{HOME}/products/{product_sudo.id}?done=saved")
        return self._producer_render(
            "portal_producer_product",
            "page",
            done=done,
            error=error,
            product=product_sudo,
            text=product_sudo._drive_text(),
        )

    @route(
        [
            f"{HOME}/photo/<int:producer_id>",
            f"{HOME}/products/<int:product_id>/photo",
        ],
        methods=["GET"],
        **PAGE,
    )
    def drive_producer_photo(self, producer_id=0, product_id=0, **kw):
        """Give the photo of a producer or product of one's own."""
        producers_sudo = request.env.user.partner_id._drive_producers()
        if product_id:
            record_sudo = producers_sudo._drive_products().filtered(
                lambda item: item.id == product_id
            )
        else:
            record_sudo = producers_sudo.filtered(lambda item: item.id == producer_id)
        if not record_sudo.image_512:
            raise request.not_found()
        stream = request.env["ir.binary"]._get_image_stream_from(
            record_sudo, "image_512"
        )
        return stream.get_response()
