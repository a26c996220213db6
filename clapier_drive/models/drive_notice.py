from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

SEND_BATCH = 50
# Who gets all that was ordered is told nothing.
SHARED = """
    INSERT INTO drive_notice
        (partner_id, company_id, cycle_id, kind, state, key,
         create_uid, create_date, write_uid, write_date)
    SELECT DISTINCT basket.partner_id, basket.company_id, basket.drive_cycle_id,
        'shared', 'queued', 'shared,' || basket.drive_cycle_id || ',' || basket.partner_id,
        %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
      FROM sale_order_line line
      JOIN sale_order basket ON basket.id = line.order_id
     WHERE basket.drive_cycle_id = %(cycle)s AND basket.state = 'sale'
       AND line.drive_offer_id IS NOT NULL
       AND line.drive_given_qty < line.product_uom_qty
    ON CONFLICT (key) DO NOTHING
    RETURNING id
"""


class DriveNotice(models.Model):
    """The outbox: what families are to be told, each thing once; a cron writes the mails."""

    _name = "drive.notice"
    _description = "Notice to a Family"
    _order = "id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        "Family",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    cycle_id = fields.Many2one(
        "drive.cycle", required=True, readonly=True, ondelete="cascade", index=True
    )
    kind = fields.Selection(
        [("shared", "What Is Missing")],
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
    error = fields.Char("Why Not Sent", readonly=True)
    sent_at = fields.Datetime("Settled On", readonly=True)

    # What the template says
    line_ids = fields.Many2many(
        "sale.order.line", string="What Is Missing", compute="_compute_line_ids"
    )
    amount = fields.Monetary("Credited", compute="_compute_line_ids")
    balance = fields.Monetary("Credit Now", compute="_compute_balance")
    details = fields.Html(compute="_compute_details", sanitize=False)

    _once = models.UniqueIndex("(key)", "This has been told already.")
    _queued_idx = models.Index("(id) WHERE state = 'queued'")

    @api.depends("partner_id", "cycle_id")
    def _compute_line_ids(self):
        """The lines a family does not get in full, and what they were credited with."""
        lines_sudo = (
            self.env["sale.order.line"]
            .sudo()
            .search(
                [
                    ("order_id.drive_cycle_id", "in", self.cycle_id.ids),
                    ("order_id.partner_id", "in", self.partner_id.ids),
                    ("order_id.state", "=", "sale"),
                    ("drive_offer_id", "!=", False),
                ]
            )
            .filtered(lambda line: line.drive_given_qty < line.product_uom_qty)
            .grouped(
                lambda line: (line.order_id.drive_cycle_id, line.order_id.partner_id)
            )
        )
        amounts = {
            (cycle, partner): amount
            for cycle, partner, amount in self.env["drive.credit"]
            .sudo()
            ._read_group(
                [
                    ("cycle_id", "in", self.cycle_id.ids),
                    ("partner_id", "in", self.partner_id.ids),
                    ("kind", "in", ("shortage", "minimum")),
                ],
                ["cycle_id", "partner_id"],
                ["amount:sum"],
            )
        }
        for notice in self:
            key = (notice.cycle_id, notice.partner_id)
            notice.line_ids = lines_sudo.get(key)
            notice.amount = amounts.get(key, 0.0)

    @api.depends("partner_id", "company_id")
    def _compute_balance(self):
        balances = {
            (partner, company): amount
            for partner, company, amount in self.env["drive.credit"]
            .sudo()
            ._read_group(
                [("partner_id", "in", self.partner_id.ids)],
                ["partner_id", "company_id"],
                ["amount:sum"],
            )
        }
        for notice in self:
            notice.balance = balances.get((notice.partner_id, notice.company_id), 0.0)

    @api.depends("line_ids")
    @api.depends_context("lang")
    def _compute_details(self):
        """What is missing, one product a line: ordered, given and why."""
        for notice in self:
            notice.details = self.env["ir.qweb"]._render(
                "clapier_drive.notice_lines", {"lines": notice.line_ids}
            )

    # --- Queue

    @api.model
    def _queue_shared(self, cycle):
        """Queue what the families of a cycle do not get: one statement, each family once."""
        self.env.flush_all()
        self.env.execute_query(SQL(SHARED, cycle=cycle.id, uid=self.env.uid))

    def action_queue_again(self):
        """Queue again what failed or was not sent, once the cause is mended."""
        self.check_access("write")
        self.filtered(lambda notice: notice.state in ("failed", "skipped")).write(
            {"state": "queued", "error": False}
        )

    # --- Sending

    @api.model
    def _cron_send(self):
        """Write the mails of what is queued, by batches: each is one transaction."""
        queued = [("state", "=", "queued")]
        self.env["ir.cron"]._commit_progress(remaining=self.search_count(queued))
        while notices := self.search(queued, limit=SEND_BATCH, order="id"):
            # Whoever holds the others sends them.
            notices = notices.try_lock_for_update()
            notices._send()
            if not notices or not self.env["ir.cron"]._commit_progress(len(notices)):
                break

    def _send(self):
        """Make the mails of queued notices, for the mail queue to send."""
        queued_sudo = self.sudo().filtered(lambda notice: notice.state == "queued")
        silent_sudo = queued_sudo.filtered(lambda notice: not notice.partner_id.email)
        silent_sudo._settle("skipped", error=self.env._("No e-mail address"))
        for kind, notices_sudo in (queued_sudo - silent_sudo).grouped("kind").items():
            notices_sudo._make_mails(kind)

    def _make_mails(self, kind):
        """Render the template of one kind; one at a time where the batch fails."""
        template_sudo = self.env.ref(
            f"clapier_drive.mail_template_notice_{kind}", raise_if_not_found=False
        )
        if not template_sudo:
            self._settle("failed", error=self.env._("Its template was deleted."))
            return
        try:
            with self.env.cr.savepoint():
                template_sudo.sudo().send_mail_batch(self.ids)
        except UserError as error:
            if len(self) == 1:
                self._settle("failed", error=str(error))
                return
            for notice in self:
                notice._make_mails(kind)
            return
        self._settle("sent")

    def _settle(self, state, **vals):
        """Write what became of notices."""
        self.write({"state": state, "sent_at": fields.Datetime.now(), **vals})
