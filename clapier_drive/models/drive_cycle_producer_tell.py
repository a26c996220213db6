import base64
import csv
import io

from odoo import api, fields, models
from odoo.exceptions import UserError

TELL_BATCH = 5


class DriveCycleProducer(models.Model):
    """The order of a producer, mailed once, with its PDF and a table."""

    _inherit = "drive.cycle.producer"

    tell_error = fields.Char(
        "Not Sent Because",
        readonly=True,
        copy=False,
        help="Why the order was not mailed.",
    )

    def _get_untold_domain(self):
        """Return what finds the orders that are still to be mailed."""
        return [
            ("state", "=", "ordered"),
            ("purchase_id", "!=", False),
            ("told_at", "=", False),
            ("cycle_id.preparation_at", ">", fields.Datetime.now()),
        ]

    def action_tell(self):
        """Mail these orders now, those that were not."""
        self.check_access("write")
        untold = self.filtered_domain(self._get_untold_domain()).try_lock_for_update()
        untold._tell()
        if untold.filtered("tell_error"):
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "warning",
                    "message": " ".join(
                        f"{line.partner_id.name}: {line.tell_error}"
                        for line in untold
                        if line.tell_error
                    ),
                    "next": {"type": "ir.actions.client", "tag": "soft_reload"},
                },
            }
        return None

    @api.model
    def _cron_tell(self):
        """Mail the orders of closed cycles to their producers, by batches."""
        untold = self.search(self._get_untold_domain(), order="id")
        self.env["ir.cron"]._commit_progress(remaining=len(untold))
        for start in range(0, len(untold), TELL_BATCH):
            # Whoever holds the others mails them.
            lines = untold[start : start + TELL_BATCH].try_lock_for_update()
            lines.filtered_domain(self._get_untold_domain())._tell()
            if not self.env["ir.cron"]._commit_progress(len(lines)):
                break

    def _tell(self):
        """Make the mails of these orders; the mark that says so is set with them."""
        silent = self.filtered(lambda line: not line.partner_id.email)
        silent.tell_error = self.env._("This producer has no e-mail address.")
        self -= silent
        template_sudo = self.env.ref(
            "clapier_drive.mail_template_producer_order", raise_if_not_found=False
        )
        if not template_sudo:
            self.tell_error = self.env._("The template of the mail was deleted.")
            return
        for line in self:
            try:
                with self.env.cr.savepoint():
                    template_sudo.sudo().send_mail_batch(line.ids)
            except UserError as error:
                line.tell_error = str(error)
            else:
                line.write({"told_at": fields.Datetime.now(), "tell_error": False})

    def _process_attachments_for_template_post(self, mail_template):
        """Hook of mail to attach the purchase order and its table."""
        result = {}
        for line_sudo in self.sudo():
            purchase_sudo = line_sudo.purchase_id
            lang = line_sudo.partner_id.lang
            content, extension = (
                self.env["ir.actions.report"]
                .sudo()
                .with_context(lang=lang)
                ._render("purchase.action_report_purchase_order", purchase_sudo.ids)
            )
            result[line_sudo.id] = {
                "attachments": [
                    (f"{purchase_sudo.name}.{extension}", base64.b64encode(content)),
                    (
                        f"{purchase_sudo.name}.csv",
                        base64.b64encode(
                            line_sudo.with_context(lang=lang)._order_as_csv()
                        ),
                    ),
                ]
            }
        return result

    def _order_as_csv(self):
        """Return the order as a table that spreadsheets open, in bytes."""
        self.ensure_one()
        lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        point = lang.decimal_point or "."
        stream = io.StringIO()
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(
            [
                self.env._("Reference"),
                self.env._("Product"),
                self.env._("Quantity"),
                self.env._("Unit"),
                self.env._("Price"),
            ]
        )
        writer.writerows(
            [
                line.product_id.default_code or "",
                _harmless(line.product_id.name),
                f"{line.product_qty:g}".replace(".", point),
                line.product_uom_id.name,
                f"{line.price_unit:.2f}".replace(".", point),
            ]
            for line in self.purchase_id.order_line
        )
        # Spreadsheets recognise UTF-8 by this mark.
        return b"\xef\xbb\xbf" + stream.getvalue().encode()


def _harmless(text):
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text
