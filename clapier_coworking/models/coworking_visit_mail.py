import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

BATCH = 100


class CoworkingVisit(models.Model):
    """Mails about visits: written once, after the visit, by a cron."""

    _inherit = "coworking.visit"

    @api.model
    def _trigger_mails(self):
        """Let the mails be written as soon as this transaction is through."""
        self.env.ref("clapier_coworking.ir_cron_visit_mails").sudo()._trigger()

    def _mail_to(self):
        """Return where the mail of one visit goes: to the guest, or to the person."""
        self.ensure_one()
        return self.guest_email or self.partner_id.email_formatted or ""

    def _mail_lang(self):
        """Return the language of one visit's mails: a guest is written to in the host's."""
        self.ensure_one()
        return self.partner_id.lang or self.host_id.lang or self.env.lang

    @api.model
    def _cron_mails(self):
        """Write what is due: the code of each booking, the Wi-Fi code of who came."""
        today = fields.Date.context_today(self)
        for field, template, domain in (
            (
                "booked_mail_at",
                "mail_template_visit_booked",
                [("state", "=", "booked"), ("day", ">=", today)],
            ),
            (
                "welcome_mail_at",
                "mail_template_visit_welcome",
                [("state", "=", "present"), ("day", ">=", today)],
            ),
        ):
            self._write_mails(field, template, [(field, "=", False), *domain])

    @api.model
    def _write_mails(self, field, template_name, domain):
        """Write the mails of one template, by batches: each is one transaction."""
        template_sudo = self.env.ref(f"clapier_coworking.{template_name}").sudo()
        last_id = 0
        while visits := self.search(
            [*domain, ("id", ">", last_id)], limit=BATCH, order="id"
        ):
            last_id = visits[-1].id
            # Whoever holds the others writes to them.
            visits = visits.try_lock_for_update()
            visits[field] = fields.Datetime.now()
            visits._send_mails(template_sudo)
            if not self.env["ir.cron"]._commit_progress(len(visits)):
                break

    def _send_mails(self, template_sudo):
        """Queue the mails of these visits; one by one where the batch fails."""
        written_to = self.filtered(lambda visit: visit._mail_to())
        if not written_to:
            return
        try:
            with self.env.cr.savepoint():
                template_sudo.send_mail_batch(written_to.ids)
        except UserError as error:
            if len(written_to) == 1:
                _logger.warning("No mail about visit %s: %s", written_to.id, error)
                return
            for visit in written_to:
                visit._send_mails(template_sudo)
