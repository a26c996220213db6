from datetime import timedelta

from odoo import api, models

from ..coworking_plan_rules import add_months, month_of

MONTHS = 4
# Days and hours used a month, by plan: the demonstration shows credits and hours beyond.
USES = {
    "plan_full": [(14, 4), (3, 1), (16, 9), (9, 3)],
    "plan_half": [(8, 7), (6, 3), (2, 1), (3, 2)],
    "plan_student": [(10, 1), (12, 0), (9, 2), (6, 1)],
    "plan_team": [(40, 44), (55, 30), (48, 51), (30, 12)],
}


class CoworkingDemoPlan(models.AbstractModel):
    """What the plans of the demonstration live through."""

    _name = "coworking.demo.plan"
    _description = "Plans of the Demonstration"

    @api.model
    def _load_months(self, people):
        """Give people plans some months ago, let them use these, and close the months.

        :param people: {xml id of a plan: xml ids of subscribers}, of this addon
        """

        def ref(name):
            return self.env.ref(f"clapier_coworking.{name}")

        subscriptions = self.env["coworking.subscription"]
        company = ref(next(iter(people))).company_id
        first = add_months(month_of(company._coworking_today()), 1 - MONTHS)
        uses = {}
        for plan, names in people.items():
            for name in names:
                subscription = subscriptions.create(
                    {
                        "partner_id": ref(name).id,
                        "plan_id": ref(plan).id,
                        "company_id": company.id,
                        "date_start": first,
                    }
                )
                uses[subscription] = USES[plan]
                subscriptions += subscription
        subscriptions._start(first)
        for index in range(MONTHS):
            month = add_months(first, index)
            self._use(uses, month, index)
            if add_months(month) <= company._coworking_today():
                self.env["coworking.month"]._close_month(company, month, to_send=False)

    def _use(self, uses, month, index):
        """Use days and hours in a month, none after today."""
        rows = []
        for subscription, numbers in uses.items():
            account = subscription.account_id
            today = account.company_id._coworking_today()
            me = self.env["coworking.month"]._in_language_of(account)
            days, hours = numbers[index]
            left = {
                "day": account.days_balance,
                "hour": account.hours_balance + account.hours_overdraft,
            }
            for unit, number, reference in (
                ("day", days, me.env._("Desk")),
                ("hour", hours, me.env._("Meeting room")),
            ):
                number = min(number, int(left[unit]))
                steps = min(number, 20)
                for step in range(steps):
                    day = month + timedelta(days=step + 1)
                    if day > today:
                        break
                    share = number // steps + (step < number % steps)
                    rows.append(
                        {
                            "account_id": account.id,
                            "unit": unit,
                            "kind": "use",
                            "quantity": -share,
                            "date": day,
                            "reference": reference,
                        }
                    )
        self.env["coworking.account"]._post(rows)
