from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _coworking_desk_right(self, company, day):
        """Tell whether a running plan gives this person a desk on ``day`` at ``company``.

        A hook: plans that include desks override it. Days that a plan grants to an account
        need nothing here.
        """
        self.ensure_one()
        return False

    def _coworking_may_invite(self, company):
        """Tell whether this person may invite guests: who has a plan or days left may."""
        self.ensure_one()
        account_sudo = self.env["coworking.account"]._of(self, company)
        return self._coworking_has_plan() or account_sudo.days_balance > 0
