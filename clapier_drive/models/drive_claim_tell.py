import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.mimetypes import guess_mimetype

TELL_BATCH = 10
PHOTOS_MAX = 10


class DriveClaim(models.Model):
    """The mail of a claim: one sentence per product, with the photos; sent once."""

    _inherit = "drive.claim"

    told_at = fields.Datetime("Mailed", readonly=True, copy=False)
    tell_error = fields.Char("Not Mailed Because", readonly=True, copy=False)

    def _get_untold_domain(self):
        """Return what finds the claims that are still to be mailed."""
        return [("state", "=", "sent"), ("told_at", "=", False)]

    @api.model
    def _cron_tell(self):
        """Mail the claims that the office has sent, by batches."""
        untold = self.search(self._get_untold_domain(), order="id")
        self.env["ir.cron"]._commit_progress(remaining=len(untold))
        for start in range(0, len(untold), TELL_BATCH):
            # Whoever holds the others mails them.
            claims = untold[start : start + TELL_BATCH].try_lock_for_update()
            claims.filtered_domain(self._get_untold_domain())._tell()
            if not self.env["ir.cron"]._commit_progress(len(claims)):
                break

    def _tell(self):
        """Make the mails of these claims; the mark that says so is set with them."""
        silent = self.filtered(lambda claim: not claim.partner_id.email)
        silent.tell_error = self.env._("This producer has no e-mail address.")
        self -= silent
        template_sudo = self.env.ref(
            "clapier_drive.mail_template_claim", raise_if_not_found=False
        )
        if not template_sudo:
            self.tell_error = self.env._("The template of the mail was deleted.")
            return
        for claim in self:
            try:
                with self.env.cr.savepoint():
                    template_sudo.sudo().send_mail_batch(claim.ids)
            except UserError as error:
                claim.tell_error = str(error)
            else:
                claim.write({"told_at": fields.Datetime.now(), "tell_error": False})

    def _process_attachments_for_template_post(self, mail_template):
        """Hook of mail to attach the photos; nothing in them names a family."""
        result = {}
        for claim_sudo in self.sudo():
            photos = [
                line.reception_id.photo for line in claim_sudo.line_ids
            ] + claim_sudo.line_ids.problem_ids.mapped("photo")
            attachments = []
            for photo in filter(None, photos):
                kind = guess_mimetype(base64.b64decode(photo)).rpartition("/")[2]
                attachments.append((f"photo-{len(attachments) + 1}.{kind}", photo))
            result[claim_sudo.id] = {"attachments": attachments[:PHOTOS_MAX]}
        return result
