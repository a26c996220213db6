from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

SETTLED = """
    UPDATE sale_order_line SET drive_settled_qty = product_uom_qty
     WHERE order_id = ANY(%(ids)s)
       AND drive_settled_qty IS DISTINCT FROM product_uom_qty
"""


class SaleOrder(models.Model):
    """What a basket costs, what was paid by which way, and what is still due."""

    _inherit = "sale.order"

    drive_payment = fields.Selection(
        [("online", "Online"), ("pickup", "At Pick-Up"), ("credit", "From Credit")],
        "Paid",
        readonly=True,
        copy=False,
        help="How the family chose to pay what its credit does not.",
    )
    drive_credit_row_ids = fields.One2many(
        "drive.credit", "order_id", "Credit Used and Given", readonly=True
    )
    drive_amount_due = fields.Monetary(
        "Still Due",
        compute="_compute_drive_amount_due",
        compute_sudo=True,
        help="After what was paid online or from the credit.",
    )

    @api.depends(
        "amount_total",
        "amount_paid",
        "state",
        "drive_credit_row_ids.amount",
        "drive_credit_row_ids.kind",
    )
    def _compute_drive_amount_due(self):
        for order in self:
            due = order.amount_total - order.amount_paid + order._drive_given_back()
            order.drive_amount_due = (
                0.0 if order.state == "cancel" else order.currency_id.round(due)
            )

    def _drive_given_back(self):
        """Return what changes of this basket have credited to its family."""
        rows = self.drive_credit_row_ids.filtered(lambda row: row.kind == "change")
        return sum(rows.mapped("amount"))

    # --- Paying from the credit

    def _drive_credit_lines(self):
        """Return the lines by which these baskets are paid from the credit."""
        wallets_sudo = self.company_id.sudo().drive_wallet_id
        return self.order_line.filtered(
            lambda line: line.reward_id and line.reward_id.program_id in wallets_sudo
        )

    def _drive_credit_used(self):
        """Return how much of this basket is paid from the credit."""
        self.ensure_one()
        return -sum(self._drive_credit_lines().mapped("price_total"))

    def _drive_use_credit(self, use=True):
        """Pay a basket that is not ordered yet from the credit, as far as it goes."""
        self.ensure_one()
        self._drive_credit_lines().unlink()
        if not use:
            return
        cards = self.env["drive.credit"]._cards(self.partner_id, self.company_id)
        card_sudo = cards[self.partner_id]
        if card_sudo.points <= 0 or self.amount_total <= 0:
            return
        self.applied_coupon_ids |= card_sudo
        reward_sudo = card_sudo.program_id.reward_ids
        self._apply_program_reward(reward_sudo, card_sudo)

    def _drive_refresh_credit(self):
        """Fit what is paid from the credit to what a cart costs now."""
        for order in self.filtered(lambda item: item.state == "draft"):
            if order._drive_credit_lines():
                order._drive_use_credit()

    def _prepare_drive_credit(self, kind, amount, reference):
        """Return the values of a row of the ledger about this basket."""
        return {
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "date": self.company_id._drive_today(),
            "kind": kind,
            "amount": self.currency_id.round(amount),
            "reference": reference,
            "order_id": self.id,
            "cycle_id": self.drive_cycle_id.id,
        }

    def _drive_record_credit(self):
        """Take from the ledger what baskets just ordered are paid with.

        :raise UserError: the credit was spent elsewhere meanwhile
        """
        used = {order: order._drive_credit_used() for order in self}
        spent = {order: amount for order, amount in used.items() if amount > 0}
        credit_sudo = self.env["drive.credit"].sudo()
        credit_sudo.create(
            [
                order._prepare_drive_credit(
                    "payment", -amount, self.env._("Basket %s", order.name)
                )
                for order, amount in spent.items()
            ]
        )
        for order in spent:
            if credit_sudo._balance(order.partner_id, order.company_id) < 0:
                raise UserError(
                    self.env._(
                        "Your credit has been used meanwhile: look at the basket again, "
                        "then order."
                    )
                )

    # --- Ordering

    def _drive_confirm_at_pickup(self):
        """Order a basket that is paid when it is fetched, or that the credit pays.

        Done twice, the second time changes nothing.

        :raise UserError: closed, not enough left, payment at pick-up is not allowed
        """
        self.ensure_one()
        if self.state == "sale":
            return
        self._drive_refresh_credit()
        if self.amount_total > 0:
            if not self._drive_policy().pay_at_pickup:
                raise UserError(
                    self.env._("This drive is paid online: choose a means of payment.")
                )
            self.drive_payment = "pickup"
        else:
            self.drive_payment = "credit"
        self._drive_reserve()
        self.action_confirm()

    def _drive_policy(self):
        """Return the rules by which this basket is judged, in sudo."""
        self.ensure_one()
        return self.env["drive.policy"]._policy_for(
            self.company_id, self.drive_cycle_id.date_pickup
        )

    def action_confirm(self):
        """Override of sale to write down what baskets are paid with, and their gifts."""
        baskets = self.filtered(
            lambda order: order.drive_cycle_id and order.state in ("draft", "sent")
        )
        for order in baskets.filtered(lambda order: order._drive_credit_lines()):
            self.env["drive.credit"]._cards(order.partner_id, order.company_id)
        result = super().action_confirm()
        for order in baskets:
            if order.sudo().amount_paid:
                order.drive_payment = "online"
            elif not order.drive_payment:
                order.drive_payment = "pickup" if order.amount_total else "credit"
        baskets._drive_record_credit()
        baskets._drive_record_gifts()
        baskets._drive_mark_settled()
        return result

    def _action_cancel(self):
        """Override of sale to credit what a family has paid for a basket."""
        refunds = {
            order: -sum(
                order.drive_credit_row_ids.filtered(
                    lambda row: row.kind in ("payment", "change")
                ).mapped("amount")
            )
            + order.sudo().amount_paid
            for order in self
            if order.drive_cycle_id and order.state == "sale"
        }
        result = super()._action_cancel()
        self.env["drive.credit"].sudo().create(
            [
                order._prepare_drive_credit(
                    "change", amount, self.env._("Basket %s cancelled", order.name)
                )
                for order, amount in refunds.items()
                if not order.currency_id.is_zero(amount)
            ]
        )
        self.browse([order.id for order in refunds])._drive_record_gifts()
        return result

    # --- Changing what is ordered

    def _drive_settle(self):
        """Settle the difference of an ordered basket that has changed.

        What is less goes to the credit; what is more is taken back from what this basket
        had credited, then is due: at pick-up where the policy allows it, else online
        within the minutes of the policy.
        """
        self.ensure_one()
        self._drive_lower_credit()
        due = self.drive_amount_due
        move = -due if due < 0 else -min(due, max(self._drive_given_back(), 0.0))
        if not self.currency_id.is_zero(move):
            self.env["drive.credit"].sudo().create(
                self._prepare_drive_credit(
                    "change", move, self.env._("Basket %s changed", self.name)
                )
            )
            self.invalidate_recordset(["drive_amount_due"])
        self._drive_record_gifts()
        policy = self._drive_policy()
        if self.drive_amount_due <= 0 or policy.pay_at_pickup:
            self._drive_mark_settled()
        else:
            self.drive_due_until = fields.Datetime.now() + timedelta(
                minutes=policy.payment_minutes
            )

    def _drive_lower_credit(self):
        """Give back the credit that a basket which costs less now does not need."""
        over = -self.amount_total
        lines = self._drive_credit_lines()
        if over <= 0 or not lines:
            return
        over = min(over, self._drive_credit_used())
        line = lines[:1]
        line.write(
            {
                "price_unit": line.price_unit + over,
                "points_cost": line.points_cost - over,
            }
        )
        self.env["drive.credit"].sudo().create(
            self._prepare_drive_credit(
                "payment", over, self.env._("Basket %s changed", self.name)
            )
        )

    def _drive_pay_due_with_credit(self):
        """Pay what is still due of an ordered basket from the credit, as far as it goes."""
        self.ensure_one()
        credit_sudo = self.env["drive.credit"].sudo()
        card_sudo = credit_sudo._cards(self.partner_id, self.company_id)[
            self.partner_id
        ]
        amount = min(card_sudo.points, self.drive_amount_due)
        if amount <= 0:
            return
        line = self._drive_credit_lines()[:1]
        if line:
            line.write(
                {
                    "price_unit": line.price_unit - amount,
                    "points_cost": line.points_cost + amount,
                }
            )
        else:
            self.env["sale.order.line"].create(
                self._prepare_drive_credit_line(card_sudo, amount)
            )
        credit_sudo.create(
            self._prepare_drive_credit(
                "payment", -amount, self.env._("Basket %s", self.name)
            )
        )
        self._drive_settle()

    def _prepare_drive_credit_line(self, card_sudo, amount):
        """Return the values of the line by which the credit pays a part of this basket."""
        reward_sudo = card_sudo.program_id.reward_ids
        return {
            "order_id": self.id,
            "product_id": reward_sudo.discount_line_product_id.id,
            "name": reward_sudo.description,
            "product_uom_qty": 1,
            "price_unit": -amount,
            "tax_ids": False,
            "reward_id": reward_sudo.id,
            "coupon_id": card_sudo.id,
            "points_cost": amount,
            "reward_identifier_code": str(self.id),
            "sequence": 99,
        }

    def _drive_mark_settled(self):
        """Note that what these baskets take now is paid for, or agreed upon."""
        if not self:
            return
        self.env.flush_all()
        self.env.cr.execute(SQL(SETTLED, ids=self.ids))
        self.order_line.invalidate_recordset(["drive_settled_qty"])
        self.filtered("drive_due_until").drive_due_until = False

    def _drive_take_back_unpaid(self):
        """Take out of ordered baskets what was added and not paid for in time."""
        for order in self:
            for line in order.order_line:
                if line.product_uom_qty > line.drive_settled_qty:
                    line.product_uom_qty = line.drive_settled_qty
            order.drive_due_until = False
            order._drive_settle()

    @api.model
    def _cron_drive_release(self):
        """Override to also take out what was added to baskets and not paid for in time."""
        result = super()._cron_drive_release()
        self.search(
            [
                ("drive_due_until", "<=", fields.Datetime.now()),
                ("state", "=", "sale"),
                ("locked", "=", False),
            ],
            limit=200,
        )._drive_take_back_unpaid()
        return result

    # --- Gifts

    def _drive_record_gifts(self):
        """Bring the fund in line with what these baskets give."""
        lines = self.order_line.filtered(lambda line: line.drive_extra == "gift")
        if not lines:
            return
        fund_sudo = self.env["drive.fund"].sudo()
        known = dict(
            fund_sudo._read_group(
                [("order_line_id", "in", lines.ids)], ["order_line_id"], ["amount:sum"]
            )
        )
        rows = []
        for line in lines:
            given = line.price_total if line.order_id.state == "sale" else 0.0
            move = line.currency_id.round(given - known.get(line, 0.0))
            if move:
                rows.append(
                    {
                        "company_id": line.company_id.id,
                        "date": line.company_id._drive_today(),
                        "kind": "gift",
                        "amount": move,
                        "reference": self.env._("Basket %s", line.order_id.name),
                        "order_line_id": line.id,
                    }
                )
        fund_sudo.create(rows)
