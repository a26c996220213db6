from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..coworking_plan_rules import pause_days


class CoworkingSubscriptionPause(models.Model):
    """Days on which a subscription costs nothing and gives nothing."""

    _name = "coworking.subscription.pause"
    _description = "Pause of a Subscription"
    _order = "date_start desc, id desc"
    _rec_name = "date_start"

    subscription_id = fields.Many2one(
        "coworking.subscription", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="subscription_id.company_id", store=True)
    date_start = fields.Date("First Day", required=True)
    date_stop = fields.Date("Last Day", required=True)
    reason = fields.Char()

    _stop_after_start = models.Constraint(
        "CHECK (date_stop >= date_start)", "A pause ends on its first day or later."
    )
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (int4range(subscription_id, subscription_id, '[]') WITH =,"
        " daterange(date_start, date_stop, '[]') WITH &&)",
        "This subscription is already paused on some of these days.",
    )

    @api.constrains("date_start", "date_stop", "subscription_id")
    def _check_days_a_year(self):
        """No more days a year than the policy of the first day allows."""
        for subscription in self.subscription_id:
            pauses = [
                (pause.date_start, pause.date_stop) for pause in subscription.pause_ids
            ]
            for pause in self & subscription.pause_ids:
                most = subscription.company_id._coworking_policy(
                    pause.date_start
                ).pause_max_days
                for year in {pause.date_start.year, pause.date_stop.year}:
                    first = pause.date_start.replace(year=year, month=1, day=1)
                    last = first.replace(month=12, day=31)
                    if pause_days(pauses, first, last) > most:
                        raise ValidationError(
                            self.env._(
                                "A plan is paused %(most)s days a year at most: choose "
                                "fewer days in %(year)s.",
                                most=most,
                                year=year,
                            )
                        )
