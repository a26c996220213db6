from odoo import api, fields, models, tools
from odoo.tools import format_date


class SupermarketDatedPolicy(models.AbstractModel):
    """The rules of one organisation from a date on; what happens is judged by those of its day."""

    _name = "supermarket.dated.policy"
    _description = "Dated Policy"
    _order = "date_start desc, id desc"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date_start = fields.Date(
        "In Force From", required=True, copy=False, default=fields.Date.context_today
    )
    note = fields.Char(
        "Decided By", help="The meeting or the vote that decided these rules."
    )
    is_current = fields.Boolean("In Force", compute="_compute_is_current")

    @api.depends("date_start", "company_id")
    def _compute_is_current(self):
        in_force = self.browse().union(
            *(self._policy_for(company) for company in self.company_id)
        )
        for policy in self:
            policy.is_current = policy._origin in in_force

    @api.depends("date_start")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for policy in self:
            policy.display_name = self.env._(
                "Policy from %s", format_date(self.env, policy.date_start)
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of base: what is remembered of the policies in force is forgotten."""
        policies = super().create(vals_list)
        self.env.registry.clear_cache()
        return policies

    def write(self, vals):
        """Override of base: what is remembered of the policies in force is forgotten."""
        result = super().write(vals)
        if {"company_id", "date_start"} & vals.keys():
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        """Override of base: what is remembered of the policies in force is forgotten."""
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    def _policy_for(self, company, date=None):
        """Return the policy of ``company`` in force on ``date``, in sudo.

        :param company: res.company record
        :param date: a date, today in the user's time zone by default
        :return: one record; an unsaved one holding the defaults where the company has none
            yet
        """
        date = fields.Date.to_date(date) or fields.Date.context_today(self)
        policy_id = self._policy_id(company.id, date)
        if policy_id:
            return self.sudo().browse(policy_id)
        return self.sudo().new({"company_id": company.id, "date_start": date})

    @api.model
    @tools.ormcache("company_id", "date")
    def _policy_id(self, company_id, date):
        """Return the id of the policy in force, or False: it is asked for at each step."""
        return (
            self.sudo()
            .search(
                [("company_id", "=", company_id), ("date_start", "<=", date)], limit=1
            )
            .id
        )
