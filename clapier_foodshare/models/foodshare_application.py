from odoo import fields, models
from odoo.exceptions import UserError


class FoodshareApplication(models.Model):
    """A team that would like to cook a service."""

    _name = "foodshare.application"
    _description = "Application to Cook"
    _order = "create_date, id"
    _rec_name = "team_id"

    service_id = fields.Many2one(
        "foodshare.service", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="service_id.company_id", store=True, index=True
    )
    start = fields.Datetime(related="service_id.start", store=True)
    team_id = fields.Many2one(
        "foodshare.team", required=True, ondelete="cascade", index=True
    )
    message = fields.Text(help="What they would cook.")
    state = fields.Selection(
        [("sent", "Waits"), ("accepted", "Accepted"), ("refused", "Refused")],
        required=True,
        readonly=True,
        default="sent",
        copy=False,
    )
    papers_problem = fields.Char(related="team_id.papers_problem")

    _once = models.UniqueIndex(
        "(service_id, team_id)", "This team has applied for this service already."
    )

    def action_accept(self):
        """Give the service to this team; the other applications are refused.

        :raise UserError: the service already has a team
        """
        self.check_access("write")
        for application in self:
            service = application.service_id
            if service.team_id and service.team_id != application.team_id:
                raise UserError(
                    self.env._(
                        "%s already cooks that day: take the team off the service first.",
                        service.team_id.name,
                    )
                )
            service.team_id = application.team_id
            application.state = "accepted"
            (service.application_ids - application).filtered(
                lambda other: other.state == "sent"
            ).state = "refused"

    def action_refuse(self):
        """Refuse these applications."""
        self.check_access("write")
        self.filtered(lambda application: application.state == "sent").write(
            {"state": "refused"}
        )
