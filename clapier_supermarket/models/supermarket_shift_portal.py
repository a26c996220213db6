from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..utils import name_order

SHEET_STATES = ("booked", "attended", "absent")
# How long a coordinator sees the sheet: people's phones are not theirs for ever.
SHEET_DAYS_AFTER = 7
SHEET_DAYS_BEFORE = 28


class SupermarketShift(models.Model):
    _inherit = "supermarket.shift"

    @api.model
    def _portal_coordinated(self, person, shift_id=None):
        """Return the shifts whose sheet ``person`` opens as coordinator, in sudo."""
        now = fields.Datetime.now()
        domain = Domain("state", "!=", "cancelled")
        domain &= Domain("start", "<", now + timedelta(days=SHEET_DAYS_BEFORE))
        domain &= Domain("stop", ">", now - timedelta(days=SHEET_DAYS_AFTER))
        domain &= Domain("coordinator_ids", "in", person.ids) | Domain(
            "template_id.coordinator_ids", "in", person.ids
        )
        if shift_id is not None:
            domain &= Domain("id", "=", shift_id)
        return self.sudo().search(domain, order="start")

    def _portal_sheet(self):
        """Return who is expected at one shift, with the name and phone of who comes."""
        self.ensure_one()
        registrations = self.registration_ids.filtered(
            lambda item: item.state in SHEET_STATES
        )
        rows = []
        for registration in registrations:
            comes = registration.substitute_id or registration.partner_id
            rows.append(
                {
                    "registration": registration,
                    "name": comes.name,
                    "phone": comes.phone or registration.partner_id.phone,
                    "instead_of": registration.substitute_id
                    and registration.partner_id.name,
                }
            )
        return sorted(rows, key=lambda row: name_order(row["name"]))

    def _portal_mark(self, registration_id, state):
        """Tick one person of one shift, as its coordinator.

        :raise UserError: nobody of this shift, not begun, or the sheet is closed
        """
        self.ensure_one()
        registration = self.registration_ids.filtered(
            lambda item: item.id == registration_id and item.state in SHEET_STATES
        )
        if not registration or state not in ("attended", "absent", "booked"):
            raise UserError(
                self.env._("This person is not registered for this shift any more.")
            )
        if self.state != "open":
            raise UserError(
                self.env._("This sheet is closed: ask the member office to correct it.")
            )
        registration._mark(state)
