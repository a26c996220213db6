from odoo import fields, models


class SupermarketShiftAttendance(models.TransientModel):
    """“All present, but …”: who did not come to one shift, who is excused."""

    _name = "supermarket.shift.attendance"
    _description = "Attendance: All Present, But …"

    shift_id = fields.Many2one("supermarket.shift", required=True, readonly=True)
    absent_ids = fields.Many2many(
        "supermarket.shift.registration",
        "supermarket_shift_attendance_absent",
        "attendance_id",
        "registration_id",
        domain="[('shift_id', '=', shift_id), ('state', '=', 'booked'),"
        " ('id', 'not in', excused_ids)]",
    )
    excused_ids = fields.Many2many(
        "supermarket.shift.registration",
        "supermarket_shift_attendance_excused",
        "attendance_id",
        "registration_id",
        domain="[('shift_id', '=', shift_id), ('state', '=', 'booked'),"
        " ('id', 'not in', absent_ids)]",
    )

    def action_take(self):
        """Close the sheet: everybody else came."""
        self.ensure_one()
        expected = self.shift_id.registration_ids
        self.shift_id._take_attendance(
            self.absent_ids & expected, (self.excused_ids - self.absent_ids) & expected
        )
        return {"type": "ir.actions.act_window_close"}
