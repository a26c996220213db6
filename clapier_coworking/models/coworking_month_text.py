import json

from odoo import api, models, tools
from odoo.tools import SQL, format_date

from ..coworking_plan_rules import (
    DAY,
    HOUR,
    add_months,
    last_day,
    prorata,
)

SEQUENCES = {
    "start": 10,
    "renewal": 10,
    "dues": 20,
    "adjustment": 30,
    "overage": 40,
    "credit": 50,
}


class CoworkingMonth(models.Model):
    """The lines of a month and what they say, in the language of whoever reads them."""

    _inherit = "coworking.month"

    @api.model
    def _closing_lines(self, company, month, facts, settled, explanations):
        """Return the values of the lines of a closing, all accounts."""
        following = add_months(month)
        dues = self._dues(
            {
                account: subscription.plan_id.browse(item.next_parts[-1].plan.key)
                for account, (item, subscription, _plan) in facts.items()
                if item.next_parts
            },
            following,
        )
        lines, product = [], self._pass_product(company)
        for account, item in facts.items():
            lines += self._in_language_of(account)._account_lines(
                account, item, settled[account], explanations[account], product
            )
            lines += dues.get(account, ())
        return [line for line in lines if line["quantity"] * line["price_unit"]]

    def _account_lines(self, account, facts, result, explanation, pass_product):
        """Return the values of the lines of one account, dues aside.

        :param pass_product: what a credit without any plan is booked on
        """
        item, subscription, plan = facts
        following = add_months(item.month)
        name = self._month_name(item.month)
        product = (plan or subscription.plan_id).product_id
        product = product or pass_product
        if not product and result.fair and result.fair.plan:
            product = subscription.plan_id.browse(result.fair.plan.key).product_id
        base = {
            "account_id": account.id,
            "product_id": product.id,
            "date": item.month,
            "quantity": 1,
        }
        if item.next_invoiced:
            lines = [
                {
                    **base,
                    "kind": "adjustment",
                    "date": following,
                    "name": self._adjustment_name(following),
                    "price_unit": result.renewal,
                }
            ]
        else:
            lines = self._part_lines(
                "renewal", subscription, following, item.next_parts
            )
        return lines + [
            {
                **base,
                "kind": "adjustment",
                "name": self._adjustment_name(item.month),
                "price_unit": result.adjustment,
            },
            {
                **base,
                "kind": "overage",
                "name": self.env._("Hours beyond the plan, %s", name),
                "quantity": result.overage_hours,
                "price_unit": item.hour_price,
            },
            {
                **base,
                "kind": "credit",
                "name": explanation,
                "price_unit": -result.credit,
            },
        ]

    def _adjustment_name(self, month):
        return self.env._(
            "Adjustment of %s: start, pause, change or end", self._month_name(month)
        )

    def _part_lines(self, kind, subscription, month, parts):
        """Return the values of the lines that charge the plans of a month."""
        me = self._in_language_of(subscription.account_id)
        result = []
        for part in parts:
            plan = subscription.plan_id.browse(part.plan.key).with_env(me.env)
            whole = part.first == month and part.last == last_day(month)
            values = {
                "plan": plan.name,
                "month": me._month_name(month),
                "first": part.first.day,
                "last": part.last.day,
            }
            result.append(
                {
                    "account_id": subscription.account_id.id,
                    "product_id": plan.product_id.id,
                    "date": month,
                    "kind": kind,
                    "name": me.env._("%(plan)s, %(month)s", **values)
                    if whole
                    else me.env._(
                        "%(plan)s, %(month)s, from day %(first)s to %(last)s", **values
                    ),
                    "quantity": 1,
                    "price_unit": prorata(part.plan.price, part.first, part.last),
                }
            )
        return result

    def _dues(self, plans, month):
        """Return {account: [line values]} of the dues that nothing covers in ``month``.

        :param plans: {account: coworking.plan}
        """
        owing = {
            account: plan.dues_product_id
            for account, plan in plans.items()
            if plan.dues_product_id
        }
        if not owing:
            return {}
        partners = self.env["coworking.account"].union(*owing).partner_id
        products = self.env["product.product"].union(*owing.values())
        covered = {
            (line.partner_id, line.membership_id)
            for line in self.env["membership.membership_line"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", partners.ids),
                    ("membership_id", "in", products.ids),
                    ("state", "in", ("waiting", "invoiced", "free", "paid")),
                    ("date_to", ">=", month),
                ]
            )
        } | {
            (line.partner_id, line.product_id)
            for line in self.env["coworking.month.line"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", partners.ids),
                    ("kind", "=", "dues"),
                    ("move_id", "=", False),
                ]
            )
        }
        result = {}
        for account, product in owing.items():
            first, last = product.membership_date_from, product.membership_date_to
            valid = (not first or first <= last_day(month)) and (
                not last or last >= month
            )
            if valid and (account.partner_id, product) not in covered:
                me = self._in_language_of(account)
                result[account] = [
                    {
                        "account_id": account.id,
                        "product_id": product.id,
                        "date": month,
                        "kind": "dues",
                        "name": product.with_env(me.env).display_name,
                        "quantity": 1,
                        "price_unit": product.lst_price,
                    }
                ]
        return result

    def _store_lines(self, lines, months):
        """Store the values of lines, in one statement.

        :param months: {account id: month id} that they belong to
        """
        if not lines:
            return
        self.env.flush_all()
        rows = [
            {
                **line,
                "month_id": months[line["account_id"]],
                "sequence": SEQUENCES[line["kind"]],
                "date": line["date"].isoformat(),
            }
            for line in lines
        ]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO coworking_month_line
                    (month_id, partner_id, company_id, date, sequence, kind, name,
                     product_id, quantity, price_unit, amount,
                     create_uid, create_date, write_uid, write_date)
                SELECT r.month_id, m.partner_id, m.company_id, r.date, r.sequence, r.kind,
                       r.name, r.product_id, r.quantity, r.price_unit,
                       round(r.quantity * r.price_unit, 2),
                       %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM jsonb_to_recordset(%(rows)s::jsonb) AS r(
                           month_id int4, date date, sequence int4, kind varchar,
                           name varchar, product_id int4, quantity numeric,
                           price_unit numeric)
                  JOIN coworking_month m ON m.id = r.month_id
                """,
                uid=self.env.uid,
                rows=json.dumps(rows),
            )
        )
        self.env["coworking.month.line"].invalidate_model(flush=False)
        self.invalidate_model(["line_ids"], flush=False)

    # --- Words

    def _in_language_of(self, account):
        """Return this model in the language of the holder of an account."""
        return self.with_context(lang=account.partner_id.lang or self.env.lang)

    @tools.ormcache("month", "self.env.context.get('lang')")
    def _month_name(self, month):
        return format_date(self.env, month, date_format="MMMM yyyy")

    def _pass_product(self, company):
        """Return what a credit without any plan is booked on: the smallest pass."""
        return (
            self.env["coworking.pass"]
            .sudo()
            .search([("company_id", "=", company.id)], limit=1)
            .product_id
        )

    def _explain(self, company, facts, result):
        """Return one sentence: what was used, what was charged, what would have been fair."""
        values = {
            "month": self._month_name(facts.month),
            "days": f"{facts.used(DAY):g}",
            "hours": f"{facts.used(HOUR):g}",
            "charged": self._amount(company, result.charged),
            "fair": self._amount(company, result.charged - result.credit),
            "credit": self._amount(company, result.credit),
        }
        if not result.credit:
            words = self.env._(
                "%(month)s: %(days)s days and %(hours)s hours used for %(charged)s, the "
                "fairest price.",
                **values,
            )
        else:
            words = self.env._(
                "%(month)s: %(days)s days and %(hours)s hours used for %(charged)s; the "
                "fairest price is %(fair)s (%(how)s), %(credit)s are credited.",
                how=self._price_words(company, result),
                **values,
            )
        if not facts.paid:
            return words
        return self.env._(
            "%(explanation)s Bookings and desks that were paid in money count with it: "
            "%(paid)s.",
            explanation=words,
            paid=self._amount(company, result.paid),
        )

    def _price_words(self, company, result):
        """Return the lines of the fairest price of a settlement in words."""
        if result.fair.amount < round(result.charged - result.credit, 2):
            return self.env._("what is due whatever the use")
        return self._lines_words(company, result.fair.lines) or self.env._(
            "nothing used"
        )

    def _lines_words(self, company, lines):
        """Return coworking_plan_rules.Lines in words."""
        words = []
        for line in lines:
            if line.kind == "plan":
                plan = self.env["coworking.plan"].sudo().browse(line.key)
                words.append(plan.name)
            elif line.kind == "pack":
                item = self.env["coworking.pass"].sudo().browse(line.key)
                words.append(f"{line.quantity} × {item.product_id.name}")
            elif line.kind == "charged":
                words.append(
                    self.env._(
                        "%s as charged for the plan and passes",
                        self._amount(company, line.amount),
                    )
                )
            elif line.kind == "paid":
                values = {
                    "number": f"{line.quantity:g}",
                    "amount": self._amount(company, line.amount),
                }
                words.append(
                    self.env._("%(number)s hours as paid, %(amount)s", **values)
                    if line.name == HOUR
                    else self.env._("%(number)s days as paid, %(amount)s", **values)
                )
            elif line.kind == HOUR:
                words.append(
                    self.env._(
                        "%(hours)s hours at %(amount)s",
                        hours=f"{line.quantity:g}",
                        amount=self._amount(company, line.amount),
                    )
                )
            elif line.kind == DAY:
                words.append(self.env._("%s days", f"{line.quantity:g}"))
        return " + ".join(words)

    def _amount(self, company, amount):
        return company.currency_id.with_env(self.env).format(amount)
