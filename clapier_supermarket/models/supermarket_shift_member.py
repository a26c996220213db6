from odoo import api, fields, models
from odoo.tools import SQL

from ..shift_rules import Standing


class SupermarketShiftMember(models.Model):
    """A member's working time: team, balance of points, status.

    What the ledger says (``_save_standings``) and what follows (``_refresh``) is written in
    SQL, for many members at once; nothing else writes it.
    """

    _name = "supermarket.shift.member"
    _description = "Member's Working Time"
    _order = "partner_id"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id.name", "partner_id.supermarket_member_number"]

    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    number = fields.Char(related="partner_id.supermarket_member_number")
    image_128 = fields.Image(related="partner_id.image_128")
    phone = fields.Char(related="partner_id.phone")
    email = fields.Char(related="partner_id.email")
    # Team
    team = fields.Selection(
        [("standard", "Standard"), ("flying", "Flying")], readonly=True, index=True
    )
    template_id = fields.Many2one(
        "supermarket.shift.template",
        "Slot",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    team_ids = fields.One2many("supermarket.shift.team", "member_id", "Teams")
    shift_partner_id = fields.Many2one(
        "supermarket.shift.member",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The member with whom this one works: they book and change slots together.",
    )
    # What the ledger says
    balance = fields.Integer("Points", readonly=True, aggregator=None)
    negative_since = fields.Date("Owing Since", readonly=True)
    absence_count = fields.Integer("Absences in a Row", readonly=True, aggregator=None)
    unsubscribed_on = fields.Date(readonly=True)
    unsubscribed_by = fields.Selection(
        [("absences", "Shifts missed"), ("balance", "Balance")], readonly=True
    )
    last_date = fields.Date("Last Row", readonly=True)
    last_rank = fields.Integer(readonly=True)
    # What follows
    status = fields.Selection(
        [
            ("unsubscribed", "Unsubscribed"),
            ("blocked", "Blocked"),
            ("on_leave", "On leave"),
            ("extended", "Extended"),
            ("alert", "In alert"),
            ("suspended", "Suspended"),
            ("exempted", "Exempted"),
            ("up_to_date", "Up to date"),
        ],
        required=True,
        readonly=True,
        default="up_to_date",
        index=True,
    )
    status_since = fields.Date(readonly=True)
    status_until = fields.Date(readonly=True)
    next_change = fields.Date("Changes On", readonly=True, index="btree_not_null")
    explanation = fields.Char(
        compute="_compute_explanation",
        help="Why this status, and what restores the right to shop.",
    )
    point_ids = fields.One2many("supermarket.shift.point", "member_id", "Points Ledger")
    registration_ids = fields.One2many(
        "supermarket.shift.registration", "member_id", "Registrations"
    )
    leave_ids = fields.One2many("supermarket.shift.leave", "member_id", "Leaves")
    extension_ids = fields.One2many(
        "supermarket.shift.extension", "member_id", "Extensions"
    )
    # Preferences
    reminder_days = fields.Integer(
        "Reminder", help="Days before a shift; below 0: as the policy says.", default=-1
    )
    section_ids = fields.Many2many(
        "supermarket.shift.section", string="Preferred Sections"
    )

    _one_per_member = models.UniqueIndex(
        "(partner_id)", "The working time of this member is already kept."
    )
    _balance_never_null = models.Constraint(
        "CHECK (status IS NOT NULL)", "A member has a status."
    )

    # --- Enrolment

    @api.model
    def _enrol(self, partners):
        """Keep the working time of members from now on, once each.

        :param partners: members of any cooperative
        :return: the records of those enrolled now
        """
        partners.flush_recordset(["supermarket_is_member", "supermarket_company_id"])
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO supermarket_shift_member
                    (partner_id, company_id, balance, absence_count, last_rank, status,
                     reminder_days, create_uid, create_date, write_uid, write_date)
                SELECT id, supermarket_company_id, 0, 0, 0, 'up_to_date', -1,
                    %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                FROM res_partner
                WHERE id = ANY(%(ids)s) AND supermarket_is_member
                    AND supermarket_company_id IS NOT NULL
                ORDER BY id
                ON CONFLICT (partner_id) DO NOTHING RETURNING id
                """,
                ids=partners.ids,
                uid=self.env.uid,
            )
        )
        if rows:
            partners.invalidate_recordset(["supermarket_shift_member_ids"], flush=False)
        return self.browse(row[0] for row in rows)

    @api.model
    def _of(self, partners):
        """Return the working time of members, in sudo; attached people have their holder's."""
        people_sudo = partners.sudo()
        people_sudo |= people_sudo.supermarket_holder_id
        return self.sudo().search([("partner_id", "in", people_sudo.ids)])

    # --- Standings, in SQL

    @api.model
    def _lock_standings(self, member_ids):
        """Take rows in id order for the rest of the transaction, and read them.

        Each row is written: of two transactions that decide something about one member,
        the later then fails and tries again with what the earlier has done. A mere lock
        would let it go on with what it read before.

        :return: as :meth:`_read_standings`
        """
        self.env.execute_query(
            SQL(
                """
                WITH ordered AS (
                    SELECT id FROM supermarket_shift_member WHERE id = ANY(%s)
                    ORDER BY id FOR NO KEY UPDATE
                )
                UPDATE supermarket_shift_member m
                SET write_date = now() AT TIME ZONE 'UTC'
                FROM ordered o WHERE o.id = m.id RETURNING m.id
                """,
                list(member_ids),
            )
        )
        return self._read_standings(member_ids)

    @api.model
    def _read_standings(self, member_ids):
        """Return {id: dict of id, partner_id, company_id, last, standing}."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, partner_id, company_id, balance, negative_since, absence_count,
                    unsubscribed_on, unsubscribed_by, last_date, last_rank
                FROM supermarket_shift_member WHERE id = ANY(%s)
                """,
                list(member_ids),
            )
        )
        return {
            row[0]: {
                "id": row[0],
                "partner_id": row[1],
                "company_id": row[2],
                "standing": Standing(
                    row[3] or 0, row[4], row[5] or 0, row[6], row[7] or None
                ),
                "last": row[8] and (row[8], row[9] or 0),
            }
            for row in rows
        }

    @api.model
    def _save_standings(self, standings):
        """Store standings in one statement.

        :param standings: {member id: (Standing, date of the last row, its rank)}
        """
        items = list(standings.items())
        self.env.cr.execute(
            SQL(
                """
                UPDATE supermarket_shift_member m SET
                    balance = row.balance, negative_since = row.negative_since,
                    absence_count = row.absences, unsubscribed_on = row.unsubscribed_on,
                    unsubscribed_by = row.unsubscribed_by, last_date = row.last_date,
                    last_rank = row.last_rank, write_date = now() AT TIME ZONE 'UTC'
                FROM unnest(%s::int[], %s::int[], %s::date[], %s::int[], %s::date[],
                    %s::text[], %s::date[], %s::int[])
                    AS row(id, balance, negative_since, absences, unsubscribed_on,
                        unsubscribed_by, last_date, last_rank)
                WHERE m.id = row.id
                """,
                [member_id for member_id, _row in items],
                [row[0].balance for _id, row in items],
                [row[0].negative_since for _id, row in items],
                [row[0].absences for _id, row in items],
                [row[0].unsubscribed_on for _id, row in items],
                [row[0].unsubscribed_by for _id, row in items],
                [row[1] for _id, row in items],
                [row[2] for _id, row in items],
            )
        )
        self.invalidate_model(flush=False)
        self.env["res.partner"].invalidate_model(
            ["supermarket_verdict_reason"], flush=False
        )

    def _on_leave(self, day):
        """Return whether one member is on leave on ``day``; an exemption is none."""
        self.ensure_one()
        return bool(
            self.env["supermarket.shift.leave"]
            .sudo()
            .search_count(
                [
                    ("member_id", "=", self.id),
                    ("state", "=", "validated"),
                    ("kind", "!=", "exemption"),
                    ("date_start", "<=", day),
                    "|",
                    ("date_stop", "=", False),
                    ("date_stop", ">=", day),
                ],
                limit=1,
            )
        )
