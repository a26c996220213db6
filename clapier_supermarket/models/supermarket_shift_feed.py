import re
import secrets
from datetime import timedelta

import vobject
from vobject.icalendar import utc

from odoo import api, fields, models

FEED_PAST_DAYS = 31
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class SupermarketShiftFeed(models.Model):
    """A secret address where calendar programs read one member's shifts."""

    _name = "supermarket.shift.feed"
    _description = "Calendar Feed of Shifts"
    _rec_name = "member_id"

    member_id = fields.Many2one(
        "supermarket.shift.member",
        "Working Time",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="member_id.company_id", store=True, index=True)
    token = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="Whoever knows it reads the shifts: a new one makes the old address void.",
    )

    _one_per_member = models.UniqueIndex(
        "(member_id)", "This member already has a calendar feed."
    )
    _token_unique = models.UniqueIndex("(token)", "This address is taken.")

    @api.model
    def _of_member(self, member):
        """Return the feed of one member, in sudo; none where they made none."""
        return self.sudo().search([("member_id", "=", member.id)])

    @api.model
    def _find(self, token):
        """Return the feed that has this token, in sudo; none for an unknown one."""
        if not TOKEN.fullmatch(token):
            return self.sudo().browse()
        return self.sudo().search([("token", "=", token)])

    @api.model
    def _make(self, member):
        """Return the feed of one member, made if there is none."""
        return self._of_member(member) or self.sudo().create(
            {"member_id": member.id, "token": secrets.token_urlsafe(32)}
        )

    def _renew(self):
        """Give these feeds a new address: the old one answers no more."""
        for feed in self.sudo():
            feed.token = secrets.token_urlsafe(32)

    def _calendar(self):
        """Return the shifts of one member as an iCalendar, in bytes."""
        self.ensure_one()
        member = self.member_id
        env = self.with_context(lang=member.partner_id.lang).env
        since = fields.Datetime.now() - timedelta(days=FEED_PAST_DAYS)
        registrations_sudo = (
            env["supermarket.shift.registration"]
            .sudo()
            .search(
                [
                    ("member_id", "=", member.id),
                    ("state", "in", ("booked", "attended")),
                    ("shift_id.state", "!=", "cancelled"),
                    ("start", ">=", since),
                ]
            )
        )
        instance = env["ir.config_parameter"].sudo().get_param("database.uuid")
        calendar = vobject.iCalendar()
        calendar.add("method").value = "PUBLISH"
        calendar.add("x-wr-calname").value = env._("Shifts, %s", member.company_id.name)
        for registration in registrations_sudo:
            shift = registration.shift_id
            event = calendar.add("vevent")
            event.add("uid").value = f"supermarket-shift-{registration.id}@{instance}"
            event.add("dtstamp").value = registration.write_date.replace(
                microsecond=0, tzinfo=utc
            )
            event.add("dtstart").value = shift.start.replace(tzinfo=utc)
            event.add("dtend").value = shift.stop.replace(tzinfo=utc)
            event.add("summary").value = env._("Shift: %s", shift.section_id.name)
            event.add("location").value = member.company_id.name
            if shift.note:
                event.add("description").value = shift.note
        return calendar.serialize().encode()
