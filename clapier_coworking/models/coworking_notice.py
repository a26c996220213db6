from odoo import api, fields, models

SEND_BATCH = 50


class CoworkingNotice(models.Model):
    """The outbox: what is to be told to whom, each once; a cron writes the mails."""

    _name = "coworking.notice"
    _description = "Notice to Send"
    _order = "id"
    _rec_name = "kind"

    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade")
    booking_id = fields.Many2one(
        "coworking.booking", ondelete="cascade", index="btree_not_null"
    )
    waiting_id = fields.Many2one(
        "coworking.waiting", ondelete="cascade", index="btree_not_null"
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    kind = fields.Char(required=True, help="Names the mail template.")
    key = fields.Char(required=True, help="The same key is told once.")
    sent_at = fields.Datetime(readonly=True)

    _once = models.UniqueIndex("(key)", "This has been told already.")
    _to_send_idx = models.Index("(id) WHERE sent_at IS NULL")

    @api.model
    def _queue(self, partner, kind, booking=None, waiting=None, key=None):
        """Note one thing to tell one person; told once per booking or wish and kind."""
        subject = booking or waiting
        key = f"{subject._name},{subject.id},{kind}" + (f",{key}" if key else "")
        if self.sudo().search_count([("key", "=", key)], limit=1):
            return
        self.sudo().create(
            {
                "partner_id": partner.id,
                "booking_id": booking and booking.id,
                "waiting_id": waiting and waiting.id,
                "company_id": subject.company_id.id,
                "kind": kind,
                "key": key,
            }
        )
