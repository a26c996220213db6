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
        visit_sudo = self.sudo()
        policy = visit_sudo.company_id._coworking_policy(visit_sudo.day)
        start, _stop = self._window()
        left = start - fields.Datetime.now()
        return left.total_seconds() >= policy.desk_cancel_hours * 3600

    def _cancel(self, free=False):
        """Give one place back; the day too where the deadline is not over.

        :param free: give the day back whatever the time: the team's word
        """
        self.ensure_one()
        visit_sudo = self.sudo()
        if visit_sudo.state == "cancelled":
            return
        if visit_sudo.state != "booked" or self._window()[1] <= fields.Datetime.now():
            raise UserError(
                self.env._("This visit has taken place: it can no longer be cancelled.")
            )
        in_time = free or self._is_in_time()
        policy = visit_sudo.company_id._coworking_policy(visit_sudo.day)
        self.env["coworking.desk.slot"].sudo()._give_back(
            visit_sudo.space_id, visit_sudo.day, PARTS[visit_sudo.half]
        )
        # The write meets who cancels at the same instant: one of them is tried again.
        visit_sudo.state = "cancelled"
        visit_sudo.flush_recordset(["state"])
        if in_time or not policy.desk_late_keeps_day:
            visit_sudo._refund_days()
        percent = 0 if in_time else policy.cancel_fee_percent
        visit_sudo.amount = visit_sudo.currency_id.round(
            visit_sudo.amount * percent / 100
        )

    def action_cancel(self):
        """Cancel visits in these people's name, by the policy."""
        self.check_access("write")
        for visit in self:
            visit._cancel()

    def action_cancel_free(self):
        """Cancel visits and give the days back, whatever the policy says."""
        self.check_access("write")
        for visit in self:
            visit._cancel(free=True)

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
        if policy.no_show_fee_percent < 100:
            self.flush_recordset()
            self.env.execute_query(
                SQL(
                    "UPDATE coworking_visit SET amount = round(amount * %s / 100, %s) "
                    "WHERE id = ANY(%s) AND amount != 0 RETURNING id",
                    policy.no_show_fee_percent,
                    policy.company_id.currency_id.decimal_places,
                    self.ids,
                )
            )
            self.invalidate_recordset(["amount"])

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
