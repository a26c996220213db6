from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..coworking_plan_rules import parts_of_month

# What a subscription is on a day, of those that have begun to be invoiced.
STATES = """
    UPDATE coworking_subscription s SET state = now.state, plan_id = now.plan_id
      FROM (
        SELECT s.id,
               CASE WHEN s.date_end < %(day)s THEN 'ended'
                    WHEN EXISTS (
                        SELECT FROM coworking_subscription_pause p
                         WHERE p.subscription_id = s.id
                           AND %(day)s BETWEEN p.date_start AND p.date_stop
                    ) THEN 'paused'
                    ELSE 'running' END AS state,
               COALESCE((
                    SELECT c.plan_id FROM coworking_subscription_change c
                     WHERE c.subscription_id = s.id AND c.date <= %(day)s
                     ORDER BY c.date DESC LIMIT 1
               ), s.plan_id) AS plan_id
          FROM coworking_subscription s
         WHERE s.company_id = %(company)s AND s.state <> 'draft'
      ) now
     WHERE s.id = now.id AND (s.state <> now.state OR s.plan_id <> now.plan_id)
 RETURNING s.id
"""


class CoworkingSubscription(models.Model):
    """What a subscription is on a day, and in a month."""

    _inherit = "coworking.subscription"

    def _running_domain(self, day):
        """Return the domain of what runs on ``day``, pauses aside."""
        return (
            Domain("state", "in", ("running", "paused", "ended"))
            & Domain("date_start", "<=", day)
            & (Domain("date_end", "=", False) | Domain("date_end", ">=", day))
        )

    def _runs_today(self):
        """Tell whether this subscription runs today at the place, and is not paused."""
        self.ensure_one()
        day = self.company_id._coworking_today()
        return (
            self.state != "draft"
            and self.date_start <= day
            and (not self.date_end or day <= self.date_end)
            and not any(
                pause.date_start <= day <= pause.date_stop for pause in self.pause_ids
            )
        )

    def _parts(self, month, rules=None):
        """Return {subscription: coworking_plan_rules.Parts of a month}.

        :param rules: {plan: coworking_plan_rules.Plan}, to name them once
        """
        rules = rules or (self.plan_id | self.change_ids.plan_id)._rules()
        result = {}
        for subscription in self:
            changes = subscription.change_ids.sorted("date")
            terms = []
            for change, following in zip(changes, [*changes[1:], None], strict=True):
                stop = following.date - timedelta(days=1) if following else None
                end = subscription.date_end
                stop = min(stop or end, end) if end else stop
                start = max(change.date, subscription.date_start)
                if not stop or stop >= start:
                    terms.append((rules[change.plan_id], start, stop))
            pauses = [
                (pause.date_start, pause.date_stop) for pause in subscription.pause_ids
            ]
            result[subscription] = parts_of_month(month, terms, pauses)
        return result

    @api.model
    def _refresh_states(self, company):
        """Bring state and plan of today up to date, in one statement."""
        self.env.flush_all()
        day = company._coworking_today()
        rows = self.env.execute_query(SQL(STATES, day=day, company=company.id))
        changed = self.browse([row[0] for row in rows])
        changed.invalidate_recordset()
        changed.modified(["state", "plan_id"])
        self.env["coworking.account"]._apply_terms(
            {
                item.account_id.id: (
                    item.plan_id.overdraft_hours,
                    item.plan_id.days_unlimited,
                )
                if item._runs_today()
                else (0.0, False)
                for item in changed.sudo().sorted("date_start")
            }
        )
        return changed

    @api.model
    def _cron_refresh(self):
        """Bring the states of every organisation's subscriptions up to date."""
        companies_sudo = self.sudo().search([("state", "!=", "ended")]).company_id
        for company_sudo in companies_sudo:
            self._refresh_states(company_sudo)
