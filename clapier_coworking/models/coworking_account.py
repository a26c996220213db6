from psycopg2.errors import CheckViolation

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CoworkingAccount(models.Model):
    """The hours and days that a person or an organisation may still use at one company.

    An organisation's account is pooled: its people use it together.
    """

    _name = "coworking.account"
    _description = "Hours Account"
    _rec_name = "partner_id"
    _order = "partner_id, id"

    partner_id = fields.Many2one(
        "res.partner", "Holder", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    hours_balance = fields.Float(
        "Hours", readonly=True, copy=False, digits=(12, 2), default=0.0, required=True
    )
    days_balance = fields.Float(
        "Days", readonly=True, copy=False, digits=(12, 2), default=0.0, required=True
    )
    hours_overdraft = fields.Float(
        "Hours Beyond",
        readonly=True,
        copy=False,
        digits=(12, 2),
        default=0.0,
        required=True,
        help="How far the hours may go below zero: a plan bills what is beyond.",
    )
    row_ids = fields.One2many("coworking.hours", "account_id", "Ledger")

    _one_per_holder = models.UniqueIndex(
        "(partner_id, company_id)", "This person already has an account here."
    )
    _enough_hours = models.Constraint(
        "CHECK (hours_balance >= -hours_overdraft)", "There are not enough hours left."
    )
    _enough_days = models.Constraint(
        "CHECK (days_balance >= 0)", "There are not enough days left."
    )

    @api.model
    def _of(self, partner, company):
        """Return the account that a person uses at ``company``, in sudo; none without one.

        That of their organisation comes first where it has one.
        """
        holders = partner.commercial_partner_id | partner
        accounts_sudo = self.sudo().search(
            [("partner_id", "in", holders.ids), ("company_id", "=", company.id)]
        )
        return (
            accounts_sudo.filtered(
                lambda account: account.partner_id == partner.commercial_partner_id
            )
            or accounts_sudo[:1]
        )

    @api.model
    def _make(self, holder, company):
        """Return the account of a holder itself, in sudo, made if there is none."""
        account_sudo = self.sudo().search(
            [("partner_id", "=", holder.id), ("company_id", "=", company.id)]
        )
        return account_sudo or self.sudo().create(
            {"partner_id": holder.id, "company_id": company.id}
        )

    @api.model
    def _post(self, rows):
        """Add rows to the ledger and their quantities to the balances.

        The balances are counters under a check: rows in the order of the accounts' ids,
        one UPDATE each way, so that two at once never spend the same hour.

        :param rows: list of coworking.hours values: ``account_id``, ``unit`` (hour, day),
            ``kind``, signed ``quantity``, ``date``, ``reference``, …
        :return: coworking.hours records in sudo
        :raise UserError: an account has not enough left
        """
        if not rows:
            return self.env["coworking.hours"].sudo()
        totals = {}
        for row in rows:
            total = totals.setdefault(row["account_id"], {"hour": 0.0, "day": 0.0})
            total[row["unit"]] += row["quantity"]
        ids = sorted(totals)
        self.env.flush_all()
        try:
            with self.env.cr.savepoint():
                self.env.execute_query(
                    SQL(
                        """
                        WITH locked AS (
                            SELECT id FROM coworking_account
                             WHERE id = ANY(%(ids)s) ORDER BY id FOR NO KEY UPDATE
                        )
                        UPDATE coworking_account account
                           SET hours_balance
                                   = (hours_balance + total.hours)::numeric(12, 2),
                               days_balance = (days_balance + total.days)::numeric(12, 2)
                          FROM unnest(%(ids)s, %(hours)s::numeric[], %(days)s::numeric[])
                                   AS total(id, hours, days), locked
                         WHERE account.id = total.id AND locked.id = account.id
                     RETURNING account.id
                        """,
                        ids=ids,
                        hours=[round(totals[id_]["hour"], 2) for id_ in ids],
                        days=[round(totals[id_]["day"], 2) for id_ in ids],
                    )
                )
        except CheckViolation as error:
            raise UserError(
                self.env._(
                    "There is not enough left on this account: buy hours or days, or pay "
                    "this use by itself."
                )
            ) from error
        self.sudo().browse(ids).invalidate_recordset(["hours_balance", "days_balance"])
        return self.env["coworking.hours"].sudo().create(rows)
