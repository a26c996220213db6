from odoo import api, fields, models
from odoo.fields import Domain


class EventEvent(models.Model):
    """A training is an event: half-days, a trainer, documents, evaluations."""

    _inherit = "event.event"

    coworking_is_training = fields.Boolean("Training")
    coworking_color = fields.Integer("Colour")
    coworking_trainer_id = fields.Many2one(
        "res.partner",
        "Trainer",
        help="Of its sessions, unless one of them names another.",
    )
    coworking_session_ids = fields.One2many("coworking.session", "event_id", "Sessions")
    coworking_hours = fields.Float(
        "Hours",
        compute="_compute_coworking_hours",
        store=True,
        help="Sum of its sessions.",
    )
    coworking_goals = fields.Text("Goals", translate=True)
    coworking_prerequisites = fields.Text("Prerequisites", translate=True)
    coworking_programme = fields.Html("Programme", translate=True)
    coworking_booklet = fields.Binary(
        "Welcome Booklet", attachment=True, groups="base.group_user"
    )
    coworking_booklet_name = fields.Char("Name of the Booklet")
    coworking_convocation_days = fields.Integer(
        "Convocation, Days Before", default=14, help="0: no convocation is sent."
    )
    coworking_hot_survey_id = fields.Many2one(
        "survey.survey",
        "Evaluation at the End",
        default=lambda self: self._coworking_default_survey("hot"),
    )
    coworking_cold_survey_id = fields.Many2one(
        "survey.survey",
        "Evaluation Some Time After",
        default=lambda self: self._coworking_default_survey("cold"),
    )
    coworking_cold_days = fields.Integer("Days After", default=90)
    coworking_funding_ids = fields.One2many("coworking.funding", "event_id", "Fundings")
    coworking_wait_ids = fields.One2many(
        "coworking.training.wait", "event_id", "Waiting List"
    )
    coworking_wait_count = fields.Integer(
        "Waiting", compute="_compute_coworking_counts"
    )
    coworking_session_count = fields.Integer(
        "Half-Days", compute="_compute_coworking_counts"
    )
    coworking_evidence_ids = fields.One2many(
        "coworking.evidence", "event_id", "Evidence Files"
    )

    @api.model
    def _coworking_default_survey(self, moment):
        survey_sudo = self.env.ref(
            f"clapier_coworking.survey_training_{moment}", raise_if_not_found=False
        )
        return survey_sudo and survey_sudo.id

    @api.depends("coworking_session_ids.hours", "coworking_session_ids.state")
    def _compute_coworking_hours(self):
        for event in self:
            event.coworking_hours = sum(
                event.coworking_session_ids.filtered(
                    lambda session: session.state == "planned"
                ).mapped("hours")
            )

    @api.depends("coworking_wait_ids.state", "coworking_session_ids.state")
    def _compute_coworking_counts(self):
        waits = dict(
            self.env["coworking.training.wait"]
            .sudo()
            ._read_group(
                [
                    ("event_id", "in", self.ids),
                    ("state", "in", ("waiting", "offered")),
                ],
                ["event_id"],
                ["__count"],
            )
        )
        sessions = dict(
            self.env["coworking.session"]
            .sudo()
            ._read_group(
                [("event_id", "in", self.ids), ("state", "=", "planned")],
                ["event_id"],
                ["__count"],
            )
        )
        for event in self:
            event.coworking_wait_count = waits.get(event._origin, 0)
            event.coworking_session_count = sessions.get(event._origin, 0)

    def write(self, vals):
        """Override of `event` to free the spaces of what is cancelled or archived."""
        result = super().write(vals)
        if vals.get("kanban_state") == "cancel" or vals.get("active") is False:
            self.coworking_session_ids.filtered(
                lambda session: (
                    session.state == "planned" and not session.attendance_ids
                )
            ).action_cancel()
        return result

    def _coworking_sync_dates(self):
        """Make trainings begin and end with their sessions."""
        for event in self.filtered("coworking_is_training"):
            sessions = event.coworking_session_ids.filtered(
                lambda session: session.state == "planned"
            )
            if not sessions:
                continue
            begin, end = min(sessions.mapped("start")), max(sessions.mapped("stop"))
            if (event.date_begin, event.date_end) != (begin, end):
                event.write({"date_begin": begin, "date_end": end})

    def _coworking_learners(self):
        """Return the registrations of who is expected, in sudo: no mere offer of a seat."""
        return (
            self.sudo()
            .registration_ids.filtered(
                lambda registration: (
                    registration.state in ("open", "done")
                    and registration.coworking_wait_id.state in (False, "accepted")
                )
            )
            .sorted(lambda registration: (registration.name or "", registration.id))
        )

    def _coworking_number(self, number):
        """Return hours as the reader's language writes them, without idle zeros."""
        point = (
            self.env["res.lang"]._get_data(code=self.env.lang or "en_US").decimal_point
        )
        return f"{number:g}".replace(".", point or ".")

    def _coworking_is_vat_exempt(self):
        """Tell whether what this event sells bears no VAT: continuing education."""
        self.ensure_one()
        return self.coworking_is_training and (
            self.company_id.sudo().coworking_training_vat_exempt
        )

    def action_coworking_sessions(self):
        """Open the half-days of a training."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clapier_coworking.coworking_session_action"
        )
        action["domain"] = [("event_id", "=", self.id)]
        action["context"] = {
            "default_event_id": self.id,
            "initial_date": self.date_begin,
            "coworking_by_training": True,
        }
        return action

    def action_coworking_waits(self):
        """Open the waiting list of a training."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clapier_coworking.coworking_training_wait_action"
        )
        action["domain"] = [("event_id", "=", self.id)]
        action["context"] = {"default_event_id": self.id}
        return action

    def action_coworking_evidence(self):
        """Ask for the evidence file of these trainings; a cron makes it."""
        self.check_access("write")
        self.env["coworking.evidence"]._ask(self)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "The evidence file is being made: find it in some minutes under "
                    "“Fundings and Evidence”."
                ),
            },
        }

    @api.model
    def _coworking_public_domain(self):
        """Return the domain of the trainings that visitors see."""
        return Domain("coworking_is_training", "=", True) & Domain(
            "website_published", "=", True
        )
