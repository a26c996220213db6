from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_amount, format_date

from ..coworking_tariff import NoPrice

PAST_SHOWN = 10
KEY_MAX = 64
COLOURS = {
    "booked": "primary",
    "present": "success",
    "no_show": "danger",
    "cancelled": "secondary",
}


class CoworkingVisit(models.Model):
    """What the portal shows a person of desks, and what it takes from their forms.

    All is read in sudo from ``partner``, who is logged in: callers give nobody else.
    """

    _inherit = "coworking.visit"

    @api.model
    def _portal_areas(self, partner):
        """Return the desk areas that a person may use, that of their last visit first."""
        Space_sudo = self.env["coworking.space"].sudo()
        areas_sudo = Space_sudo.search(
            Space_sudo._desk_domain(partner) & Domain("is_published", "=", True)
        )
        last_sudo = self.sudo().search([("partner_id", "=", partner.id)], limit=1)
        return areas_sudo.sorted(lambda area: area != last_sudo.space_id)

    @api.model
    def _portal_area(self, partner, space_id):
        """Return the area of an id that a client sent; empty where it is none of theirs."""
        areas_sudo = self._portal_areas(partner)
        return areas_sudo.filtered(lambda area: str(area.id) == str(space_id))

    @api.model
    def _portal_days(self, partner, area_sudo):
        """Return the next days of an area: places left and the person's own visits."""
        days = area_sudo._desk_next_days()
        left = area_sudo._desk_left(days)
        mine = set()
        for visit in self.sudo().search(
            [
                ("partner_id", "=", partner.id),
                ("day", "in", days),
                ("state", "!=", "cancelled"),
            ]
        ):
            halves = ("am", "pm") if visit.half == "day" else (visit.half,)
            mine |= {(visit.day, half) for half in halves}
        names = dict(self._fields["half"]._description_selection(self.env))
        rows = []
        for day in days:
            halves = {
                half: {
                    "half": half,
                    "name": names[half],
                    "left": left.get((area_sudo, day, half)),
                    "mine": (day, half) in mine,
                }
                for half in ("am", "pm")
            }
            free = [
                half["left"] if half["left"] and not half["mine"] else 0
                for half in halves.values()
            ]
            whole = {"half": "day", "name": names["day"], "left": min(free)}
            rows.append(
                {
                    "day": day,
                    "label": format_date(self.env, day, date_format="EEEE d MMMM"),
                    "halves": [*halves.values()],
                    "choices": [
                        half
                        for half in halves.values()
                        if half["left"] and not half["mine"]
                    ]
                    + ([whole] if whole["left"] else []),
                    "open": any(half["left"] is not None for half in halves.values()),
                }
            )
        return rows

    @api.model
    def _portal_rights(self, partner, area_sudo):
        """Return what pays a person's next place: plan, days left, price."""
        company = area_sudo.company_id
        account_sudo = self.env["coworking.account"]._of(partner, company)
        today = company._coworking_today()
        policy = company._coworking_policy()
        rights = {
            "plan": partner._coworking_desk_right(company, today),
            "days": account_sudo.days_balance,
            "prices": [],
            "deadline": policy.desk_cancel_hours,
            "guests": 0,
        }
        if partner._coworking_may_invite(company):
            ranks = self._guest_ranks(partner, company, today.replace(day=1))
            rights["guests"] = max(policy.guest_days_month - len(ranks), 0)
        if not rights["plan"] and rights["days"] < 1:
            rights["prices"] = self._portal_prices(partner, area_sudo)
        return rights

    @api.model
    def _portal_prices(self, partner, area_sudo):
        """Return half-day and day of an area as a person pays them, on its next open day."""
        days = area_sudo._desk_next_days()
        day = next((day for _area, day, _half in area_sudo._desk_open(days)), days[0])
        names = dict(self._fields["half"]._description_selection(self.env))
        names["am"] = self.env._("Half-Day")
        prices = []
        for half in ("am", "day"):
            try:
                amount = self._price(partner, area_sudo, day, half)
            except (NoPrice, UserError):
                continue
            prices.append(
                (names[half], format_amount(self.env, amount, area_sudo.currency_id))
            )
        return prices

    @api.model
    def _portal_coming(self, partner):
        """Return the visits of a person, and of their guests, that are not over."""
        visits_sudo = self.sudo().search(
            [
                "|",
                ("partner_id", "=", partner.id),
                ("host_id", "=", partner.id),
                ("state", "in", ("booked", "present")),
                ("day", ">=", fields.Date.subtract(fields.Date.today(), days=1)),
            ],
            order="day, half, id",
        )
        now = fields.Datetime.now()
        return visits_sudo.filtered(lambda visit: visit._window()[1] > now)

    @api.model
    def _portal_past(self, partner):
        """Return the last visits of a person that are over or cancelled."""
        visits_sudo = self.sudo().search(
            [
                ("partner_id", "=", partner.id),
                ("day", "<=", fields.Date.today()),
            ],
            limit=PAST_SHOWN + 2,
        )
        return (visits_sudo - self._portal_coming(partner))[:PAST_SHOWN]

    @api.model
    def _portal_visit(self, partner, visit_id):
        """Return a visit of the person or of their guest, in sudo; empty for any other."""
        return self.sudo().search(
            [
                ("id", "=", visit_id),
                "|",
                ("partner_id", "=", partner.id),
                ("host_id", "=", partner.id),
            ]
        )

    @api.model
    def _portal_book(self, partner, form):
        """Book what a form of the portal asks for; a name in it makes it a guest's.

        :param form: strings ``space_id``, ``day``, ``half``, ``key``, ``guest_name``,
            ``guest_email``
        """
        area_sudo = self._portal_area(partner, form["space_id"])
        if not area_sudo:
            raise UserError(self.env._("This is no desk area: choose one of the list."))
        try:
            day = fields.Date.to_date(form["day"])
        except ValueError:
            day = None
        if not day:
            raise UserError(self.env._("This is no day: choose one of the list."))
        key = form["key"][:KEY_MAX]
        if form["guest_name"] or form["guest_email"]:
            return self._invite(
                partner,
                area_sudo,
                day,
                form["half"],
                form["guest_name"],
                form["guest_email"],
                key=key,
            )
        return self._book(partner, area_sudo, day, form["half"], key=key)

    def _portal_rows(self):
        """Return what the portal shows of each visit."""
        return [
            {
                "visit": visit,
                "when": visit._tell_when(),
                "wifi": visit._wifi(),
                "in_time": visit._is_in_time(),
                "colour": COLOURS[visit.state],
            }
            for visit in self
        ]
