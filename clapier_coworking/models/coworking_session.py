import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date


class CoworkingSession(models.Model):
    """A half-day of a training: it claims its spaces, and is signed by who is there."""

    _name = "coworking.session"
    _description = "Training Session"
    _order = "start, id"

    event_id = fields.Many2one(
        "event.event",
        "Training",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('coworking_is_training', '=', True)]",
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        index=True,
    )
    title = fields.Char(help="What this half-day is about.")
    start = fields.Datetime(required=True, index=True)
    stop = fields.Datetime(required=True)
    hours = fields.Float(compute="_compute_hours", store=True, digits=(6, 2))
    half = fields.Selection(
        [("morning", "Morning"), ("afternoon", "Afternoon"), ("evening", "Evening")],
        "Half-Day",
        compute="_compute_half",
    )
    space_ids = fields.Many2many(
        "coworking.space",
        string="Spaces",
        check_company=True,
        help="None: the session takes place elsewhere.",
    )
    trainer_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        compute="_compute_trainer_id",
        store=True,
        precompute=True,
        readonly=False,
    )
    state = fields.Selection(
        [("planned", "Planned"), ("cancelled", "Cancelled")],
        default="planned",
        required=True,
        readonly=True,
        copy=False,
    )
    color = fields.Integer(related="event_id.coworking_color")
    claim_ids = fields.One2many("coworking.claim", "session_id", "Claims")
    attendance_ids = fields.One2many("coworking.attendance", "session_id")
    signed_count = fields.Integer("Signed", compute="_compute_counts")
    expected_count = fields.Integer("Expected", compute="_compute_counts")
    token = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_urlsafe(32),
        groups="clapier_coworking.group_coworking_manager",
    )

    _stop_after_start = models.Constraint(
        "CHECK (start < stop)", "A session must end after it starts."
    )
    _token_unique = models.UniqueIndex("(token)", "This page exists already.")

    @api.depends("event_id")
    def _compute_company_id(self):
        for session in self:
            session.company_id = session.event_id.company_id or self.env.company

    @api.depends("event_id")
    def _compute_trainer_id(self):
        for session in self:
            session.trainer_id = (
                session.trainer_id or session.event_id.coworking_trainer_id
            )

    @api.depends("start", "stop")
    def _compute_hours(self):
        for session in self:
            if session.start and session.stop:
                seconds = (session.stop - session.start).total_seconds()
                session.hours = seconds / 3600
            else:
                session.hours = 0

    @api.depends("start", "company_id")
    def _compute_half(self):
        policies = {company: company._coworking_policy() for company in self.company_id}
        for session in self:
            session.half = False
            if not session.start or not session.company_id:
                continue
            local = session.company_id._coworking_local(session.start)
            hour = local.hour + local.minute / 60
            policy = policies[session.company_id]
            session.half = (
                "morning"
                if hour < policy.noon
                else "afternoon"
                if hour < policy.evening_start
                else "evening"
            )

    @api.depends("attendance_ids", "event_id.registration_ids.state")
    def _compute_counts(self):
        signed = dict(
            self.env["coworking.attendance"]
            .sudo()
            ._read_group(
                [("session_id", "in", self.ids), ("kind", "=", "present")],
                ["session_id"],
                ["__count"],
            )
        )
        for session in self:
            session.signed_count = signed.get(session._origin, 0)
            session.expected_count = len(session.event_id._coworking_learners())

    @api.depends("start", "stop", "title", "event_id.name")
    @api.depends_context("lang", "coworking_by_training")
    def _compute_display_name(self):
        by_training = self.env.context.get("coworking_by_training")
        for session in self:
            first = session.event_id.name if by_training else session._when()
            session.display_name = " · ".join(filter(None, [first, session.title]))

    @api.constrains("event_id", "space_ids")
    def _check_spaces(self):
        for session in self:
            if session.space_ids.company_id - session.company_id:
                raise ValidationError(
                    self.env._(
                        "A training takes place in the spaces of its organisation."
                    )
                )

    @api.constrains("start", "stop")
    def _check_half_day(self):
        for session in self:
            if session.stop - session.start > timedelta(hours=8):
                raise ValidationError(
                    self.env._(
                        "A session is signed per half-day: cut it in a morning and an "
                        "afternoon."
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of base to claim the spaces and to set the dates of the training."""
        sessions = super().create(vals_list)
        sessions._sync_claims()
        sessions.event_id._coworking_sync_dates()
        return sessions

    def write(self, vals):
        """Override of base to move the claims with the session, all or none."""
        if {"start", "stop", "event_id"} & vals.keys() and self.sudo().attendance_ids:
            raise ValidationError(
                self.env._(
                    "This session is already signed: it cannot be moved any more."
                )
            )
        result = super().write(vals)
        if {"start", "stop", "space_ids", "state", "event_id", "title"} & vals.keys():
            self._sync_claims()
        if {"start", "stop", "state", "event_id"} & vals.keys():
            self.event_id._coworking_sync_dates()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_claimed(self):
        # The claims are kept as history, and a signature is never lost.
        if any(
            session.attendance_ids or session.with_context(active_test=False).claim_ids
            for session in self.sudo()
        ):
            raise ValidationError(
                self.env._("Cancel the session instead: it frees the spaces at once.")
            )

    def action_cancel(self):
        """Cancel these sessions: the spaces are free at once."""
        self.check_access("write")
        if self.sudo().attendance_ids:
            raise ValidationError(
                self.env._("A session that is signed already cannot be cancelled.")
            )
        self.write({"state": "cancelled"})

    def action_plan(self):
        """Plan cancelled sessions again, if the spaces are still free."""
        self.check_access("write")
        self.write({"state": "planned"})

    def _uses(self):
        """Return what these sessions claim, for coworking.claim."""
        return [
            {
                "space": space,
                "start": session.start,
                "stop": session.stop,
                "kind": "training",
                "name": session.event_id.name,
                "session_id": session.id,
            }
            for session in self
            if session.state == "planned"
            for space in session.space_ids
        ]

    def _sync_claims(self):
        """Release what these sessions claimed and claim what they say now."""
        self.sudo().claim_ids._release()
        self.env["coworking.claim"]._claim(self._uses())

    def _when(self):
        """Return day and hours as the clock of the place shows them."""
        self.ensure_one()
        if not self.start or not self.stop or not self.company_id:
            return ""
        start = self.company_id._coworking_local(self.start)
        stop = self.company_id._coworking_local(self.stop)
        return self.env._(
            "%(day)s, %(start)s – %(stop)s",
            day=format_date(self.env, start.date(), date_format="EEE d MMM y"),
            start=f"{start:%H:%M}",
            stop=f"{stop:%H:%M}",
        )

    def _is_sign_open(self):
        """Tell whether the half-day can be signed now."""
        self.ensure_one()
        now = fields.Datetime.now()
        policy = self.company_id._coworking_policy()
        before = timedelta(minutes=policy.check_in_before_minutes)
        after = timedelta(minutes=policy.sign_after_minutes)
        return (
            self.state == "planned" and self.start - before <= now <= self.stop + after
        )

    def _statuses(self):
        """Return who signed, who was absent.

        :return: {session: {registration: coworking.attendance row in sudo, the one that
            counts}}; the trainer's own row is under an empty registration
        """
        result = {session: {} for session in self}
        for row in self.sudo().attendance_ids.sorted("id"):
            found = result[row.session_id]
            before = found.get(row.registration_id)
            if before and before.kind == "present":
                continue
            if row.kind == "lifted":
                found.pop(row.registration_id, None)
            else:
                found[row.registration_id] = row
        return result
