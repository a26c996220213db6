from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .supermarket_shift_booking import LIVE
from .supermarket_shift_template import WEEKDAYS


class SupermarketShiftWatch(models.Model):
    """A member who wants to be told when a seat of some shifts is to be had."""

    _name = "supermarket.shift.watch"
    _description = "Shift Watch"
    _order = "id desc"
    _rec_name = "partner_id"

    active = fields.Boolean(default=True)
    member_id = fields.Many2one(
        "supermarket.shift.member",
        "Working Time",
        required=True,
        index=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(
        related="member_id.partner_id", string="Member", store=True, index=True
    )
    company_id = fields.Many2one(related="member_id.company_id", store=True)
    # What is watched: one shift, or all that match
    shift_id = fields.Many2one(
        "supermarket.shift", index="btree_not_null", ondelete="cascade"
    )
    section_id = fields.Many2one(
        "supermarket.shift.section", ondelete="cascade", help="Empty: every section."
    )
    weekday = fields.Selection(WEEKDAYS, help="Empty: every day.")
    date_start = fields.Date("From", help="First day of interest.")
    date_stop = fields.Date("Until", help="Last day of interest.")
    told_shift_ids = fields.Many2many(
        "supermarket.shift",
        "supermarket_shift_watch_told",
        "watch_id",
        "shift_id",
        "Told Of",
        readonly=True,
        copy=False,
    )
    told_on = fields.Datetime("Last Told On", readonly=True, copy=False)

    _once_per_shift = models.UniqueIndex(
        "(member_id, shift_id) WHERE shift_id IS NOT NULL AND active",
        "This member already watches that shift.",
    )
    _stop_after_start = models.Constraint(
        "CHECK (date_stop IS NULL OR date_start IS NULL OR date_stop >= date_start)",
        "A watch ends after it begins.",
    )

    def _matches(self, shift):
        """Return the domain of watches of ``shift``."""
        any_shift = Domain("shift_id", "=", False) & Domain.AND(
            [
                Domain("section_id", "in", (False, shift.section_id.id)),
                Domain("weekday", "in", (False, str(shift.date.weekday()))),
                Domain("date_start", "=", False)
                | Domain("date_start", "<=", shift.date),
                Domain("date_stop", "=", False) | Domain("date_stop", ">=", shift.date),
            ]
        )
        return Domain("shift_id", "=", shift.id) | any_shift

    @api.model
    def _due_for(self, shift):
        """Return the watches of ``shift`` that were not told yet of it.

        Who is registered for it, or may not be, is not told; nor who lacks the skill that
        nobody else has.
        """
        watches = self.search(
            Domain("company_id", "=", shift.company_id.id)
            & Domain("told_shift_ids", "not in", shift.ids)
            & Domain("member_id.status", "not in", ("unsubscribed", "blocked"))
            & self._matches(shift)
        )
        there = shift.registration_ids.filtered(
            lambda registration: registration.state in (*LIVE, "excused")
        ).member_id
        due = watches.filtered(lambda watch: watch.member_id not in there)
        if shift._lacks_skill():
            skilled = shift._skilled_among(due.member_id)
            due = due.filtered(lambda watch: watch.partner_id in skilled)
        return due

    def _note(self, shift):
        """Keep that these watches were told of ``shift``."""
        self.write(
            {
                "told_shift_ids": [fields.Command.link(shift.id)],
                "told_on": fields.Datetime.now(),
            }
        )

    @api.model
    def _tell(self, watches, shift):
        """Tell the members of ``watches`` that ``shift`` has a seat: the hook of messages.

        :param watches: due watches, noted already; a member may have several of them
        :param shift: supermarket.shift record
        """

    @api.model
    def _watch_shift(self, member, shift):
        """Let ``member`` watch ``shift``; watching it twice is watching it once.

        :raise UserError: the shift is not one to come of their cooperative
        """
        if shift.company_id != member.company_id:
            raise UserError(
                self.env._("This shift is not one of your cooperative: choose another.")
            )
        shift._check_open_for_booking()
        watch = self.search(
            [("member_id", "=", member.id), ("shift_id", "=", shift.id)]
        )
        return watch or self.create({"member_id": member.id, "shift_id": shift.id})

    @api.model
    def _watch_any(self, member, section, weekday):
        """Let ``member`` watch the shifts of a section, of a day of the week, or of both.

        :raise UserError: neither is chosen, or they are not of their cooperative
        """
        if section.company_id - member.company_id or (
            weekday and weekday not in dict(WEEKDAYS)
        ):
            raise UserError(
                self.env._("This shift is not one of your cooperative: choose another.")
            )
        if not section and not weekday:
            raise UserError(
                self.env._("Choose a section, a day of the week, or both to watch.")
            )
        vals = {
            "member_id": member.id,
            "section_id": section.id,
            "weekday": weekday,
            "shift_id": False,
        }
        watch = self.search([(name, "=", value) for name, value in vals.items()])
        return watch[:1] or self.create(vals)
