from odoo import fields, models


class FoodsharePolicy(models.Model):
    """The rules of one foodshare from a date on; a service is judged by those of its day."""

    _name = "foodshare.policy"
    _inherit = ["supermarket.dated.policy"]
    _description = "Foodshare Policy"

    horizon_weeks = fields.Integer(
        "Services Made Ahead",
        default=8,
        required=True,
        help="Weeks ahead of today for which services are made from the programme.",
    )
    empty_alert_days = fields.Integer(
        "Days of Empty Alert",
        default=5,
        required=True,
        help="A service without a team is shown as a worry this many days before.",
    )
    reservation_close_minutes = fields.Integer(
        "Reservations Close, Minutes Before",
        default=90,
        required=True,
        help="Before the service begins; later, people come and see what is left.",
    )
    menu_visible_time = fields.Float(
        "Menu Visible From",
        default=11.5,
        required=True,
        help="The printed menu must be readable outside from this hour on.",
    )
    kitchen_fee = fields.Float(
        default=40.0,
        required=True,
        help="What the kitchen costs a team for one service, taxes excluded.",
    )
    share_percent = fields.Float(
        "Share of the House",
        default=15.0,
        required=True,
        help="Part of sales less ingredients that the cooperative keeps, in percent.",
    )

    _one_per_day = models.UniqueIndex(
        "(company_id, date_start)",
        "This foodshare already has a policy from that date on: change that one, or "
        "choose another date.",
    )
    _numbers_positive = models.Constraint(
        "CHECK (horizon_weeks >= 0 AND empty_alert_days >= 0 "
        "AND reservation_close_minutes >= 0 AND kitchen_fee >= 0 "
        "AND share_percent BETWEEN 0 AND 100 AND menu_visible_time BETWEEN 0 AND 24)",
        "The numbers of a policy are positive.",
    )
