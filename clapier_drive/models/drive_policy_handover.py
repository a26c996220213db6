from odoo import fields, models


class DrivePolicy(models.Model):
    """The numbers of the evening: the host's page, reminders and what nobody fetches."""

    _inherit = "drive.policy"

    host_mail_hours = fields.Integer(
        "Host's Mail, Hours Before",
        default=10,
        required=True,
        help="Before the point opens, the host gets the link of the evening.",
    )
    host_page_hours = fields.Integer(
        "Host's Page, Hours After",
        default=48,
        required=True,
        help="After the point closes, the host's page shows nobody's name any more.",
    )
    reminder_hours = fields.Integer(
        "Reminder, Hours Before",
        default=20,
        required=True,
        help="Before the point opens, families are reminded; 0: they are not.",
    )
    tells_ready = fields.Boolean(
        "Tells When Baskets Are There",
        default=True,
        help="Families are told once the host says that the crates have come.",
    )
    unclaimed_minutes = fields.Integer(
        "Unclaimed, Minutes After",
        default=120,
        required=True,
        help="After the point closes; a host without network still sends what was done.",
    )
    keep_days = fields.Integer(
        "Days Kept",
        default=1,
        required=True,
        help="How long a basket that nobody fetched is kept.",
    )
    gives_unclaimed = fields.Boolean(
        "Gives What Is Not Fetched",
        help="Baskets still there after the days kept go to the solidarity fridge by "
        "themselves.",
    )
    unclaimed_fee = fields.Float(
        "Charged for a Basket Not Fetched",
        default=0.0,
        digits=(16, 2),
        help="Taken from the credit of the family when the office charges it.",
    )
    unclaimed_pays = fields.Boolean(
        "Unpaid Baskets Not Fetched Are Charged",
        default=True,
        help="What was to be paid at the point is taken from the credit of the family.",
    )

    report_days = fields.Integer(
        "Days to Report",
        default=3,
        required=True,
        help="After the pick-up day, families report problems by their page so long.",
    )

    _evening_positive = models.Constraint(
        "CHECK (host_mail_hours >= 0 AND host_page_hours >= 0 AND reminder_hours >= 0 "
        "AND unclaimed_minutes >= 0 AND keep_days >= 0 AND report_days >= 0 "
        "AND COALESCE(unclaimed_fee, 0) >= 0)",
        "The numbers of a policy are positive.",
    )
