import re
import secrets
from datetime import timedelta

from odoo import api, fields, models

from .coworking_booking import ACTIVE

FEED_PAST_DAYS = 31
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


class CoworkingFeed(models.Model):
    """A secret address where calendar programs read one person's bookings."""

    _name = "coworking.feed"
    _description = "Calendar Feed of Bookings"
    _rec_name = "partner_id"

    # Bookings of every organisation of the building: a feed belongs to the person alone.
    partner_id = fields.Many2one(
        "res.partner", required=True, readonly=True, ondelete="cascade"
    )
    token = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="Whoever knows it reads the bookings: a new one makes the old address void.",
    )

    _one_per_person = models.UniqueIndex(
        "(partner_id)", "This person already has a calendar feed."
    )
    _token_unique = models.UniqueIndex("(token)", "This address is taken.")

    @api.model
    def _of_partner(self, partner):
        """Return the feed of one person, in sudo; none where they made none."""
        return self.sudo().search([("partner_id", "=", partner.id)])

    @api.model
    def _find(self, token):
        """Return the feed that has this token, in sudo; none for an unknown one."""
        if not TOKEN.fullmatch(token):
            return self.sudo().browse()
        return self.sudo().search([("token", "=", token)])

    @api.model
    def _make(self, partner):
        """Return the feed of one person, made if there is none."""
        return self._of_partner(partner) or self.sudo().create(
            {"partner_id": partner.id, "token": secrets.token_urlsafe(32)}
        )

    def _renew(self):
        """Give these feeds a new address: the old one answers no more."""
        for feed in self.sudo():
            feed.token = secrets.token_urlsafe(32)

    def _calendar(self):
        """Return the bookings of one person as an iCalendar, in bytes."""
        self.ensure_one()
        env = self.with_context(lang=self.partner_id.lang).env
        bookings_sudo = (
            env["coworking.booking"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", self.partner_id.id),
                    ("state", "in", ACTIVE),
                    (
                        "start",
                        ">=",
                        fields.Datetime.now() - timedelta(days=FEED_PAST_DAYS),
                    ),
                ],
                order="start, id",
            )
        )
        return bookings_sudo._published_calendar(env._("My bookings"))
