from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..shift_rules import MAY_SHOP
from .supermarket_shift_booking import LIVE

BATCH = 200
KINDS = [
    ("reminder", "Reminder"),
    ("alert", "In alert"),
    ("extended", "Extended"),
    ("suspended", "Suspended"),
    ("restored", "Restored"),
    ("unsubscribed", "Unsubscribed"),
    ("seat_freed", "Seat freed"),
    ("promoted", "Waiting list"),
    ("cancelled", "Shift cancelled"),
    ("invitation", "Invitation"),
    ("leave_ending", "Leave ending"),
    ("exchanged", "Exchanged"),
    ("skill_expiring", "Skill expiring"),
]
LINKS = ("registration_id", "shift_id", "leave_id", "holding_id")
QUEUE = """
    INSERT INTO supermarket_shift_message
        (key, kind, member_id, partner_id, company_id, registration_id, shift_id,
         leave_id, holding_id, state, date,
         create_uid, create_date, write_uid, write_date)
    SELECT row.key, row.kind, m.id, m.partner_id, m.company_id, row.registration_id,
        row.shift_id, row.leave_id, row.holding_id, 'queued', %(now)s,
        %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
    FROM (%(rows)s) AS row
    JOIN supermarket_shift_member m ON m.id = row.member_id
    ORDER BY row.key
    ON CONFLICT (key) DO NOTHING RETURNING id
"""
GIVEN = """
    SELECT * FROM unnest(%s::text[], %s::text[], %s::int[], %s::int[], %s::int[],
        %s::int[], %s::int[])
    AS given(key, kind, member_id, registration_id, shift_id, leave_id, holding_id)
"""


class SupermarketShiftMessage(models.Model):
    """What a member is told by mail about shifts: the queue, then the log.

    The key says what is told: it is queued once. The mail and the state that says so are
    written in one transaction: it is sent once.
    """

    _name = "supermarket.shift.message"
    _description = "Message about Shifts"
    _order = "id desc"
    _rec_name = "kind"

    partner_id = fields.Many2one(
        "res.partner",
        "Member",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    member_id = fields.Many2one(
        "supermarket.shift.member",
        "Working Time",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    # What it is about
    registration_id = fields.Many2one(
        "supermarket.shift.registration",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    shift_id = fields.Many2one(
        "supermarket.shift", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    leave_id = fields.Many2one(
        "supermarket.shift.leave",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    holding_id = fields.Many2one(
        "supermarket.shift.skill.holding",
        "Skill",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    # What became of it
    key = fields.Char(required=True, readonly=True, help="What is told; told once.")
    state = fields.Selection(
        [
            ("queued", "Queued"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("skipped", "Skipped"),
        ],
        required=True,
        readonly=True,
        default="queued",
    )
    reason = fields.Selection(
        [("no_email", "No e-mail address"), ("outdated", "No longer true")],
        "Why Skipped",
        readonly=True,
    )
    error = fields.Char(readonly=True)
    date = fields.Datetime(
        readonly=True, help="When it was queued, then when it was sent or skipped."
    )
    mail_id = fields.Many2one(
        "mail.mail",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        groups="base.group_system",
    )

    _once = models.UniqueIndex("(key)", "This message is already queued.")
    _queued_idx = models.Index("(id) WHERE state = 'queued'")

    # --- Queue

    @api.model
    def _queue(self, rows):
        """Queue messages in one statement; those whose key was ever queued are left out.

        :param rows: dicts of member_id, kind and key, and of what it is about:
            registration_id, shift_id, leave_id, holding_id (ids)
        :return: the messages queued now
        """
        if not rows:
            return self.browse()
        return self._insert(
            SQL(
                GIVEN,
                *(
                    [row.get(name) or None for row in rows]
                    for name in ("key", "kind", "member_id", *LINKS)
                ),
            )
        )

    @api.model
    def _insert(self, rows):
        """Queue what an SQL query returns, under the names of :data:`GIVEN`."""
        self.env.flush_all()
        ids = self.env.execute_query(
            SQL(QUEUE, rows=rows, now=fields.Datetime.now(), uid=self.env.uid)
        )
        return self.sudo().browse(row[0] for row in ids)

    @api.model
    def _queue_registrations(self, kind, registrations):
        """Tell members something about their registrations, once each."""
        return self._queue(
            [
                {
                    "member_id": registration.member_id.id,
                    "kind": kind,
                    "key": f"{kind}:{registration.id}",
                    "registration_id": registration.id,
                    "shift_id": registration.shift_id.id,
                }
                for registration in registrations.sudo()
            ]
        )

    @api.model
    def _queue_seat_freed(self, members, shift):
        """Tell members who watch a shift that a seat is free, once a day at most."""
        today = shift.company_id._supermarket_today()
        return self._queue(
            [
                {
                    "member_id": member_id,
                    "kind": "seat_freed",
                    "key": f"seat_freed:{shift.id}:{member_id}:{today}",
                    "shift_id": shift.id,
                }
                for member_id in members.ids
            ]
        )

    @api.model
    def _queue_invitations(self, invited):
        """Invite members to shifts, once each.

        :param invited: pairs of a shift and a member
        """
        return self._queue(
            [
                {
                    "member_id": member.id,
                    "kind": "invitation",
                    "key": f"invitation:{shift.id}:{member.id}",
                    "shift_id": shift.id,
                }
                for shift, member in invited
            ]
        )

    # --- Sending

    def action_queue_again(self):
        """Queue again what failed, once the template is corrected."""
        self.check_access("write")
        self.filtered(lambda message: message.state == "failed").write(
            {"state": "queued", "error": False}
        )

    @api.model
    def _cron_send(self):
        """Send what is queued, by batches: each is one transaction."""
        queued = [("state", "=", "queued")]
        self.env["ir.cron"]._commit_progress(remaining=self.search_count(queued))
        while messages := self.search(queued, limit=BATCH, order="id"):
            # Whoever holds the others sends them.
            messages = messages.try_lock_for_update()
            messages._send()
            if not messages or not self.env["ir.cron"]._commit_progress(len(messages)):
                break

    def _send(self):
        """Make the mails of queued messages, for the mail queue to send."""
        queued_sudo = self.sudo().filtered(lambda message: message.state == "queued")
        outdated_sudo = queued_sudo.filtered(lambda message: message._is_outdated())
        outdated_sudo._settle("skipped", reason="outdated")
        silent_sudo = (queued_sudo - outdated_sudo).filtered(
            lambda message: not message.partner_id.email
        )
        silent_sudo._settle("skipped", reason="no_email")
        ready_sudo = queued_sudo - outdated_sudo - silent_sudo
        for kind, messages in ready_sudo.grouped("kind").items():
            messages._make_mails(kind)

    def _make_mails(self, kind):
        """Render the template of one kind; one at a time where the batch fails."""
        template_sudo = self.env.ref(
            f"clapier_supermarket.mail_template_shift_{kind}", raise_if_not_found=False
        )
        if not template_sudo:
            self._settle("failed", error=self.env._("Its template was deleted."))
            return
        try:
            with self.env.cr.savepoint():
                mails = template_sudo.sudo().send_mail_batch(self.ids)
        except UserError as error:
            if len(self) == 1:
                self._settle("failed", error=str(error))
                return
            for message in self:
                message._make_mails(kind)
            return
        for message, mail in zip(self, mails, strict=True):
            message.mail_id = mail
        self._settle("sent")

    def _settle(self, state, **vals):
        """Write what became of messages."""
        self.write({"state": state, "date": fields.Datetime.now(), **vals})

    def _is_outdated(self):
        """Return whether what one message says is no longer true."""
        self.ensure_one()
        check = getattr(self, f"_is_outdated_{self.kind}", None)
        return check() if check else self.shift_id.stop <= fields.Datetime.now()

    def _is_outdated_reminder(self):
        registration = self.registration_id
        return (
            registration.state != "booked"
            or registration.start <= fields.Datetime.now()
        )

    def _is_outdated_promoted(self):
        return self._is_outdated_reminder()

    def _is_outdated_seat_freed(self):
        live = self.shift_id.registration_ids.filtered(
            lambda registration: registration.state in LIVE
        )
        offered = any(registration.offered_on for registration in live)
        return (
            self.shift_id.state != "open"
            or not (offered or self.shift_id._has_seats())
            or self.shift_id.start <= fields.Datetime.now()
            or not self.member_id._may_be_invited()
            or self.member_id in live.member_id
        )

    def _is_outdated_invitation(self):
        return self._is_outdated_seat_freed()

    def _is_outdated_exchanged(self):
        return self._is_outdated_reminder()

    def _is_outdated_alert(self):
        return self.member_id.status != self.kind

    def _is_outdated_extended(self):
        return self.member_id.status != self.kind

    def _is_outdated_suspended(self):
        return self.member_id.status != self.kind

    def _is_outdated_unsubscribed(self):
        return self.member_id.status != self.kind

    def _is_outdated_restored(self):
        return self.member_id.status not in MAY_SHOP

    def _is_outdated_leave_ending(self):
        leave = self.leave_id
        today = self.company_id._supermarket_today()
        return (
            leave.state != "validated" or not leave.date_stop or leave.date_stop < today
        )

    def _is_outdated_skill_expiring(self):
        today = self.company_id._supermarket_today()
        return not self.holding_id.date_stop or self.holding_id.date_stop < today
