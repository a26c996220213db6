import re
from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError

TOKEN = re.compile(r"[0-9a-f]{64}")


class SaleOrder(models.Model):
    """What a family does on the page of its basket, by its link alone."""

    _inherit = "sale.order"

    @api.model
    def _drive_for_token(self, token):
        """Return the basket of a token, as superuser; empty if there is none."""
        order_sudo = self.sudo()
        if not TOKEN.fullmatch(token):
            return order_sudo
        order_sudo = order_sudo.search(
            [("drive_handover_token", "=", token), ("state", "=", "sale")], limit=1
        )
        return order_sudo.with_company(order_sudo.company_id)

    def _drive_may_report(self):
        """Tell whether this family may still report what was wrong."""
        self.ensure_one()
        policy = self.env["drive.policy"]._policy_for(
            self.company_id, self.drive_cycle_id.date_pickup
        )
        point = self._drive_point_now()
        day = self.company_id._supermarket_local(point.start).date()
        today = self.company_id._drive_today()
        return day <= today <= day + timedelta(days=policy.report_days)

    def _drive_report(self, line_id, kind, quantity, note, photo, key):
        """Note what a family says was wrong; the same key counts once.

        :return: drive.problem record
        :raise UserError: it is too early or too late, or it says nothing
        """
        self.ensure_one()
        if not self._drive_may_report():
            raise UserError(
                self.env._(
                    "Problems are not reported here any more: write to the drive."
                )
            )
        if not key:
            raise UserError(self.env._("Load this page again, then report."))
        Problem = self.env["drive.problem"]
        known = Problem.search([("order_id", "=", self.id), ("key", "=", key)], limit=1)
        if known:
            return known
        line = self.drive_line_ids.filtered(lambda line: line.id == line_id)
        vals = Problem._prepare_report(line, kind, quantity, note)
        if not vals:
            raise UserError(self.env._("Choose the product and what is wrong with it."))
        return Problem.create({**vals, "source": "family", "photo": photo, "key": key})
