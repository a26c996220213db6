from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.clapier_coworking.models.coworking_claim import ClaimRefused

HELD = ("planned", "assigned", "done")


class FoodshareService(models.Model):
    """One meal service: a team cooks, the house has the spaces, people reserve."""

    _name = "foodshare.service"
    _description = "Meal Service"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "start desc, id desc"

    programme_id = fields.Many2one(
        "foodshare.programme", ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [("midday", "Midday"), ("evening", "Evening"), ("other", "Other")],
        required=True,
        default="midday",
    )
    start = fields.Datetime("Served From", required=True, index=True, tracking=True)
    stop = fields.Datetime("Served Until", required=True, tracking=True)
    date = fields.Date(
        "Day", compute="_compute_date", store=True, precompute=True, index=True
    )
    setup_minutes = fields.Integer("Cooking Before", help="Minutes.")
    cleaning_minutes = fields.Integer("Cleaning After", help="Minutes.")
    team_id = fields.Many2one(
        "foodshare.team", ondelete="restrict", index=True, tracking=True
    )
    state = fields.Selection(
        [
            ("planned", "Without Team"),
            ("assigned", "Team Found"),
            ("done", "Served"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="planned",
        index=True,
        tracking=True,
        group_expand=True,
    )
    cancel_reason = fields.Char(readonly=True, copy=False)
    portion_max = fields.Integer("Portions", default=40, required=True)
    space_ids = fields.Many2many("coworking.space", string="Spaces")
    claim_ids = fields.One2many("coworking.claim", "foodshare_service_id", "Claims")
    claim_problem = fields.Char(
        "Spaces Missing",
        readonly=True,
        copy=False,
        help="Why the spaces could not be claimed; empty once they are.",
    )
    application_ids = fields.One2many(
        "foodshare.application", "service_id", "Applications"
    )
    dish_ids = fields.One2many("foodshare.service.dish", "service_id", "Menu")
    reservation_ids = fields.One2many(
        "foodshare.reservation", "service_id", "Reservations"
    )
    reserved_count = fields.Integer("Portions Reserved", compute="_compute_reserved")
    reservation_until = fields.Datetime(compute="_compute_reservation_until")
    is_worry = fields.Boolean(
        "Needs a Hand", compute="_compute_is_worry", search="_search_is_worry"
    )
    note = fields.Html(help="For the team and the concierge.")

    _stop_after_start = models.Constraint(
        "CHECK (start < stop)", "A service must end after it begins."
    )
    _portions_positive = models.Constraint(
        "CHECK (portion_max > 0 AND COALESCE(setup_minutes, 0) >= 0 "
        "AND COALESCE(cleaning_minutes, 0) >= 0)",
        "Portions and minutes are positive.",
    )
    _once = models.UniqueIndex(
        "(programme_id, date) WHERE programme_id IS NOT NULL",
        "This programme already has a service on that day.",
    )

    @api.depends("start", "company_id")
    def _compute_date(self):
        for service in self:
            company = service.company_id or self.env.company
            service.date = (
                company._coworking_local(service.start).date()
                if service.start
                else False
            )

    @api.depends("team_id", "kind", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for service in self:
            day = (
                service.company_id._coworking_tell(service.start, "EEEE d MMMM")
                if service.company_id and service.start
                else ""
            )
            service.display_name = " – ".join(
                filter(None, (kinds.get(service.kind), day, service.team_id.name))
            )

    @api.depends("dish_ids.portion_taken")
    def _compute_reserved(self):
        for service in self:
            service.reserved_count = sum(service.dish_ids.mapped("portion_taken"))

    @api.depends("start", "company_id")
    def _compute_reservation_until(self):
        for service in self:
            if not service.start:
                service.reservation_until = False
                continue
            policy = service.company_id._foodshare_policy(service.date)
            service.reservation_until = service.start - timedelta(
                minutes=policy.reservation_close_minutes
            )

    @api.depends("state", "start", "claim_problem")
    def _compute_is_worry(self):
        now = fields.Datetime.now()
        for service in self:
            policy = (service.company_id or self.env.company)._foodshare_policy()
            soon = service.start and (
                now <= service.start <= now + timedelta(days=policy.empty_alert_days)
            )
            service.is_worry = bool(soon and service.state == "planned") or bool(
                service.claim_problem and service.state in ("planned", "assigned")
            )

    def _search_is_worry(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        domain = fields.Domain("claim_problem", "!=", False) & fields.Domain(
            "state", "in", ("planned", "assigned")
        )
        for company in self.env.companies:
            days = company._foodshare_policy().empty_alert_days
            domain |= (
                fields.Domain("company_id", "=", company.id)
                & fields.Domain("state", "=", "planned")
                & fields.Domain("start", ">=", now)
                & fields.Domain("start", "<=", now + timedelta(days=days))
            )
        return domain

    # --- Spaces

    @api.model_create_multi
    def create(self, vals_list):
        """Override of base to claim the spaces; what cannot be had is noted, not refused."""
        services = super().create(vals_list)
        services._sync_claims()
        return services

    def write(self, vals):
        """Override of base to move the claims along with the service."""
        result = super().write(vals)
        if {
            "start",
            "stop",
            "space_ids",
            "setup_minutes",
            "cleaning_minutes",
        } & vals.keys():
            self._sync_claims()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_claimed(self):
        if any(service.claim_ids or service.reservation_ids for service in self):
            raise UserError(
                self.env._("A service is cancelled, not deleted: its history stays.")
            )

    def _sync_claims(self):
        """Claim the spaces of these services, cooking and cleaning included."""
        for service in self:
            service.sudo().claim_ids._release()
            if service.state not in HELD or not service.space_ids:
                service.claim_problem = False
                continue
            try:
                self.env["coworking.claim"]._claim(service._prepare_uses())
            except ClaimRefused as refusal:
                service.claim_problem = refusal.args[0].split("\n")[0]
            else:
                service.claim_problem = False

    def _prepare_uses(self):
        """Return what this service claims, for ``coworking.claim._claim``."""
        self.ensure_one()
        return [
            {
                "space": space,
                "start": self.start - timedelta(minutes=self.setup_minutes),
                "stop": self.stop + timedelta(minutes=self.cleaning_minutes),
                "kind": "meal",
                "name": self.display_name,
                "foodshare_service_id": self.id,
                "buffers": False,
            }
            for space in self.space_ids
        ]

    def action_claim(self):
        """Try again to get the spaces.

        :raise UserError: somebody else still has them
        """
        self.check_access("write")
        self._sync_claims()
        problem = next(filter(None, self.mapped("claim_problem")), None)
        if problem:
            raise UserError(problem)
