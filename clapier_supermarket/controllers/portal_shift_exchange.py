import secrets
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.http import request, route

from ..models.supermarket_shift_booking import LIVE
from .portal import SupermarketPortal

PAGE = "/my/shifts/exchange"
# Shifts to choose from: so many days ahead, so many lines.
WANTED_DAYS = 56
WANTED_MAX = 80
DONE_DAYS = 56
SAID = {"offered", "withdrawn", "taken", "proposed", "exchanged", "watched", "gone"}


class SupermarketShiftExchangePortal(SupermarketPortal):
    """Give a shift away, take one over, exchange one, watch one.

    Everything is read from the logged-in person; what the client sends only chooses among it.
    """

    def _supermarket_worker_sudo(self):
        """Return the working time of the logged-in person, empty if they have none."""
        return (
            request.env["supermarket.shift.member"]
            .sudo()
            .search([("partner_id", "=", request.env.user.partner_id.id)])
        )

    def _supermarket_own(self, model, record_id, domain=()):
        """Return one record of the logged-in person, in sudo; empty where it is not theirs."""
        worker_sudo = self._supermarket_worker_sudo()
        return (
            request.env[model]
            .sudo()
            .search(
                [
                    ("id", "=", self._supermarket_id(record_id)),
                    ("member_id", "=", worker_sudo.id),
                    *domain,
                ]
            )
            if worker_sudo
            else request.env[model]
        )

    def _supermarket_id(self, text):
        """Return the id that ``text`` says, 0 where it says none."""
        text = str(text)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    def _supermarket_ids(self, name):
        """Return the ids posted under ``name``, one or several."""
        return [
            self._supermarket_id(text)
            for text in request.httprequest.form.getlist(name)
        ]

    def _supermarket_do(self, said, function, *args, **kwargs):
        """Do something for the member; the page says that it is done, or why it is not."""
        try:
            with request.env.cr.savepoint():
                result = function(*args, **kwargs)
                request.env.flush_all()
        except UserError as refusal:
            return self._supermarket_render_exchange(error=refusal.args[0])
        if getattr(result, "_name", "") == "supermarket.shift.exchange":
            said = "exchanged" if result.state == "done" else said
        return request.redirect(f"{PAGE}?said={said}")

    # --- Page

    @route(PAGE, type="http", auth="user", website=True, methods=["GET"])
    def supermarket_shift_exchange(self, said="", give="", section="", **kw):
        """Show the seats to take over, the member's own shifts, offers and watches."""
        return self._supermarket_render_exchange(
            said=said if said in SAID else "", give=give, section=section
        )

    def _supermarket_render_exchange(self, said="", give="", section="", error=None):
        """Render the page.

        :param give: id of the registration for which shifts are chosen
        :param section: id of the section whose shifts are shown
        """
        worker_sudo = self._supermarket_worker_sudo()
        if not worker_sudo:
            return request.redirect("/my")
        coming_sudo = worker_sudo.registration_ids.filtered(
            lambda item: item.state == "booked" and item.start > fields.Datetime.now()
        ).sorted("start")
        given_sudo = coming_sudo.filtered(
            lambda item: item.id == self._supermarket_id(give)
        )
        section_id = self._supermarket_id(section)
        return request.render(
            "clapier_supermarket.portal_my_shift_exchange",
            self._supermarket_portal_values(
                "supermarket_shift_exchange",
                registrations=coming_sudo,
                given=given_sudo,
                wanted=given_sudo
                and self._supermarket_wanted_sudo(worker_sudo, section_id),
                section_id=section_id,
                key=secrets.token_urlsafe(24),
                said=said,
                error=error,
                **self._supermarket_exchange_values(worker_sudo, coming_sudo),
            ),
        )

    def _supermarket_exchange_values(self, worker_sudo, coming_sudo):
        """Return the offers, exchanges and watches that the page shows to one member."""
        env = request.env
        now = fields.Datetime.now()
        mine = [("member_id", "=", worker_sudo.id)]
        exchanges_sudo = env["supermarket.shift.exchange"].sudo().search(mine)
        watches_sudo = env["supermarket.shift.watch"].sudo().search(mine)
        weekday = watches_sudo._fields["weekday"]
        return {
            "offers": env["supermarket.shift.registration"]._offered_to(worker_sudo),
            "looking": exchanges_sudo.filtered(
                lambda item: (
                    item.state == "open" and item.registration_id in coming_sudo
                )
            ),
            "exchanged": exchanges_sudo.filtered(
                lambda item: (
                    item.state == "done"
                    and item.write_date > now - timedelta(days=DONE_DAYS)
                )
            ),
            "watches": watches_sudo.filtered(
                lambda item: not item.shift_id or item.shift_id.start > now
            ),
            "weekdays": weekday._description_selection(env),
            "sections": env["supermarket.shift.section"]
            .sudo()
            .search([("company_id", "in", (False, worker_sudo.company_id.id))]),
        }

    def _supermarket_wanted_sudo(self, worker_sudo, section_id):
        """Return the shifts to come that other members could give."""
        now = fields.Datetime.now()
        domain = [
            ("company_id", "=", worker_sudo.company_id.id),
            ("state", "=", "open"),
            ("start", ">", now),
            ("start", "<", now + timedelta(days=WANTED_DAYS)),
            ("seats_taken", ">", 0),
        ]
        if section_id:
            domain.append(("section_id", "=", section_id))
        mine_sudo = worker_sudo.registration_ids.filtered(
            lambda item: item.state in LIVE and item.start > now
        )
        return (
            request.env["supermarket.shift"]
            .sudo()
            .search(
                [*domain, ("id", "not in", mine_sudo.shift_id.ids)], limit=WANTED_MAX
            )
        )

    # --- Can't come

    @route(f"{PAGE}/offer", type="http", auth="user", website=True, methods=["POST"])
    def supermarket_shift_offer(self, registration_id=None, **post):
        """Offer the seat of one of the member's own shifts: they cannot come."""
        registration_sudo = self._supermarket_own(
            "supermarket.shift.registration", registration_id
        )
        if not registration_sudo:
            return request.redirect(f"{PAGE}?said=gone")
        return self._supermarket_do("offered", registration_sudo._offer_seat)

    @route(f"{PAGE}/withdraw", type="http", auth="user", website=True, methods=["POST"])
    def supermarket_shift_withdraw(self, registration_id=None, **post):
        """Take the offer of a seat back."""
        registration_sudo = self._supermarket_own(
            "supermarket.shift.registration", registration_id
        )
        if not registration_sudo:
            return request.redirect(f"{PAGE}?said=gone")
        return self._supermarket_do("withdrawn", registration_sudo._withdraw_offer)

    @route(f"{PAGE}/take", type="http", auth="user", website=True, methods=["POST"])
    def supermarket_shift_take(self, registration_id=None, key="", **post):
        """Take a seat over that a member of the same cooperative offers."""
        worker_sudo = self._supermarket_worker_sudo()
        offer_sudo = (
            request.env["supermarket.shift.registration"]
            .sudo()
            .search(
                [
                    ("id", "=", self._supermarket_id(registration_id)),
                    ("company_id", "=", worker_sudo.company_id.id),
                    # Offered now, or a moment ago: who comes too late is told so.
                    "|",
                    ("offered_on", "!=", False),
                    ("state", "=", "exchanged"),
                ]
            )
        )
        if not worker_sudo or not offer_sudo:
            return request.redirect(f"{PAGE}?said=gone")
        return self._supermarket_do(
            "taken", offer_sudo._take_over, worker_sudo, self._supermarket_key(key)
        )

    def _supermarket_key(self, key):
        """Return the key of a form, tied to the person who sent it; None if there is none."""
        key = key.replace("\0", "")[:64]
        return f"{request.env.user.partner_id.id}-{key}" if key else None

    # --- Exchange

    @route(f"{PAGE}/propose", type="http", auth="user", website=True, methods=["POST"])
    def supermarket_shift_propose(self, registration_id=None, key="", **post):
        """Offer one of the member's own shifts for others."""
        registration_sudo = self._supermarket_own(
            "supermarket.shift.registration", registration_id
        )
        if not registration_sudo:
            return request.redirect(f"{PAGE}?said=gone")
        env = request.env
        # Whatever is not there any more is dropped; the model refuses what is not theirs.
        shifts_sudo = (
            env["supermarket.shift"].sudo().browse(self._supermarket_ids("shift_ids"))
        ).exists()
        sections_sudo = (
            env["supermarket.shift.section"]
            .sudo()
            .browse(self._supermarket_ids("section_ids"))
        ).exists()
        return self._supermarket_do(
            "proposed",
            self._supermarket_propose,
            registration_sudo,
            shifts_sudo,
            sections_sudo,
            post,
            self._supermarket_key(key),
        )

    def _supermarket_propose(self, registration_sudo, shifts, sections, post, key):
        """Offer a shift for what a form asks.

        :raise UserError: a date is none, or the model refuses
        """
        env = request.env
        try:
            period = tuple(
                fields.Date.to_date(post.get(name) or None)
                for name in ("date_from", "date_until")
            )
        except ValueError:
            raise UserError(env._("Choose a first and a last day.")) from None
        if all(period) and period[1] < period[0]:
            raise UserError(env._("The last day wanted comes after the first one."))
        return env["supermarket.shift.exchange"]._propose(
            registration_sudo, shifts, sections, period, key
        )

    @route(f"{PAGE}/cancel", type="http", auth="user", website=True, methods=["POST"])
    def supermarket_shift_exchange_cancel(self, exchange_id=None, **post):
        """Withdraw one of the member's own exchanges."""
        exchange_sudo = self._supermarket_own("supermarket.shift.exchange", exchange_id)
        if not exchange_sudo:
            return request.redirect(f"{PAGE}?said=gone")
        return self._supermarket_do("withdrawn", exchange_sudo._withdraw)

    # --- Watches

    @route(f"{PAGE}/watch", type="http", auth="user", website=True, methods=["POST"])
    def supermarket_shift_watch(self, shift_id=None, **post):
        """Watch one shift, or those of a section and a day of the week."""
        worker_sudo = self._supermarket_worker_sudo()
        if not worker_sudo:
            return request.redirect(f"{PAGE}?said=gone")
        Watch_sudo = request.env["supermarket.shift.watch"].sudo()
        if shift_id:
            shift_sudo = (
                request.env["supermarket.shift"]
                .sudo()
                .browse(self._supermarket_id(shift_id))
                .exists()
            )
            if shift_sudo.company_id != worker_sudo.company_id:
                return request.redirect(f"{PAGE}?said=gone")
            return self._supermarket_do(
                "watched", Watch_sudo._watch_shift, worker_sudo, shift_sudo
            )
        section_sudo = (
            request.env["supermarket.shift.section"]
            .sudo()
            .browse(self._supermarket_id(post.get("section_id")))
            .exists()
        )
        return self._supermarket_do(
            "watched",
            Watch_sudo._watch_any,
            worker_sudo,
            section_sudo,
            post.get("weekday") or False,
        )

    @route(f"{PAGE}/unwatch", type="http", auth="user", website=True, methods=["POST"])
    def supermarket_shift_unwatch(self, watch_id=None, **post):
        """End one of the member's own watches."""
        watch_sudo = self._supermarket_own("supermarket.shift.watch", watch_id)
        if not watch_sudo:
            return request.redirect(f"{PAGE}?said=gone")
        return self._supermarket_do("withdrawn", watch_sudo.action_archive)
