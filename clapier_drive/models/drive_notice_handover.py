from odoo import api, fields, models
from odoo.tools import SQL

from .sale_order_handover import FETCHABLE

# Kinds that say nothing to a family that has its basket already
BEFORE_FETCHED = ("reminder", "ready", "unclaimed", "moved")
EVENING = """
    INSERT INTO drive_notice
        (partner_id, company_id, cycle_id, order_id, kind, state, key,
         create_uid, create_date, write_uid, write_date)
    SELECT basket.partner_id, basket.company_id, basket.drive_cycle_id, basket.id,
        %(kind)s, 'queued', %(kind)s || ',' || basket.id || ',' || %(point)s,
        %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
      FROM sale_order basket
     WHERE COALESCE(basket.drive_handover_point_id, basket.drive_cycle_point_id)
               = %(point)s
       AND basket.state = 'sale' AND basket.drive_handover_state = ANY(%(states)s)
    ON CONFLICT (key) DO NOTHING
    RETURNING id
"""


class DriveNotice(models.Model):
    """What families are told about the evening, each thing once."""

    _inherit = "drive.notice"

    kind = fields.Selection(
        selection_add=[
            ("reminder", "Reminder"),
            ("ready", "Basket Ready"),
            ("unclaimed", "Basket Not Fetched"),
            ("moved", "Kept or Transferred"),
            ("given", "Basket Given"),
            ("problem", "Problem Credited"),
        ],
        ondelete={
            "reminder": "cascade",
            "ready": "cascade",
            "unclaimed": "cascade",
            "moved": "cascade",
            "given": "cascade",
            "problem": "cascade",
        },
    )
    credit_id = fields.Many2one(
        "drive.credit", "Credited With", readonly=True, index="btree_not_null"
    )

    # What the templates say
    place = fields.Html(compute="_compute_place", sanitize=False)
    troubles = fields.Html(compute="_compute_troubles", sanitize=False)
    charged = fields.Monetary(compute="_compute_charged")

    @api.depends("order_id")
    @api.depends_context("lang")
    def _compute_place(self):
        """Where and when the basket is fetched, and the code that opens it."""
        for notice in self:
            order_sudo = notice.order_id.sudo()
            notice.place = self.env["ir.qweb"]._render(
                "clapier_drive.notice_place",
                {"order": order_sudo, "point": order_sudo._drive_point_now()}
                if order_sudo
                else {},
            )

    @api.depends("credit_id")
    @api.depends_context("lang")
    def _compute_troubles(self):
        for notice in self:
            notice.troubles = self.env["ir.qweb"]._render(
                "clapier_drive.notice_troubles",
                {"problems": notice.credit_id.sudo().problem_ids},
            )

    @api.depends("order_id")
    def _compute_charged(self):
        """What the office has charged for a basket that was not fetched."""
        amounts = {
            key: amount
            for key, amount in self.env["drive.credit"]
            .sudo()
            ._read_group(
                [
                    (
                        "handover_key",
                        "in",
                        [
                            f"{reason},{order_id}"
                            for order_id in self.order_id.ids
                            for reason in ("fee", "due")
                        ],
                    )
                ],
                ["handover_key"],
                ["amount:sum"],
            )
        }
        for notice in self:
            notice.charged = -sum(
                amounts.get(f"{reason},{notice.order_id.id}", 0.0)
                for reason in ("fee", "due")
            )

    @api.model
    def _queue_evening(self, point, kind):
        """Tell the families whose baskets wait at one point: one statement, each once."""
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                EVENING,
                point=point.id,
                kind=kind,
                states=[state for state in FETCHABLE if state],
                uid=self.env.uid,
            )
        )

    @api.model
    def _queue_decided(self, orders, kind, key):
        """Tell families what the office decided about their baskets, once under a key."""
        known = {
            notice.key
            for notice in self.sudo().search(
                [("key", "in", [f"{kind},{order.id},{key}" for order in orders])]
            )
        }
        self.sudo().create(
            [
                {
                    "partner_id": order.partner_id.id,
                    "company_id": order.company_id.id,
                    "cycle_id": order.drive_cycle_id.id,
                    "order_id": order.id,
                    "kind": kind,
                    "key": f"{kind},{order.id},{key}",
                }
                for order in orders
                if f"{kind},{order.id},{key}" not in known
            ]
        )

    def _send(self):
        """Override of this addon: who has fetched its basket meanwhile is left in peace."""
        late_sudo = self.sudo().filtered(
            lambda notice: (
                notice.state == "queued"
                and notice.kind in BEFORE_FETCHED
                and notice.order_id.drive_handover_state not in FETCHABLE
            )
        )
        late_sudo._settle(
            "skipped", error=self.env._("The basket was fetched already.")
        )
        return super()._send()
