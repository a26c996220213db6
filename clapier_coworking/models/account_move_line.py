from odoo import fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    coworking_event_id = fields.Many2one(
        "event.event",
        "Training",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    coworking_origin = fields.Selection(
        selection=lambda self: (
            self.env["coworking.funding"]._fields["origin"].selection
        ),
        string="Origin of the Funds",
        readonly=True,
        help="Empty: paid by the person or their company.",
    )
