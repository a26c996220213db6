from odoo import api, models
from odoo.tools import format_date

from ..coworking_month_rules import price_under
from ..coworking_plan_rules import (
    DAY,
    HOUR,
    Part,
    add_months,
    last_day,
    month_of,
)

MONTHS = 3


class CoworkingAccount(models.Model):
    """What somebody's use would have cost under each plan."""

    _inherit = "coworking.account"

    @api.model
    def _simulate(self, partner, company, published=False):
        """Return what the last three months of a person cost under each plan.

        :param published: only plans that people can choose themselves, and theirs
        :return: list of dicts, cheapest first: ``plan`` (empty: passes only), ``amount``,
            ``months`` [(first day, amount)], ``detail``; a way that has no price for the
            use is left out
        """
        company_sudo = company.sudo()
        account_sudo = self._of(partner, company_sudo)
        today = company_sudo._coworking_today()
        months = [add_months(month_of(today), -back) for back in range(MONTHS, 0, -1)]
        used, Month_sudo = [], self.env["coworking.month"].sudo()
        for month in months:
            days, hours = self._usage(account_sudo, month).get(account_sudo, ([], 0.0))
            by_account, unknown = Month_sudo._read_paid(
                company_sudo, month, partner.sudo(), account_sudo
            )
            paid = (
                by_account[account_sudo.id]
                if account_sudo
                else unknown[partner.sudo().commercial_partner_id.id]
            )
            used.append((max(len(days) / 2, 0.0), max(hours, 0.0), paid))
        plan_sudo = account_sudo.subscription_ids.filtered(
            lambda item: item._runs_today()
        ).plan_id
        plans_sudo = self.env["coworking.plan"].sudo()._compared(company_sudo)
        if published:
            plans_sudo = plans_sudo._open_to(plan_sudo)
        rules = plans_sudo._rules()
        packs = (
            self.env["coworking.pass"]
            .sudo()
            .search([("company_id", "=", company.id)])
            ._rules()
        )
        rows = []
        for plan in [plans_sudo.browse(), *plans_sudo]:
            amounts = [
                price_under(
                    rules.get(plan),
                    [Part(None, month, last_day(month))],
                    days,
                    hours,
                    packs,
                    paid,
                )
                for month, (days, hours, paid) in zip(months, used, strict=True)
            ]
            if any(amount is None for amount in amounts):
                continue
            rows.append(
                self._simulated(company_sudo, plan, months, amounts, plan == plan_sudo)
            )
        return sorted(rows, key=lambda row: row["amount"])

    def _simulated(self, company, plan, months, prices, is_current):
        """Return the row of one plan."""
        amounts = [price.amount for price in prices]
        return {
            "plan": plan,
            "amount": round(sum(amounts), 2),
            "is_current": is_current and bool(plan),
            "months": list(zip(months, amounts, strict=True)),
            "detail": ", ".join(
                self.env._(
                    "%(month)s: %(amount)s",
                    month=format_date(self.env, month, date_format="MMM"),
                    amount=company.currency_id.with_env(self.env).format(amount),
                )
                for month, amount in zip(months, amounts, strict=True)
            ),
        }

    def _portal_expiries(self):
        """Return [(day, hours, days)] of what is lost on which day, the next first."""
        self.ensure_one()
        reading = self.env["coworking.month"]._read_ledger(self)[self.id]
        lost = {}
        for index, unit in enumerate((HOUR, DAY)):
            for day, hundredths in reading.lots[unit].lots:
                if day:
                    lost.setdefault(day, [0.0, 0.0])[index] += hundredths / 100
        return [(day, *lost[day]) for day in sorted(lost)]
