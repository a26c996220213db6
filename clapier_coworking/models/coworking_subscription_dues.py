from odoo import api, fields, models
from odoo.fields import Domain


class CoworkingSubscription(models.Model):
    """Dues that go with a plan and would not be invoiced: said, with what to do."""

    _inherit = "coworking.subscription"

    dues_warning = fields.Char(
        "Dues Not Invoiced",
        compute="_compute_dues_warning",
        search="_search_dues_warning",
        help="Why the dues of the plan are not on the next invoice, and what to do.",
    )

    @api.depends(
        "plan_id.dues_product_id.membership_date_from",
        "plan_id.dues_product_id.membership_date_to",
        "state",
        "date_start",
        "date_end",
    )
    @api.depends_context("lang")
    def _compute_dues_warning(self):
        for subscription in self:
            company_sudo = (subscription.company_id or self.env.company).sudo()
            today = company_sudo._coworking_today()
            day = max(today, subscription.date_start or today)
            end = subscription.date_end
            subscription.dues_warning = (
                subscription.state != "ended"
                and (not end or end >= day)
                and subscription.plan_id.sudo()._dues_problem(day, end)
            )

    def _search_dues_warning(self, operator, value):
        if operator not in ("in", "not in") or set(value) != {False}:
            return NotImplemented
        running = Domain("state", "in", ("draft", "running", "paused"))
        found = self.search(running & Domain("plan_id.dues_product_id", "!=", False))
        missing = found.filtered("dues_warning")
        return Domain("id", "not in" if operator == "in" else "in", missing.ids)
