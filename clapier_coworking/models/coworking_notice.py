from odoo import api, fields, models


class CoworkingNotice(models.Model):
    """The outbox: what is to be told to whom, each once; a cron writes the mails."""

    _name = "coworking.notice"
    _description = "Notice to Send"
    _order = "id desc"
    _rec_name = "kind"

    partner_id = fields.Many2one(
        "res.partner",
        "To",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    booking_id = fields.Many2one(
        "coworking.booking", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    waiting_id = fields.Many2one(
        "coworking.waiting",
        "Wish",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    kind = fields.Selection(
        [
            ("asked", "Booking Asked For"),
            ("awaiting", "Payment Awaited"),
            ("confirmed", "Booking Confirmed"),
            ("moved", "Booking Moved"),
            ("reminder", "Reminder"),
            ("refused", "Booking Refused"),
            ("expired", "Not Paid in Time"),
            ("refund", "Paid Too Late"),
            ("cancelled", "Booking Cancelled"),
            ("no_show", "No-Show"),
            ("offer", "Offer to the Waiting List"),
        ],
        required=True,
        readonly=True,
        help="Names the mail template.",
    )
    key = fields.Char(required=True, readonly=True, help="The same key is told once.")
    state = fields.Selection(
        [
            ("queued", "Queued"),
            ("sent", "Sent"),
            ("skipped", "Not Sent"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
        default="queued",
    )
    reason = fields.Selection(
        [("outdated", "No longer true"), ("no_email", "No e-mail address")],
        "Why Not Sent",
        readonly=True,
    )
    error = fields.Text(readonly=True)
    sent_at = fields.Datetime("Settled On", readonly=True)
    lead_id = fields.Many2one(
        "coworking.notice",
        "Told With",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The dates of one request are told in one mail: that of this notice.",
    )
    told_ids = fields.One2many("coworking.notice", "lead_id", "Also Tells")

    # What the templates say
    booking_ids = fields.Many2many(
        "coworking.booking", string="Bookings Told", compute="_compute_booking_ids"
    )
    summary = fields.Char(compute="_compute_summary")
    until = fields.Char("Until When", compute="_compute_summary")
    details = fields.Html(compute="_compute_details", sanitize=False)
    hours_kept = fields.Float(compute="_compute_hours_kept")
    is_free = fields.Boolean("Nothing Due", compute="_compute_hours_kept")
    link = fields.Char(compute="_compute_link")

    _once = models.UniqueIndex("(key)", "This has been told already.")
    _queued_idx = models.Index("(id) WHERE state = 'queued'")

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for notice in self:
            notice.display_name = kinds.get(notice.kind, "")

    @api.depends("booking_id", "told_ids.booking_id")
    def _compute_booking_ids(self):
        for notice in self:
            bookings = notice.booking_id | notice.told_ids.booking_id
            notice.booking_ids = bookings.sorted("start")

    @api.depends("booking_ids", "waiting_id")
    @api.depends_context("lang")
    def _compute_summary(self):
        for notice in self:
            bookings, wish = notice.booking_ids, notice.waiting_id
            first = bookings[:1]
            if len(bookings) > 1:
                notice.summary = self.env._(
                    "%(space)s, %(count)s dates from %(time)s",
                    space=", ".join(bookings.space_id.mapped("name")),
                    count=len(bookings),
                    time=first.when_label,
                )
            elif first:
                notice.summary = f"{first.space_id.name}, {first.when_label}"
            else:
                notice.summary = f"{wish.space_id.name or ''}, {wish.when_label or ''}"
            limits = [moment for moment in bookings.mapped("expires_at") if moment]
            limit = wish.offered_until or (limits and min(limits))
            notice.until = limit and notice.company_id._coworking_tell(
                limit, "EEEE d MMMM, HH:mm"
            )

    @api.depends("booking_ids", "kind")
    @api.depends_context("lang")
    def _compute_details(self):
        """The bookings told, one a line: when, where, what they cost, the door's code."""
        for notice in self:
            going = notice.kind in ("confirmed", "moved", "reminder")
            notice.details = self.env["ir.qweb"]._render(
                "clapier_coworking.notice_bookings",
                {
                    "bookings": notice.booking_ids,
                    "going": going,
                    "priced": going or notice.kind in ("asked", "awaiting"),
                },
            )

    @api.depends("booking_ids")
    def _compute_hours_kept(self):
        """What an ended booking still costs: hours of a plan, a fee, or nothing."""
        for notice in self:
            bookings = notice.booking_ids
            rows_sudo = bookings.sudo().hours_row_ids
            notice.hours_kept = round(-sum(rows_sudo.mapped("quantity")), 2)
            notice.is_free = not (notice.hours_kept or any(bookings.mapped("fee")))

    @api.depends("booking_ids", "waiting_id")
    def _compute_link(self):
        """The page of the booking for whoever has the mail, without any login."""
        for notice in self:
            if notice.booking_ids:
                path = notice.booking_ids[0].get_portal_url()
            elif notice.waiting_id:
                path = f"/spaces/offer/{notice.waiting_id.sudo().token}"
            else:
                path = "/my"
            notice.link = notice.get_base_url() + path

    # --- Queue

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

    def action_queue_again(self):
        """Queue again what failed or was not sent, once the cause is mended."""
        self.check_access("write")
        self.filtered(lambda notice: notice.state in ("failed", "skipped")).write(
            {"state": "queued", "error": False, "reason": False, "lead_id": False}
        )
