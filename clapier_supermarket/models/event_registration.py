from odoo import api, models
from odoo.tools import email_normalize


class EventRegistration(models.Model):
    _inherit = "event.registration"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of event: who has attended a training has its skill."""
        registrations = super().create(vals_list)
        registrations._supermarket_grant_skills()
        return registrations

    def write(self, vals):
        """Override of event: who has attended a training has its skill."""
        result = super().write(vals)
        if "state" in vals:
            self._supermarket_grant_skills()
            self._supermarket_take_skills_back()
        return result

    def _supermarket_grant_skills(self):
        """Enter the skills of trainings that were attended, once each."""
        attended_sudo = self.sudo().filtered(
            lambda registration: (
                registration.state == "done"
                and registration.event_id.supermarket_skill_id
            )
        )
        if not attended_sudo:
            return
        Holding_sudo = self.env["supermarket.shift.skill.holding"].sudo()
        granted = {
            (holding.event_registration_id, holding.skill_id)
            for holding in Holding_sudo.search(
                [("event_registration_id", "in", attended_sudo.ids)]
            )
        }
        rows = []
        for registration in attended_sudo:
            skill = registration.event_id.supermarket_skill_id
            person = registration._supermarket_attendee()
            if person and (registration, skill) not in granted:
                company = registration.company_id or self.env.company
                ended = company._supermarket_local(registration.event_id.date_end)
                rows.append(
                    {
                        "partner_id": person.id,
                        "skill_id": skill.id,
                        "date_start": ended.date(),
                        "event_registration_id": registration.id,
                    }
                )
        Holding_sudo.create(rows)

    def _supermarket_attendee(self):
        """Return the person who came: who booked, or somebody of their household."""
        self.ensure_one()
        booker = self.partner_id
        name = (self.name or "").strip().casefold()
        holder = booker.supermarket_holder_id or booker
        household = booker | holder | holder.supermarket_attached_ids
        for person in household:
            if (person.name or "").strip().casefold() == name:
                return person
        email = email_normalize(self.email)
        found = email and self.env["res.partner"].search(
            [("email_normalized", "=", email), ("is_company", "=", False)], limit=2
        )
        if found and len(found) == 1:
            return found
        return booker if not name else self.env["res.partner"]

    def _supermarket_take_skills_back(self):
        """Take back the unexpired skills of trainings that were not attended after all."""
        missed = self.filtered(lambda registration: registration.state != "done")
        if not missed:
            return
        today = self.env.company._supermarket_today()
        self.env["supermarket.shift.skill.holding"].sudo().search(
            [
                ("event_registration_id", "in", missed.ids),
                "|",
                ("date_stop", "=", False),
                ("date_stop", ">=", today),
            ]
        ).unlink()
