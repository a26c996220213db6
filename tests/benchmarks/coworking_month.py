"""Figures of plans: closing a month of so many members, then making their invoices."""

from datetime import timedelta
from itertools import cycle

from dateutil.relativedelta import relativedelta

from .figure import Figure, measure

BENCH = "coworking"
SIZES = (200, 500, 2000)
# name, price, hours, days (None: a desk every day)
PLANS = (("Full", 150, 10, None), ("Half", 80, 5, 8), ("Light", 30, 2, 2))
PASSES = (("Pass", 15, 1), ("Ten", 120, 10))
# Half-days of a desk that a member uses, and hours of a room
HALF_DAYS, HOURS = 4, 1.5
INVOICES = 40


def month_end(env, size):
    """Time the closing of last month for ``size`` members, each with days and hours used."""
    company, month = create_members(env, size)
    Month = env["coworking.month"]

    def close():
        with env.cr.savepoint() as savepoint:
            Month._close_month(company, month)
            env.flush_all()
            savepoint.rollback()

    seconds, statements = measure(env, close)
    Month._close_month(company, month)
    lines = env["coworking.month.line"].search(
        [("company_id", "=", company.id), ("move_id", "=", False)]
    )
    months = lines.month_id[:INVOICES]
    invoices, _statements = measure(
        env, lambda: Month._make_invoices(months.line_ids), runs=1
    )
    return {
        "seconds": seconds,
        "statements": statements,
        "draft_invoice_seconds": invoices / len(months),
    }


def create_members(env, size):
    """Make a company, its plans and passes, and ``size`` members who used last month.

    :return: (company, first day of last month)
    """
    company = env["res.company"].create(
        {"name": "Bench of plans", "country_id": env.ref("base.fr").id}
    )
    env["account.chart.template"]._load("fr", company, install_demo=False)
    company_env = env(
        context={
            **env.context,
            "allowed_company_ids": company.ids,
            "tracking_disable": True,
        }
    )
    plans = _create_offers(company_env, company)
    people = company_env["res.partner"].create(
        [{"name": f"Bench {number}"} for number in range(size)]
    )
    month = company._coworking_today().replace(day=1) - relativedelta(months=1)
    subscriptions = company_env["coworking.subscription"].create(
        [
            {
                "partner_id": person.id,
                "plan_id": plan.id,
                "company_id": company.id,
                "date_start": month,
            }
            for person, plan in zip(people, cycle(plans), strict=False)
        ]
    )
    subscriptions._start(month)
    rows = []
    for number, subscription in enumerate(subscriptions):
        common = {
            "account_id": subscription.account_id.id,
            "kind": "use",
            "reference": "Bench",
        }
        for half in range(HALF_DAYS):
            day = month + timedelta(days=(number + half) % 28)
            rows.append({**common, "unit": "day", "quantity": -0.5, "date": day})
        rows.append({**common, "unit": "hour", "quantity": -HOURS, "date": day})
    company_env["coworking.account"]._post(rows)
    return company, month


def _create_offers(env, company):
    """Make the products, plans and passes of a company; return the plans."""
    product, *sold = env["product.product"].create(
        [
            {
                "name": name,
                "type": "service",
                "company_id": company.id,
                "list_price": price,
            }
            for name, price, _quantity in (("Plan", 0, 0), *PASSES)
        ]
    )
    env["coworking.pass"].create(
        [
            {"product_id": item.id, "company_id": company.id, "quantity": quantity}
            for item, (_name, _price, quantity) in zip(sold, PASSES, strict=True)
        ]
    )
    return env["coworking.plan"].create(
        [
            {
                "name": name,
                "price": price,
                "hours": hours,
                "days": days or 0,
                "days_unlimited": days is None,
                "hour_price": 9,
                "overdraft_hours": 4,
                "product_id": product.id,
                "company_id": company.id,
            }
            for name, price, hours, days in PLANS
        ]
    )


FIGURES = (Figure("month-end", month_end, sizes=SIZES, quick=SIZES[:1]),)
