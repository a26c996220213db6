from odoo import api, fields, models
from odoo.tools import format_date

PAPERS = ("hygiene", "insurance")


class FoodshareTeam(models.Model):
    """Who cooks: an association, a producer, an artisan, inhabitants; with their papers."""

    _name = "foodshare.team"
    _description = "Team of Cooks"
    _inherit = ["mail.thread", "mail.activity.mixin", "image.mixin"]
    _order = "name, id"

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(
        [
            ("association", "Association"),
            ("producer", "Producer"),
            ("artisan", "Food Artisan"),
            ("inhabitants", "Inhabitants"),
        ],
        required=True,
        default="association",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Settled With",
        required=True,
        index=True,
        help="The person or body that is paid, or pays, after each service.",
        tracking=True,
    )
    member_ids = fields.Many2many(
        "res.partner", string="Members", help="They see the team on their portal."
    )
    description = fields.Text(translate=True, help="Shown with the menu.")
    paper_ids = fields.One2many("foodshare.paper", "team_id", "Papers")
    service_ids = fields.One2many("foodshare.service", "team_id", "Services")
    papers_valid_until = fields.Date(
        compute="_compute_papers_valid_until",
        help="The first day on which one of the papers that are needed runs out.",
    )
    papers_problem = fields.Char("What Papers Lack", compute="_compute_papers_problem")

    @api.depends("paper_ids.date_stop", "paper_ids.kind", "paper_ids.is_checked")
    def _compute_papers_valid_until(self):
        for team in self:
            ends = [team._paper_end(kind) for kind in PAPERS]
            dated = [end for end in ends if end]
            team.papers_valid_until = min(dated) if dated else False

    @api.depends("paper_ids.date_stop", "paper_ids.kind", "paper_ids.is_checked")
    @api.depends_context("lang")
    def _compute_papers_problem(self):
        today = fields.Date.context_today(self)
        for team in self:
            team.papers_problem = team._papers_problem(today)

    def _paper_end(self, kind):
        """Return the last day of the best checked paper of a kind: a date, or False.

        False both where there is none and where the paper never runs out.
        """
        papers = self.paper_ids.filtered(
            lambda paper: paper.kind == kind and paper.is_checked
        )
        if any(not paper.date_stop for paper in papers):
            return False
        return max(papers.mapped("date_stop"), default=False)

    def _papers_problem(self, day):
        """Return why this team may not cook on ``day``, False if it may.

        At least one trained person (14-hour hygiene training or equivalent) and an insurance
        certificate, both seen by the concierge (FACTS.md).
        """
        self.ensure_one()
        kinds = dict(
            self.env["foodshare.paper"]._fields["kind"]._description_selection(self.env)
        )
        for kind in PAPERS:
            papers = self.paper_ids.filtered(
                lambda paper, kind=kind: paper.kind == kind
            )
            checked = papers.filtered("is_checked")
            valid = checked.filtered(lambda paper: paper._holds_on(day))
            if valid:
                continue
            if not checked:
                return (
                    self.env._("%s: sent, not checked yet.", kinds[kind])
                    if papers
                    else self.env._("%s is missing: ask the team for it.", kinds[kind])
                )
            return self.env._(
                "%(paper)s ran out on %(date)s: ask the team for a new one.",
                paper=kinds[kind],
                date=format_date(
                    self.env, max(checked.mapped("date_stop"), default=day)
                ),
            )
        return False
