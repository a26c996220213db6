from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..coworking_plan_rules import add_months, month_of, pause_days

REASON_MAX = 200
MONTHS_SHOWN = 12


class CoworkingSubscription(models.Model):
    """What people see of their plan on the portal, and may ask there."""

    _inherit = "coworking.subscription"

    @api.model
    def _portal_of(self, partner, company=None):
        """Return the plans that a person has or shares, those that run first, in sudo."""
        holders = partner | partner.commercial_partner_id
        domain = Domain("state", "!=", "draft") & (
            Domain("partner_id", "in", holders.ids)
            | Domain("people_ids", "in", partner.ids)
        )
        if company:
            domain &= Domain("company_id", "=", company.id)
        found_sudo = self.sudo().search(domain, order="date_start desc, id desc")
        return found_sudo.sorted(lambda item: item.state == "ended")

    @api.model
    def _portal_draft(self, partner, company):
        """Return what a person has asked for and nobody has begun, in sudo."""
        return self.sudo().search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", company.id),
                ("state", "=", "draft"),
            ],
            limit=1,
        )

    @api.model
    def _portal_companies(self, partner):
        """Return the organisations with plans for a person, theirs first, in sudo."""
        mine_sudo = (
            self._portal_of(partner)
            .filtered(lambda item: item.state != "ended")
            .company_id
        )
        holders = partner | partner.commercial_partner_id
        accounts_sudo = self.env["coworking.account"].sudo()
        accounts_sudo = accounts_sudo.search([("partner_id", "in", holders.ids)])
        plans_sudo = self.env["coworking.plan"].sudo()
        plans_sudo = plans_sudo.search([("is_published", "=", True)])
        return mine_sudo | accounts_sudo.company_id | plans_sudo.company_id

    def _portal_is_own(self, partner):
        """Tell whether a person may change this plan, rather than share it only."""
        self.ensure_one()
        return self.partner_id == partner and self.state in ("running", "paused")

    def _portal_values(self):
        """Return what the page of one plan shows."""
        self.ensure_one()
        today = self.company_id._coworking_today()
        coming = self.change_ids.filtered(lambda change: change.date > today)
        pauses = [(pause.date_start, pause.date_stop) for pause in self.pause_ids]
        most = self.company_id._coworking_policy().pause_max_days
        used = pause_days(pauses, date(today.year, 1, 1), date(today.year, 12, 31))
        return {
            "subscription": self,
            "coming": coming.sorted("date")[:1],
            "pauses": self.pause_ids.filtered(lambda pause: pause.date_stop >= today),
            "pause_left": max(most - used, 0),
            "tomorrow": fields.Date.add(today, days=1),
            "next_month": add_months(month_of(today)),
            "earliest_end": self._earliest_end(),
            "months": self.account_id.month_ids.filtered(
                lambda month: month.state == "closed"
            ).sorted("month", reverse=True)[:MONTHS_SHOWN],
        }

    def _portal_change(self, plan_id):
        """Change to a published plan from next month on."""
        self.ensure_one()
        plan_sudo = self._portal_plan(self.company_id, plan_id, self.plan_id)
        if plan_sudo == self.plan_id and not self.change_ids.filtered(
            lambda change: change.date > self.company_id._coworking_today()
        ):
            raise UserError(
                self.env._("This is your plan already: choose another one.")
            )
        self._change(
            plan_sudo, add_months(month_of(self.company_id._coworking_today()))
        )
        self.message_post(
            body=self.env._(
                "“%s” from next month on, asked on the portal.", plan_sudo.name
            )
        )

    def _portal_pause(self, first, last, reason):
        """Pause this plan on the days that a form names."""
        self.ensure_one()
        days = []
        for text in (first, last):
            try:
                days.append(date.fromisoformat(text))
            except ValueError as error:
                raise UserError(
                    self.env._("Choose the first and the last day of the pause.")
                ) from error
        self._pause(*days, reason[:REASON_MAX])
        self.message_post(body=self.env._("Pause asked on the portal."))

    def _portal_end(self):
        """End this plan as early as its engagement and notice allow."""
        self.ensure_one()
        if self.date_end:
            raise UserError(self.env._("This plan is to end already."))
        self._end()
        self.message_post(body=self.env._("End asked on the portal."))

    @api.model
    def _portal_ask(self, partner, company, plan_id):
        """Ask for a plan; asked again, the first request is changed."""
        plan_sudo = self._portal_plan(company, plan_id)
        if self._portal_of(partner, company).filtered(
            lambda item: item.state != "ended"
        ):
            raise UserError(
                self.env._("You have a plan here already: change that one.")
            )
        draft_sudo = self._portal_draft(partner, company)
        if draft_sudo:
            draft_sudo.plan_id = plan_sudo
            return draft_sudo
        return self.sudo().create(
            {
                "partner_id": partner.id,
                "company_id": company.id,
                "plan_id": plan_sudo.id,
                "date_start": company._coworking_today(),
            }
        )

    def _portal_plan(self, company, plan_id, plan=None):
        """Return a published plan of a company, in sudo.

        :param plan: the plan of today
        :raise UserError: it is none
        """
        plans_sudo = self.env["coworking.plan"].sudo()
        plan_sudo = plans_sudo.search(
            [
                ("id", "=", plan_id),
                ("company_id", "=", company.id),
                ("is_published", "=", True),
            ]
        )
        if plan and plan_sudo not in plan_sudo._open_to(plan):
            plan_sudo = plans_sudo
        if not plan_sudo:
            raise UserError(
                self.env._("This plan is not on offer: choose another one.")
            )
        return plan_sudo
