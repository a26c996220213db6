from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class DriveCycle(models.Model):
    """The volunteers of a preparation: a shift of the shop, in the section of the drive.

    Who registers, who comes and what it counts is the shop's business, as for any shift.
    """

    _inherit = "drive.cycle"

    shift_id = fields.Many2one(
        "supermarket.shift",
        "Shift of the Preparation",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    volunteer_registered = fields.Integer(
        "Volunteers Registered", related="shift_id.seats_taken", compute_sudo=True
    )
    volunteer_missing = fields.Integer(
        "Volunteers Missing",
        compute="_compute_volunteer_missing",
        compute_sudo=True,
    )
    volunteers_alerted_at = fields.Datetime("Office Alerted", readonly=True, copy=False)

    @api.depends("volunteer_count", "shift_id.seats_taken")
    def _compute_volunteer_missing(self):
        for cycle in self:
            cycle.volunteer_missing = (
                max(cycle.volunteer_count - cycle.shift_id.seats_taken, 0)
                if cycle.shift_id
                else 0
            )

    def _close(self):
        """Override of this addon to ask for the volunteers that the closing counted."""
        closing = self.filtered(lambda cycle: cycle.state == "planned")
        result = super()._close()
        closing._ask_volunteers()
        return result

    def _ask_volunteers(self):
        """Make the shift of these preparations, or give it the seats that are needed.

        Seats are never taken away: people may have been told of them.
        """
        now = fields.Datetime.now()
        for cycle in self.filtered(lambda cycle: cycle.preparation_at > now):
            policy_sudo = self.env["drive.policy"]._policy_for(
                cycle.company_id, cycle.date_pickup
            )
            company = policy_sudo.shift_company_id
            if not company or not policy_sudo.shift_section_id:
                continue
            shift_sudo = cycle.sudo().shift_id or cycle._find_shift(policy_sudo)
            if not shift_sudo:
                shift_sudo = (
                    self.env["supermarket.shift"]
                    .sudo()
                    .with_company(company)
                    .create(cycle._prepare_shift(policy_sudo))
                )
            elif shift_sudo.seat_count < cycle.volunteer_count:
                shift_sudo.seat_count = cycle.volunteer_count
            cycle.shift_id = shift_sudo

    def _find_shift(self, policy_sudo):
        """Return the shift of the section during which this cycle is prepared, in sudo."""
        self.ensure_one()
        return (
            self.env["supermarket.shift"]
            .sudo()
            .search(
                [
                    ("company_id", "=", policy_sudo.shift_company_id.id),
                    ("section_id", "=", policy_sudo.shift_section_id.id),
                    ("state", "=", "open"),
                    ("start", "<=", self.preparation_at),
                    ("stop", ">", self.preparation_at),
                ],
                order="start, id",
                limit=1,
            )
        )

    def _prepare_shift(self, policy_sudo):
        """Return the values of the shift of one preparation."""
        self.ensure_one()
        return {
            "company_id": policy_sudo.shift_company_id.id,
            "section_id": policy_sudo.shift_section_id.id,
            "start": self.preparation_at,
            "stop": self.preparation_at + timedelta(hours=policy_sudo.shift_hours),
            "seat_count": max(self.volunteer_count, 1),
            "note": self.env._(
                "Preparation of the baskets of %s", self.company_id.name
            ),
        }

    def action_view_shift(self):
        """Show the shift of this preparation.

        :raise UserError: it belongs to a shop whose data this person does not see
        """
        self.ensure_one()
        if not self.shift_id.has_access("read"):
            raise UserError(
                self.env._(
                    "This shift belongs to the shop: ask its member office who is "
                    "registered."
                )
            )
        return self.shift_id.get_formview_action()

    @api.model
    def _cron_alert_volunteers(self):
        """Tell the office, once, which preparations have too few volunteers."""
        now = fields.Datetime.now()
        due = self.search(
            [
                ("shift_id", "!=", False),
                ("volunteers_alerted_at", "=", False),
                ("preparation_at", ">", now),
                ("state", "in", ("closed", "received", "allocated")),
            ],
            order="preparation_at, id",
        ).filtered(lambda cycle: cycle.volunteer_missing and cycle._alert_from() <= now)
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        for cycle in due:
            cycle._alert_volunteers()
            if not self.env["ir.cron"]._commit_progress(1):
                break

    def _alert_from(self):
        policy_sudo = self.env["drive.policy"]._policy_for(
            self.company_id, self.date_pickup
        )
        return self.preparation_at - timedelta(hours=policy_sudo.volunteer_alert_hours)

    def _alert_volunteers(self):
        """Write to those who run the drive that people are missing."""
        self.ensure_one()
        self.volunteers_alerted_at = fields.Datetime.now()
        managers = self.env.ref("clapier_drive.group_drive_manager").all_user_ids
        people = managers.filtered(
            lambda user: self.company_id in user.company_ids and user.email
        ).partner_id
        lang = self.company_id.partner_id.lang
        cycle = self.with_context(lang=lang) if lang else self
        cycle.message_post(
            body=cycle.env._(
                "%(missing)s volunteers are missing for the preparation: %(registered)s are "
                "registered, %(count)s are needed.",
                missing=cycle.volunteer_missing,
                registered=cycle.volunteer_registered,
                count=cycle.volunteer_count,
            ),
            partner_ids=people.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
