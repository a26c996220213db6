import base64
import secrets

from odoo import api, fields, models
from odoo.fields import Domain


class DriveCrate(models.Model):
    """A crate of one basket in one cycle: what the planner counted and volunteers fill."""

    _name = "drive.crate"
    _description = "Crate"
    _order = "cycle_id desc, number, id"
    _rec_names_search = ["number", "order_id"]

    cycle_id = fields.Many2one(
        "drive.cycle", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="cycle_id.company_id", store=True, index=True)
    cycle_point_id = fields.Many2one(
        "drive.cycle.point",
        "Pick-Up Point",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
        group_expand="_group_expand_points",
    )
    order_id = fields.Many2one(
        "sale.order",
        "Basket",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    partner_id = fields.Many2one(related="order_id.partner_id", string="Family")
    number = fields.Integer(required=True, readonly=True, help="Counts in the cycle.")
    rank = fields.Integer(
        required=True,
        readonly=True,
        help="Counts in the basket, apart for cold crates.",
    )
    is_cold = fields.Boolean("Cold", readonly=True)
    volume = fields.Float("Litres", readonly=True)
    weight = fields.Float("Kilograms", readonly=True)
    token = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_urlsafe(16),
        groups="clapier_drive.group_drive_user",
        help="What the QR code of its label says.",
    )
    qr = fields.Binary(
        "QR Code", compute="_compute_qr", groups="clapier_drive.group_drive_user"
    )
    line_ids = fields.One2many("drive.crate.line", "crate_id", "Contents")
    state = fields.Selection(
        [("empty", "To Fill"), ("begun", "Begun"), ("full", "Ready")],
        compute="_compute_state",
        search="_search_state",
    )
    progress = fields.Integer(
        compute="_compute_state", help="Lines packed, in % of those of the crate."
    )

    _number_unique = models.UniqueIndex(
        "(cycle_id, number)", "This cycle already has a crate of that number."
    )
    _once = models.UniqueIndex(
        "(order_id, is_cold, rank)", "This basket already has that crate."
    )
    _token_unique = models.UniqueIndex("(token)", "This code is taken.")

    @api.model
    def _group_expand_points(self, points, domain):
        """Show the points in their order."""
        return points.sorted(lambda point: (point.point_id.sequence, point.id))

    @api.depends("number", "is_cold")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for crate in self:
            crate.display_name = (
                self.env._("Crate %s, cold", crate.number)
                if crate.is_cold
                else self.env._("Crate %s", crate.number)
            )

    @api.depends("token")
    def _compute_qr(self):
        for crate in self:
            crate.qr = base64.b64encode(
                self.env["ir.actions.report"].barcode(
                    "QR", crate.token, width=200, height=200
                )
            )

    @api.depends("line_ids.is_packed", "line_ids.packed_qty")
    def _compute_state(self):
        counts = {crate.id: [0, 0, 0.0] for crate in self}
        for crate, is_packed, count, quantity in self.env[
            "drive.crate.line"
        ]._read_group(
            [("crate_id", "in", self.ids)],
            ["crate_id", "is_packed"],
            ["__count", "packed_qty:sum"],
        ):
            total = counts[crate.id]
            total[0] += count
            total[1] += count if is_packed else 0
            total[2] += quantity
        for crate in self:
            count, packed, quantity = counts.get(crate._origin.id, (0, 0, 0.0))
            crate.progress = round(100 * packed / count) if count else 100
            crate.state = (
                "full" if packed == count else "begun" if quantity else "empty"
            )

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        missing = [("line_ids", "any", [("is_packed", "=", False)])]
        begun = [("line_ids", "any", [("packed_qty", ">", 0)])]
        domains = {
            "full": ["!", *missing],
            "begun": ["&", *missing, *begun],
            "empty": ["&", *missing, "!", *begun],
        }
        return Domain.OR(domains[state] for state in value if state in domains)
