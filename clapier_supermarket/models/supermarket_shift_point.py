from odoo import api, fields, models
from odoo.tools import SQL

from ..shift_posting import Posting
from ..shift_rules import Event, replay

COLUMNS = {
    "id": "int",
    "event": "int",
    "partner_id": "int",
    "member_id": "int",
    "company_id": "int",
    "date": "date",
    "kind": "text",
    "points": "int",
    "shift_id": "int",
    "registration_id": "int",
    "leave_id": "int",
    "cycle_id": "int",
    "policy_id": "int",
    "note": "text",
    "reversal_of_id": "int",
}
# Column -> table of what points to its row of the ledger
FOLLOWERS = {
    "registration_id": "supermarket_shift_registration",
    "leave_id": "supermarket_shift_leave",
}


class SupermarketShiftPoint(models.Model):
    """The ledger of members' points: one row per event, never changed.

    A row counts until another names it in ``reversal_of_id``. Balances are sums; replaying
    the rows that count by the rules of their days gives the same points.
    """

    _name = "supermarket.shift.point"
    _description = "Points of a Member"
    _inherit = ["supermarket.ledger"]
    _order = "date desc, id desc"
    _rec_name = "kind"
    _ledger_partner_columns = ("partner_id",)

    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, readonly=True, ondelete="restrict"
    )
    member_id = fields.Many2one(
        "supermarket.shift.member",
        "Working Time",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    date = fields.Date(required=True, readonly=True)
    kind = fields.Selection(
        [
            ("opening", "Opening balance"),
            ("resume", "Registered again"),
            ("leave_temporary", "Temporary leave"),
            ("leave_incapacity", "Incapacity leave"),
            ("leave_parental", "Parental leave"),
            ("exemption", "Exemption"),
            ("correction", "Correction"),
            ("own_attended", "Own shift attended"),
            ("own_excused", "Own shift excused"),
            ("own_absent", "Own shift missed"),
            ("own_exchanged", "Own shift exchanged or replaced"),
            ("own_closure", "Own shift on a closure day"),
            ("make_up_attended", "Make-up attended"),
            ("make_up_excused", "Make-up excused"),
            ("make_up_absent", "Make-up missed"),
            ("make_up_closure", "Make-up on a closure day"),
            ("flying_attended", "Flying shift attended"),
            ("flying_excused", "Flying shift excused"),
            ("flying_absent", "Flying shift missed"),
            ("flying_exchanged", "Flying shift exchanged or replaced"),
            ("flying_closure", "Flying shift on a closure day"),
            ("closing", "Closing of the cycle"),
        ],
        "Rule",
        required=True,
        readonly=True,
    )
    points = fields.Integer(required=True, readonly=True)
    event = fields.Integer(
        required=True,
        readonly=True,
        help="The id of the first row that told this event: it keeps its place in the day.",
    )
    shift_id = fields.Many2one(
        "supermarket.shift", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    registration_id = fields.Many2one(
        "supermarket.shift.registration",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    leave_id = fields.Many2one(
        "supermarket.shift.leave",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    cycle_id = fields.Many2one(
        "supermarket.shift.cycle",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    policy_id = fields.Many2one(
        "supermarket.policy", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    note = fields.Char("Reason", readonly=True)
    reversal_of_id = fields.Many2one(
        "supermarket.shift.point", "Reverses", readonly=True, ondelete="restrict"
    )
    reversed_by_ids = fields.One2many("supermarket.shift.point", "reversal_of_id")
    is_reversed = fields.Boolean("Reversed", compute="_compute_is_reversed")

    _reversed_once = models.UniqueIndex(
        "(reversal_of_id) WHERE reversal_of_id IS NOT NULL",
        "This row is already reversed.",
    )
    _member_idx = models.Index("(member_id, date)")

    @api.depends("reversed_by_ids")
    def _compute_is_reversed(self):
        for point in self:
            point.is_reversed = bool(point.reversed_by_ids)

    @api.depends("kind", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for point in self:
            point.display_name = kinds.get(point.kind, "")

    def action_reverse(self):
        """Open the dialog that asks why these rows are a mistake."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct the Points"),
            "res_model": "supermarket.shift.correction",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_member_id": self.member_id.id,
                "default_point_id": self.id,
            },
        }

    # --- The only way in

    @api.model
    def _post(self, vals_list, revoked=None, note=None):
        """Add events to the ledger, and take back others: statements do not grow with rows.

        What a late event or a revoked one changes in the rows after it, such as a make-up
        that now pays a debt back, is reversed and written again.

        :param vals_list: dicts of ``member_id``, ``date`` (not to come), ``kind``, and
            possibly ``points`` (opening and correction), ``shift_id``, ``registration_id``,
            ``leave_id``, ``cycle_id``, ``note``
        :param revoked: rows to take back, or None
        :param note: why they are
        :return: ids of the rows that count for ``vals_list``, in its order
        """
        self.env.flush_all()
        revoked = self.browse() if revoked is None else revoked.sudo()
        revoked.fetch(["member_id"])
        member_ids = sorted(
            {vals["member_id"] for vals in vals_list} | set(revoked.member_id.ids)
        )
        if not member_ids:
            return []
        Member = self.env["supermarket.shift.member"]
        members = Member._lock_standings(member_ids)
        told = {row["id"]: _told(row["standing"]) for row in members.values()}
        rules_on = self._rules_by_company(members)
        posting = Posting(members, vals_list, rules_on)
        late = posting.late_member_ids() | set(revoked.member_id.ids)
        if late:
            posting.replay_members(
                late, self._read_counting(late), set(revoked.ids), note
            )
        posting.step_members(set(member_ids) - late)
        self._insert(posting.rows)
        self._follow_rewritten(posting.rows)
        Member._save_standings(posting.standings)
        self.invalidate_model()
        Member.browse(member_ids)._refresh()
        if any(_told(row[0]) != told[key] for key, row in posting.standings.items()):
            self.env["res.partner"]._supermarket_tell_tills()
        return posting.ids

    @api.model
    def _rules_by_company(self, members):
        """Return {company id: (function of a date giving Rules, dated policy ids)}."""
        Policy_sudo = self.env["supermarket.policy"].sudo()
        result = {}
        for company_id in {row["company_id"] for row in members.values()}:
            company = self.env["res.company"].browse(company_id)
            policies = Policy_sudo.search(
                [("company_id", "=", company_id)], order="date_start"
            )
            dated = [(policy.date_start, policy.id) for policy in policies]
            result[company_id] = (Policy_sudo._shift_rules_on(company), dated)
        return result

    @api.model
    def _read_counting(self, member_ids):
        """Return the rows that count of some members: {member id: list of row dicts}."""
        names = list(COLUMNS)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT %(columns)s FROM supermarket_shift_point p
                WHERE member_id = ANY(%(members)s) AND reversal_of_id IS NULL
                AND NOT EXISTS (
                    SELECT FROM supermarket_shift_point r WHERE r.reversal_of_id = p.id
                )
                """,
                columns=SQL(", ").join(SQL.identifier("p", name) for name in names),
                members=list(member_ids),
            )
        )
        by_member = {member_id: [] for member_id in member_ids}
        for values in rows:
            row = dict(zip(names, values, strict=True))
            by_member[row["member_id"]].append(row)
        return by_member

    @api.model
    def _insert(self, rows):
        """Write rows in one statement; ``id`` and ``event`` are filled in them.

        :param rows: list of dicts of COLUMNS; ``reversal_of_id`` and ``event`` may hold
            another row of the list: its id is meant
        """
        if not rows:
            return
        drawn = self.env.execute_query(
            SQL(
                "SELECT nextval('supermarket_shift_point_id_seq') "
                "FROM generate_series(1, %s)",
                len(rows),
            )
        )
        for row, (number,) in zip(rows, drawn, strict=True):
            row["id"] = number
            row["event"] = row.get("event") or number
        arrays = SQL(", ").join(
            SQL("%s::%s[]", [row.get(name) for row in rows], SQL(kind))
            for name, kind in COLUMNS.items()
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO supermarket_shift_point
                    (%(columns)s, create_uid, create_date, write_uid, write_date)
                SELECT row.*, %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s,
                    now() AT TIME ZONE 'UTC'
                FROM unnest(%(arrays)s) AS row
                """,
                columns=SQL(", ").join(map(SQL.identifier, COLUMNS)),
                arrays=arrays,
                uid=self.env.uid,
            )
        )

    @api.model
    def _follow_rewritten(self, rows):
        """Make registrations and leaves point to the rows written again for them."""
        rewritten = [
            row
            for row in rows
            if row["event"] != row["id"] and not row["reversal_of_id"]
        ]
        for name, table in FOLLOWERS.items():
            ids = {row[name]: row["id"] for row in rewritten if row[name]}
            if ids:
                self.env.cr.execute(
                    SQL(
                        "UPDATE %s t SET point_id = row.point "
                        "FROM unnest(%s::int[], %s::int[]) AS row(id, point) "
                        "WHERE t.id = row.id",
                        SQL.identifier(table),
                        list(ids),
                        list(ids.values()),
                    )
                )
                self.env[table.replace("_", ".")].invalidate_model(flush=False)

    @api.model
    def _differences(self, members):
        """Replay the ledgers of ``members``; return what is stored otherwise, as sentences."""
        self.env.flush_all()
        standings = members._read_standings(members.ids)
        rules_by_company = self._rules_by_company(standings)
        counting = self._read_counting(members.ids)
        found = []
        for member in members:
            events = [
                Event(row["date"], row["kind"], row["event"], row["points"])
                for row in counting[member.id]
            ]
            replayed, standing = replay(
                events, rules_by_company[member.company_id.id][0]
            )
            found += [
                f"{member.partner_id.name}: {event.kind} of {event.day} is {event.points}, "
                f"not {worth}"
                for event, worth in replayed
                if event.points != worth
            ]
            stored = standings[member.id]["standing"]
            if stored != standing:
                found.append(f"{member.partner_id.name}: {stored}, not {standing}")
        return found


def _told(standing):
    """Return what the words about a member say of their ledger."""
    return standing.balance, standing.negative_since
