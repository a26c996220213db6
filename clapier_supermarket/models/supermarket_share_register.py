from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_amount, format_date


class SupermarketShareRegister(models.Model):
    """The capital of one company: the row that every movement updates.

    That one UPDATE numbers the movements without a gap, keeps them in the order of their
    dates, and refuses to take the capital below the legal floor. Two movements at once
    cannot both succeed on one version of the row: PostgreSQL fails the later one, and
    Odoo runs it again.
    """

    _name = "supermarket.share.register"
    _description = "Share Register"
    _rec_name = "company_id"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    capital = fields.Monetary(readonly=True, required=True, default=0)
    capital_highest = fields.Monetary(
        "Highest Capital", readonly=True, required=True, default=0
    )
    capital_floor = fields.Monetary(
        "Legal Floor",
        readonly=True,
        required=True,
        default=0,
        help="No refund takes the capital below it; the policy tells its part of the "
        "highest capital.",
    )
    capital_refundable = fields.Monetary("Refundable", compute="_compute_refundable")
    last_number = fields.Integer(
        "Last Movement", readonly=True, required=True, default=0
    )
    last_date = fields.Date(readonly=True)
    waiting_count = fields.Integer("Refunds Waiting", compute="_compute_waiting")
    waiting_amount = fields.Monetary("Amount Waiting", compute="_compute_waiting")

    _company_unique = models.Constraint(
        "UNIQUE (company_id)", "This company already has a share register."
    )
    _above_floor = models.Constraint(
        "CHECK (capital >= capital_floor AND capital_floor >= 0)",
        "The capital cannot fall below its legal floor.",
    )

    @api.depends("capital", "capital_highest", "last_number")
    def _compute_refundable(self):
        for register in self:
            register.capital_refundable = register._refundable()

    def _compute_waiting(self):
        groups = self.env["supermarket.share.request"]._read_group(
            [("state", "=", "waiting"), ("company_id", "in", self.company_id.ids)],
            ["company_id"],
            ["__count", "amount:sum"],
        )
        waiting = {company: (count, amount) for company, count, amount in groups}
        for register in self:
            register.waiting_count, register.waiting_amount = waiting.get(
                register.company_id, (0, 0)
            )

    def action_verify(self):
        """Tell whether the register, recomputed row by row, gives what is stored."""
        self.ensure_one()
        self.check_access("read")
        differences = self.sudo()._differences()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if differences else "success",
                "sticky": bool(differences),
                "message": "\n".join(differences)
                or self.env._(
                    "%s movements recomputed: capital, numbers and shareholdings agree.",
                    self.last_number,
                ),
            },
        }

    def action_open_movements(self):
        """Open the movements of this register."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clapier_supermarket.supermarket_share_movement_action"
        )
        return {**action, "domain": [("company_id", "=", self.company_id.id)]}

    def action_open_waiting(self):
        """Open the refunds that wait for capital, in the order they will be paid."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clapier_supermarket.supermarket_share_request_action"
        )
        domain = [("company_id", "=", self.company_id.id), ("state", "=", "waiting")]
        return {**action, "domain": domain, "context": {}}

    def _get_movements(self):
        """Return the movements of the register, in their order."""
        self.ensure_one()
        return self.env["supermarket.share.movement"].search(
            [("company_id", "=", self.company_id.id)], order="number"
        )

    @api.model
    def _for_company(self, company):
        """Return the register of ``company``, opened at its first use, in sudo."""
        register_sudo = self.sudo().search([("company_id", "=", company.id)])
        if not register_sudo:
            self.env.cr.execute(
                """
                INSERT INTO supermarket_share_register
                    (company_id, capital, capital_highest, capital_floor, last_number)
                VALUES (%s, 0, 0, 0, 0) ON CONFLICT (company_id) DO NOTHING
                """,
                [company.id],
            )
            register_sudo = self.sudo().search([("company_id", "=", company.id)])
        return register_sudo

    def _floor_ratio(self, date=None):
        """Return the part of the highest capital that must stay, by the policy of the day."""
        policy = self.env["supermarket.policy"]._policy_for(self.company_id, date)
        return policy.capital_floor_ratio

    def _refundable(self, date=None):
        """Return the amount that may leave the capital on ``date``."""
        self.ensure_one()
        floor = self.capital_highest * self._floor_ratio(date)
        return max(0, self.currency_id.round(self.capital - floor))

    def _advance(self, count, change, date=None, highest=None):
        """Number ``count`` movements and change the capital, in one UPDATE.

        :param count: how many movements
        :param change: amount added to the capital, negative when it leaves
        :param date: their date; by default today, or the last date where it is later
        :param highest: the highest capital to keep instead of the former one, for the
            reversal of a mistake
        :return: (last number, capital, date) after them
        :raise UserError: the date comes before the last one, or the capital would fall
            below its floor
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        if date and date > today:
            raise UserError(
                self.env._(
                    "A movement cannot be dated in the future: use today's date."
                )
            )
        capital = SQL("(capital + %s::numeric)", change)
        kept = (
            SQL("capital_highest") if highest is None else SQL("%s::numeric", highest)
        )
        highest_after = SQL("GREATEST(%s, %s)", kept, capital)
        floor = SQL("%s::numeric * %s", self._floor_ratio(date), highest_after)
        day = SQL("COALESCE(%s::date, GREATEST(last_date, %s))", date, today)
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE supermarket_share_register
                SET last_number = last_number + %(count)s,
                    last_date = %(day)s,
                    capital = %(capital)s,
                    capital_highest = %(highest)s,
                    capital_floor = LEAST(%(capital)s, %(floor)s)
                WHERE id = %(id)s
                    AND (last_date IS NULL OR last_date <= %(day)s)
                    AND (%(change)s >= 0 OR %(capital)s >= %(floor)s)
                RETURNING last_number, capital, last_date
                """,
                id=self.id,
                count=count,
                day=day,
                capital=capital,
                highest=highest_after,
                floor=floor,
                change=change,
            )
        )
        if not rows:
            self._raise_refused(change, date)
        self.invalidate_recordset()
        return rows[0]

    def _raise_refused(self, change, date):
        """Say why the register did not take a movement."""
        if date and self.last_date and date < self.last_date:
            raise UserError(
                self.env._(
                    "The register already has a movement dated %s: date this one on that "
                    "day or later.",
                    format_date(self.env, self.last_date),
                )
            )
        raise UserError(
            self.env._(
                "The capital cannot fall by %(change)s: only %(room)s may leave before it "
                "reaches its legal floor. Wait for new subscriptions.",
                change=format_amount(self.env, -change, self.currency_id),
                room=format_amount(self.env, self._refundable(date), self.currency_id),
            )
        )

    # Proof

    def _differences(self):
        """Return one sentence per stored figure that the movements do not give.

        :return: list of sentences, empty when all agree
        """
        self.ensure_one()
        recomputed = self._recompute()
        differences = [
            self.env._(
                "%(field)s: %(stored)s stored, %(recomputed)s recomputed.",
                field=self._fields[name]._description_string(self.env),
                stored=self[name],
                recomputed=value,
            )
            for name, value in recomputed.items()
            if self[name] != value
        ]
        holdings = self._recompute_holdings()
        stored = {
            (holding.partner_id.id, holding.type_id.id): holding.quantity
            for holding in self.env["supermarket.shareholding"].search(
                [("company_id", "=", self.company_id.id), ("quantity", "!=", 0)]
            )
        }
        for key in sorted(holdings.keys() | stored.keys()):
            if holdings.get(key) != stored.get(key):
                differences.append(
                    self.env._(
                        "%(person)s, share type %(type)s: %(stored)s shares stored, "
                        "%(recomputed)s recomputed.",
                        person=self.env["res.partner"].browse(key[0]).display_name,
                        type=self.env["supermarket.share.type"].browse(key[1]).name,
                        stored=stored.get(key, 0),
                        recomputed=holdings.get(key, 0),
                    )
                )
        return differences + self._misplaced_movements()

    def _recompute(self, besides=None):
        """Return the register's figures as its movements give them.

        The highest capital leaves out the mistakes: a movement that was reversed, and
        its reversal, never were capital.

        :param besides: a movement to leave out too, as if it were reversed
        :return: {field name: value}
        """
        self.env["supermarket.share.movement"].flush_model()
        [(capital, highest, number, date)] = self.env.execute_query(
            SQL(
                """
                WITH running AS (
                    SELECT capital_change, number, date,
                        SUM(capital_change) FILTER (
                            WHERE reversal_of_id IS NULL AND id != %(besides)s
                            AND NOT EXISTS (
                                SELECT FROM supermarket_share_movement reversal
                                WHERE reversal.reversal_of_id = movement.id
                            )
                        ) OVER (ORDER BY number) AS reached
                    FROM supermarket_share_movement movement
                    WHERE company_id = %(company)s
                )
                SELECT COALESCE(SUM(capital_change), 0),
                    GREATEST(COALESCE(MAX(reached), 0), 0),
                    COALESCE(MAX(number), 0), MAX(date)
                FROM running
                """,
                company=self.company_id.id,
                besides=besides.id if besides else 0,
            )
        )
        return {
            "capital": capital,
            "capital_highest": highest,
            "last_number": number,
            "last_date": date,
        }

    def _recompute_holdings(self):
        """Return {(partner id, type id): number of shares} as the movements give it."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner_id, type_id, SUM(quantity) FROM (
                    SELECT to_partner_id AS partner_id, type_id, quantity
                    FROM supermarket_share_movement WHERE company_id = %(company)s
                    UNION ALL
                    SELECT from_partner_id, type_id, -quantity
                    FROM supermarket_share_movement WHERE company_id = %(company)s
                ) flow
                WHERE partner_id IS NOT NULL
                GROUP BY partner_id, type_id HAVING SUM(quantity) != 0
                """,
                company=self.company_id.id,
            )
        )
        return {
            (partner, share_type): quantity for partner, share_type, quantity in rows
        }

    def _misplaced_movements(self):
        """Return a sentence per movement out of number, of date or of running capital."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT number FROM (
                    SELECT number, date, capital_after,
                        ROW_NUMBER() OVER running AS expected_number,
                        LAG(date, 1, date) OVER running AS previous_date,
                        SUM(capital_change) OVER running AS expected_capital
                    FROM supermarket_share_movement
                    WHERE company_id = %s
                    WINDOW running AS (ORDER BY number)
                ) movement
                WHERE number != expected_number OR date < previous_date
                    OR capital_after != expected_capital
                ORDER BY number
                """,
                self.company_id.id,
            )
        )
        return [
            self.env._(
                "Movement %s is out of place: its number, its date or the capital after "
                "it does not follow from the movements before.",
                number,
            )
            for (number,) in rows
        ]
