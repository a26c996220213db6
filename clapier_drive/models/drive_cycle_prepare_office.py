from odoo import fields, models


class DriveCycle(models.Model):
    """What the office sees of the preparation, and where its buttons lead."""

    _inherit = "drive.cycle"

    crate_total = fields.Integer("Crates Planned", compute="_compute_crate_total")
    crate_ready = fields.Integer("Crates Ready", compute="_compute_crate_total")

    def _compute_crate_total(self):
        Crate = self.env["drive.crate"]
        totals = dict(
            Crate._read_group([("cycle_id", "in", self.ids)], ["cycle_id"], ["__count"])
        )
        ready = dict(
            Crate._read_group(
                [("cycle_id", "in", self.ids), ("state", "=", "full")],
                ["cycle_id"],
                ["__count"],
            )
        )
        for cycle in self:
            cycle.crate_total = totals.get(cycle._origin, 0)
            cycle.crate_ready = ready.get(cycle._origin, 0)

    def action_view_crates(self):
        """Show the crates of this cycle, by point."""
        action = self._action_of("drive_crate_action")
        return {**action, "domain": [("cycle_id", "=", self.id)]}

    def action_view_packings(self):
        """Show what volunteers' phones sent for this cycle."""
        action = self._action_of("drive_packing_action")
        return {**action, "domain": [("cycle_id", "=", self.id)]}

    def action_print_loading(self):
        """Print the loading list of each point."""
        return self._print_points("drive_loading_report")

    def action_print_labels(self):
        """Print the labels of all crates, point after point."""
        return self._print_points("drive_crate_label_report")

    def action_print_basket_labels(self):
        """Print one label for each family, point after point."""
        return self._print_points("drive_basket_label_report")

    def _print_points(self, name):
        """Print a report of the points that have crates."""
        self.ensure_one()
        return self.env.ref(f"clapier_drive.{name}").report_action(
            self.crate_ids.cycle_point_id.sorted(
                lambda point: (point.point_id.sequence, point.id)
            )
        )
