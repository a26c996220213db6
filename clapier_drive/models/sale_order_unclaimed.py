import uuid

from odoo import fields, models
from odoo.exceptions import UserError

from .sale_order_handover import FETCHABLE


class SaleOrder(models.Model):
    """What the office decides about baskets that nobody fetched."""

    _inherit = "sale.order"

    def _drive_check_not_fetched(self):
        """Refuse to decide about what was handed over or given.

        :raise UserError: says which baskets
        """
        gone = self.filtered(
            lambda order: (
                order.drive_handover_state not in FETCHABLE or not order.drive_cycle_id
            )
        )
        if gone:
            raise UserError(
                self.env._(
                    "These baskets were handed over or given already: %s. Take them out "
                    "of the selection.",
                    ", ".join(gone.mapped("name")),
                )
            )

    def _drive_log(self, kind, message=None, **vals):
        """Write what the office did into the log of these baskets."""
        now = fields.Datetime.now()
        self.env["drive.handover"].sudo().create(
            [
                {
                    "company_id": order.company_id.id,
                    "cycle_point_id": order._drive_point_now().id,
                    "order_id": order.id,
                    "key": str(uuid.uuid4()),
                    "kind": kind,
                    "moment": now,
                    "received_at": now,
                    "message": message,
                    **vals,
                }
                for order in self
            ]
        )

    def _drive_keep(self, until):
        """Keep these baskets at their point until a day, and tell the families."""
        self._drive_check_not_fetched()
        self.write({"drive_handover_state": "kept", "drive_keep_until": until})
        self._drive_log("kept", str(until))
        self.env["drive.notice"]._queue_decided(self, "moved", f"kept-{until}")

    def _drive_transfer(self, point):
        """Let these baskets be fetched at another point or day, and tell the families.

        :raise UserError: the point is over, or of another organisation
        """
        self._drive_check_not_fetched()
        if point.stop <= fields.Datetime.now() or point.company_id != self.company_id:
            raise UserError(
                self.env._("Choose a point of this drive that has still to open.")
            )
        self._drive_log("transferred", point.display_name)
        self.write(
            {
                "drive_handover_state": "transferred",
                "drive_handover_point_id": point.id,
                "drive_keep_until": False,
            }
        )
        self.env["drive.notice"]._queue_decided(self, "moved", f"point-{point.id}")

    def _drive_give(self):
        """Give these baskets to the solidarity fridge, and tell the families."""
        self._drive_check_not_fetched()
        self.write({"drive_handover_state": "given", "drive_keep_until": False})
        self._drive_log("given")
        self._drive_give_unclaimed()
        self.env["drive.notice"]._queue_decided(self, "given", "once")

    def _drive_charge_unclaimed(self):
        """Take from the families' credit what the policy says, once for each basket."""
        self._drive_check_not_fetched()
        dues = self._drive_dues()
        rows, unpaid = [], {}
        for order in self:
            policy = self.env["drive.policy"]._policy_for(
                order.company_id, order.drive_cycle_id.date_pickup
            )
            due, _credit = dues.get(order, (0.0, 0.0))
            charges = {
                "fee": policy.unclaimed_fee,
                "due": due if policy.unclaimed_pays else 0.0,
            }
            for reason, amount in charges.items():
                if not order.currency_id.is_zero(amount):
                    rows.append(order._prepare_drive_charge(reason, amount))
            if charges["due"]:
                unpaid[order] = due
        credit_sudo = self.env["drive.credit"].sudo()
        known = set(
            credit_sudo.search(
                [("handover_key", "in", [row["handover_key"] for row in rows])]
            ).mapped("handover_key")
        )
        credit_sudo.create([row for row in rows if row["handover_key"] not in known])
        for order, due in unpaid.items():
            if f"due,{order.id}" not in known:
                order._drive_log("charged", method="credit", amount_credit=due)

    def _prepare_drive_charge(self, reason, amount):
        """Return the row of the credit ledger that charges a basket not fetched."""
        self.ensure_one()
        return {
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "date": self.company_id._drive_today(),
            "kind": "unclaimed",
            "amount": -amount,
            "reference": self.env._("Basket %s was not fetched", self.name),
            "cycle_id": self.drive_cycle_id.id,
            "handover_key": f"{reason},{self.id}",
        }

    def action_drive_remind(self):
        """Tell the families again where their baskets wait."""
        self.check_access("write")
        self._drive_check_not_fetched()
        now = fields.Datetime.now()
        self.env["drive.notice"]._queue_decided(self, "unclaimed", f"{now:%Y%m%d%H}")
