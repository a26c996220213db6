from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command


class DriveSchedule(models.Model):
    """When cycles come: every week or every other week, with their hours and points."""

    _name = "drive.schedule"
    _description = "Schedule of Cycles"
    _order = "company_id, name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    public = fields.Selection(
        [("family", "Families"), ("institution", "Institutions")],
        required=True,
        default="family",
    )
    date_start = fields.Date(
        "First Pick-Up",
        required=True,
        help="The others follow on the same day of the week.",
    )
    date_stop = fields.Date("Last Pick-Up", help="Empty: without end.")
    interval_weeks = fields.Integer("Every … Weeks", default=1, required=True)
    open_days = fields.Integer(
        "Opens, Days Before", default=7, required=True, help="Before the pick-up day."
    )
    open_time = fields.Float("Opens At", default=20.0, required=True)
    cutoff_days = fields.Integer("Cut-Off, Days Before", default=2, required=True)
    cutoff_time = fields.Float("Cut-Off At", default=22.0, required=True)
    preparation_days = fields.Integer(
        "Preparation, Days Before", default=0, required=True
    )
    preparation_time = fields.Float("Preparation At", default=13.0, required=True)
    point_ids = fields.Many2many(
        "drive.point",
        string="Pick-Up Points",
        required=True,
        domain="[('company_id', '=', company_id)]",
        check_company=True,
    )
    pause_ids = fields.One2many("drive.schedule.pause", "schedule_id", "Pauses")
    cycle_ids = fields.One2many("drive.cycle", "schedule_id", "Cycles")

    _interval_positive = models.Constraint(
        "CHECK (interval_weeks > 0)", "Cycles come every week at most."
    )
    _dates_ordered = models.Constraint(
        "CHECK (open_days * 24 - open_time > cutoff_days * 24 - cutoff_time "
        "AND cutoff_days * 24 - cutoff_time >= preparation_days * 24 - preparation_time)",
        "Orders open before the cut-off, and the cut-off comes before the preparation.",
    )

    def _pickup_dates(self, until):
        """Return the pick-up days of one schedule up to a day, pauses left out.

        :return: list of (number of the occurrence since the first, date)
        """
        self.ensure_one()
        last = min(until, self.date_stop) if self.date_stop else until
        dates, day, number = [], self.date_start, 0
        while day <= last:
            if not any(
                pause.date_start <= day <= pause.date_stop for pause in self.pause_ids
            ):
                dates.append((number, day))
            day += timedelta(weeks=self.interval_weeks)
            number += 1
        return dates

    def _generate(self, until=None):
        """Make the cycles to come that are not there yet.

        Each begins with the offers of the cycle before. Running it twice changes nothing.

        :param until: last pick-up day, the horizon of the policy by default
        :return: the drive.cycle records made
        """
        made = self.env["drive.cycle"]
        for schedule in self:
            company = schedule.company_id
            today = company._drive_today()
            weeks = self.env["drive.policy"]._policy_for(company, today).horizon_weeks
            known = set(
                schedule.with_context(active_test=False).cycle_ids.mapped("date_pickup")
            )
            cycles = made.create(
                [
                    schedule._prepare_cycle(number, day)
                    for number, day in schedule._pickup_dates(
                        until or today + timedelta(weeks=weeks)
                    )
                    if day >= today and day not in known
                ]
            )
            for cycle in cycles.sorted("date_pickup"):
                cycle._clone_offers(cycle._previous())
            made |= cycles
        return made

    def _prepare_cycle(self, number, day):
        """Return the values of the cycle whose pick-up is on ``day``."""
        company = self.company_id
        return {
            "schedule_id": self.id,
            "company_id": company.id,
            "public": self.public,
            "number": number,
            "date_pickup": day,
            "open_at": company._drive_utc(
                day - timedelta(days=self.open_days), self.open_time
            ),
            "cutoff_at": company._drive_utc(
                day - timedelta(days=self.cutoff_days), self.cutoff_time
            ),
            "preparation_at": company._drive_utc(
                day - timedelta(days=self.preparation_days), self.preparation_time
            ),
            "point_ids": [
                Command.create(
                    {
                        "point_id": point.id,
                        "start": company._drive_utc(day, point.start_time),
                        "stop": company._drive_utc(day, point.stop_time),
                        "crate_max": point.crate_max,
                        "cold_max": point.cold_max,
                    }
                )
                for point in self.point_ids
            ],
        }

    @api.model
    def _cron_generate(self):
        """Make the cycles to come of every schedule."""
        self.search([("active", "=", True)])._generate()
