from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..coworking_time import days_of
from .coworking_visit import PARTS


class CoworkingClosure(models.Model):
    """Who has booked in the time of a closure: shown first, then cancelled and told."""

    _inherit = "coworking.closure"

    cancel_touched = fields.Boolean(
        "Cancel and Tell Them",
        store=False,
        help="Cancelled without fee: hours, days of passes and money are given back.",
    )
    touched_booking_ids = fields.Many2many(
        "coworking.booking", string="Bookings Then", compute="_compute_touched"
    )
    touched_visit_ids = fields.Many2many(
        "coworking.visit", string="Desks Then", compute="_compute_touched"
    )
    touched_seen = fields.Char(
        compute="_compute_touched", help="What was shown before it was confirmed."
    )
    notice_ids = fields.One2many("coworking.notice", "closure_id", "Told")

    @api.depends("space_ids", "start", "stop", "active")
    def _compute_touched(self):
        for closure in self:
            bookings, visits = closure._touched()
            closure.touched_booking_ids, closure.touched_visit_ids = bookings, visits
            closure.touched_seen = closure._touched_key(bookings, visits)

    @api.model_create_multi
    def create(self, vals_list):
        """Override to cancel what the closures touch, where that is confirmed."""
        vals_list = [dict(vals) for vals in vals_list]
        answers = [self._pop_answer(vals) for vals in vals_list]
        confirmed = all(answer for answer, _seen in answers)
        shown = [seen for _answer, seen in answers]
        seen = None if None in shown else ",".join(filter(None, shown))
        closures = super(CoworkingClosure, self._answered(confirmed, seen)).create(
            vals_list
        )
        return closures.with_env(self.env)

    def write(self, vals):
        """Override to cancel what these closures touch now, where that is confirmed."""
        vals = dict(vals)
        confirmed, seen = self._pop_answer(vals)
        return super(CoworkingClosure, self._answered(confirmed, seen)).write(vals)

    @api.model
    def _pop_answer(self, vals):
        """Take (confirmed, what was shown) out of the values of a form."""
        return vals.pop("cancel_touched", False), vals.pop("touched_seen", None)

    def _answered(self, confirmed, seen):
        return self.with_context(
            coworking_cancel_touched=confirmed, coworking_touched_seen=seen
        )

    def _sync_claims(self):
        """Override to free the time of these closures first, once that is confirmed."""
        for closure in self.filtered("active"):
            closure._count_desks()
            bookings, visits = closure._touched()
            if bookings or visits:
                closure._check_confirmed(bookings, visits)
                closure._cancel_touched(bookings, visits)
            closure._take_offers_back()
        return super()._sync_claims()

    # --- Who is touched

    def _touched(self):
        """Return the bookings and visits that one closure would cancel, in sudo."""
        self.ensure_one()
        bookings_sudo = self.env["coworking.booking"].sudo()
        visits_sudo = self.env["coworking.visit"].sudo()
        leaves_sudo = self.space_ids._origin.sudo().leaf_ids
        if not (leaves_sudo and self.active and self.start and self.stop):
            return bookings_sudo, visits_sudo
        bookings_sudo = self._claims_in(leaves_sudo).booking_id.filtered(
            lambda booking: booking.state in ("pending", "awaiting", "confirmed")
        )
        days = self._days()
        visits_sudo = visits_sudo.search(
            Domain("space_id.leaf_ids", "in", leaves_sudo.ids)
            & Domain("state", "=", "booked")
            & Domain("day", ">=", days[0])
            & Domain("day", "<=", days[-1])
        )
        windows = visits_sudo.space_id._desk_windows(
            sorted(set(visits_sudo.mapped("day")))
        )
        now = fields.Datetime.now()
        return bookings_sudo.sorted("start"), visits_sudo.filtered(
            lambda visit: any(
                first < self.stop and max(self.start, now) < last
                for half in PARTS[visit.half]
                for first, last in [
                    windows.get((visit.space_id, visit.day, half), (now, now))
                ]
            )
        ).sorted("day")

    def _claims_in(self, leaves_sudo):
        """Return what claims these spaces in the time of one closure, in sudo."""
        return (
            self.env["coworking.claim"]
            .sudo()
            .search(
                [
                    ("space_id", "in", leaves_sudo.ids),
                    ("start", "<", self.stop),
                    ("stop", ">", self.start),
                    ("closure_id", "=", False),
                ]
            )
        )

    def _days(self):
        """Return the days that one closure touches, at the place."""
        company_sudo = (self.company_id or self.env.company).sudo()
        return list(
            days_of(
                company_sudo._coworking_local(self.start),
                company_sudo._coworking_local(self.stop),
            )
        )

    @api.model
    def _touched_key(self, bookings, visits):
        """Return what names these bookings and visits, as a form sends it back."""
        rows = [f"b{id_}" for id_ in bookings.ids] + [f"v{id_}" for id_ in visits.ids]
        return ",".join(rows)

    # --- Confirmed

    def _check_confirmed(self, bookings, visits):
        """Refuse to cancel what nobody has confirmed, or has been shown.

        :raise UserError: one sentence that says what to do
        """
        values = {"bookings": len(bookings), "desks": len(visits)}
        if not self.env.context.get("coworking_cancel_touched"):
            raise UserError(
                self.env._(
                    "%(bookings)s bookings and %(desks)s desks are taken then: tick "
                    "“Cancel and Tell Them”, or choose another time.",
                    **values,
                )
            )
        seen = self.env.context.get("coworking_touched_seen")
        asked = set(self._touched_key(bookings, visits).split(","))
        if isinstance(seen, str) and asked - set(seen.split(",")):
            raise UserError(
                self.env._(
                    "Somebody has booked meanwhile: %(bookings)s bookings and %(desks)s "
                    "desks are taken then. Look at them and save again.",
                    **values,
                )
            )

    def _cancel_touched(self, bookings, visits):
        """Cancel without fee, give back what was paid, and note whom to tell."""
        bookings_sudo, visits_sudo = bookings.sudo(), visits.sudo()
        if bookings_sudo:
            bookings_sudo._cancel(waive=True, is_closure=True)
        visits_sudo._cancel_for_closure()
        self.env["coworking.notice"]._queue_closed(self, bookings_sudo, visits_sudo)

    def _take_offers_back(self):
        """Put whom this time is offered to back on the waiting list."""
        wishes_sudo = self._claims_in(self.space_ids.sudo().leaf_ids).waiting_id
        offered_sudo = wishes_sudo.filtered(lambda wish: wish.state == "offered")
        offered_sudo.claim_ids._release(offer=False)
        offered_sudo.write({"state": "waiting", "offered_until": False})

    def _count_desks(self):
        """Write the counters of the half-days that are closed.

        Whoever takes a place at this instant writes them too: one of both starts again and
        sees the other, so that nobody keeps a place in a closed area.
        """
        areas_sudo = (
            self.space_ids.sudo()
            ._related_spaces()
            .filtered(lambda space: space.kind == "desk")
        )
        last = self.company_id.sudo()._coworking_policy().horizon_days
        days = self._days()[: last + 1]
        windows = areas_sudo._desk_windows(days) if areas_sudo else {}
        for space_sudo in areas_sudo:
            rows = [
                (day, half)
                for (space, day, half), (first, stop) in windows.items()
                if space == space_sudo and first < self.stop and self.start < stop
            ]
            if rows:
                self.env["coworking.desk.slot"].sudo()._add(space_sudo, rows, 0)
