from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

AHEAD = timedelta(days=14)
UNCLAIM = """
    UPDATE sale_order
       SET drive_handover_state = 'unclaimed', drive_keep_until = %(until)s
     WHERE COALESCE(drive_handover_point_id, drive_cycle_point_id) = %(point)s
       AND state = 'sale' AND drive_handover_state IN ('waiting', 'transferred')
 RETURNING id
"""


class DriveCyclePoint(models.Model):
    """What happens by itself around the opening of a point; each thing once."""

    _inherit = "drive.cycle.point"

    host_told_at = fields.Datetime(
        "Host Told", readonly=True, copy=False, help="When the link was mailed."
    )
    host_error = fields.Char("Host Not Told Because", readonly=True, copy=False)
    reminded_at = fields.Datetime("Families Reminded", readonly=True, copy=False)
    unclaimed_at = fields.Datetime(
        "Evening Closed",
        readonly=True,
        copy=False,
        help="When the baskets that nobody fetched were noted.",
    )
    unclaimed_count = fields.Integer("Not Fetched", compute="_compute_unclaimed_count")

    @api.depends("order_ids.drive_handover_state")
    def _compute_unclaimed_count(self):
        counts = {}
        for point, moved, count in self.env["sale.order"]._read_group(
            self._handover_domain()
            & fields.Domain("drive_handover_state", "in", ("unclaimed", "kept")),
            ["drive_cycle_point_id", "drive_handover_point_id"],
            ["__count"],
        ):
            counts[moved or point] = counts.get(moved or point, 0) + count
        for point in self:
            point.unclaimed_count = counts.get(point._origin, 0)

    @api.depends("start")
    @api.depends_context("drive_with_day", "lang", "tz")
    def _compute_display_name(self):
        """Override of this addon to tell the days of one point apart."""
        result = super()._compute_display_name()
        if self.env.context.get("drive_with_day"):
            for point in self.filtered("start"):
                heading = point._host_heading()
                point.display_name = (
                    f"{point.point_id.name}, {heading['day']}, {heading['hours']}"
                )
        return result

    def _policy(self):
        """Return the policy that this evening is judged by, in sudo."""
        self.ensure_one()
        return self.env["drive.policy"]._policy_for(
            self.company_id, self.cycle_id.date_pickup
        )

    @api.model
    def _evenings(self, domain):
        """Return the points whose orders are closed and that a domain finds."""
        return self.search(
            fields.Domain("cycle_id.state", "not in", ("planned", "cancelled"))
            & fields.Domain(domain),
            order="start, id",
        )

    def _run_each(self, method):
        """Run one thing for each of these points, each in a transaction of its own."""
        self.env["ir.cron"]._commit_progress(remaining=len(self))
        for point in self:
            getattr(point, method)()
            if not self.env["ir.cron"]._commit_progress(1):
                break

    # --- Host

    @api.model
    def _cron_tell_hosts(self):
        """Mail the hosts of the evenings to come the link of their page."""
        now = fields.Datetime.now()
        self._evenings(
            [
                ("host_told_at", "=", False),
                ("stop", ">", now),
                ("start", "<", now + AHEAD),
                ("point_id.host_id", "!=", False),
            ]
        ).filtered(
            lambda point: (
                point.start - timedelta(hours=point._policy().host_mail_hours) <= now
            )
        )._run_each("_tell_host")

    def action_tell_host(self):
        """Mail the hosts of these points their link, also where they had it already.

        :raise UserError: says which host cannot be told
        """
        self.check_access("write")
        for point in self:
            point._tell_host()
        failed = self.filtered("host_error")
        if failed:
            raise UserError(
                "\n".join(
                    f"{point.display_name}: {point.host_error}" for point in failed
                )
            )

    def _tell_host(self):
        """Make the mail of one host; the mark that says so is set with it."""
        self.ensure_one()
        self.cycle_id._drive_prepare_handover()
        if not self.point_id.host_id.email:
            self.host_error = self.env._(
                "This point has no host with an e-mail address."
            )
            return
        template_sudo = self.env.ref(
            "clapier_drive.mail_template_host", raise_if_not_found=False
        )
        if not template_sudo:
            self.host_error = self.env._("The template of the mail was deleted.")
            return
        try:
            with self.env.cr.savepoint():
                template_sudo.sudo().send_mail_batch(self.ids)
        except UserError as error:
            self.host_error = str(error)
        else:
            self.write({"host_told_at": fields.Datetime.now(), "host_error": False})

    def action_renew_token(self):
        """Override of this addon: who had the old link is to get the new one."""
        result = super().action_renew_token()
        self.write({"host_told_at": False})
        return result

    # --- Families

    @api.model
    def _cron_remind(self):
        """Remind the families of the evenings to come of their baskets."""
        now = fields.Datetime.now()
        self._evenings(
            [
                ("reminded_at", "=", False),
                ("stop", ">", now),
                ("start", "<", now + AHEAD),
            ]
        ).filtered(
            lambda point: (
                point._policy().reminder_hours
                and point.start - timedelta(hours=point._policy().reminder_hours) <= now
            )
        )._run_each("_remind")

    def _remind(self):
        """Queue the reminders of one point, once."""
        self.ensure_one()
        self.cycle_id._drive_prepare_handover()
        self.env["drive.notice"]._queue_evening(self, "reminder")
        self.reminded_at = fields.Datetime.now()

    def _take_arrived(self, moment):
        """Override of this addon to tell the families that their baskets are there."""
        first = not self.arrived_at
        result = super()._take_arrived(moment)
        if first and self._policy().tells_ready and fields.Datetime.now() < self.stop:
            self.env["drive.notice"]._queue_evening(self, "ready")
        return result

    # --- Nobody came

    @api.model
    def _cron_unclaimed(self):
        """Note what nobody fetched, tell the families, and give what was kept too long."""
        now = fields.Datetime.now()
        self._evenings(
            [
                ("unclaimed_at", "=", False),
                ("stop", "<", now),
                ("stop", ">", now - AHEAD),
            ]
        ).filtered(
            lambda point: (
                point.stop + timedelta(minutes=point._policy().unclaimed_minutes) <= now
            )
        )._run_each("_note_unclaimed")
        self._give_kept_too_long()

    def _note_unclaimed(self):
        """Close the evening of one point: all of it or nothing, and once."""
        self.ensure_one()
        # Whoever does it at the same time meets this row and starts again.
        self.unclaimed_at = fields.Datetime.now()
        day = self.company_id._supermarket_local(self.start).date()
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                UNCLAIM,
                point=self.id,
                until=day + timedelta(days=self._policy().keep_days),
            )
        )
        self.env["sale.order"].invalidate_model(
            ["drive_handover_state", "drive_keep_until"]
        )
        self.env["drive.notice"]._queue_evening(self, "unclaimed")

    @api.model
    def _give_kept_too_long(self):
        """Give the baskets whose days are over, where the policy says so."""
        Order = self.env["sale.order"]
        kept = Order.search(
            [
                ("drive_handover_state", "in", ("unclaimed", "kept")),
                ("drive_keep_until", "<", fields.Date.today()),
            ],
            limit=200,
        )
        for company, orders in kept.grouped("company_id").items():
            if not self.env["drive.policy"]._policy_for(company).gives_unclaimed:
                continue
            today = company._drive_today()
            Order.browse(
                [order.id for order in orders if order.drive_keep_until < today]
            )._drive_give()

    def _take_undone(self, event, order, moment):
        """Override of this addon: after the evening, what is not fetched is unclaimed."""
        result = super()._take_undone(event, order, moment)
        if self.unclaimed_at and order.drive_handover_state in (
            "waiting",
            "transferred",
        ):
            order.drive_handover_state = "unclaimed"
        return result
