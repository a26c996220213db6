import re
import secrets
from urllib.parse import urlencode

from odoo.exceptions import UserError
from odoo.http import request, route

from ..coworking_time import ImpossibleTime, to_utc
from ..coworking_use import parse_amount, parse_number, parse_use
from ..models.coworking_claim import ClaimRefused
from .spaces import PAGE, CoworkingSpaces

KEY = re.compile(r"[0-9a-f]{48}", re.ASCII)
OFFER = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
FIELDS = ("key", "title", "name", "email", "phone", "company_url")
USES_MAX = 366


class CoworkingSpacesBook(CoworkingSpaces):
    """From a free time to a booking: what it costs, the booking, the waiting list.

    A page carries its uses in the form; what a use costs and whether it is allowed is
    said by the model alone.
    """

    # --- Reading a form

    def _coworking_form(self):
        """Return what a form of booking sends; whatever else it sends is dropped."""
        values = request.httprequest.values
        form = {
            name: str(values.get(name, "")).replace("\0", "").strip()[:256]
            for name in FIELDS
        }
        form["uses"] = [text for text in self._coworking_list("use") if text]
        form["said"] = self._coworking_list("said")[: USES_MAX * 4]
        form["people"] = parse_number(values.get("people"), 1, 10**4) or 1
        form["options"] = [
            parse_number(text) for text in self._coworking_list("option")
        ]
        return form

    def _coworking_uses(self, form):
        """Return the uses of a form, as the model takes them.

        :raise UserError: one cannot be read, its space is not shown here, or its time
            does not exist
        """
        env = request.env
        if not form["uses"]:
            raise UserError(env._("Choose a space and a time first."))
        if len(form["uses"]) > USES_MAX:
            raise UserError(env._("This is too much at once: make several requests."))
        try:
            asked = [parse_use(text) for text in dict.fromkeys(form["uses"])]
        except ValueError:
            raise UserError(
                env._(
                    "This time cannot be read: choose it again on the page of the space."
                )
            ) from None
        spaces = self._coworking_spaces(
            [("id", "in", [space_id for space_id, *__ in asked])]
        )
        known = {space.id: space for space in spaces}
        if any(space_id not in known for space_id, *__ in asked):
            raise UserError(
                env._("This space cannot be booked here: choose another one.")
            )
        return [
            self._coworking_use(form, known[space_id], start, stop)
            for space_id, start, stop in asked
        ]

    def _coworking_use(self, form, space, start, stop):
        env = request.env
        if stop <= start:
            raise UserError(
                env._("A booking must end after it starts: choose a later end.")
            )
        zone = space.company_id._coworking_zone()
        try:
            start, stop = to_utc(start, zone), to_utc(stop, zone)
        except ImpossibleTime:
            raise UserError(
                env._(
                    "The clocks change that night: this hour does not exist or comes "
                    "twice. Choose another hour."
                )
            ) from None
        return {
            "space": space,
            "start": start,
            "stop": stop,
            "attendee_count": form["people"],
            "title": form["title"] or None,
            "options": self._coworking_options(space).filtered(
                lambda option: option.id in form["options"]
            ),
        }

    def _coworking_options(self, spaces):
        """Return the options that can be had in some of these spaces, in sudo."""
        return (
            request.env["coworking.option"]
            .sudo()
            .search(
                [
                    ("company_id", "in", spaces.company_id.ids),
                    "|",
                    ("space_ids", "=", False),
                    ("space_ids", "in", spaces.ids),
                ]
            )
        )

    # --- Before booking

    @route("/spaces/confirm", methods=["GET", "POST"], sitemap=False, **PAGE)
    def coworking_confirm(self, **kw):
        """Show what the chosen uses cost and ask to confirm; nothing is kept yet."""
        return self._coworking_render_confirm(self._coworking_form())

    def _coworking_render_confirm(self, form, error=None, uses=None, skipped=()):
        """Render the page that confirms, or the one that offers something else."""
        env = request.env
        try:
            uses = uses or self._coworking_uses(form)
        except UserError as refusal:
            return self._coworking_render_refused(form, error or refusal.args[0])
        partner = self._coworking_partner()
        source = "portal" if partner else "public"
        rows = env["coworking.booking"]._preview(partner, uses, source)
        self._coworking_tell_rows(rows)
        if len(rows) == 1 and rows[0]["state"] != "free":
            return self._coworking_render_refused(form, error, rows[0])
        bookings = (
            env["coworking.booking"]
            .sudo()
            .concat(*(row["booking"] for row in rows if row["state"] == "free"))
        )
        spaces = env["coworking.space"].sudo().union(*(use["space"] for use in uses))
        return request.render(
            "clapier_coworking.spaces_confirm",
            self._coworking_values(
                rows=rows,
                bookings=bookings,
                spaces=spaces,
                form=form,
                error=error,
                key=secrets.token_hex(24),
                options=self._coworking_options(spaces),
                most_people=min(spaces.mapped("capacity")),
                amount=sum(bookings.mapped("amount")),
                total=sum(row["total"] for row in rows),
                currency=spaces.company_id.currency_id[:1],
                skipped=skipped,
                rule=bookings._portal_cancel_rule() if bookings else "",
                login_url=self._coworking_login_url(form),
            ),
        )

    def _coworking_tell_rows(self, rows):
        """Add to the rows of a preview what the page says of them: words, prices."""
        for row in rows:
            booking, space = row["booking"], row["use"]["space"]
            free = row["state"] == "free"
            row.update(
                text=booking._portal_use(),
                when=space._tell_use(row["use"]["start"], row["use"]["stop"]),
                amount=booking.amount if free else 0.0,
                total=booking._total() if free else 0.0,
                alternatives=self._coworking_tell_alternatives(row),
            )

    def _coworking_tell_alternatives(self, row):
        """Return what can be had instead of one use, with its price."""
        booking = request.env["coworking.booking"]
        found = []
        for space, start, stop in row["alternatives"]:
            use = {**row["use"], "space": space, "start": start, "stop": stop}
            other = booking._preview_booking(
                row["booking"].partner_id, use, row["booking"].source
            )
            try:
                other._price()
            except UserError:
                continue
            found.append(
                {
                    "space": space,
                    "when": space._tell_use(start, stop),
                    "use": other._portal_use(),
                    "amount": other.amount,
                    "total": other._total(),
                    "currency": other.currency_id,
                    "key": secrets.token_hex(24),
                }
            )
        return found

    def _coworking_login_url(self, form):
        target = "/spaces/confirm?" + urlencode({"use": form["uses"][:20]}, doseq=True)
        return "/web/login?" + urlencode({"redirect": target})

    def _coworking_render_refused(self, form, error=None, row=None):
        """Render why a use cannot be had, and what can be had instead."""
        space = row["use"]["space"] if row else None
        reasons = {
            "taken": request.env._("Somebody else already has this time."),
            "closed": request.env._("It is closed at that time."),
        }
        reason = row and (row["reason"] or reasons.get(row["state"]))
        return request.render(
            "clapier_coworking.spaces_refused",
            self._coworking_values(
                form=form,
                error=(error or reason or "").split("\n")[0],
                row=row,
                space=space,
                alternatives=row["alternatives"] if row else [],
                wait_key=secrets.token_hex(24),
            ),
        )

    # --- Booking

    @route("/spaces/book", methods=["POST"], sitemap=False, **PAGE)
    def coworking_book(self, **post):
        """Book what a form names, all of it or nothing, once however often it is sent."""
        form = self._coworking_form()
        env = request.env
        uses = None
        try:
            uses = self._coworking_uses(form)
            with env.cr.savepoint():
                bookings_sudo = self._coworking_request(form, uses)
                env.flush_all()
        except ClaimRefused as refusal:
            return self._coworking_render_confirm(form, refusal.args[0], uses)
        except UserError as refusal:
            return self._coworking_render_confirm(form, refusal.args[0], uses)
        first_sudo = bookings_sudo.sorted("start")[:1]
        url = f"/my/bookings/{first_sudo.id}?done=booked"
        if not self._coworking_partner():
            url += f"&access_token={first_sudo._portal_ensure_token()}"
        return request.redirect(url)

    def _coworking_request(self, form, uses):
        """Book the uses of a form for whoever sends it.

        :raise UserError: as the model; the form has no key; the price has changed
        """
        env = request.env
        booking = env["coworking.booking"]
        if not KEY.fullmatch(form["key"]) or form["company_url"]:
            raise UserError(env._("This page is too old: confirm again."))
        partner = self._coworking_partner()
        if partner:
            bookings_sudo = booking._request(partner, uses, key=form["key"])
        else:
            bookings_sudo = booking._request_public(form, uses, form["key"])
        # The client never sets a price: it says which one it has seen.
        seen = dict(text.rsplit("=", 1) for text in form["said"] if "=" in text)
        for booking_sudo in bookings_sudo.filtered(lambda item: not item.cancelled_at):
            amount = f"{booking_sudo.amount:.2f}"
            said = seen.get(booking_sudo._portal_use(), amount)
            if said != amount and booking_sudo.amount > parse_amount(said):
                raise UserError(
                    env._("The price has changed since: look at it and confirm again.")
                )
        return bookings_sudo

    # --- Waiting list

    @route("/spaces/wait", methods=["POST"], sitemap=False, **PAGE)
    def coworking_wait(self, **post):
        """Join the waiting list of a time that is taken, once however often it is sent."""
        form = self._coworking_form()
        env = request.env
        known = request.session.get("coworking_waiting", {})
        if form["key"] in known:
            return self._coworking_waiting_page(
                env["coworking.waiting"].sudo().browse(known[form["key"]]).exists()
            )
        uses = None
        try:
            use = self._coworking_uses(form)[0]
            uses = [use]
            with env.cr.savepoint():
                partner = self._coworking_partner() or env[
                    "coworking.booking"
                ]._create_visitor(form)
                waiting_sudo = env["coworking.waiting"]._join(
                    partner,
                    use["space"],
                    use["start"],
                    use["stop"],
                    attendee_count=min(form["people"], use["space"].capacity),
                    title=use["title"],
                )
                env.flush_all()
        except UserError as refusal:
            return self._coworking_render_confirm(form, refusal.args[0], uses)
        if KEY.fullmatch(form["key"]):
            request.session["coworking_waiting"] = {
                **known,
                form["key"]: waiting_sudo.id,
            }
        return self._coworking_waiting_page(waiting_sudo)

    def _coworking_waiting_page(self, waiting_sudo):
        if not waiting_sudo:
            return request.redirect("/spaces")
        return request.redirect(f"/spaces/offer/{waiting_sudo.token}")

    @route(
        "/spaces/offer/<string:token>", methods=["GET", "POST"], sitemap=False, **PAGE
    )
    def coworking_offer(self, token, action="", **post):
        """Show one entry of the waiting list to whoever has its address; a POST answers."""
        waitings_sudo = request.env["coworking.waiting"].sudo()
        if OFFER.fullmatch(token):
            waitings_sudo = waitings_sudo.search([("token", "=", token)])
        if not waitings_sudo:
            raise request.not_found()
        return self._coworking_answer(
            waitings_sudo,
            action,
            f"/spaces/offer/{token}",
            "clapier_coworking.spaces_offer",
        )
