from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class SupermarketShareholding(models.Model):
    """How many shares of one type a person holds: the register's running balance.

    Only movements and partner merges change it, in SQL, under the CHECK.
    """

    _name = "supermarket.shareholding"
    _description = "Shareholding"
    _order = "company_id, type_id, quantity desc, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", "Holder", required=True, readonly=True, ondelete="restrict"
    )
    type_id = fields.Many2one(
        "supermarket.share.type", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    quantity = fields.Integer("Shares", required=True, readonly=True)
    amount = fields.Monetary(compute="_compute_amount")

    _partner_type_unique = models.Constraint(
        "UNIQUE (partner_id, type_id)", "This person already has a count for that type."
    )
    _never_negative = models.Constraint(
        "CHECK (quantity >= 0)", "Nobody can give more shares than they hold."
    )
    _type_idx = models.Index("(type_id) WHERE quantity > 0")

    @api.depends("quantity", "type_id.price")
    def _compute_amount(self):
        for holding in self:
            holding.amount = holding.quantity * holding.type_id.price

    @api.model
    def _take(self, partner, share_type, quantity):
        """Take ``quantity`` shares from ``partner``.

        :raise UserError: they hold fewer
        """
        taken = self.env.execute_query(
            SQL(
                """
                UPDATE supermarket_shareholding SET quantity = quantity - %(quantity)s
                WHERE partner_id = %(partner)s AND type_id = %(type)s
                    AND quantity >= %(quantity)s
                RETURNING id
                """,
                partner=partner.id,
                type=share_type.id,
                quantity=quantity,
            )
        )
        if not taken:
            raise UserError(
                self.env._(
                    "%(person)s holds %(held)s shares of type “%(type)s”, fewer than the "
                    "%(asked)s asked for: lower the number.",
                    person=partner.display_name,
                    held=self._held(partner, share_type),
                    type=share_type.display_name,
                    asked=quantity,
                )
            )
        self._forget()

    @api.model
    def _give(self, share_type, quantities):
        """Give shares of one type.

        :param quantities: {partner id: number of shares}
        """
        rows = SQL(", ").join(
            SQL(
                "(%s, %s, %s, %s)",
                partner_id,
                share_type.id,
                share_type.company_id.id,
                n,
            )
            for partner_id, n in sorted(quantities.items())
        )
        self.env.execute_query(
            SQL(
                """
                INSERT INTO supermarket_shareholding
                    (partner_id, type_id, company_id, quantity)
                VALUES %s
                ON CONFLICT (partner_id, type_id) DO UPDATE
                SET quantity = supermarket_shareholding.quantity + EXCLUDED.quantity
                RETURNING id
                """,
                rows,
            )
        )
        self._forget()

    @api.model
    def _held(self, partner, share_type):
        """Return how many shares of ``share_type`` the person holds now."""
        holdings_sudo = self.sudo().search(
            [("partner_id", "=", partner.id), ("type_id", "=", share_type.id)]
        )
        return sum(holdings_sudo.mapped("quantity"))

    @api.model
    def _fold(self, src_partners, dst_partner):
        """Add the holdings of ``src_partners`` to those of ``dst_partner``.

        A merge of two holders of one type would else break the unique constraint.
        """
        self.env.cr.execute(
            SQL(
                """
                WITH taken AS (
                    DELETE FROM supermarket_shareholding WHERE partner_id IN %(sources)s
                    RETURNING type_id, company_id, quantity
                )
                INSERT INTO supermarket_shareholding
                    (partner_id, type_id, company_id, quantity)
                SELECT %(destination)s, type_id, company_id, SUM(quantity)
                FROM taken GROUP BY type_id, company_id
                ON CONFLICT (partner_id, type_id) DO UPDATE
                SET quantity = supermarket_shareholding.quantity + EXCLUDED.quantity
                """,
                sources=tuple(src_partners.ids),
                destination=dst_partner.id,
            )
        )
        self._forget()

    @api.model
    def _forget(self):
        """Drop what the cache holds of the counters that SQL has just changed."""
        self.invalidate_model()
        self.env["res.partner"].invalidate_model(["supermarket_shareholding_ids"])
