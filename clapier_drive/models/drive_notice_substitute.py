from odoo import models


class DriveNotice(models.Model):
    _inherit = "drive.notice"

    def _compute_line_ids(self):
        """Override to count what is taken from the credit for products given instead."""
        result = super()._compute_line_ids()
        amounts = {
            (cycle, partner): amount
            for cycle, partner, amount in self.env["drive.credit"]
            .sudo()
            ._read_group(
                [
                    ("cycle_id", "in", self.cycle_id.ids),
                    ("partner_id", "in", self.partner_id.ids),
                    ("kind", "=", "substitution"),
                ],
                ["cycle_id", "partner_id"],
                ["amount:sum"],
            )
        }
        for notice in self:
            notice.amount += amounts.get((notice.cycle_id, notice.partner_id), 0.0)
            # A substitute that was taken back or not needed is not missing.
            notice.line_ids = notice.line_ids.filtered(
                lambda line: not line.drive_substitute_for_id
            )
        return result
