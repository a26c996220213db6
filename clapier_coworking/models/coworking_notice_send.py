import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

SEND_BATCH = 50

# Who has just booked needs no reminder: a booking made within the time of the reminder has
# its confirmation. Another start is another thing to remind of.
REMINDERS = """
INSERT INTO coworking_notice
    (partner_id, booking_id, company_id, kind, state, key,
     create_uid, create_date, write_uid, write_date)
SELECT b.partner_id, b.id, b.company_id, 'reminder', 'queued',
       'coworking.booking,' || b.id || ',reminder,' || to_char(b.start, 'YYYYMMDDHH24MI'),
       %(uid)s, %(now)s, %(uid)s, %(now)s
  FROM coworking_booking b
 WHERE b.company_id = %(company)s
   AND b.state = 'confirmed'
   AND b.start > %(now)s
   AND b.start <= %(now)s + make_interval(hours => %(hours)s)
   AND b.create_date <= b.start - make_interval(hours => %(hours)s)
    ON CONFLICT (key) DO NOTHING
RETURNING id
"""


class CoworkingNotice(models.Model):
    """From the outbox to mails."""

    _inherit = "coworking.notice"

    # --- Reminders

    @api.model
    def _cron_remind(self):
        """Queue the reminders that are due: one statement per organisation."""
        found = self.env["coworking.space"].sudo()._read_group([], ["company_id"])
        companies = self.env["res.company"].union(*(company for (company,) in found))
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for company in companies:
            self._queue_reminders(company)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _queue_reminders(self, company):
        """Queue the reminders of one organisation's bookings, each start once."""
        hours = company._coworking_policy().reminder_hours
        if not hours:
            return
        self.env["coworking.booking"].flush_model()
        self.env.execute_query(
            SQL(
                REMINDERS,
                company=company.id,
                hours=hours,
                now=fields.Datetime.now(),
                uid=self.env.uid,
            )
        )

    # --- Sending

    @api.model
    def _cron_send(self):
        """Write the mails of what is queued, by batches: each is one transaction."""
        queued = [("state", "=", "queued")]
        self.env["ir.cron"]._commit_progress(remaining=self.search_count(queued))
        while batch := self._next_batch():
            batch._send()
            if not self.env["ir.cron"]._commit_progress(len(batch)):
                break

    @api.model
    def _next_batch(self):
        """Return notices to send, locked; whoever holds the others sends them.

        What was asked for at once is told at once: the first notice of a request brings
        the others of its kind, so that two senders never share them.
        """
        queued = [("state", "=", "queued")]
        leads = self.search(queued, limit=SEND_BATCH, order="id").try_lock_for_update()
        groups = leads.booking_id.group_id
        if not groups:
            return leads
        together = self.search(
            [*queued, ("booking_id.group_id", "in", groups.ids)], order="id"
        )
        first = {}
        for notice in together:
            first.setdefault(notice._togetherness(), notice)
        held = self.browse(
            notice.id for notice in together if first[notice._togetherness()] in leads
        )
        others = leads.filtered(lambda notice: not notice.booking_id.group_id)
        return others | held.try_lock_for_update()

    def _togetherness(self):
        """Return what notices share that are told in one mail."""
        self.ensure_one()
        group = self.booking_id.group_id
        alone = not group or self.kind == "reminder"
        return (
            self.partner_id,
            self.company_id,
            self.kind,
            self.id if alone else group.id,
        )

    def _send(self):
        """Make the mails of queued notices, for the mail queue to send."""
        notices_sudo = self.sudo().sorted("id")
        outdated_sudo = notices_sudo.filtered(lambda notice: notice._is_outdated())
        # Two moves in a row are told by the last.
        last = {
            (notice.booking_id, notice.kind): notice
            for notice in notices_sudo
            if notice.booking_id
        }
        outdated_sudo |= notices_sudo.filtered(
            lambda notice: (
                notice.booking_id and last[notice.booking_id, notice.kind] != notice
            )
        )
        outdated_sudo._settle("skipped", reason="outdated")
        ready_sudo = notices_sudo - outdated_sudo
        silent_sudo = ready_sudo.filtered(lambda notice: not notice.partner_id.email)
        silent_sudo._settle("skipped", reason="no_email")
        ready_sudo -= silent_sudo
        leads_sudo = self.sudo().browse()
        for notices_sudo in ready_sudo.grouped(
            lambda notice: notice._togetherness()
        ).values():
            lead_sudo = notices_sudo[0]
            leads_sudo |= lead_sudo
            if len(notices_sudo) > 1:
                (notices_sudo - lead_sudo).write({"lead_id": lead_sudo.id})
        for kind, notices_sudo in leads_sudo.grouped("kind").items():
            notices_sudo._make_mails(kind)

    def _make_mails(self, kind):
        """Render the template of one kind; one at a time where the batch fails."""
        template_sudo = self.env.ref(
            f"clapier_coworking.mail_template_notice_{kind}", raise_if_not_found=False
        )
        if not template_sudo:
            self._settle("failed", error=self.env._("Its template was deleted."))
            return
        try:
            with self.env.cr.savepoint():
                template_sudo.sudo().send_mail_batch(self.ids)
        except UserError as error:
            if len(self) == 1:
                self._settle("failed", error=str(error))
                return
            for notice in self:
                notice._make_mails(kind)
            return
        self._settle("sent")

    def _settle(self, state, **vals):
        """Write what became of notices, and of those that the same mail tells."""
        (self | self.told_ids).write(
            {"state": state, "sent_at": fields.Datetime.now(), **vals}
        )

    def _is_outdated(self):
        """Tell whether what one notice says is no longer true."""
        self.ensure_one()
        now, booking = fields.Datetime.now(), self.booking_id
        if self.kind == "offer":
            wish = self.waiting_id
            return wish.state != "offered" or wish.offered_until <= now
        if self.kind in ("asked", "awaiting", "reminder"):
            state = {"asked": "pending", "reminder": "confirmed"}.get(
                self.kind, "awaiting"
            )
            return booking.state != state or booking.start <= now
        if self.kind in ("confirmed", "moved"):
            going = ("confirmed", "present")
            if self.kind == "moved":
                going += ("pending", "awaiting")
            return booking.state not in going or booking.stop <= now
        return self.kind != "refund" and booking.state != self.kind

    # --- Invitations

    def _process_attachments_for_template_post(self, mail_template):
        """Hook of mail to attach what calendar programs read."""
        return {
            notice.id: {
                "attachments": [(self.env._("booking.ics"), base64.b64encode(calendar))]
            }
            for notice in self
            if (calendar := notice._calendar())
        }

    def _calendar(self):
        """Return the invitation that goes with one notice, in bytes; None for the others."""
        self.ensure_one()
        if self.kind not in ("confirmed", "moved", "cancelled", "closed"):
            return None
        bookings = self.booking_ids.with_context(lang=self.partner_id.lang)
        if self.kind == "moved":
            bookings = bookings.filtered(lambda booking: booking.state == "confirmed")
        elif self.kind in ("cancelled", "closed"):
            bookings = bookings.filtered("invited")
        return bookings._calendar() if bookings else None
