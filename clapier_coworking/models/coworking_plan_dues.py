from odoo import api, fields, models
from odoo.tools import format_date

from ..coworking_plan_rules import add_months, last_day, month_of


class CoworkingPlan(models.Model):
    """The dues of the association that go with a plan: do they cover the days to come?"""

    _inherit = "coworking.plan"

    dues_warning = fields.Char(
        "Dues Not Invoiced",
        compute="_compute_dues_warning",
        help="Why the dues of the plan are not on the next invoice, and what to do.",
    )

    @api.depends(
        "dues_product_id.membership_date_from", "dues_product_id.membership_date_to"
    )
    @api.depends_context("lang")
    def _compute_dues_warning(self):
        for plan in self:
            company_sudo = (plan.company_id or self.env.company).sudo()
            plan.dues_warning = plan._dues_problem(company_sudo._coworking_today())

    def _dues_problem(self, day, end=None):
        """Return one sentence where the dues do not cover what comes; False where they do.

        Looked at for the month of ``day``, and for the one after it, which is invoiced next.

        :param end: last day of the subscription, if it is known
        """
        self.ensure_one()
        dues = self.dues_product_id
        if not dues:
            return False
        first, last = dues.membership_date_from, dues.membership_date_to
        month = month_of(day)
        values = {"dues": dues.name}
        if not (first and last):
            return self.env._(
                "The dues “%(dues)s” have no dates and cover nobody: give them a first and "
                "a last day.",
                **values,
            )
        if first > last_day(month):
            return self.env._(
                "The dues “%(dues)s” begin on %(day)s and are not invoiced before: choose "
                "for the plan the dues of today.",
                day=format_date(self.env, first),
                **values,
            )
        following = add_months(month)
        if last < (month if end and end < following else following):
            return self.env._(
                "The dues “%(dues)s” end on %(day)s and are not invoiced after: choose for "
                "the plan the dues of the next season.",
                day=format_date(self.env, last),
                **values,
            )
        return False
