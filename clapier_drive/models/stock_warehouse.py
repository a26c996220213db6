from odoo import fields, models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    drive_dock_id = fields.Many2one(
        "stock.location",
        "Cross-Dock",
        copy=False,
        ondelete="restrict",
        help="Where the goods of a cycle are between the producers and the points.",
    )

    def _drive_dock(self):
        """Return where goods cross-dock in this warehouse, made at the first need."""
        self.ensure_one()
        warehouse_sudo = self.sudo()
        if not warehouse_sudo.drive_dock_id:
            warehouse_sudo.drive_dock_id = warehouse_sudo.env["stock.location"].create(
                {
                    "name": self.env._("Cross-Dock"),
                    "location_id": warehouse_sudo.view_location_id.id,
                    "usage": "internal",
                    "company_id": warehouse_sudo.company_id.id,
                }
            )
        return warehouse_sudo.drive_dock_id.with_env(self.env)
