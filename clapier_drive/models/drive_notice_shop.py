from odoo import api, fields, models


class DriveNotice(models.Model):
    """Notices about one basket: made for the family, or paid for too late."""

    _inherit = "drive.notice"

    kind = fields.Selection(
        selection_add=[
            ("recurring", "Recurring Basket"),
            ("late", "Payment Too Late"),
        ],
        ondelete={"recurring": "cascade", "late": "cascade"},
    )
    order_id = fields.Many2one(
        "sale.order",
        "Basket",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    text = fields.Text("What It Says", readonly=True)

    @api.model
    def _queue(self, orders, kind, texts=None):
        """Queue a notice for each of these baskets, once for each kind.

        :param texts: {sale.order: list of sentences}
        """
        keys = {order: f"{kind},{order.id}" for order in orders}
        known = set(self.search([("key", "in", list(keys.values()))]).mapped("key"))
        return self.create(
            [
                {
                    "partner_id": order.partner_id.id,
                    "company_id": order.company_id.id,
                    "cycle_id": order.drive_cycle_id.id,
                    "order_id": order.id,
                    "kind": kind,
                    "key": key,
                    "text": "\n".join((texts or {}).get(order, [])),
                }
                for order, key in keys.items()
                if key not in known
            ]
        )
