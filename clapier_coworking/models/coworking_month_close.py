from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..coworking_month_rules import settle
from ..coworking_plan_rules import (
    DAY,
    HOUR,
    Lots,
    add_months,
    granted,
    has_every_day,
    last_day,
    month_of,
    price_of,
)


class CoworkingMonth(models.Model):
    """Charging months ahead and closing them, for everybody at once."""

    _inherit = "coworking.month"

    # --- Ahead

    @api.model
    def _begin(self, subscriptions, month=None):
        """Charge what is left of this month for subscriptions that begin, and grant it.

        Months gone by are not charged; a month to come is, when this one is closed.
        """
        company = subscriptions.company_id
        company.ensure_one()
        month = month or month_of(company._coworking_today())
        parts = subscriptions._parts(month)
        begun = subscriptions.filtered(lambda item: parts[item])
        ids = self._upsert(
            [
                {
                    "account_id": item.account_id.id,
                    "month": month,
                    "subscription_id": item.id,
                    "plan_id": item.plan_id.id,
                    "to_send": True,
                    "invoiced": price_of(parts[item]),
                }
                for item in begun
            ],
            added=("invoiced",),
        )
        lines = []
        for item in begun:
            lines += self._part_lines("start", item, month, parts[item])
        dues = self._dues({item.account_id: item.plan_id for item in begun}, month)
        for item in begun:
            lines += dues.get(item.account_id, ())
        self._store_lines(lines, ids)
        self._grant(
            {item.account_id: granted(parts[item]) for item in begun},
            month,
            lambda me: me.env._("Beginning of the plan"),
            {item.account_id for item in begun if has_every_day(parts[item])},
        )
        self.env["coworking.account"]._apply_terms(
            {
                item.account_id.id: (
                    item.plan_id.overdraft_hours,
                    item.plan_id.days_unlimited,
                )
                for item in begun
            }
        )
        self.env.ref("clapier_coworking.ir_cron_coworking_month_invoice")._trigger()

    @api.model
    def _grant(self, quantities, month, reference, every_day=()):
        """Put hours and days of a plan on accounts, for ``month``.

        :param quantities: {account: (hours, days)}; what is not above zero is left out
        :param reference: gives the words, from this model in the holder's language
        :param every_day: accounts whose days are lost with the month
        """
        quantities = {
            account: tuple(max(number, 0.0) for number in numbers)
            for account, numbers in quantities.items()
            if any(number > 0 for number in numbers)
        }
        self.env["coworking.account"]._post(
            self._grant_rows(quantities, month, reference, every_day)
        )
        self._upsert(
            [
                {
                    "account_id": account.id,
                    "month": month,
                    "granted_hours": hours,
                    "granted_days": days,
                }
                for account, (hours, days) in quantities.items()
            ],
            added=("granted_hours", "granted_days"),
        )

    def _grant_rows(self, quantities, month, reference, every_day):
        """Return ledger rows that grant ``{account: (hours, days)}``, until they expire."""
        rows, expiries = [], {}
        for account, numbers in quantities.items():
            company = account.company_id
            if company not in expiries:
                months = company._coworking_policy(month).hours_validity_months
                expiries[company] = add_months(month, max(months, 1))
            rows += [
                {
                    "account_id": account.id,
                    "unit": unit,
                    "kind": "grant",
                    "quantity": number,
                    "date": self._day_in(month, company),
                    "reference": reference(self._in_language_of(account)),
                    "expires_on": add_months(month)
                    if unit == DAY and account in every_day
                    else expiries[company],
                }
                for unit, number in zip((HOUR, DAY), numbers, strict=True)
                if number > 0
            ]
        return rows

    def _day_in(self, month, company):
        """Return today if it is in ``month``, else its first day."""
        today = company._coworking_today()
        return today if month_of(today) == month else month

    # --- Closing

    @api.model
    def _check_closable(self, company, month):
        """Refuse a month that is not over, or that comes after an open one."""
        name = format_date(self.env, month, date_format="MMMM yyyy")
        if add_months(month) > company._coworking_today():
            raise UserError(
                self.env._("%s is not over: close it after its last day.", name)
            )
        earlier_sudo = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "open"),
                ("month", "<", month),
            ],
            order="month",
            limit=1,
        )
        if earlier_sudo:
            raise UserError(
                self.env._(
                    "Months are closed in their order: close %s first.",
                    format_date(self.env, earlier_sudo.month, date_format="MMMM yyyy"),
                )
            )

    @api.model
    def _close_month(self, company, month, to_send=True):
        """Close a month of a company: ledger, fairest prices, what is to invoice.

        Twice is once: whose month is closed is left alone. All or nothing, in statements
        whose number does not grow with the members; the invoices are made from the lines
        afterwards, in the background.

        :param month: its first day
        :return: the months closed now, in sudo
        """
        company_sudo = company.sudo()
        self._check_closable(company_sudo, month)
        self._open_accounts(company_sudo, month)
        accounts_sudo = self._scope(company_sudo, month)
        if not accounts_sudo:
            return self.sudo().browse()
        readings = self._read_ledger(accounts_sudo)
        facts = self._read_facts(company_sudo, month, accounts_sudo, readings)
        settled = {
            account: self._take(
                readings[account.id], settle(item[0]), add_months(month)
            )
            for account, item in facts.items()
        }
        following = add_months(month)
        explanations = {
            account: self._in_language_of(account)._explain(
                company_sudo, facts[account][0], result
            )
            for account, result in settled.items()
        }
        ids = self._upsert(
            [
                self._closed_vals(account, facts[account], settled[account], to_send)
                | {"explanation": explanations[account]}
                | self._checkpoint_vals(readings[account.id])
                for account in accounts_sudo
            ]
        )
        self._charge_ahead(following, facts, settled)
        self.env["coworking.account"]._post(self._closing_rows(month, facts, settled))
        self._apply_terms_on(following, facts)
        lines = self._closing_lines(company_sudo, month, facts, settled, explanations)
        self._store_lines(lines, ids)
        self.env["coworking.subscription"]._refresh_states(company_sudo)
        self.env.ref("clapier_coworking.ir_cron_coworking_month_invoice")._trigger()
        return self.sudo().browse(ids.values())

    @api.model
    def _charge_ahead(self, following, facts, settled):
        """Note what closing charges and grants for the month that follows."""
        self._upsert(
            [
                {
                    "account_id": account.id,
                    "month": following,
                    "subscription_id": facts[account][1].id,
                    "plan_id": facts[account][0].next_parts[-1].plan.key,
                    "invoiced": result.renewal,
                    "granted_hours": result.grants[0],
                    "granted_days": result.grants[1],
                }
                for account, result in settled.items()
                if facts[account][0].next_parts
            ],
            added=("invoiced", "granted_hours", "granted_days"),
        )

    def _closed_vals(self, account, facts, result, to_send):
        facts, subscription, plan = facts
        return {
            "account_id": account.id,
            "month": facts.month,
            "subscription_id": subscription.id or None,
            "plan_id": plan.id or None,
            "state": "closed",
            "closed_on": fields.Datetime.to_string(fields.Datetime.now()),
            "to_send": to_send,
            "hours_used": facts.used(HOUR),
            "days_used": facts.used(DAY),
            "hours_paid": facts.used(HOUR) - facts.hours,
            "days_paid": facts.used(DAY) - facts.days,
            "hours_expired": result.expired[0],
            "days_expired": result.expired[1],
            "due": result.due,
            "passes": result.passes,
            "paid": result.paid,
            "overage_hours": result.overage_hours,
            "overage": result.overage,
            "charged": result.charged,
            "credit": result.credit,
            "fair": round(result.charged - result.credit, 2),
            "renewal": result.renewal,
        }

    @api.model
    def _take(self, reading, result, following):
        """Return a settlement that takes from the plan what its price counts on.

        What was paid in money and is credited at the price of the plan uses its hours and
        days, as far as they are left: what is lost with the month is reckoned after it.
        """
        if not any(result.taken):
            return result
        taken, expired = [], []
        for unit, wanted in zip((HOUR, DAY), result.taken, strict=True):
            lots = Lots.load(reading.lots[unit].dump())
            taken.append(round(max(min(wanted, lots.balance), 0.0), 2))
            lots.post("use", -taken[-1])
            expired.append(lots.expired(following))
        return replace(result, taken=tuple(taken), expired=tuple(expired))

    def _checkpoint_vals(self, reading):
        return {
            "lots": {unit: lots.dump() for unit, lots in reading.lots.items()},
            "ledger_row": reading.row,
            "hours_base": reading.base[HOUR],
            "days_base": reading.base[DAY],
        }

    def _closing_rows(self, month, facts, settled):
        """Return the ledger rows of a closing: hours beyond, what is lost, new grants."""
        following = add_months(month)
        rows = []
        for account, result in settled.items():
            rows += self._taken_rows(account, month, result)
            me = self._in_language_of(account)
            reference = me.env._("Closing of %s", me._month_name(month))
            for unit, kind, quantity in (
                (HOUR, "overage", result.overage_hours),
                (HOUR, "expiry", -result.expired[0]),
                (DAY, "expiry", -result.expired[1]),
            ):
                if quantity:
                    rows.append(
                        {
                            "account_id": account.id,
                            "unit": unit,
                            "kind": kind,
                            "quantity": quantity,
                            "date": following,
                            "reference": reference,
                        }
                    )
        grants = {account: result.grants for account, result in settled.items()}
        return rows + self._grant_rows(
            grants,
            following,
            lambda me: me.env._("Plan, %s", me._month_name(following)),
            {
                account
                for account, (item, *_rest) in facts.items()
                if has_every_day(item.next_parts)
            },
        )

    def _taken_rows(self, account, month, result):
        """Return the ledger rows of what the plan covers instead of what was paid.

        Corrections: the month already counts them among what was paid in money.
        """
        if not any(result.taken):
            return []
        me = self._in_language_of(account)
        return [
            {
                "account_id": account.id,
                "unit": unit,
                "kind": "correction",
                "quantity": -quantity,
                "date": last_day(month),
                "reference": me.env._(
                    "Paid in money and credited, %s", me._month_name(month)
                ),
            }
            for unit, quantity in zip((HOUR, DAY), result.taken, strict=True)
            if quantity
        ]

    def _apply_terms_on(self, day, facts):
        """Set how far accounts go from ``day`` on: as the plan of that day says."""
        terms = {}
        for account, (item, subscription, _plan) in facts.items():
            keys = [part.plan.key for part in item.next_parts if part.first == day]
            plan = subscription.plan_id.browse(keys)
            terms[account.id] = (plan.overdraft_hours, plan.days_unlimited)
        self.env["coworking.account"]._apply_terms(terms)

    # --- Cron

    @api.model
    def _cron_close(self):
        """Close last month, and any before it that is still open, company by company."""
        companies_sudo = self._closing_companies()
        self.env["ir.cron"]._commit_progress(remaining=len(companies_sudo))
        for company_sudo in companies_sudo:
            last = add_months(month_of(company_sudo._coworking_today()), -1)
            oldest_sudo = self.sudo().search(
                [
                    ("company_id", "=", company_sudo.id),
                    ("state", "=", "open"),
                    ("month", "<", last),
                ],
                order="month",
                limit=1,
            )
            month = oldest_sudo.month or last
            while month <= last:
                self._close_month(company_sudo, month)
                self.env["coworking.share.settlement"]._settle_shares(
                    company_sudo, month
                )
                month = add_months(month)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    def _closing_companies(self):
        """Return the organisations that sell plans or passes, in sudo."""
        companies_sudo = self.env["res.company"].sudo()
        for name in ("coworking.plan", "coworking.pass"):
            for (company_sudo,) in (
                self.env[name].sudo()._read_group([], ["company_id"])
            ):
                companies_sudo |= company_sudo
        return companies_sudo
