import random
from datetime import timedelta

from odoo import api, fields, models

from .coworking_visit import PARTS
from .coworking_visit_pay import DAYS


class CoworkingDemo(models.AbstractModel):
    """Visits of the demo, around the day of today."""

    _inherit = "coworking.demo"

    @api.model
    def _load_passes(self, rows):
        """Sell packs of days to people.

        :param rows: pairs of partner (demo id without prefix) and days
        """
        accounts = self.env["coworking.account"]
        company = self._ref("company_zoomacom")
        accounts._post(
            [
                {
                    "account_id": accounts._make(
                        self._ref(f"partner_{partner}"), company
                    ).id,
                    "unit": "day",
                    "kind": "purchase",
                    "quantity": days,
                    "date": self._day(-5),
                    "reference": f"Carnet de {days} journées",
                }
                for partner, days in rows
            ]
        )

    @api.model
    def _load_visits(self, rows):
        """Let people take desks around today, each visit in its state.

        :param rows: tuples of day, half, partner and state, and a guest's name
        """
        chance = random.Random(4)
        space = self._ref("space_desks")
        visits = self.env["coworking.visit"]
        now = fields.Datetime.now()
        values = []
        for rank, (offset, half, name, state, *guest) in enumerate(rows):
            partner, day = self._ref(f"partner_{name}"), self._day(offset)
            self.env["coworking.desk.slot"]._take(space, day, PARTS[half])
            vals = {"space_id": space.id, "day": day, "half": half, "state": state}
            if guest:
                vals |= {
                    "host_id": partner.id,
                    "guest_name": guest[0],
                    "guest_month": day.replace(day=1),
                    "guest_rank": rank,
                    "paid_by": "guest",
                }
            else:
                vals |= {"partner_id": partner.id}
                vals |= visits._pay(partner, space, day, half)
            if state == "present":
                start, _stop = space._desk_windows([day])[space, day, PARTS[half][0]]
                minutes = chance.randrange(5, 60) * DAYS[half]
                vals["checked_in_at"] = min(start + timedelta(minutes=minutes), now)
            if offset <= 0:
                vals |= {"booked_mail_at": now, "welcome_mail_at": now}
            values.append(vals)
        visits.create(values)
