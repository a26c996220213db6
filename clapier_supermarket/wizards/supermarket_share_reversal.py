from odoo import fields, models


class SupermarketShareReversal(models.TransientModel):
    """Why a movement of the register was a mistake."""

    _name = "supermarket.share.reversal"
    _description = "Reversal of a Share Movement"

    movement_id = fields.Many2one(
        "supermarket.share.movement", required=True, readonly=True
    )
    reason = fields.Char(required=True)

    def action_reverse(self):
        """Record the reversal and open it."""
        self.ensure_one()
        # Writing the register takes its group, which the access rights of this dialog ask.
        self.check_access("write")
        reversal_sudo = self.movement_id._reverse(self.reason)
        return (
            self.env["supermarket.share.movement"]
            .browse(reversal_sudo.id)
            ._get_records_action()
        )
