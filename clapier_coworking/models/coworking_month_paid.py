from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..coworking_month_rules import Facts, settle
from ..coworking_plan_rules import add_months

# What hours and days could have paid and money has, day of use in the month: what its
# order says, less what was credited since. Options are no use of hours. A day that was
# kept counts as used, as it does on a pass; fees of what was cancelled do not.
PAID = """
WITH used AS (
    SELECT b.partner_id, 'hour' AS unit,
           round((b.hours * s.hour_weight)::numeric, 2) AS quantity,
           LEAST(b.amount_space,
                 GREATEST(COALESCE(sold.amount, b.amount) - COALESCE(back.amount, 0)
                          - COALESCE(b.amount_options, 0), 0)) AS amount
      FROM coworking_booking b
      JOIN coworking_space s ON s.id = b.space_id AND s.takes_hours
      LEFT JOIN LATERAL (
        SELECT SUM(CASE WHEN o.state = 'cancel' THEN 0 ELSE l.price_subtotal END) AS amount
          FROM sale_order_line l JOIN sale_order o ON o.id = l.order_id
         WHERE l.coworking_booking_id = b.id
      ) sold ON TRUE
      LEFT JOIN LATERAL (
        SELECT SUM(i.price_subtotal) AS amount
          FROM sale_order_line l
          JOIN sale_order_line_invoice_rel r ON r.order_line_id = l.id
          JOIN account_move_line i ON i.id = r.invoice_line_id
          JOIN account_move m ON m.id = i.move_id
         WHERE l.coworking_booking_id = b.id
           AND m.move_type = 'out_refund' AND m.state <> 'cancel'
      ) back ON TRUE
     WHERE b.company_id = %(company)s
       AND b.start >= %(first)s::timestamp AT TIME ZONE %(zone)s AT TIME ZONE 'UTC'
       AND b.start < %(next)s::timestamp AT TIME ZONE %(zone)s AT TIME ZONE 'UTC'
       AND b.payment IN ('online', 'invoice') AND b.state IN ('confirmed', 'present')
     UNION ALL
    SELECT v.partner_id, 'day', CASE v.half WHEN 'day' THEN 1 ELSE 0.5 END,
           LEAST(v.amount, GREATEST(
               COALESCE(sold.amount, v.amount) - COALESCE(back.amount, 0), 0))
      FROM coworking_visit v
      LEFT JOIN LATERAL (
        SELECT SUM(CASE WHEN o.state = 'cancel' THEN 0 ELSE l.price_subtotal END) AS amount
          FROM sale_order_line l JOIN sale_order o ON o.id = l.order_id
         WHERE l.coworking_visit_id = v.id
      ) sold ON TRUE
      LEFT JOIN LATERAL (
        SELECT SUM(i.price_subtotal) AS amount
          FROM sale_order_line l
          JOIN sale_order_line_invoice_rel r ON r.order_line_id = l.id
          JOIN account_move_line i ON i.id = r.invoice_line_id
          JOIN account_move m ON m.id = i.move_id
         WHERE l.coworking_visit_id = v.id
           AND m.move_type = 'out_refund' AND m.state <> 'cancel'
      ) back ON TRUE
     WHERE v.company_id = %(company)s AND v.day >= %(first)s AND v.day < %(next)s
       AND v.paid_by = 'bill' AND v.state IN ('present', 'no_show')
)
SELECT COALESCE(pooled.id, own.id, shared.account_id),
       COALESCE(p.commercial_partner_id, p.id), used.unit, used.quantity, used.amount
  FROM used
  JOIN res_partner p ON p.id = used.partner_id
  LEFT JOIN coworking_account pooled
    ON pooled.partner_id = p.commercial_partner_id AND pooled.company_id = %(company)s
  LEFT JOIN coworking_account own
    ON own.partner_id = p.id AND own.company_id = %(company)s
  LEFT JOIN LATERAL (
    SELECT s.account_id FROM coworking_subscription_people_rel r
      JOIN coworking_subscription s ON s.id = r.subscription_id
     WHERE r.partner_id = p.id AND s.company_id = %(company)s AND s.state <> 'draft'
       AND s.date_start < %(next)s AND (s.date_end IS NULL OR s.date_end >= %(first)s)
     ORDER BY s.date_start DESC, s.id LIMIT 1
  ) shared ON pooled.id IS NULL AND own.id IS NULL
 WHERE used.quantity > 0 AND used.amount > 0 AND %(only)s
 ORDER BY used.unit, used.quantity, used.amount
"""
OPEN = """
INSERT INTO coworking_account
    (partner_id, company_id, hours_balance, days_balance, hours_overdraft,
     create_uid, create_date, write_uid, write_date)
SELECT id, %(company)s, 0, 0, 0,
       %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
  FROM unnest(%(holders)s::int4[]) AS id
 ORDER BY id
    ON CONFLICT DO NOTHING
RETURNING id
"""


class CoworkingMonth(models.Model):
    """What was used and paid by itself: bookings and desks in money, no hours, no pass."""

    _inherit = "coworking.month"

    @api.model
    def _read_paid(self, company, month, partner=None, account=None):
        """Return what was used in a month and paid by itself, in one statement.

        :param partner: only that of one person and their organisation
        :param account: with ``partner``: also that of the people who share its plan
        :return: ({account id: rows}, {holder id: rows}), those without an account in the
            second; rows are tuples of (unit, quantity, amount)
        """
        self.env.flush_all()
        only = SQL("TRUE")
        if partner is not None:
            people = partner | account.subscription_ids.people_ids
            only = SQL(
                "(p.commercial_partner_id = ANY(%s) OR p.id = ANY(%s))",
                (partner.commercial_partner_id | account.partner_id).ids,
                people.ids,
            )
        rows = self.env.execute_query(
            SQL(
                PAID,
                company=company.id,
                zone=str(company._coworking_zone()),
                first=month,
                next=add_months(month),
                only=only,
            )
        )
        by_account, by_holder = defaultdict(tuple), defaultdict(tuple)
        for account_id, holder_id, unit, quantity, amount in rows:
            row = (unit, float(quantity), float(amount))
            if account_id:
                by_account[account_id] += (row,)
            else:
                by_holder[holder_id] += (row,)
        return by_account, by_holder

    @api.model
    def _unknown_credits(self, company, month):
        """Return {holder: (Facts, Settlement)} of who has no account and is credited.

        Nothing is said nor written about who has paid the fairest price.
        """
        _known, unknown = self._read_paid(company, month)
        if not unknown:
            return {}
        holders_sudo = self.env["res.partner"].sudo().browse(unknown)
        plans_sudo = self.env["coworking.plan"].sudo()._compared(company)
        rules = plans_sudo._rules()
        packs = self._packs(company)
        compared = {
            is_company: tuple(
                rules[plan]
                for plan in plans_sudo._compared_with(
                    plans_sudo.browse(), 1, is_company
                )
            )
            for is_company in (False, True)
        }
        result = {}
        for holder_sudo in holders_sudo:
            facts = Facts(
                month,
                paid=unknown[holder_sudo.id],
                plans=compared[bool(holder_sudo.is_company)],
                packs=packs,
            )
            settlement = settle(facts)
            if settlement.credit:
                result[holder_sudo] = facts, settlement
        return result

    @api.model
    def _open_accounts(self, company, month):
        """Open the accounts of who has none and is to be credited, in one statement."""
        holders = self._unknown_credits(company, month)
        if holders:
            self.env.execute_query(
                SQL(
                    OPEN,
                    company=company.id,
                    holders=[holder.id for holder in holders],
                    uid=self.env.uid,
                )
            )
            self.env["coworking.account"].invalidate_model(flush=False)
