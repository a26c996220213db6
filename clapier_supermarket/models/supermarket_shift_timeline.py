from odoo import fields, models

VIEW = """
    SELECT p.id * 8 AS id, p.member_id, p.partner_id, p.company_id, p.date,
        CASE WHEN p.reversal_of_id IS NULL THEN 'points' ELSE 'reversal' END AS kind,
        p.kind AS rule, p.points, p.shift_id, NULL::text AS state, p.note
    FROM supermarket_shift_point p
    UNION ALL
    SELECT r.id * 8 + 1, r.member_id, r.partner_id, r.company_id, r.date,
        'registration', NULL, NULL, r.shift_id, r.state, NULL
    FROM supermarket_shift_registration r WHERE r.point_id IS NULL
    UNION ALL
    SELECT l.id * 8 + 2, l.member_id, l.partner_id, l.company_id, l.date_start,
        'leave', l.kind, NULL, NULL, l.state, to_char(l.date_stop, '→ YYYY-MM-DD')
    FROM supermarket_shift_leave l
    UNION ALL
    SELECT e.id * 8 + 3, e.member_id, e.partner_id, e.company_id, e.date_start,
        'extension', NULL, NULL, NULL, NULL,
        concat_ws(' ', to_char(e.date_stop, '→ YYYY-MM-DD'), e.reason)
    FROM supermarket_shift_extension e WHERE e.active
    UNION ALL
    SELECT t.id * 8 + 4, t.member_id, t.partner_id, t.company_id, t.date_start,
        'team', t.kind, NULL, NULL, NULL, to_char(t.date_stop, '→ YYYY-MM-DD')
    FROM supermarket_shift_team t
"""


class SupermarketShiftTimeline(models.Model):
    """All that happened to members' working time, in the order of its days: a reading view."""

    _name = "supermarket.shift.timeline"
    _description = "Timeline of a Member"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "kind"

    member_id = fields.Many2one(
        "supermarket.shift.member", "Working Time", readonly=True
    )
    partner_id = fields.Many2one("res.partner", "Member", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Date(readonly=True)
    kind = fields.Selection(
        [
            ("points", "Points"),
            ("reversal", "Reversal"),
            ("registration", "Registration"),
            ("leave", "Leave"),
            ("extension", "Extension"),
            ("team", "Team"),
        ],
        "What",
        readonly=True,
    )
    rule = fields.Selection(
        selection=lambda self: [
            *self.env["supermarket.shift.point"]._fields["kind"].selection,
            *self.env["supermarket.shift.team"]._fields["kind"].selection,
        ],
        readonly=True,
    )
    points = fields.Integer(readonly=True)
    shift_id = fields.Many2one("supermarket.shift", readonly=True)
    state = fields.Selection(
        selection=lambda self: [
            *self.env["supermarket.shift.registration"]._fields["state"].selection,
            *(
                item
                for item in self.env["supermarket.shift.leave"]
                ._fields["state"]
                .selection
                if item[0] != "cancelled"
            ),
        ],
        readonly=True,
    )
    note = fields.Char(readonly=True)

    @property
    def _table_query(self):
        """Override of the ORM: the query that the model reads."""
        return VIEW
