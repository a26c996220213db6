from odoo import models
from odoo.exceptions import UserError


class DriveCycle(models.Model):
    """One click: a credit for each family, a claim for each producer, one message."""

    _inherit = "drive.cycle"

    def action_settle_problems(self):
        """Settle the problems reported in these cycles and not handled yet.

        What is reported later is settled by another click: it makes its own credits, and
        a supplementary claim where the first was sent.

        :raise UserError: nothing is to be handled, or goods are not shared out yet
        """
        self.check_access("write")
        for cycle in self:
            if cycle.state != "allocated":
                raise UserError(
                    self.env._(
                        "Validate what each family gets first, then the problems."
                    )
                )
            cycle._settle_problems()

    def _settle_problems(self):
        self.ensure_one()
        problems = self.env["drive.problem"].search(
            [("cycle_id", "=", self.id), ("state", "=", "new")], order="id"
        )
        if not problems:
            raise UserError(self.env._("No problem is to be handled in this cycle."))
        # Whoever does it at the same time meets these rows and starts again.
        problems.state = "settled"
        problems._cap_amounts()
        problems._credit_families()
        problems._claim_from_producers()
