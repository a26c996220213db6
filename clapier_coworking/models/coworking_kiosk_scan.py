from datetime import timedelta

from odoo import api, fields, models

KEPT_DAYS = 60


class CoworkingKioskScan(models.Model):
    """One badge held, or one code typed, at the entrance, and what was answered."""

    _name = "coworking.kiosk.scan"
    _description = "Scan at the Entrance"
    _order = "scanned_at desc, id desc"
    _rec_name = "key"

    kiosk_id = fields.Many2one(
        "coworking.kiosk", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="kiosk_id.company_id", store=True, index=True)
    key = fields.Char(
        required=True,
        readonly=True,
        help="What arrives twice with one key counts once.",
    )
    card = fields.Char("Badge or Code", readonly=True)
    scanned_at = fields.Datetime(
        required=True, readonly=True, help="By the clock of the tablet."
    )
    received_at = fields.Datetime(required=True, readonly=True)
    result = fields.Selection(
        [
            ("present", "Checked In"),
            ("already", "Already Checked In"),
            ("offer", "Offered a Place"),
            ("none", "No Visit"),
            ("refused", "Refused"),
            ("unknown", "Unknown"),
            ("too_late", "Too Late"),
        ],
        required=True,
        readonly=True,
    )
    message = fields.Char(readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Person",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    visit_id = fields.Many2one(
        "coworking.visit", readonly=True, ondelete="set null", index="btree_not_null"
    )

    _one_per_key = models.UniqueIndex(
        "(kiosk_id, key)", "This scan has already arrived."
    )

    @api.autovacuum
    def _gc_scans(self):
        """Forget who was at the entrance; the presence stays with the visit."""
        limit = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.sudo().search([("received_at", "<", limit)], limit=10000).unlink()

    def _answer(self):
        """Return what the tablet is told about one scan, no more than it takes."""
        self.ensure_one()
        return {
            "key": self.key,
            "result": self.result,
            "message": self.message or "",
            "name": _short_name(
                self.visit_id.visitor if self.visit_id else self.partner_id.name
            ),
            "wifi": self.visit_id._wifi() if self.visit_id else "",
            "offers": (
                self.kiosk_id._offers(self.partner_id) if self.result == "offer" else []
            ),
        }


def _short_name(name):
    """Return what a door says aloud: first name and initial."""
    first, *others = (name or "").split() or [""]
    return f"{first} {others[-1][0]}." if others else first
