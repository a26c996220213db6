from odoo import api, fields, models
from odoo.exceptions import UserError


class SupermarketShiftReplacement(models.TransientModel):
    """Many people at once: taken off their shifts, moved to another one, or replaced."""

    _name = "supermarket.shift.replacement"
    _description = "Mass Replacement"

    registration_ids = fields.Many2many(
        "supermarket.shift.registration",
        "supermarket_shift_replacement_registration",
        "replacement_id",
        "registration_id",
        "Registrations",
        default=lambda self: self._default_registration_ids(),
        domain="[('state', '=', 'booked'), ('start', '>', 'now')]",
    )
    operation = fields.Selection(
        [
            ("move", "Move to another shift"),
            ("cancel", "Take off, without any points"),
            ("replace", "Take off, and choose who comes instead"),
        ],
        required=True,
        default="move",
    )
    shift_id = fields.Many2one(
        "supermarket.shift",
        "To",
        domain="[('state', '=', 'open'), ('start', '>', 'now')]",
    )
    seats_free = fields.Integer(related="shift_id.seats_free")

    @api.model
    def _default_registration_ids(self):
        """Take the registrations that are selected, or those of the shifts that are."""
        ids = self.env.context.get("active_ids") or []
        model = self.env.context.get("active_model")
        if model == "supermarket.shift.registration":
            domain = [("id", "in", ids)]
        elif model == "supermarket.shift":
            domain = [("shift_id", "in", ids)]
        else:
            return False
        return self.env["supermarket.shift.registration"].search(
            [*domain, ("state", "=", "booked"), ("start", ">", fields.Datetime.now())]
        )

    def action_replace(self):
        """Move or take off the people, all or none.

        :raise UserError: nobody is chosen, or the other shift cannot take them
        """
        self.ensure_one()
        self.check_access("write")
        registrations = self.registration_ids.filtered(
            lambda registration: (
                registration.state == "booked"
                and registration.start > fields.Datetime.now()
            )
        )
        if not registrations:
            raise UserError(self.env._("Nobody here is expected at a shift to come."))
        if self.operation == "move" and not self.shift_id:
            raise UserError(self.env._("Choose the shift they come to."))
        if self.operation == "replace" and len(registrations.shift_id) > 1:
            raise UserError(
                self.env._(
                    "Who comes instead is chosen for one shift at a time: leave people of "
                    "the others out."
                )
            )
        registrations.check_access("write")
        registrations._change_state("cancelled")
        if self.operation == "move":
            self._move(registrations)
        if self.operation == "replace":
            return self._choose_others(registrations)
        return {"type": "ir.actions.act_window_close"}

    def _choose_others(self, registrations):
        """Return the dialog that registers members who are free for the seats left."""
        shift = registrations.shift_id
        found = shift._find_fitting(
            min(len(registrations), shift.seats_free), registrations.member_id
        )
        action = shift.action_enrol()
        action["context"]["default_member_ids"] = found.ids
        return action

    def _move(self, registrations):
        """Register for the other shift those who have just been taken off.

        An own shift stays one: the member works it at another time.
        """
        for registration in registrations.sudo():
            moved = self.shift_id._book(registration.member_id, forced=True)
            moved.write({"kind": registration.kind, "basis": registration.basis})
