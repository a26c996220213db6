from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..coworking_plan_rules import add_months

# What was used of each unit on each day of a month. A use that was given back, or taken
# back by a correction, counts no more.
USAGE = """
    SELECT h.account_id, h.unit, h.date, -SUM(h.quantity)
      FROM coworking_hours h
      LEFT JOIN coworking_hours r ON r.id = h.reversal_of_id
     WHERE h.account_id = ANY(%(accounts)s)
       AND h.date >= %(first)s AND h.date < %(next)s
       AND (h.kind = 'use' OR (h.kind = 'refund' AND h.quantity > 0)
            OR (h.kind = 'correction' AND r.kind IN ('use', 'refund')))
  GROUP BY h.account_id, h.unit, h.date
    HAVING SUM(h.quantity) <> 0
  ORDER BY h.account_id, h.date
"""


class CoworkingAccount(models.Model):
    """What a plan makes of an account: who shares it, and how far it goes."""

    _inherit = "coworking.account"

    days_unlimited = fields.Boolean(
        "Desk Every Day",
        readonly=True,
        copy=False,
        help="A plan grants the days of each month, lost at its end.",
    )
    subscription_ids = fields.One2many(
        "coworking.subscription", "account_id", "Subscriptions"
    )
    month_ids = fields.One2many("coworking.month", "account_id", "Months")

    @api.model
    def _of(self, partner, company):
        """Override of the account to find the plan that a person shares in."""
        account_sudo = super()._of(partner, company)
        if account_sudo or not partner:
            return account_sudo
        day = company._coworking_today()
        Subscription_sudo = self.env["coworking.subscription"].sudo()
        return Subscription_sudo.search(
            Subscription_sudo._running_domain(day)
            & Domain("company_id", "=", company.id)
            & Domain("people_ids", "in", partner.ids),
            limit=1,
        ).account_id

    @api.model
    def _usage(self, accounts, month):
        """Return what accounts used in a month.

        Reads the ledger; what was paid by itself is read by coworking.month. Other uses
        that a fairest price is to count override it.

        :param month: first day of the month
        :return: {account: (days, hours)}: a list with the day of each half-day used, and
            a number of hours
        """
        self.env.flush_all()
        used = defaultdict(lambda: ([], 0.0))
        for account_id, unit, day, quantity in self.env.execute_query(
            SQL(USAGE, accounts=accounts.ids, first=month, next=add_months(month))
        ):
            days, hours = used[account_id]
            if unit == "day":
                days += [day] * round(quantity * 2)
            else:
                hours = round(hours + float(quantity), 2)
            used[account_id] = (days, hours)
        return {account: used[account.id] for account in accounts}

    @api.model
    def _apply_terms(self, terms):
        """Set how far accounts go: what their plan allows, nothing without a plan.

        :param terms: {account id: (hours beyond, desk every day)}
        """
        if not terms:
            return
        ids = sorted(terms)
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """
                UPDATE coworking_account a
                   SET hours_overdraft = GREATEST(t.hours, -a.hours_balance),
                       days_unlimited = t.unlimited
                  FROM unnest(%(ids)s::int4[], %(hours)s::numeric[],
                              %(unlimited)s::bool[])
                           AS t(id, hours, unlimited)
                 WHERE a.id = t.id
                   AND (a.hours_overdraft <> GREATEST(t.hours, -a.hours_balance)
                        OR a.days_unlimited IS DISTINCT FROM t.unlimited)
             RETURNING a.id
                """,
                ids=ids,
                hours=[terms[id_][0] for id_ in ids],
                unlimited=[terms[id_][1] for id_ in ids],
            )
        )
        self.sudo().browse(ids).invalidate_recordset(
            ["hours_overdraft", "days_unlimited"]
        )

    def action_correct(self):
        """Open the form that gives, takes or takes back hours and days."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct the Account"),
            "res_model": "coworking.hours.correction",
            "view_mode": "form",
            "target": "new",
            "context": {"default_account_id": self.id},
        }
