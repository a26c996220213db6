from itertools import groupby

from odoo import api, fields, models
from odoo.exceptions import UserError

KINDS = [
    ("subscription", "Subscription"),
    ("transfer", "Transfer"),
    ("refund", "Refund"),
    ("loss", "Loss"),
]


class SupermarketShareMovement(models.Model):
    """One row of the register of share movements that the law asks a company to keep."""

    _name = "supermarket.share.movement"
    _description = "Share Movement"
    _inherit = "supermarket.ledger"
    _order = "company_id, number desc"
    _rec_name = "number"

    _ledger_partner_columns = ("from_partner_id", "to_partner_id")

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    number = fields.Integer(required=True, readonly=True, aggregator=None)
    date = fields.Date(required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    type_id = fields.Many2one(
        "supermarket.share.type", required=True, readonly=True, ondelete="restrict"
    )
    from_partner_id = fields.Many2one(
        "res.partner",
        "From",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    to_partner_id = fields.Many2one(
        "res.partner", "To", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    quantity = fields.Integer("Shares", required=True, readonly=True)
    amount = fields.Monetary(required=True, readonly=True)
    capital_change = fields.Monetary(required=True, readonly=True)
    capital_after = fields.Monetary(required=True, readonly=True, aggregator=None)
    reason = fields.Char(readonly=True)
    request_id = fields.Many2one(
        "supermarket.share.request", readonly=True, ondelete="restrict"
    )
    reversal_of_id = fields.Many2one(
        "supermarket.share.movement", readonly=True, ondelete="restrict"
    )
    reversed_by_ids = fields.One2many("supermarket.share.movement", "reversal_of_id")

    _number_unique = models.Constraint(
        "UNIQUE (company_id, number)", "This number of the register is taken."
    )
    _number_positive = models.Constraint("CHECK (number > 0)", "Numbers begin at 1.")
    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0 AND amount > 0)", "A movement is of at least one share."
    )
    # A reversal runs the other way: giver and taker change places.
    _parties_of_kind = models.Constraint(
        """CHECK (CASE kind
            WHEN 'transfer' THEN from_partner_id IS NOT NULL AND to_partner_id IS NOT NULL
            WHEN 'subscription' THEN
                (from_partner_id IS NULL) = (reversal_of_id IS NULL)
                AND (to_partner_id IS NULL) = (reversal_of_id IS NOT NULL)
            ELSE (to_partner_id IS NULL) = (reversal_of_id IS NULL)
                AND (from_partner_id IS NULL) = (reversal_of_id IS NOT NULL)
        END)""",
        "A subscription names who receives, a refund or a loss who gives, a transfer both.",
    )
    _change_of_parties = models.Constraint(
        """CHECK (capital_change = CASE
            WHEN from_partner_id IS NULL THEN amount
            WHEN to_partner_id IS NULL THEN -amount
            ELSE 0
        END)""",
        "Only shares that nobody gave raise the capital.",
    )
    _reversed_once = models.UniqueIndex(
        "(reversal_of_id) WHERE reversal_of_id IS NOT NULL",
        "This movement is already reversed.",
    )
    _one_per_request = models.UniqueIndex(
        "(request_id) WHERE request_id IS NOT NULL AND reversal_of_id IS NULL",
        "This request is already in the register.",
    )
    _date_idx = models.Index("(company_id, date)")

    @api.depends("number", "kind", "company_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for movement in self:
            movement.display_name = self.env._(
                "No. %(number)s – %(kind)s",
                number=movement.number,
                kind=kinds.get(movement.kind, ""),
            )

    def action_reverse(self):
        """Open the dialog that asks why the movement is a mistake."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reverse a Movement"),
            "res_model": "supermarket.share.reversal",
            "view_mode": "form",
            "target": "new",
            "context": {"default_movement_id": self.id},
        }

    @api.model
    def _record(self, vals_list):
        """Add movements to the register, in the order given: the only way in.

        Consecutive subscriptions of one type and date cost the same number of SQL
        statements however many they are.

        :param vals_list: dicts of type_id, kind, quantity, from_partner_id,
            to_partner_id, and possibly date (today by default), reason, request_id,
            reversal_of_id
        :return: the movements, in sudo
        :raise UserError: giver without enough shares, date out of order, capital below
            its legal floor
        """
        movements_sudo = self.sudo().browse()
        # Only what nobody gives goes in by batch: each taking is judged after the last.
        # Neighbours alone: the order of the register is kept.
        # pylint: disable-next=bad-builtin-groupby
        batches = groupby(
            enumerate(vals_list),
            lambda item: (
                item[1]["type_id"],
                item[1].get("date"),
                item[0] if item[1].get("from_partner_id") else None,
            ),
        )
        # All or nothing: a number taken for a refused row would be a gap in the register
        # of whoever catches the refusal.
        with self.env.cr.savepoint():
            for _key, batch in batches:
                rows = [vals for _rank, vals in batch]
                movements_sudo += self.sudo()._record_batch(rows)
        return movements_sudo

    def _record_batch(self, vals_list):
        """Record movements of one type and one date; only one when somebody gives."""
        first = vals_list[0]
        share_type = self.env["supermarket.share.type"].browse(first["type_id"])
        company = share_type.company_id
        date = fields.Date.to_date(first.get("date"))
        amounts = [
            company.currency_id.round(vals["quantity"] * share_type.price)
            for vals in vals_list
        ]
        entering = not first.get("from_partner_id")
        leaving = not first.get("to_partner_id")
        sign = 1 if entering else -1 if leaving else 0

        register = self.env["supermarket.share.register"]._for_company(company)
        highest = None
        if first.get("reversal_of_id"):
            reversed_movement = self.browse(first["reversal_of_id"])
            highest = register._recompute(besides=reversed_movement)["capital_highest"]
        last_number, capital, date = register._advance(
            len(vals_list), sign * sum(amounts), date, highest
        )
        self._move_shares(share_type, vals_list)

        number = last_number - len(vals_list)
        capital -= sign * sum(amounts)
        rows = []
        for vals, amount in zip(vals_list, amounts, strict=True):
            number += 1
            capital = company.currency_id.round(capital + sign * amount)
            rows.append(
                {
                    **vals,
                    "company_id": company.id,
                    "number": number,
                    "date": date,
                    "amount": amount,
                    "capital_change": sign * amount,
                    "capital_after": capital,
                }
            )
        movements = self.create(rows)
        (movements.from_partner_id | movements.to_partner_id)._supermarket_hold_shares(
            company, date
        )
        return movements

    def _move_shares(self, share_type, vals_list):
        """Change the holders' counters."""
        Shareholding = self.env["supermarket.shareholding"]
        given = {}
        for vals in vals_list:
            if giver_id := vals.get("from_partner_id"):
                giver = self.env["res.partner"].browse(giver_id)
                Shareholding._take(giver, share_type, vals["quantity"])
            if taker_id := vals.get("to_partner_id"):
                given[taker_id] = given.get(taker_id, 0) + vals["quantity"]
        if given:
            Shareholding._give(share_type, given)

    def _reverse(self, reason, date=None):
        """Record the movement that undoes this one.

        The capital that the mistake made is forgotten with it: the highest capital is
        counted again without both rows.

        :param reason: why it was a mistake
        :param date: date of the reversal, as in :meth:`_record`
        :return: the reversal, in sudo
        :raise UserError: it is a reversal itself, is already reversed, or what it gave
            is gone
        """
        self.ensure_one()
        if self.reversal_of_id:
            raise UserError(
                self.env._(
                    "Movement %s is itself a reversal: record the right movement instead.",
                    self.number,
                )
            )
        if self.sudo().reversed_by_ids:
            raise UserError(
                self.env._(
                    "Movement %(number)s is already reversed, by movement %(other)s.",
                    number=self.number,
                    other=self.sudo().reversed_by_ids.number,
                )
            )
        return self._record(
            [
                {
                    "type_id": self.type_id.id,
                    "kind": self.kind,
                    "quantity": self.quantity,
                    "from_partner_id": self.to_partner_id.id,
                    "to_partner_id": self.from_partner_id.id,
                    "request_id": self.request_id.id,
                    "reversal_of_id": self.id,
                    "reason": reason,
                    "date": date,
                }
            ]
        )
