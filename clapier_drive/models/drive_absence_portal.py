from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

LONGEST_DAYS = 366
ABSENT = """
    UPDATE drive_offer offer SET active = FALSE
      FROM drive_cycle cycle, drive_absence absence
     WHERE absence.id = ANY(%(ids)s) AND cycle.id = offer.cycle_id
       AND offer.producer_id = absence.partner_id AND offer.active
       AND cycle.state = 'planned' AND cycle.open_at > %(now)s
       AND cycle.date_pickup BETWEEN absence.date_start AND absence.date_stop
 RETURNING offer.id
"""
# Offers of another cycle of their frequency stay archived.
BACK = """
    UPDATE drive_offer offer SET active = TRUE
      FROM drive_cycle cycle, drive_absence gone
     WHERE gone.id = ANY(%(ids)s) AND cycle.id = offer.cycle_id
       AND offer.producer_id = gone.partner_id AND NOT offer.active
       AND cycle.state = 'planned' AND cycle.open_at > %(now)s
       AND cycle.date_pickup BETWEEN gone.date_start AND gone.date_stop
       AND (COALESCE(cycle.number, 0) - COALESCE(offer.phase, 0))
           %% GREATEST(offer.frequency, 1) = 0
       AND NOT EXISTS (
           SELECT FROM drive_absence other
            WHERE other.partner_id = gone.partner_id AND NOT (other.id = ANY(%(ids)s))
              AND cycle.date_pickup BETWEEN other.date_start AND other.date_stop)
 RETURNING offer.id
"""


class DriveAbsence(models.Model):
    """Absences reach the cycles that have not opened yet; open ones keep their offers."""

    _inherit = "drive.absence"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of base: cycles to come leave out the offers of who is absent."""
        absences = super().create(vals_list)
        absences._move_offers(ABSENT)
        return absences

    def write(self, vals):
        """Override of base: offers come back on the days that are no longer meant."""
        self._move_offers(BACK)
        result = super().write(vals)
        self._move_offers(ABSENT)
        return result

    def unlink(self):
        """Override of base: offers come back."""
        self._move_offers(BACK)
        return super().unlink()

    def _move_offers(self, query):
        self.env.flush_all()
        self.env.execute_query(SQL(query, ids=self.ids, now=fields.Datetime.now()))
        self.env["drive.offer"].invalidate_model(["active"])

    # --- Portal

    @api.model
    def _portal_absences(self, partner):
        """Return the absences to come of this person's producers, in sudo."""
        return self.sudo().search(
            partner._drive_producers_domain("partner_id")
            & fields.Domain("date_stop", ">=", self.env.company._drive_today()),
            order="date_start, id",
        )

    @api.model
    def _portal_add(self, partner, start, stop):
        """Note an absence of all producers of this person; asked twice, noted once.

        :raise UserError: the days are none, past, the wrong way round, or too many
        """
        try:
            start, stop = fields.Date.to_date(start), fields.Date.to_date(stop)
        except ValueError:
            start = stop = None
        if not start or not stop or start > stop:
            raise UserError(
                self.env._("Choose the first and the last day of your absence.")
            )
        if stop < self.env.company._drive_today():
            raise UserError(self.env._("These days are over: choose days to come."))
        if (stop - start).days > LONGEST_DAYS:
            raise UserError(self.env._("An absence lasts a year at most."))
        producers = partner._drive_producers()
        known = self._portal_absences(partner).filtered(
            lambda item: item.date_start == start and item.date_stop == stop
        )
        made = self.sudo().create(
            [
                {"partner_id": producer.id, "date_start": start, "date_stop": stop}
                for producer in producers - known.partner_id
            ]
        )
        made._portal_tell(self.env._("Absent from %(start)s to %(stop)s."))
        return made | known

    def _portal_remove(self):
        """Take back these absences, and tell the office."""
        self._portal_tell(self.env._("No longer absent from %(start)s to %(stop)s."))
        self.unlink()

    def _portal_tell(self, sentence):
        for absence in self:
            absence.partner_id.message_post(
                body=sentence
                % {
                    "start": format_date(self.env, absence.date_start),
                    "stop": format_date(self.env, absence.date_stop),
                },
                author_id=self.env.user.partner_id.id,
            )

    def _portal_expected(self):
        """Return the open cycles in which somebody absent still offers something."""
        offers_sudo = (
            self.env["drive.offer"]
            .sudo()
            .search(
                [
                    ("producer_id", "in", self.partner_id.ids),
                    ("cycle_id.is_open", "=", True),
                ]
            )
        )
        return offers_sudo.cycle_id.filtered(
            lambda cycle: any(
                absence.date_start <= cycle.date_pickup <= absence.date_stop
                for absence in self
            )
        )
