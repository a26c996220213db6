from odoo import fields, models

from .res_partner_settlement import MODES


class DriveCycleProducer(models.Model):
    """How a producer is settled with for one cycle: decided when it closes."""

    _inherit = "drive.cycle.producer"

    settlement_mode = fields.Selection(MODES, "Settled By", readonly=True, copy=False)
    settlement_id = fields.Many2one(
        "drive.settlement",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    def _settlement_partner(self):
        """Return the producer as this drive knows them, in sudo."""
        self.ensure_one()
        return self.partner_id.sudo().with_company(self.company_id)
