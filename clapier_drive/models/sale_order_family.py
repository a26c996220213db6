from odoo import models


class SaleOrder(models.Model):
    """What a family reads about its basket."""

    _inherit = "sale.order"

    def _drive_family_state(self):
        """Return the state of this basket in words, and its colour."""
        self.ensure_one()
        cycle = self.drive_cycle_id
        if self.state == "cancel":
            return self.env._("Cancelled"), "secondary"
        if self.state != "sale":
            if cycle.is_open:
                return self.env._("Not ordered yet"), "warning"
            return self.env._("Not ordered"), "secondary"
        if self._drive_can_change():
            return self.env._("Ordered"), "success"
        if cycle.state == "allocated":
            return self.env._("Prepared"), "success"
        return self.env._("In preparation"), "info"

    def _drive_family_lines(self):
        """Return the goods of this basket as its family reads them, and why some lack.

        :return: list of {line, given, missing, reason, credited}
        """
        self.ensure_one()
        credited = {
            line: amount
            for line, amount in self.env["drive.credit"]
            .sudo()
            ._read_group(
                [("order_line_id", "in", self.order_line.ids)],
                ["order_line_id"],
                ["amount:sum"],
            )
        }
        known = self.drive_cycle_state == "allocated"
        rules = dict(
            self.env["sale.order.line"]
            ._fields["drive_rule"]
            ._description_selection(self.env)
        )
        return [
            {
                "line": line,
                "given": line.drive_given_qty if line.drive_rule else None,
                "missing": line.drive_missing_qty if known else 0.0,
                "reason": rules.get(line.drive_rule) if line.drive_missing_qty else "",
                "credited": credited.get(line, 0.0),
            }
            for line in self._drive_goods()
        ]
