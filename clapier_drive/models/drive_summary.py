from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

from ..drive_cents import split, to_cents

# Rows of the ledger: ``noted`` moves what a family has to its credit, ``nets`` reduces sales.
CREDITS = """
    WITH credit AS (
        SELECT credit.id, credit.amount::numeric AS amount, line.id AS line_id,
            COALESCE(basket.partner_invoice_id, credit.partner_id) AS partner_id,
            COALESCE(origin.kind, credit.kind) = 'payment' AS is_payment,
            credit.id = ANY(%(credits)s) AS noted,
            credit.id = ANY(%(nets)s)
                AND COALESCE(origin.kind, credit.kind) != 'payment' AS nets
          FROM drive_credit credit
          LEFT JOIN drive_credit origin ON origin.id = credit.reversal_of_id
          LEFT JOIN sale_order_line line
            ON line.id = credit.order_line_id AND line.price_total != 0
          LEFT JOIN sale_order basket ON basket.id = line.order_id
         WHERE credit.id = ANY(%(credits)s) OR credit.id = ANY(%(nets)s)
    )
"""
# What baskets were sold for, less what was credited, by product and taxes. Producers that
# are sold for have their own rows; so have the cents between baskets and their lines.
SOLD = (
    CREDITS
    + """
    , line AS (
        SELECT line.id, line.product_id, line.price_subtotal::numeric AS subtotal,
            line.price_total::numeric AS total, line.order_id,
            CASE WHEN producer.id IS NOT NULL THEN offer.producer_id END AS producer_id,
            COALESCE((
                SELECT array_agg(rel.account_tax_id ORDER BY rel.account_tax_id)
                  FROM account_tax_sale_order_line_rel rel
                 WHERE rel.sale_order_line_id = line.id), '{}') AS taxes
          FROM sale_order_line line
          LEFT JOIN drive_offer offer ON offer.id = line.drive_offer_id
          LEFT JOIN drive_cycle_producer producer
            ON producer.cycle_id = offer.cycle_id
           AND producer.partner_id = offer.producer_id
           AND producer.settlement_mode = 'mandate'
         WHERE line.display_type IS NULL
           AND (line.order_id = ANY(%(baskets)s)
                OR line.id IN (SELECT line_id FROM credit WHERE nets))
    )
    SELECT producer_id, product_id, taxes, SUM(subtotal), SUM(tax) FROM (
        SELECT producer_id, product_id, taxes, subtotal, total - subtotal AS tax
          FROM line WHERE order_id = ANY(%(baskets)s)
         UNION ALL
        SELECT producer_id, product_id, taxes, -part.base, part.base - credit.amount
          FROM credit
          JOIN line ON line.id = credit.line_id
          CROSS JOIN LATERAL (
              SELECT ROUND(credit.amount * line.subtotal / line.total, 2) AS base
          ) part
         WHERE credit.nets
         UNION ALL
        SELECT NULL, NULL, '{}', -amount, 0
          FROM credit WHERE nets AND line_id IS NULL
         UNION ALL
        SELECT NULL, NULL, '{}', basket.amount_total - SUM(line.total), 0
          FROM sale_order basket JOIN line ON line.order_id = basket.id
         WHERE basket.id = ANY(%(baskets)s)
         GROUP BY basket.id
    ) AS moved
     GROUP BY producer_id, product_id, taxes
"""
)
# What each family owes: (family, sold, credited, paid with credit).
OWED = (
    CREDITS
    + """
    SELECT partner.commercial_partner_id, SUM(sold), SUM(granted), SUM(used) FROM (
        SELECT partner_invoice_id AS partner_id, amount_total AS sold,
            0::numeric AS granted, 0::numeric AS used
          FROM sale_order WHERE id = ANY(%(baskets)s)
         UNION ALL
        SELECT partner_id, CASE WHEN nets THEN -amount ELSE 0 END,
            CASE WHEN noted AND NOT is_payment THEN amount ELSE 0 END,
            CASE WHEN noted AND is_payment THEN -amount ELSE 0 END
          FROM credit
    ) moved
    JOIN res_partner partner ON partner.id = moved.partner_id
     GROUP BY partner.commercial_partner_id
"""
)
# One item per family: Odoo makes them in a time that grows with their square.
FAMILIES = """
    INSERT INTO account_move_line
        (move_id, journal_id, company_id, company_currency_id, currency_id, sequence,
         move_name, parent_state, ref, date, name, account_id, partner_id, display_type,
         debit, credit, balance, amount_currency, amount_residual,
         amount_residual_currency, quantity, price_unit, price_subtotal, price_total,
         discount, deductible_amount, is_storno, reconciled, no_followup,
         create_uid, create_date, write_uid, write_date)
    SELECT move.id, move.journal_id, move.company_id, %(currency)s, %(currency)s, 100,
        move.name, move.state, move.ref, move.date, partner.name, owed.account_id,
        partner.id, 'product', GREATEST(owed.balance, 0), GREATEST(-owed.balance, 0),
        owed.balance, owed.balance, owed.balance, owed.balance, 1, 0, owed.balance,
        owed.balance, 0, 100, FALSE, FALSE, TRUE,
        %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
      FROM unnest(%(accounts)s::int[], %(partners)s::int[], %(balances)s::numeric[])
               AS owed(account_id, partner_id, balance)
      JOIN res_partner partner ON partner.id = owed.partner_id
      JOIN account_move move ON move.id = %(move)s
    RETURNING id, balance
"""
NOTE_CREDITS = """
    INSERT INTO drive_credit_entry
        (credit_id, company_id, move_id, create_uid, create_date, write_uid, write_date)
    SELECT id, company_id, %(move)s, %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s,
        now() AT TIME ZONE 'UTC'
      FROM drive_credit WHERE id = ANY(%(credits)s)
"""


class DriveSummary(models.AbstractModel):
    """One journal entry for many baskets: sales by tax, what families owe, credits.

    Amounts are summed in whole cents: an entry balances whatever is rounded.
    """

    _name = "drive.summary"
    _description = "Summary Entries"

    @api.model
    def _post(
        self, policy, date, reference, baskets=(), credits=(), nets=None, reverse=False
    ):
        """Write one entry for baskets and rows of the credit ledger, and post it.

        :param policy: drive.policy record, says the accounts
        :param baskets: ids of sale.order that no entry counts yet
        :param credits: ids of drive.credit that no entry counts yet
        :param nets: ids of drive.credit that reduce sales; by default ``credits``
        :param reverse: take the baskets out again
        :return: account.move record, empty where there is nothing to write
        :raise UserError: an account is missing
        """
        company = policy.company_id
        values = {
            "baskets": list(baskets),
            "credits": list(credits),
            "nets": list(credits if nets is None else nets),
        }
        self.env.flush_all()
        sold = self.env.execute_query(SQL(SOLD, **values))
        owed = self.env.execute_query(SQL(OWED, **values))
        sign = -1 if reverse else 1
        self = self.sudo().with_company(company)
        families, lines = self._family_lines(policy, owed)
        lines += self._sale_lines(policy, sold)
        if sum(line["balance"] for line in lines) + sum(families.values()):
            raise UserError(
                self.env._(
                    "The baskets do not add up: look for one whose lines were changed."
                )
            )
        move = self.env["account.move"]
        if lines or families:
            move = self._create_entry(policy, date, reference, lines, families, sign)
        if credits and move:
            self.env.execute_query(
                SQL(
                    NOTE_CREDITS + "RETURNING id",
                    move=move.id,
                    uid=self.env.uid,
                    **values,
                )
            )
        return move

    def _create_entry(self, policy, date, reference, lines, families, sign):
        """Post an entry of these lines, and one item per family by a single statement."""
        company = policy.company_id
        move = (
            self.env["account.move"]
            .with_context(
                skip_invoice_sync=True,
                # It balances with the families, who come by another way.
                check_move_validity=False,
                tracking_disable=True,
                mail_notrack=True,
            )
            .create(
                {
                    "move_type": "entry",
                    "journal_id": policy._journal().id,
                    "company_id": company.id,
                    "date": date,
                    "ref": reference,
                    "line_ids": [
                        Command.create(
                            {
                                **line,
                                "balance": sign * line["balance"] / 100,
                                "amount_currency": sign * line["balance"] / 100,
                                "currency_id": company.currency_id.id,
                            }
                        )
                        for line in lines
                    ],
                }
            )
        )
        # An entry that is sealed when it is posted is complete before.
        sealed = move.journal_id.restrict_mode_hash_table
        if sealed or not lines:
            self._add_families(move, families, sign)
        move._post(soft=False)
        if not sealed and lines:
            self._add_families(move, families, sign)
        move.invalidate_recordset()
        return move.with_env(self.env)

    def _add_families(self, move, families, sign):
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                FAMILIES,
                move=move.id,
                currency=move.company_id.currency_id.id,
                uid=self.env.uid,
                accounts=[account.id for account, _partner in families],
                partners=[partner.id for _account, partner in families],
                balances=[sign * balance / 100 for balance in families.values()],
            )
        )
        self.env["account.move.line"].invalidate_model()
        move.invalidate_recordset()
        move.modified(["line_ids"])

    def _sale_lines(self, policy, rows):
        """Return the lines of income, taxes and mandates, in cents."""
        company = policy.company_id
        products = self.env["product.product"].browse(
            {row[1] for row in rows if row[1]}
        )
        incomes = {
            product.id: product.product_tmpl_id.get_product_accounts()["income"]
            for product in products
        }
        bases, taxed, mandates = defaultdict(int), defaultdict(int), defaultdict(int)
        for producer_id, product_id, tax_ids, subtotal, tax in rows:
            base, tax = to_cents(subtotal), to_cents(tax)
            if producer_id:
                mandates[producer_id] += base + tax
                continue
            income = incomes.get(product_id) or company.income_account_id
            if not income:
                raise UserError(
                    self.env._(
                        "%s has no income account: set up its accounting first.",
                        company.name,
                    )
                )
            bases[income, tuple(tax_ids)] += base
            taxed[tuple(tax_ids)] += tax
        lines = []
        for (income, tax_ids), base in bases.items():
            taxes = self.env["account.tax"].browse(tax_ids)
            lines.append(
                {
                    "name": self.env._(
                        "Sales, %s", ", ".join(taxes.mapped("name")) or "0 %"
                    ),
                    "account_id": income.id,
                    "balance": -base,
                    "tax_ids": [Command.set(taxes.ids)],
                    "tax_tag_ids": [
                        Command.set(self._computed(taxes, base)["base_tags"])
                    ],
                }
            )
        for tax_ids, tax in taxed.items():
            taxed_bases = {
                key[0]: part for key, part in bases.items() if key[1] == tax_ids
            }
            base = sum(taxed_bases.values())
            # As on invoices: a tax without an account of its own goes with its base.
            lines += self._tax_lines(tax_ids, base, tax, next(iter(taxed_bases)))
        partners = self.env["res.partner"].browse(mandates).with_company(company)
        lines += [
            {
                "name": self.env._("Sold on behalf of %s", partner.name),
                "account_id": policy._mandate_account().id,
                "partner_id": partner.commercial_partner_id.id,
                "balance": -mandates[partner.id],
            }
            for partner in partners
        ]
        return [line for line in lines if line["balance"] or line.get("tax_ids")]

    def _computed(self, taxes, base):
        """Return what Odoo computes of taxes on a base in cents, taxes excluded."""
        return taxes.compute_all(
            base / 100,
            currency=self.env.company.currency_id,
            handle_price_include=False,
        )

    def _tax_lines(self, tax_ids, base, amount, income):
        """Return the lines of ``amount`` cents of taxes, as Odoo would post them."""
        if not amount:
            return []
        computed = self._computed(
            self.env["account.tax"].browse(tax_ids), base or 10000
        )
        parts = [part for part in computed["taxes"] if part["amount"]]
        if not parts:
            raise UserError(
                self.env._("The taxes of this cycle changed since it was ordered.")
            )
        shares = split(amount, [abs(part["amount"]) for part in parts])
        return [
            {
                "name": part["name"],
                "account_id": part["account_id"] or income.id,
                "balance": -share,
                "tax_repartition_line_id": part["tax_repartition_line_id"],
                "tax_tag_ids": [Command.set(part["tag_ids"])],
                "tax_base_amount": base / 100,
            }
            for part, share in zip(parts, shares, strict=True)
        ]

    def _family_lines(self, policy, rows):
        """Return what families owe, and the lines of what they have to their credit.

        :return: ({(account, family): cents}, list of lines)
        """
        partners = (
            self.env["res.partner"]
            .browse([row[0] for row in rows])
            .with_company(policy.company_id)
        )
        due, kept = defaultdict(int), defaultdict(int)
        for partner, (_id, total, granted, used) in zip(partners, rows, strict=True):
            total, granted, used = to_cents(total), to_cents(granted), to_cents(used)
            receivable = partner.property_account_receivable_id
            due[receivable, partner] += total + granted - used
            credit = policy.credit_account_id
            if credit:
                kept[credit] += used - granted
            else:
                due[receivable, partner] += used - granted
        return {key: cents for key, cents in due.items() if cents}, [
            {
                "name": self.env._("Credits of families"),
                "account_id": account.id,
                "balance": balance,
            }
            for account, balance in kept.items()
            if balance
        ]
