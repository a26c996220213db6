from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# What was counted in the summary is no longer to be invoiced.
COUNT_BASKETS = """
    UPDATE sale_order SET drive_summary_id = %(move)s, invoice_status = 'no'
     WHERE id = ANY(%(ids)s) AND drive_summary_id IS NULL
"""
COUNT_LINES = """
    UPDATE sale_order_line SET qty_to_invoice = 0, invoice_status = 'no'
     WHERE order_id = ANY(%(ids)s) AND display_type IS NULL
"""
# Rows of the ledger that no journal entry counts yet, of cycles that are settled, or of none
UNCOUNTED = """
    SELECT credit.id, credit.company_id
      FROM drive_credit credit
      LEFT JOIN drive_cycle cycle ON cycle.id = credit.cycle_id
      LEFT JOIN sale_order_line line ON line.id = credit.order_line_id
      LEFT JOIN sale_order basket ON basket.id = line.order_id
     WHERE (credit.cycle_id = ANY(%(cycles)s)
            OR %(late)s AND COALESCE(cycle.state, 'settled') = 'settled'
               AND (basket.id IS NULL OR basket.drive_summary_id IS NOT NULL
                    OR basket.drive_invoice_id IS NOT NULL))
       AND NOT EXISTS (
           SELECT FROM drive_credit_entry entry WHERE entry.credit_id = credit.id)
     ORDER BY credit.id
     LIMIT 20000
"""


class DriveCycle(models.Model):
    """The end of a cycle: goods have left, money is written, producers get their statement."""

    _inherit = "drive.cycle"

    state = fields.Selection(
        selection_add=[("settled", "Settled"), ("cancelled",)],
        ondelete={"settled": lambda cycles: cycles.write({"state": "allocated"})},
    )
    summary_ids = fields.One2many(
        "account.move", "drive_cycle_id", "Summary Entries", copy=False
    )
    settlement_ids = fields.Many2many(
        "drive.settlement", compute="_compute_settlement_ids"
    )
    settlement_count = fields.Integer("Settlements", compute="_compute_settlement_ids")

    @api.model
    def _group_expand_state(self, states, domain):
        """Override to show the last step too."""
        states = super()._group_expand_state(states, domain)
        return [*states[:4], "settled", *states[4:]]

    @api.depends("producer_ids.settlement_id")
    def _compute_settlement_ids(self):
        for cycle in self:
            cycle.settlement_ids = cycle.producer_ids.settlement_id
            cycle.settlement_count = len(cycle.settlement_ids)

    def action_view_settlements(self):
        """Show the settlements with the producers of this cycle."""
        action = self._action_of("drive_settlement_action")
        return {**action, "domain": [("cycle_producer_ids.cycle_id", "=", self.id)]}

    def action_view_summaries(self):
        """Show the journal entries of this cycle."""
        action = self._action_of("drive_summary_action")
        return {**action, "domain": [("drive_cycle_id", "=", self.id)]}

    def action_settle(self):
        """Settle cycles: all goods leave, the summary is posted, statements are drafted.

        Done twice, the second time changes nothing.

        :raise UserError: what families get is not validated yet
        """
        self.check_access("write")
        if not self.env.user.has_group("clapier_drive.group_drive_manager"):
            raise UserError(
                self.env._("An administrator of the drive settles its cycles.")
            )
        for cycle in self:
            if cycle.state == "settled":
                continue
            if cycle.state != "allocated":
                raise UserError(
                    self.env._("Validate what each family gets first, then settle.")
                )
            # Whoever settles it at the same time meets this row and starts again.
            cycle.state = "settled"
            self.env.flush_all()
            cycle._depart()
            cycle._summarise()
        self.env["drive.settlement"]._draft(self)

    def _summarise(self):
        """Post the sales and credits of this cycle; institutions are invoiced instead."""
        self.ensure_one()
        if self.public != "family":
            return
        policy = self.env["drive.policy"]._policy_for(self.company_id, self.date_pickup)
        baskets = self.env["sale.order"].search(
            [
                ("drive_cycle_id", "=", self.id),
                ("state", "=", "sale"),
                ("drive_summary_id", "=", False),
                ("drive_invoice_id", "=", False),
            ]
        )
        self.env.flush_all()
        rows = self.env.execute_query(SQL(UNCOUNTED, cycles=self.ids, late=False))
        move = self.env["drive.summary"]._post(
            policy,
            min(self.date_pickup, self.company_id._drive_today()),
            self.display_name,
            baskets=baskets.ids,
            credits=[credit_id for credit_id, _company_id in rows],
        )
        if move:
            move.sudo().drive_cycle_id = self
            self._count_in(baskets, move)

    def _count_in(self, baskets, move):
        """Note which entry counts these baskets: two statements."""
        self.env.flush_all()
        values = {"move": move.id, "ids": baskets.ids}
        self.env.cr.execute(SQL(COUNT_BASKETS, **values))
        self.env.cr.execute(SQL(COUNT_LINES, **values))
        baskets.invalidate_model(["drive_summary_id", "invoice_status"])
        self.env["sale.order.line"].invalidate_model(
            ["qty_to_invoice", "invoice_status"]
        )

    @api.model
    def _cron_account_credits(self):
        """Post what was credited after cycles were settled: one entry a company and day."""
        rows = self.env.execute_query(SQL(UNCOUNTED, cycles=[], late=True))
        by_company = {}
        for credit_id, company_id in rows:
            by_company.setdefault(company_id, []).append(credit_id)
        self.env["ir.cron"]._commit_progress(remaining=len(by_company))
        for company in self.env["res.company"].browse(by_company):
            policy = self.env["drive.policy"]._policy_for(company)
            self.env["drive.summary"]._post(
                policy,
                company._drive_today(),
                self.env._("Credits of families"),
                credits=by_company[company.id],
            )
            if not self.env["ir.cron"]._commit_progress(1):
                break
