from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..foodshare_compost import Observation, health, maturity, ready_on, troubles


class FoodshareCompostBin(models.Model):
    """One bin of a site: it gets fresh waste, ripens, and is given out."""

    _name = "foodshare.compost.bin"
    _description = "Compost Bin"
    _order = "site_id, sequence, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    site_id = fields.Many2one(
        "foodshare.compost.site", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [("fresh", "Fresh Waste"), ("maturing", "Ripens"), ("ready", "Ready")],
        "Stage",
        required=True,
        default="fresh",
        group_expand=True,
    )
    litres = fields.Integer(default=600, required=True)
    state = fields.Selection(
        [("in_use", "In Use"), ("broken", "Out of Order")],
        "Condition",
        required=True,
        default="in_use",
    )
    date_closed = fields.Date(
        "Ripens Since", copy=False, help="Day of its last fresh waste."
    )
    date_ready = fields.Date("Ready On", compute="_compute_maturity")
    maturity = fields.Integer("Ripened (%)", compute="_compute_maturity")
    last_visit_id = fields.Many2one(
        "foodshare.compost.visit", compute="_compute_health"
    )
    health = fields.Integer(
        compute="_compute_health", help="Out of 100, from what was seen last."
    )
    advice = fields.Char(compute="_compute_health")
    note = fields.Text()

    _litres_positive = models.Constraint(
        "CHECK (litres > 0)", "A bin holds at least one litre."
    )
    _closed_when_maturing = models.Constraint(
        "CHECK (kind != 'maturing' OR date_closed IS NOT NULL)",
        "A bin that ripens has the day of its last fresh waste.",
    )

    @api.depends("kind", "date_closed", "company_id")
    def _compute_maturity(self):
        today = self.env.company._coworking_today()
        for bin_ in self:
            days = bin_.company_id._foodshare_policy().compost_maturing_days
            bin_.maturity = maturity(bin_.kind, bin_.date_closed, today, days)
            bin_.date_ready = (
                ready_on(bin_.date_closed, days) if bin_.kind == "maturing" else False
            )

    @api.depends("kind", "site_id.visit_ids")
    @api.depends_context("lang")
    def _compute_health(self):
        last = self._last_visits()
        today = self.env.company._coworking_today()
        for bin_ in self:
            visit = last.get(bin_._origin.id, self.env["foodshare.compost.visit"])
            policy = bin_.company_id._foodshare_policy()
            codes = troubles(
                visit
                and Observation(
                    visit.date,
                    visit.temperature if visit.is_temperature_read else None,
                    visit.browns or "",
                    visit.moisture or "",
                    visit.smell or "",
                )
                or None,
                bin_.kind,
                today,
                cold=policy.compost_cold,
                hot=policy.compost_hot,
                visit_days=policy.compost_visit_days,
            )
            advices = self._advices()
            bin_.last_visit_id = visit
            bin_.health = health(codes)
            bin_.advice = " ".join(advices[code] for code in codes)

    def _last_visits(self):
        """Return the last visit of each bin, without those that were corrected.

        :return: {bin id: foodshare.compost.visit record}
        """
        ids = self._origin.ids
        visits = self.env["foodshare.compost.visit"]
        if not ids:
            return {}
        visits.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (visit.bin_id) visit.bin_id, visit.id
                  FROM foodshare_compost_visit visit
                 WHERE visit.bin_id = ANY(%s) AND visit.reversal_of_id IS NULL
                   AND NOT EXISTS (
                        SELECT FROM foodshare_compost_visit reversal
                         WHERE reversal.reversal_of_id = visit.id
                   )
                 ORDER BY visit.bin_id, visit.date DESC, visit.id DESC
                """,
                ids,
            )
        )
        found = visits.browse([visit_id for _bin_id, visit_id in rows])
        return dict(zip([bin_id for bin_id, _visit_id in rows], found, strict=True))

    @api.model
    def _advices(self):
        """Return what to do about each trouble, in the reader's language."""
        return {
            "too_hot": self.env._("Too hot: turn it and add water."),
            "cold": self.env._("Cold: turn it and add fresh waste."),
            "browns_none": self.env._("No browns left: have some delivered now."),
            "browns_low": self.env._("Few browns left: have some delivered."),
            "dry": self.env._("Dry: water it."),
            "wet": self.env._("Wet: add browns and turn it."),
            "ammonia": self.env._("Smells of ammonia: add browns."),
            "rotten": self.env._("Smells rotten: turn it and add browns."),
            "not_visited": self.env._("Not visited for long: go and see."),
            "never_visited": self.env._("Never visited: note a first visit."),
        }

    def action_close(self):
        """Note that these bins get no more fresh waste: they begin to ripen."""
        self.check_access("write")
        if any(bin_.kind != "fresh" for bin_ in self):
            raise UserError(self.env._("Only a bin of fresh waste begins to ripen."))
        self.write(
            {"kind": "maturing", "date_closed": self.env.company._coworking_today()}
        )

    def action_ready(self):
        """Note that the compost of these bins is ripe."""
        self.check_access("write")
        if any(bin_.kind != "maturing" for bin_ in self):
            raise UserError(self.env._("Only a bin that ripens becomes ready."))
        self.kind = "ready"

    def action_empty(self):
        """Note that these bins are empty: they take fresh waste again."""
        self.check_access("write")
        if any(bin_.kind != "ready" for bin_ in self):
            raise UserError(self.env._("Only a bin that is ready is emptied."))
        self.write({"kind": "fresh", "date_closed": False})
