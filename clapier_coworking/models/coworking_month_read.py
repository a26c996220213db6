from collections import defaultdict
from dataclasses import dataclass, field

from odoo import api, models
from odoo.tools import SQL

from ..coworking_month_rules import Facts
from ..coworking_plan_rules import DAY, HOUR, Lots, add_months

SCOPE = """
    SELECT account_id FROM (
        SELECT account_id FROM coworking_subscription
         WHERE company_id = %(company)s AND state <> 'draft' AND date_start < %(after)s
           AND (date_end IS NULL OR date_end >= %(first)s)
         UNION
        SELECT account_id FROM coworking_month
         WHERE company_id = %(company)s AND month = %(first)s
         UNION
        SELECT account_id FROM coworking_hours
         WHERE company_id = %(company)s AND date >= %(first)s AND date < %(next)s
         UNION
        SELECT account_id FROM coworking_hours
         WHERE company_id = %(company)s AND quantity > 0
           AND expires_on > %(first)s AND expires_on <= %(next)s
         UNION
        SELECT unnest(%(paid)s::int4[])
    ) found
    EXCEPT
    SELECT account_id FROM coworking_month
     WHERE company_id = %(company)s AND month >= %(first)s AND state = 'closed'
    ORDER BY account_id
"""
CHECKPOINTS = """
    SELECT DISTINCT ON (account_id) account_id, lots, ledger_row, hours_base, days_base
      FROM coworking_month
     WHERE account_id = ANY(%(accounts)s) AND state = 'closed'
  ORDER BY account_id, month DESC
"""
ROWS = """
    SELECT h.account_id, h.id, h.unit, h.kind, h.quantity, h.expires_on
      FROM coworking_hours h
      JOIN unnest(%(accounts)s, %(since)s) AS known(account_id, id)
        ON known.account_id = h.account_id AND h.id > known.id
  ORDER BY h.id
"""
# Hours taken for later days; passes bought in the month, less those paid back.
MOVES = """
    SELECT account_id,
           COALESCE(SUM(quantity) FILTER (WHERE date >= %(next)s AND unit = 'hour'), 0),
           COALESCE(SUM(quantity) FILTER (WHERE bought AND unit = 'hour'), 0),
           COALESCE(SUM(amount) FILTER (WHERE bought AND unit = 'hour'), 0),
           COALESCE(SUM(quantity) FILTER (WHERE bought AND unit = 'day'), 0),
           COALESCE(SUM(amount) FILTER (WHERE bought AND unit = 'day'), 0)
      FROM (
        SELECT *, date < %(next)s AND (
                   kind = 'purchase' OR (kind = 'refund' AND quantity < 0)) AS bought
          FROM coworking_hours
         WHERE account_id = ANY(%(accounts)s) AND date >= %(first)s
      ) rows
  GROUP BY account_id
"""


@dataclass
class Reading:
    """Where the ledger of an account stands."""

    lots: dict = field(default_factory=lambda: {HOUR: Lots(), DAY: Lots()})
    row: int = 0
    base: dict = field(default_factory=lambda: {HOUR: 0.0, DAY: 0.0})

    def post(self, row, unit, kind, quantity, expires_on):
        """Read one row of the ledger."""
        self.lots[unit].post(kind, float(quantity), expires_on)
        self.row = max(self.row, row)
        self.base[unit] = round(self.base[unit] + float(quantity), 2)


class CoworkingMonth(models.Model):
    """What is read to close a month: statements that do not grow with the members."""

    _inherit = "coworking.month"

    @api.model
    def _scope(self, company, month):
        """Return the accounts of which ``month`` is to be closed, in sudo."""
        by_account, _unknown = self._read_paid(company, month)
        rows = self.env.execute_query(
            SQL(
                SCOPE,
                company=company.id,
                paid=list(by_account),
                first=month,
                next=add_months(month),
                after=add_months(month, 2),
            )
        )
        return self.env["coworking.account"].sudo().browse(row[0] for row in rows)

    @api.model
    def _read_ledger(self, accounts):
        """Return {account id: Reading} of the whole ledger.

        From where the last closing stopped. Whose rows since then do not add up to their
        balance is read from the first row on: one was late.
        """
        readings = {account_id: Reading() for account_id in accounts.ids}
        for account_id, lots, row, hours, days in self.env.execute_query(
            SQL(CHECKPOINTS, accounts=accounts.ids)
        ):
            lots = lots or {}
            readings[account_id] = Reading(
                {unit: Lots.load(lots.get(unit)) for unit in (HOUR, DAY)},
                row or 0,
                {HOUR: float(hours or 0), DAY: float(days or 0)},
            )
        self._read_rows(readings)
        late = {
            account.id: Reading()
            for account in accounts
            if readings[account.id].base
            != {
                HOUR: round(account.hours_balance, 2),
                DAY: round(account.days_balance, 2),
            }
        }
        if late:
            self._read_rows(late)
        return {**readings, **late}

    def _read_rows(self, readings):
        rows = self.env.execute_query(
            SQL(
                ROWS,
                accounts=list(readings),
                since=[reading.row for reading in readings.values()],
            )
        )
        for account_id, *row in rows:
            readings[account_id].post(*row)

    @api.model
    def _read_moves(self, accounts, month):
        """Return {account id: (hours taken for later days, [(unit, quantity, amount)])}."""
        result = defaultdict(lambda: (0.0, ()))
        for account_id, later, *bought in self.env.execute_query(
            SQL(MOVES, accounts=accounts.ids, first=month, next=add_months(month))
        ):
            hours, paid_hours, days, paid_days = map(float, bought)
            result[account_id] = (
                float(later),
                ((HOUR, hours, paid_hours), (DAY, days, paid_days)),
            )
        return result

    @api.model
    def _subscriptions(self, accounts, first, stop):
        """Return the subscriptions of accounts that run between two days, in sudo."""
        return (
            self.env["coworking.subscription"]
            .sudo()
            .search(
                [
                    ("account_id", "in", accounts.ids),
                    ("state", "!=", "draft"),
                    ("date_start", "<", stop),
                    "|",
                    ("date_end", "=", False),
                    ("date_end", ">=", first),
                ],
                order="date_start, id",
            )
        )

    @api.model
    def _read_facts(self, company, month, accounts, readings):
        """Return {account: (coworking_plan_rules.Facts, subscription, plan of the end)}."""
        following = add_months(month)
        subscriptions_sudo = self._subscriptions(accounts, month, add_months(month, 2))
        plans_sudo = self.env["coworking.plan"].sudo()._compared(company)
        rules = (
            plans_sudo
            | subscriptions_sudo.change_ids.plan_id
            | subscriptions_sudo.plan_id
        )._rules()
        packs = self._packs(company)
        parts, next_parts = (
            self._parts_by_account(subscriptions_sudo, first, rules)
            for first in (month, following)
        )
        usage = self.env["coworking.account"]._usage(accounts, month)
        paid, _unknown = self._read_paid(company, month)
        moves = self._read_moves(accounts, month)
        ahead = self._read_ahead(accounts, (month, following))
        by_account = subscriptions_sudo.grouped("account_id")
        subscriptions_sudo.fetch(["people_ids"])
        compared, result = {}, {}
        for account in accounts:
            subscription = by_account.get(account, subscriptions_sudo.browse())[-1:]
            mine = parts.get(account, ())
            plan = plans_sudo.browse(mine[-1].plan.key if mine else ())
            who = (
                plan,
                len(subscription.people_ids) or 1,
                bool(account.partner_id.is_company),
            )
            if who not in compared:
                compared[who] = tuple(
                    rules[other] for other in plans_sudo._compared_with(*who)
                )
            days, hours = usage[account]
            later, bought = moves[account.id]
            this = ahead.get((account, month), self.browse())
            coming = ahead.get((account, following), self.browse())
            lots = readings[account.id].lots
            facts = Facts(
                month=month,
                parts=mine,
                next_parts=next_parts.get(account, ()),
                invoiced=this.invoiced,
                next_invoiced=coming.invoiced,
                next_granted=(coming.granted_hours, coming.granted_days),
                days=len(days) / 2,
                hours=hours,
                balance=account.hours_balance - later,
                bought=bought,
                expired=tuple(lots[unit].expired(following) for unit in (HOUR, DAY)),
                hour_price=plan.hour_price,
                plans=compared[who],
                packs=packs,
                paid=paid[account.id],
            )
            result[account] = (facts, subscription, plan)
        return result

    @api.model
    def _packs(self, company):
        """Return the passes and packs of a company, as coworking_plan_rules.Packs."""
        return (
            self.env["coworking.pass"]
            .sudo()
            .search([("company_id", "=", company.id)])
            ._rules()
        )

    def _read_ahead(self, accounts, months):
        """Return {(account, month): row} of what is charged ahead."""
        rows_sudo = self.sudo().search(
            [("account_id", "in", accounts.ids), ("month", "in", months)]
        )
        return {(row.account_id, row.month): row for row in rows_sudo}

    def _parts_by_account(self, subscriptions, month, rules):
        """Return {account: coworking_plan_rules.Parts} of a month."""
        result = defaultdict(tuple)
        for subscription, parts in subscriptions._parts(month, rules).items():
            result[subscription.account_id] += parts
        return result
