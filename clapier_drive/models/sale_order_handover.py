from odoo import api, fields, models

OFFICE = "clapier_drive.group_drive_user"
# What may still be fetched; nothing is written on baskets before their cycle closes.
FETCHABLE = (False, "waiting", "unclaimed", "kept", "transferred")


class SaleOrder(models.Model):
    """A basket at its point: who handed it over, what is paid, what becomes of it."""

    _inherit = "sale.order"

    drive_handover_state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("handed", "Handed Over"),
            ("unclaimed", "Unclaimed"),
            ("kept", "Kept"),
            ("transferred", "Transferred"),
            ("given", "Given"),
        ],
        "Hand-Over",
        readonly=True,
        copy=False,
        index="btree_not_null",
        group_expand=True,
    )
    drive_handed_at = fields.Datetime("Handed Over On", readonly=True, copy=False)
    drive_handover_proof = fields.Selection(
        [
            ("scan", "Code Scanned"),
            ("code", "Code Told"),
            ("signature", "Signature"),
            ("word", "Host's Word"),
            ("doubtful", "Wrong Code"),
        ],
        "Proof",
        readonly=True,
        copy=False,
    )
    drive_handover_point_id = fields.Many2one(
        "drive.cycle.point",
        "Fetched Elsewhere",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The point and day that the basket was transferred to.",
    )
    drive_keep_until = fields.Date("Kept Until", readonly=True, copy=False)
    drive_handover_token = fields.Char(
        readonly=True, copy=False, groups=OFFICE, help="What the family's QR code says."
    )
    drive_handover_code = fields.Char(
        "Hand-Over Code",
        readonly=True,
        copy=False,
        groups=OFFICE,
        help="Four digits that the family tells where its QR code cannot be scanned.",
    )
    drive_code_tries = fields.Integer(readonly=True, copy=False, groups=OFFICE)
    drive_handover_ids = fields.One2many(
        "drive.handover", "order_id", "Log of the Hand-Over", groups=OFFICE
    )
    drive_problem_ids = fields.One2many(
        "drive.problem", "order_id", "Problems", groups=OFFICE
    )
    drive_due = fields.Monetary(
        "To Pay",
        compute="_compute_drive_due",
        groups=OFFICE,
        help="At the point, once the credit of the family is used.",
    )

    _drive_token_unique = models.UniqueIndex(
        "(drive_handover_token) WHERE drive_handover_token IS NOT NULL",
        "This code is taken.",
    )

    @api.depends("drive_amount_due", "partner_id")
    def _compute_drive_due(self):
        dues = self._drive_dues()
        for order in self:
            due, credit = dues.get(order, (0.0, 0.0))
            order.drive_due = due - credit

    def _drive_point_now(self):
        """Return the point and day where this basket is to be fetched."""
        self.ensure_one()
        return self.drive_handover_point_id or self.drive_cycle_point_id

    # --- What is to be paid

    def _drive_paid_at_points(self):
        """Return what hosts took for these baskets, credit included: {order: amount}."""
        rows = (
            self.env["drive.handover"]
            .sudo()
            ._read_group(
                [("order_id", "in", self.ids), ("result", "=", "done")],
                ["order_id"],
                ["amount:sum", "amount_credit:sum"],
            )
        )
        return {order: amount + credit for order, amount, credit in rows}

    # --- Hooks

    def _drive_crates_shown(self):
        """Return the crates of these baskets: {order: [(key, name, whether it is cold)]}.

        Those of a cycle without a plan are only counted.
        """
        planned = self.drive_crate_ids.cycle_id
        return {
            order: [
                (str(crate.id), str(crate.number), crate.is_cold)
                for crate in order.drive_crate_ids.sorted("number")
            ]
            if order.drive_cycle_id in planned
            else [
                (str(number), str(number), False)
                for number in range(1, (order.drive_held_crates or 1) + 1)
            ]
            for order in self
        }

    def _drive_give_unclaimed(self):
        """Hook: these baskets go to the solidarity fridge. Here nobody keeps its books."""

    # --- What the family shows

    def _drive_basket_url(self):
        """Return the address of the page that shows the code of this basket."""
        self.ensure_one()
        return f"{self.get_base_url()}/drive/basket/{self.sudo().drive_handover_token}"
