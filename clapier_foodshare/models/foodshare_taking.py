from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class FoodshareTaking(models.Model):
    """What left the fridge. Weights alone: nobody who takes is known, nor at what hour."""

    _name = "foodshare.taking"
    _description = "Out of the Fridge"
    _inherit = ["supermarket.ledger"]
    _order = "date desc, id desc"
    _rec_name = "deposit_id"
    _log_access = False

    deposit_id = fields.Many2one(
        "foodshare.deposit", required=True, ondelete="restrict", index=True
    )
    fridge_id = fields.Many2one(
        related="deposit_id.fridge_id", store=True, precompute=True, index=True
    )
    company_id = fields.Many2one(
        related="deposit_id.company_id", store=True, precompute=True, index=True
    )
    category = fields.Selection(
        related="deposit_id.category", store=True, precompute=True
    )
    date = fields.Date("Day", required=True, index=True)
    kind = fields.Selection(
        [
            ("taken", "Taken"),
            ("given", "Given to an Association"),
            ("expired", "Past Its Date"),
            ("discarded", "Thrown Away"),
        ],
        required=True,
    )
    grams = fields.Integer("Weight", required=True, help="Grams.")
    request_key = fields.Char(readonly=True)

    _request_once = models.UniqueIndex(
        "(request_key) WHERE request_key IS NOT NULL", "This has been noted already."
    )
    _grams_positive = models.Constraint(
        "CHECK (grams >= 0)", "A weight cannot be negative."
    )

    @api.model
    def _take(self, fridge, deposit_id, key, part=1.0):
        """Note that somebody took a deposit, or a part of what is left of it, once.

        :param deposit_id: id from a page; it must lie in this fridge
        :param key: idempotency key
        :param part: of what is left, above 0 and up to 1
        :return: foodshare.taking record in sudo
        :raise UserError: it is no longer inside
        """
        takings_sudo = self.sudo()
        fridge.sudo()._touch()
        known_sudo = takings_sudo.search([("request_key", "=", key)], limit=1)
        if known_sudo:
            return known_sudo
        deposits_sudo = self.env["foodshare.deposit"].sudo()
        deposits_sudo.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                WITH before AS (
                    SELECT id, ceil(grams_left * %(part)s)::int AS taken
                      FROM foodshare_deposit
                     WHERE id = %(deposit)s AND fridge_id = %(fridge)s
                       AND state = 'inside' FOR NO KEY UPDATE
                )
                UPDATE foodshare_deposit deposit
                   SET grams_left = grams_left - taken,
                       state = CASE WHEN grams_left = taken THEN 'gone' ELSE state END
                  FROM before WHERE before.id = deposit.id
             RETURNING taken
                """,
                part=part,
                deposit=deposit_id,
                fridge=fridge.id,
            )
        )
        deposit_sudo = deposits_sudo.browse(deposit_id)
        deposit_sudo.invalidate_recordset(["grams_left", "state"], flush=False)
        if not rows:
            raise UserError(
                self.env._("This is no longer in the fridge: look at what is left.")
            )
        deposit_sudo.modified(["grams_left", "state"])
        return takings_sudo.create(
            {
                "deposit_id": deposit_id,
                "date": fridge.sudo().company_id._coworking_today(),
                "kind": "taken",
                "grams": rows[0][0],
                "request_key": key,
            }
        )
