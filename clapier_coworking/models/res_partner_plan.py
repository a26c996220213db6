from odoo import fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    _inherit = "res.partner"

    coworking_subscription_ids = fields.One2many(
        "coworking.subscription",
        "partner_id",
        "Plans",
        groups="clapier_coworking.group_coworking_user",
    )

    def _coworking_has_plan(self):
        """Override of the coworking to look for a plan that runs today, at any company.

        Their own, that of their organisation, or one that they share in. A paused plan
        is none on the days of its pause.
        """
        self.ensure_one()
        return bool(super()._coworking_has_plan() or self._coworking_plans())

    def _coworking_plans(self):
        """Return the subscriptions that run today for this person, in sudo."""
        self.ensure_one()
        Subscription_sudo = self.env["coworking.subscription"].sudo()
        holders = self | self.commercial_partner_id
        found_sudo = Subscription_sudo.search(
            Domain("state", "!=", "draft")
            & (
                Domain("partner_id", "in", holders.ids)
                | Domain("people_ids", "in", self.ids)
            )
        )
        return found_sudo.filtered(lambda subscription: subscription._runs_today())
