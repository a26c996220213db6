from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    drive_cycle_id = fields.Many2one(
        "drive.cycle",
        "Order Cycle",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    drive_settlement_id = fields.Many2one(
        "drive.settlement",
        "Settlement",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
