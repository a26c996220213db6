from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

AMOUNTS = (
    "amount_ordered",
    "amount_missing",
    "amount_received",
    "amount_claimed",
    "amount_weight",
    "amount_sold",
    "amount_commission",
    "amount_due",
)
QUANTITIES = (
    "quantity_ordered",
    "quantity_received",
    "quantity_damaged",
    "quantity_given",
)


class DriveSettlement(models.Model):
    """A settlement is corrected by documents that reverse it, then made again."""

    _inherit = "drive.settlement"

    def action_reverse(self):
        """Reverse settlements; a draft of each is made again, as claims are now.

        :raise UserError: a settlement that is not validated, or that reverses another
        """
        self.check_access("write")
        if any(item.state != "validated" or item.reversal_of_id for item in self):
            raise UserError(
                self.env._("Only a settlement that is validated can be reversed.")
            )
        again = self.env["drive.settlement"]
        for settlement in self.sudo():
            settlement._reverse()
            lines = settlement.cycle_producer_ids
            lines.settlement_id = False
            again |= again._draft_for([lines])
        return again._action_open()

    def _reverse(self):
        """Make the documents that take this settlement back."""
        self.ensure_one()
        today = self.company_id._drive_today()
        reversed_moves = {}
        for name in (
            "move_id",
            "commission_move_id",
            "remittance_move_id",
            "company_move_id",
        ):
            move = self[name]
            if move:
                move = move.with_company(move.company_id)
                copy = move._reverse_moves(
                    [
                        {
                            "date": today,
                            "invoice_date": today if move.is_invoice() else False,
                            "ref": self.env._("Reversal of %s", self.name),
                        }
                    ]
                )
                copy._post(soft=False)
                reversed_moves[name] = copy
        mirror = self.create(
            {
                "name": self.env._("%s R", self.name),
                "company_id": self.company_id.id,
                "partner_id": self.partner_id.id,
                "mode": self.mode,
                "date_start": self.date_start,
                "date_stop": self.date_stop,
                "commission_rate": self.commission_rate,
                "amount_commission_tax": -self.amount_commission_tax,
                "reversal_of_id": self.id,
                "line_ids": [
                    Command.create(
                        {
                            "company_id": line.company_id.id,
                            "cycle_id": line.cycle_id.id,
                            "offer_id": line.offer_id.id,
                            "product_id": line.product_id.id,
                            "purchase_line_id": line.purchase_line_id.id,
                            "price_unit": line.price_unit,
                            **{name: -line[name] for name in AMOUNTS + QUANTITIES},
                        }
                    )
                    for line in self.line_ids
                ],
                **{name: move.id for name, move in reversed_moves.items()},
            }
        )
        mirror.state = "validated"
        self.state = "reversed"
        return mirror

    def _action_open(self):
        """Show these settlements."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clapier_drive.drive_settlement_action"
        )
        if len(self) == 1:
            return {
                **action,
                "views": [(False, "form")],
                "view_mode": "form",
                "res_id": self.id,
            }
        return {**action, "domain": [("id", "in", self.ids)], "context": {}}
