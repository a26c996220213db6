import math
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

LOCK_BASKETS = """
    UPDATE sale_order SET locked = TRUE
     WHERE drive_cycle_id = %(cycle)s AND state = 'sale' AND NOT COALESCE(locked, FALSE)
 RETURNING id
"""
ORDERED = """
    SELECT offer.id, SUM(line.product_uom_qty), SUM(
        line.product_uom_qty * offer.purchase_price
        * CASE WHEN offer.by_weight THEN offer.weight_expected ELSE 1 END)
      FROM sale_order_line line
      JOIN sale_order basket ON basket.id = line.order_id
      JOIN drive_offer offer ON offer.id = line.drive_offer_id
     WHERE basket.drive_cycle_id = %(cycle)s AND basket.state = 'sale'
       AND line.product_uom_qty > 0
     GROUP BY offer.id
"""
DROP_LINES = """
    UPDATE sale_order_line line
       SET drive_given_qty = 0, drive_rule = 'minimum'
      FROM sale_order basket, drive_offer offer
     WHERE basket.id = line.order_id AND offer.id = line.drive_offer_id
       AND basket.drive_cycle_id = %(cycle)s AND basket.state = 'sale'
       AND offer.producer_id = ANY(%(producers)s)
 RETURNING line.id
"""
COUNTED = """
    SELECT COUNT(DISTINCT basket.id), COUNT(line.id),
        (SELECT COALESCE(SUM(drive_held_crates), 0) FROM sale_order
          WHERE drive_cycle_id = %(cycle)s AND state = 'sale')
      FROM sale_order basket
      JOIN sale_order_line line
        ON line.order_id = basket.id AND line.drive_offer_id IS NOT NULL
       AND line.product_uom_qty > 0
     WHERE basket.drive_cycle_id = %(cycle)s AND basket.state = 'sale'
"""


class DriveCycle(models.Model):
    """The closing of a cycle: statements, whose number does not grow with the baskets."""

    _inherit = "drive.cycle"

    def action_close(self):
        """Close the orders now, before their cut-off if need be."""
        self.check_access("write")
        now = fields.Datetime.now()
        for cycle in self:
            if cycle.state == "planned" and cycle.open_at >= now:
                raise UserError(
                    self.env._(
                        "%s has not opened yet: cancel it instead.", cycle.display_name
                    )
                )
            if cycle.state == "planned" and cycle.cutoff_at > now:
                cycle.cutoff_at = now
        self._close()

    def action_cancel(self):
        """Cancel cycles in which nobody has ordered."""
        self.check_access("write")
        if any(cycle.state != "planned" for cycle in self) or self.order_ids.filtered(
            lambda order: order.state == "sale"
        ):
            raise UserError(
                self.env._("Families have ordered: cancel their baskets first.")
            )
        self.order_ids._drive_release()
        self.state = "cancelled"

    @api.model
    def _cron_close(self):
        """Close the cycles whose cut-off has come, each in a transaction of its own."""
        due = self.search(
            [("state", "=", "planned"), ("cutoff_at", "<=", fields.Datetime.now())],
            order="cutoff_at, id",
        )
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        for cycle in due:
            cycle._close()
            if not self.env["ir.cron"]._commit_progress(1):
                break

    def _close(self):
        """Lock the baskets of these cycles and order from their producers.

        All of a cycle or nothing: killed anywhere, it is done again as a whole; done twice,
        the second time changes nothing.
        """
        for cycle in self:
            if cycle.state != "planned":
                continue
            # Whoever closes it at the same time meets this row and starts again.
            cycle.write({"state": "closed", "closed_at": fields.Datetime.now()})
            self.env["sale.order"].search(
                [
                    ("drive_cycle_id", "=", cycle.id),
                    ("drive_is_held", "=", True),
                    ("state", "!=", "sale"),
                ]
            )._drive_release()
            self.env.flush_all()
            self.env.execute_query(SQL(LOCK_BASKETS, cycle=cycle.id))
            self.env["sale.order"].invalidate_model(["locked"])
            cycle._order_from_producers()
            cycle._prepare_receptions()
            cycle._count_needs()

    def _order_from_producers(self):
        """Make one purchase order per producer; those below their minimum get none."""
        self.ensure_one()
        rows = self.env.execute_query(SQL(ORDERED, cycle=self.id))
        offers = self.env["drive.offer"].with_context(active_test=False)
        offers = offers.browse([offer_id for offer_id, *_rest in rows])
        ordered = defaultdict(list)
        for offer, (_id, quantity, amount) in zip(offers, rows, strict=True):
            ordered[offer.producer_id].append((offer, quantity, amount))
        self._add_producers(offers.producer_id)
        amounts = {
            producer: sum(amount for *_offer, amount in lines)
            for producer, lines in ordered.items()
        }
        missed = self.env["drive.cycle.producer"]
        due = self.env["drive.cycle.producer"]
        for line in self.producer_ids:
            amount = amounts.get(line.partner_id, 0.0)
            line.amount = amount
            line.settlement_mode = (
                line._settlement_partner().drive_settlement_mode or "purchase"
            )
            if not amount and line.partner_id not in ordered:
                line.state = "nothing"
            elif line.currency_id.compare_amounts(amount, line.amount_min) < 0:
                line.state = "missed"
                missed |= line
            else:
                line.state = "ordered"
                due |= line
        if missed:
            self.env.flush_all()
            self.env.execute_query(
                SQL(DROP_LINES, cycle=self.id, producers=missed.partner_id.ids)
            )
            self.env["sale.order.line"].invalidate_model(
                ["drive_given_qty", "drive_rule"]
            )
        purchases = (
            self.env["purchase.order"]
            .sudo()
            .with_company(self.company_id)
            .with_context(tracking_disable=True, mail_create_nosubscribe=True)
            .create(self._prepare_purchases(due, ordered))
        )
        for line, purchase in zip(due, purchases, strict=True):
            line.purchase_id = purchase
        purchases._drive_confirm()

    def _add_producers(self, producers):
        """Give this cycle the producers that offers name and nobody entered."""
        self.env["drive.cycle.producer"].create(
            [
                {"cycle_id": self.id, "partner_id": producer.id}
                for producer in producers - self.producer_ids.partner_id
            ]
        )

    def _prepare_purchases(self, due, ordered):
        """Return the values of the purchase orders of producers.

        All that Odoo would otherwise look up line by line is given: names in the language
        of the producer, taxes and prices.

        :param due: drive.cycle.producer records
        :param ordered: {producer: list of (drive.offer record, quantity, amount)}
        """
        self.ensure_one()
        company = self.company_id
        # Without any model of distribution there is nothing to look for.
        analytic = (
            {}
            if self.env["account.analytic.distribution.model"]
            .sudo()
            .search_count([], limit=1)
            else {"analytic_distribution": False}
        )
        purchases = []
        for line in due:
            partner = line.partner_id.with_company(company)
            position = partner.property_account_position_id or self.env[
                "account.fiscal.position"
            ].with_company(company)._get_fiscal_position(partner)
            lang = partner.lang or self.env.lang
            purchases.append(
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "fiscal_position_id": position.id,
                    "origin": self.display_name,
                    "date_planned": self.preparation_at,
                    "drive_cycle_id": self.id,
                    "drive_settlement_mode": line.settlement_mode,
                    "order_line": [
                        Command.create(
                            {
                                **self._prepare_purchase_line(
                                    offer, quantity, position, lang
                                ),
                                **analytic,
                            }
                        )
                        for offer, quantity, _amount in ordered[line.partner_id]
                    ],
                }
            )
        return purchases

    def _prepare_purchase_line(self, offer, quantity, position, lang):
        """Return the values of the purchase order line of one offer.

        :param position: account.fiscal.position record of the producer
        :param lang: language code of the producer
        """
        product = offer.product_id.with_context(lang=lang)
        taxes = product.sudo().supplier_taxes_id._filter_taxes_by_company(
            self.company_id
        )
        name = product.display_name
        if product.description_purchase:
            name = f"{name}\n{product.description_purchase}"
        return {
            "product_id": product.id,
            "name": name,
            "product_qty": quantity,
            "product_uom_id": offer.uom_id.id,
            "price_unit": offer._purchase_unit_price(),
            "tax_ids": [Command.set(position.map_tax(taxes).ids)],
            "date_planned": self.preparation_at,
        }

    def _count_needs(self):
        """Count what the preparation of this cycle asks for."""
        self.ensure_one()
        self.env.flush_all()
        [(baskets, lines, crates)] = self.env.execute_query(SQL(COUNTED, cycle=self.id))
        policy = self.env["drive.policy"]._policy_for(self.company_id, self.date_pickup)
        self.write(
            {
                "basket_count": baskets,
                "line_count": lines,
                "crate_count": crates,
                "volunteer_count": math.ceil(lines / policy.lines_per_volunteer),
            }
        )
