from odoo import api, fields, models
from odoo.tools import SQL

# The ledger is the truth: a card shows its sum, so that Odoo's eWallet can spend it.
MIRROR = """
    UPDATE loyalty_card card SET points = balance.amount
      FROM (
          SELECT card.id, COALESCE(SUM(credit.amount), 0) AS amount
            FROM loyalty_card card
            LEFT JOIN drive_credit credit
                ON credit.partner_id = card.partner_id
                AND credit.company_id = %(company)s
           WHERE card.program_id = %(program)s AND card.partner_id = ANY(%(partners)s)
           GROUP BY card.id
      ) balance
     WHERE card.id = balance.id AND card.points IS DISTINCT FROM balance.amount
 RETURNING card.id
"""


class DriveCredit(models.Model):
    """What a family pays with from its credit, and what comes back to it."""

    _inherit = "drive.credit"

    order_id = fields.Many2one(
        "sale.order",
        "Basket",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    kind = fields.Selection(
        selection_add=[("change", "Basket Changed or Cancelled"), ("gift", "Gift")],
        ondelete={"change": "cascade", "gift": "cascade"},
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of the ORM to show each balance on the family's eWallet card."""
        rows = super().create(vals_list)
        for company, moved in rows.grouped("company_id").items():
            self._mirror(moved.partner_id, company)
        return rows

    @api.model
    def _mirror(self, partners, company):
        """Bring the eWallet cards of families in line with the ledger: one statement."""
        program_sudo = company.sudo().drive_wallet_id
        if not program_sudo or not partners:
            return
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                MIRROR,
                company=company.id,
                program=program_sudo.id,
                partners=partners.ids,
            )
        )
        self.env["loyalty.card"].invalidate_model(["points"])

    @api.model
    def _cards(self, partners, company):
        """Return the eWallet cards of families, up to date: {partner: loyalty.card in sudo}."""
        program_sudo = company._drive_wallet()
        card_sudo = self.env["loyalty.card"].sudo()
        found = card_sudo.search(
            [
                ("program_id", "=", program_sudo.id),
                ("partner_id", "in", partners.ids),
            ]
        )
        card_sudo.with_context(action_no_send_mail=True, loyalty_no_mail=True).create(
            [
                {"program_id": program_sudo.id, "partner_id": partner.id, "points": 0}
                for partner in partners - found.partner_id
            ]
        )
        self._mirror(partners, company)
        cards = card_sudo.search(
            [
                ("program_id", "=", program_sudo.id),
                ("partner_id", "in", partners.ids),
            ]
        )
        return {card.partner_id: card for card in cards}
