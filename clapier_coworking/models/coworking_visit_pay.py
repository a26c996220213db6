from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL

from ..coworking_tariff import NoPrice
from .coworking_visit import PARTS

DAYS = {"am": 0.5, "pm": 0.5, "day": 1.0}


class CoworkingVisit(models.Model):
    """How a visit is paid, given back, or billed."""

    _inherit = "coworking.visit"

    @api.model
    def _pay(self, partner, space, day, half):
        """Pay a place: by a plan, else a day pass, else on the next invoice.

        :return: values of the visit
        """
        company = space.company_id
        if partner._coworking_desk_right(company, day):
            return {"paid_by": "plan"}
        account_sudo = self.env["coworking.account"]._of(partner, company)
        if account_sudo and account_sudo.days_balance >= DAYS[half]:
            row = {
                "account_id": account_sudo.id,
                "unit": "day",
                "kind": "use",
                "quantity": -DAYS[half],
                "date": company._coworking_today(),
                "reference": f"{space.name}, {space._tell_day(day)}",
            }
            row_sudo = self.env["coworking.account"]._post([row])
            return {"paid_by": "pass", "hours_row_id": row_sudo.id}
        return {"paid_by": "bill", "amount": self._price(partner, space, day, half)}

    @api.model
    def _price(self, partner, space, day, half):
        """Return what a half-day or a day costs a person, taxes excluded.

        :raise UserError: the area has no price for it
        """
        windows = space._desk_windows([day])
        halves = [windows[space, day, part] for part in PARTS[half]]
        try:
            _lines, amount = space._quote(
                partner._coworking_public(), halves[0][0], halves[-1][1]
            )
        except NoPrice as error:
            raise UserError(
                self.env._(
                    "“%s” has no price for you: buy a day pass, or ask the team.",
                    space.name,
                )
            ) from error
        return amount

    # --- Cancelling

    def _is_in_time(self):
        """Tell whether one visit can still be given back without losing anything."""
        self.ensure_one()
        return bool(self._in_time())

    def _in_time(self):
        """Return those that can still be given back without losing anything."""
        windows, policies = self._windows(), self._policies()
        now = fields.Datetime.now()
        return self.filtered(
            lambda visit: (
                windows[visit][0] - now
                >= timedelta(hours=policies[visit].desk_cancel_hours)
            )
        )

    def _policies(self):
        """Return the policy that judges each visit, that of its day: {visit: policy}."""
        by_company = {
            company: self.env["coworking.policy"]._policies_by_day(
                company, set(visits.mapped("day"))
            )
            for company, visits in self.sudo().grouped("company_id").items()
        }
        return {
            visit: by_company[visit_sudo.company_id][visit_sudo.day]
            for visit, visit_sudo in zip(self, self.sudo(), strict=True)
        }

    def _cancel(self, free=False):
        """Give places back; the days too where the deadline is not over.

        :param free: give the days back whatever the time: the team's word
        :raise UserError: one of the visits has taken place
        """
        visits_sudo = self.sudo().filtered(lambda visit: visit.state != "cancelled")
        if not visits_sudo:
            return
        windows, now = visits_sudo._windows(), fields.Datetime.now()
        if any(
            visit.state != "booked" or windows[visit][1] <= now for visit in visits_sudo
        ):
            raise UserError(
                self.env._("This visit has taken place: it can no longer be cancelled.")
            )
        policies = visits_sudo._policies()
        late_sudo = (
            visits_sudo.browse() if free else visits_sudo - visits_sudo._in_time()
        )
        self.env["coworking.desk.slot"].sudo()._give_back(
            [
                (visit.space_id, visit.day, half)
                for visit in visits_sudo
                for half in PARTS[visit.half]
            ]
        )
        # The write meets who cancels at the same instant: one of them is tried again.
        visits_sudo.state = "cancelled"
        visits_sudo.flush_recordset(["state"])
        kept_sudo = late_sudo.filtered(
            lambda visit: policies[visit].desk_late_keeps_day
        )
        (visits_sudo - kept_sudo)._refund_days()
        (visits_sudo - late_sudo)._keep_part(0)
        for percent, of_percent in late_sudo.grouped(
            lambda visit: policies[visit].cancel_fee_percent
        ).items():
            of_percent._keep_part(percent)

    def action_cancel(self):
        """Cancel visits in these people's name, by the policy."""
        self.check_access("write")
        self._cancel()

    def action_cancel_free(self):
        """Cancel visits and give the days back, whatever the policy says."""
        self.check_access("write")
        self._cancel(free=True)

    def _refund_days(self):
        """Give the days of passes back, once each."""
        self.env["coworking.account"]._post(
            [
                {
                    "account_id": row_sudo.account_id.id,
                    "unit": "day",
                    "kind": "refund",
                    "quantity": -row_sudo.quantity,
                    "date": row_sudo.company_id._coworking_today(),
                    "reference": row_sudo.reference,
                    "reversal_of_id": row_sudo.id,
                }
                for row_sudo in self.sudo().hours_row_id
            ]
        )

    # --- Nobody came

    @api.model
    def _cron_no_show(self):
        """Note who did not come on the days before, at each organisation's place."""
        booked = Domain("state", "=", "booked")
        # Whichever the time zone, this reaches beyond what is over.
        limit = fields.Date.today()
        done = 0
        for (company,) in self.sudo()._read_group(
            booked & Domain("day", "<=", limit), ["company_id"]
        ):
            visits_sudo = self.sudo().search(
                booked
                & Domain("company_id", "=", company.id)
                & Domain("day", "<", company._coworking_today())
            )
            for day, of_day in visits_sudo.grouped("day").items():
                of_day._mark_no_show(company._coworking_policy(day))
            done += len(visits_sudo)
        self.env["ir.cron"]._commit_progress(done)

    def _mark_no_show(self, policy):
        """Note that nobody came on these visits of one day, by the policy of that day."""
        self.write({"state": "no_show"})
        if not policy.desk_late_keeps_day:
            self._refund_days()
        self._keep_part(policy.no_show_fee_percent)

    def _keep_part(self, percent):
        """Leave only a part (%) of what these visits cost on the next invoice."""
        due_sudo = self.sudo().filtered("amount")
        if percent == 100 or not due_sudo:
            return
        due_sudo.flush_recordset()
        self.env.execute_query(
            SQL(
                """
                UPDATE coworking_visit visit
                   SET amount = round(visit.amount * %s / 100, currency.decimal_places)
                  FROM res_company company
                  JOIN res_currency currency ON currency.id = company.currency_id
                 WHERE visit.id = ANY(%s) AND company.id = visit.company_id
             RETURNING visit.id
                """,
                percent,
                due_sudo.ids,
            )
        )
        due_sudo.invalidate_recordset(["amount"])

    # --- Billing

    @api.model
    def _to_bill_domain(self, until):
        """Return the domain of what is due and not billed, up to the day ``until``."""
        return [
            ("paid_by", "=", "bill"),
            ("state", "!=", "booked"),
            ("amount", ">", 0),
            ("day", "<=", until),
            ("sale_line_ids", "=", False),
        ]

    @api.model
    def _bill_visits(self, company, until, partners=None):
        """Make a draft order per person of what they owe one organisation for desks.

        :param until: last day that is billed
        :param partners: only these people
        :return: sale.order records in sudo
        """
        domain = [*self._to_bill_domain(until), ("company_id", "=", company.id)]
        if partners is not None:
            domain.append(("partner_id", "in", partners.ids))
        visits_sudo = (
            self.sudo()
            .with_company(company)
            .search(domain, order="partner_id, day, half")
        )
        return visits_sudo._make_orders()

    def _make_orders(self):
        """Return a draft order per organisation and person of these visits, in sudo."""
        vals_list = []
        for (company, partner), visits in (
            self.sudo()
            .grouped(lambda visit: (visit.company_id, visit.partner_id))
            .items()
        ):
            vals_list.append(
                {
                    "company_id": company.id,
                    "partner_id": partner.id,
                    "order_line": [
                        Command.create(visit._prepare_sale_line_vals())
                        for visit in visits.with_context(lang=partner.lang)
                    ],
                }
            )
        return self.env["sale.order"].sudo().create(vals_list)

    def _prepare_sale_line_vals(self):
        """Return the values of the order line of one visit."""
        self.ensure_one()
        product = self.space_id.product_id or self.env.ref(
            "clapier_coworking.product_desk"
        )
        return {
            "product_id": product.id,
            "name": f"{self.space_id.name}, {self._tell_when()}",
            "product_uom_qty": 1,
            "price_unit": self.amount,
            "coworking_visit_id": self.id,
        }

    def action_bill(self):
        """Make the draft orders of these visits, and show them to who may see orders."""
        self.check_access("write")
        today = fields.Date.context_today(self)
        due_sudo = self.sudo().filtered_domain(self._to_bill_domain(today))
        if not due_sudo:
            raise UserError(
                self.env._(
                    "Nothing of these visits is to be billed: choose past visits that go "
                    "on the next invoice."
                )
            )
        orders_sudo = due_sudo._make_orders()
        if not self.env["sale.order"].has_access("read"):
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "success",
                    "message": self.env._(
                        "%s orders are made: whoever invoices finds them among the quotations.",
                        len(orders_sudo),
                    ),
                    "next": {"type": "ir.actions.act_window_close"},
                },
            }
        name = self.env._("Orders of Desks")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "sale.order",
            "view_mode": "list,form",
            "domain": [("id", "in", orders_sudo.ids)],
        }
