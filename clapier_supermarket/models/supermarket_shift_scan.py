from datetime import timedelta

from odoo import api, fields, models

KEPT_DAYS = 60


class SupermarketShiftScan(models.Model):
    """One card held, or one name tapped, at a kiosk, and what was answered."""

    _name = "supermarket.shift.scan"
    _description = "Kiosk Scan"
    _order = "scanned_at desc, id desc"
    _rec_name = "key"

    kiosk_id = fields.Many2one(
        "supermarket.shift.kiosk", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="kiosk_id.company_id", store=True, index=True)
    key = fields.Char(
        required=True,
        readonly=True,
        help="What arrives twice with one key counts once.",
    )
    card = fields.Char(readonly=True)
    scanned_at = fields.Datetime(
        required=True, readonly=True, help="By the clock of the tablet."
    )
    received_at = fields.Datetime(required=True, readonly=True)
    result = fields.Selection(
        [
            ("attended", "Present"),
            ("late", "Present, late"),
            ("already", "Already ticked"),
            ("early", "Too early"),
            ("too_late", "Too late"),
            ("not_registered", "Not registered"),
            ("unknown", "Unknown"),
        ],
        required=True,
        readonly=True,
    )
    message = fields.Char(readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Person", readonly=True, ondelete="cascade", index=True
    )
    registration_id = fields.Many2one(
        "supermarket.shift.registration",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )

    _one_per_key = models.UniqueIndex(
        "(kiosk_id, key)", "This scan has already arrived."
    )

    @api.autovacuum
    def _gc_scans(self):
        """Forget who was at the door; the attendance stays with the registration."""
        limit = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.sudo().search([("received_at", "<", limit)], limit=10000).unlink()

    def _answer(self):
        """Return what the tablet is told about one scan, the same each time it asks."""
        self.ensure_one()
        answer = {
            "key": self.key,
            "result": self.result,
            "message": self.message,
            "name": "",
            "photo": "",
            "registration_id": self.registration_id.id,
        }
        if self.partner_id:
            answer |= self.kiosk_id._person_values(
                self.registration_id, self.partner_id
            )
        return answer
