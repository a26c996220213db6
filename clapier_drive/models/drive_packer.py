from odoo import fields, models


class DrivePacker(models.Model):
    """The phone of a volunteer in one cycle; no account, no more than a first name."""

    _name = "drive.packer"
    _description = "Phone of a Volunteer"
    _order = "cycle_id desc, last_seen desc, id desc"

    cycle_id = fields.Many2one(
        "drive.cycle", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="cycle_id.company_id", store=True, index=True)
    key = fields.Char(
        required=True,
        readonly=True,
        groups="clapier_drive.group_drive_manager",
        help="What the phone calls itself.",
    )
    name = fields.Char("First Name", readonly=True)
    last_seen = fields.Datetime(required=True, readonly=True)

    _once = models.UniqueIndex("(cycle_id, key)", "This phone is known already.")
