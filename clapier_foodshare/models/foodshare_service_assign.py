from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class FoodshareService(models.Model):
    """Who cooks a service, and what happens when nobody does."""

    _inherit = "foodshare.service"

    @api.constrains("team_id", "start")
    def _check_team_papers(self):
        for service in self.filtered("team_id"):
            if service.state in ("done", "cancelled"):
                continue
            problem = service.team_id._papers_problem(service.date)
            if problem:
                raise ValidationError(
                    self.env._(
                        "%(team)s may not cook that day. %(problem)s",
                        team=service.team_id.name,
                        problem=problem,
                    )
                )

    def write(self, vals):
        """Override of base: with a team a service is assigned, without one it is not."""
        result = super().write(vals)
        if "team_id" in vals:
            open_ = self.filtered(
                lambda service: service.state in ("planned", "assigned")
            )
            for state, services in open_.grouped(
                lambda service: "assigned" if service.team_id else "planned"
            ).items():
                services.filtered(
                    lambda service, state=state: service.state != state
                ).write({"state": state})
        return result

    @api.model_create_multi
    def create(self, vals_list):
        """Override of base: with a team a service is assigned at once."""
        services = super().create(vals_list)
        services.filtered("team_id").state = "assigned"
        return services

    def action_done(self):
        """Note that these services have been served.

        :raise UserError: there was no team, or it has not begun
        """
        self.check_access("write")
        now = fields.Datetime.now()
        for service in self:
            if service.state != "assigned":
                raise UserError(
                    self.env._("Only a service that has its team can be served.")
                )
            if service.start > now:
                raise UserError(
                    self.env._("This service has not begun: wait, or change its hours.")
                )
        self.state = "done"

    def action_cancel(self):
        """Cancel services: the spaces are free, people who reserved are told."""
        self.check_access("write")
        if any(service.state == "done" for service in self):
            raise UserError(
                self.env._("A service that was served cannot be cancelled any more.")
            )
        self._cancel()

    def _cancel(self, reason=None):
        """Cancel these services and all that was reserved."""
        self.reservation_ids._cancel()
        self.write({"state": "cancelled", "cancel_reason": reason})
        self.application_ids.filtered(
            lambda application: application.state == "sent"
        ).write({"state": "refused"})
        self.sudo().claim_ids._release()

    def action_reopen(self):
        """Plan a cancelled service again, if its spaces are still free."""
        self.check_access("write")
        cancelled = self.filtered(lambda service: service.state == "cancelled")
        for service in cancelled:
            service.write({"state": "assigned" if service.team_id else "planned"})
        cancelled._sync_claims()

    def _check_takes_reservations(self):
        """Refuse a reservation that cannot be kept.

        :raise UserError: no menu, cancelled, or too late; says what to do
        """
        self.ensure_one()
        if self.state == "cancelled":
            raise UserError(
                self.env._("This service is cancelled: choose another day.")
            )
        if not self.dish_ids:
            raise UserError(
                self.env._("The menu is not known yet: come back in a few days.")
            )
        if self.state == "done" or fields.Datetime.now() >= self.reservation_until:
            raise UserError(
                self.env._(
                    "Reservations for this service are closed: come and see what is left."
                )
            )
