import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

TELL_BATCH = 5


class DriveSettlement(models.Model):
    """The statement of a producer, mailed once with its PDF."""

    _inherit = "drive.settlement"

    told_at = fields.Datetime("Sent", readonly=True, copy=False)
    tell_error = fields.Char("Not Sent Because", readonly=True, copy=False)

    @api.model
    def _get_untold_domain(self):
        """Return what finds the statements that are still to be mailed."""
        return [("state", "!=", "draft"), ("told_at", "=", False)]

    def action_tell(self):
        """Mail these statements now, those that were not."""
        self.check_access("write")
        self.filtered_domain(self._get_untold_domain()).try_lock_for_update()._tell()

    @api.model
    def _cron_tell(self):
        """Mail the statements of validated settlements, by batches."""
        untold = self.search(
            [*self._get_untold_domain(), ("tell_error", "=", False)], order="id"
        )
        self.env["ir.cron"]._commit_progress(remaining=len(untold))
        for start in range(0, len(untold), TELL_BATCH):
            # Whoever holds the others mails them.
            batch = untold[start : start + TELL_BATCH].try_lock_for_update()
            batch.filtered_domain(self._get_untold_domain())._tell()
            if not self.env["ir.cron"]._commit_progress(len(batch)):
                break

    def _tell(self):
        """Make the mails of these statements; the mark that says so is set with them."""
        silent = self.filtered(lambda item: not item.partner_id.email)
        silent.tell_error = self.env._("This producer has no e-mail address.")
        template_sudo = self.env.ref(
            "clapier_drive.mail_template_settlement", raise_if_not_found=False
        )
        for settlement in self - silent:
            if not template_sudo:
                settlement.tell_error = self.env._(
                    "The template of the mail was deleted."
                )
                continue
            try:
                with self.env.cr.savepoint():
                    template_sudo.sudo().send_mail_batch(settlement.ids)
            except UserError as error:
                settlement.tell_error = str(error)
            else:
                settlement.write(
                    {"told_at": fields.Datetime.now(), "tell_error": False}
                )

    def _process_attachments_for_template_post(self, mail_template):
        """Hook of mail to attach the statement, and the invoice of the commission."""
        result = {}
        report_sudo = self.env["ir.actions.report"].sudo()
        for settlement_sudo in self.sudo():
            renderer = report_sudo.with_context(lang=settlement_sudo.partner_id.lang)
            content, extension = renderer._render(
                "clapier_drive.report_settlement", settlement_sudo.ids
            )
            name = settlement_sudo.name.replace("/", "-")
            attachments = [(f"{name}.{extension}", base64.b64encode(content))]
            invoice_sudo = settlement_sudo.commission_move_id
            if invoice_sudo:
                content, extension = renderer._render(
                    "account.account_invoices", invoice_sudo.ids
                )
                name = invoice_sudo.name.replace("/", "-")
                attachments.append((f"{name}.{extension}", base64.b64encode(content)))
            result[settlement_sudo.id] = {"attachments": attachments}
        return result
