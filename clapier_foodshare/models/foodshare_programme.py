from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command


class FoodshareProgramme(models.Model):
    """When meals are cooked: a weekday, its hours, and the spaces that they need."""

    _name = "foodshare.programme"
    _description = "Programme of Meal Services"
    _order = "company_id, weekday, start_time, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(
        [("midday", "Midday"), ("evening", "Evening"), ("other", "Other")],
        required=True,
        default="midday",
    )
    weekday = fields.Selection(
        [
            ("0", "Monday"),
            ("1", "Tuesday"),
            ("2", "Wednesday"),
            ("3", "Thursday"),
            ("4", "Friday"),
            ("5", "Saturday"),
            ("6", "Sunday"),
        ],
        required=True,
        default="0",
    )
    interval_weeks = fields.Integer("Every … Weeks", default=1, required=True)
    date_start = fields.Date("From", required=True, default=fields.Date.context_today)
    date_stop = fields.Date("Until", help="Empty: without end.")
    start_time = fields.Float("Served From", default=12.0, required=True)
    stop_time = fields.Float("Served Until", default=14.0, required=True)
    setup_minutes = fields.Integer(
        "Cooking Before",
        default=210,
        required=True,
        help="Minutes, in the same spaces.",
    )
    cleaning_minutes = fields.Integer(
        "Cleaning After", default=60, required=True, help="Minutes, in the same spaces."
    )
    portion_max = fields.Integer("Portions", default=40, required=True)
    space_ids = fields.Many2many(
        "coworking.space",
        string="Spaces",
        help="Kitchen and hall; whoever owns them, nobody else gets them meanwhile.",
    )
    service_ids = fields.One2many("foodshare.service", "programme_id", "Services")

    _hours_ordered = models.Constraint(
        "CHECK (0 <= start_time AND start_time < stop_time AND stop_time <= 24)",
        "A service ends after it begins, on the same day.",
    )
    _numbers_positive = models.Constraint(
        "CHECK (interval_weeks > 0 AND setup_minutes >= 0 AND cleaning_minutes >= 0 "
        "AND portion_max > 0)",
        "Weeks, minutes and portions are positive.",
    )
    _dates_ordered = models.Constraint(
        "CHECK (date_stop IS NULL OR date_start <= date_stop)",
        "A programme ends after it begins.",
    )

    def _days(self, until):
        """Return the days of one programme up to a day."""
        self.ensure_one()
        day = self.date_start + timedelta(
            days=(int(self.weekday) - self.date_start.weekday()) % 7
        )
        last = min(until, self.date_stop) if self.date_stop else until
        days = []
        while day <= last:
            days.append(day)
            day += timedelta(weeks=self.interval_weeks)
        return days

    def _generate(self, until=None):
        """Make the services to come that are not there yet; twice changes nothing.

        A service whose spaces somebody else has is made all the same, and says so.

        :param until: last day, the horizon of the policy by default
        :return: the foodshare.service records made
        """
        made = self.env["foodshare.service"]
        for programme in self:
            company = programme.company_id
            today = company._coworking_today()
            weeks = company._foodshare_policy().horizon_weeks
            known = set(programme.service_ids.mapped("date"))
            made |= made.create(
                [
                    programme._prepare_service(day)
                    for day in programme._days(until or today + timedelta(weeks=weeks))
                    if day >= today and day not in known
                ]
            )
        return made

    def _prepare_service(self, day):
        """Return the values of this programme's service of one day."""
        self.ensure_one()
        return {
            "programme_id": self.id,
            "company_id": self.company_id.id,
            "kind": self.kind,
            "start": self.company_id._foodshare_utc(day, self.start_time),
            "stop": self.company_id._foodshare_utc(day, self.stop_time),
            "setup_minutes": self.setup_minutes,
            "cleaning_minutes": self.cleaning_minutes,
            "portion_max": self.portion_max,
            "space_ids": [Command.set(self.space_ids.ids)],
        }

    def action_generate(self):
        """Make the services to come now."""
        self.check_access("write")
        self._generate()

    @api.model
    def _cron_generate(self):
        """Make the services to come of every programme."""
        self.search([("active", "=", True)])._generate()
