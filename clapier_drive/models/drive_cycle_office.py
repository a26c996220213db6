from odoo import api, fields, models


class DriveCycle(models.Model):
    """What the office sees of a cycle at a glance, and where its buttons lead."""

    _inherit = "drive.cycle"

    # Over the baskets that are ordered, one query for all cycles
    order_count = fields.Integer("Baskets Now", compute="_compute_order_count")
    order_amount = fields.Monetary("Ordered", compute="_compute_order_count")
    cutoff_progress = fields.Integer(
        "Time Gone",
        compute="_compute_cutoff_progress",
        help="From the opening to the cut-off.",
    )
    purchase_count = fields.Integer(
        "Purchase Orders", compute="_compute_purchase_count"
    )
    short_count = fields.Integer(
        "Products Missing",
        compute="_compute_short_count",
        help="Products of which less has come than was ordered.",
    )
    counted_count = fields.Integer("Products Counted", compute="_compute_short_count")
    reception_count = fields.Integer("Products", compute="_compute_short_count")
    credit_amount = fields.Monetary("Credited", compute="_compute_credit_amount")

    @api.depends("order_ids.state", "order_ids.amount_total")
    def _compute_order_count(self):
        found = {
            cycle: (count, amount)
            for cycle, count, amount in self.env["sale.order"]._read_group(
                [("drive_cycle_id", "in", self.ids), ("state", "=", "sale")],
                ["drive_cycle_id"],
                ["__count", "amount_total:sum"],
            )
        }
        for cycle in self:
            cycle.order_count, cycle.order_amount = found.get(cycle._origin, (0, 0.0))

    @api.depends("open_at", "cutoff_at", "state")
    def _compute_cutoff_progress(self):
        now = fields.Datetime.now()
        for cycle in self:
            if cycle.state != "planned":
                cycle.cutoff_progress = 100
            elif not cycle.open_at or not cycle.cutoff_at or cycle.open_at >= now:
                cycle.cutoff_progress = 0
            else:
                whole = (cycle.cutoff_at - cycle.open_at).total_seconds()
                gone = (now - cycle.open_at).total_seconds()
                cycle.cutoff_progress = (
                    min(round(100 * gone / whole), 100) if whole else 100
                )

    @api.depends("producer_ids.purchase_id")
    def _compute_purchase_count(self):
        for cycle in self:
            cycle.purchase_count = len(cycle.producer_ids.purchase_id)

    @api.depends("reception_ids.difference", "reception_ids.is_counted")
    def _compute_short_count(self):
        for cycle in self:
            receptions = cycle.reception_ids
            cycle.reception_count = len(receptions)
            cycle.short_count = len(receptions.filtered(lambda r: r.difference < 0))
            cycle.counted_count = len(receptions.filtered("is_counted"))

    @api.depends("state")
    def _compute_credit_amount(self):
        found = dict(
            self.env["drive.credit"]._read_group(
                [("cycle_id", "in", self.ids)], ["cycle_id"], ["amount:sum"]
            )
        )
        for cycle in self:
            cycle.credit_amount = found.get(cycle._origin, 0.0)

    # --- Where the buttons lead

    def _action_of(self, name, **context):
        """Return one of our actions, kept to what belongs to this cycle."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(f"clapier_drive.{name}")
        action["context"] = {"create": False, **context}
        action["name"] = f"{action['name']}: {self.display_name}"
        return action

    def action_view_baskets(self):
        """Show the baskets of this cycle."""
        action = self._action_of("drive_basket_action")
        return {**action, "domain": [("drive_cycle_id", "=", self.id)]}

    def action_view_purchases(self):
        """Show the purchase orders of this cycle."""
        action = self._action_of("drive_purchase_action")
        return {**action, "domain": [("drive_cycle_id", "=", self.id)]}

    def action_view_credits(self):
        """Show what families were credited with in this cycle."""
        action = self._action_of("drive_credit_action")
        return {**action, "domain": [("cycle_id", "=", self.id)]}

    def action_view_receptions(self):
        """Show what is to come, to be counted on a phone."""
        action = self._action_of("drive_reception_action")
        return {**action, "domain": [("cycle_id", "=", self.id)]}

    def action_view_shares(self):
        """Show who gets what of the products that are missing."""
        return {
            **self._action_of("drive_share_action", search_default_missing=1),
            "domain": [
                ("order_id.drive_cycle_id", "=", self.id),
                ("order_id.state", "=", "sale"),
                ("drive_offer_id", "!=", False),
            ],
        }
