from odoo import api, fields, models

VIEW = """
    SELECT p.id * 8 AS id, p.member_id, p.partner_id, p.company_id, p.date,
        NULL::date AS date_stop,
        CASE WHEN p.reversal_of_id IS NULL THEN 'points' ELSE 'reversal' END AS kind,
        p.kind AS rule, p.points, p.shift_id, NULL::text AS state, p.note
    FROM supermarket_shift_point p
    UNION ALL
    SELECT r.id * 8 + 1, r.member_id, r.partner_id, r.company_id, r.date, NULL,
        'registration', NULL, NULL, r.shift_id, r.state, NULL
    FROM supermarket_shift_registration r WHERE r.point_id IS NULL
    UNION ALL
    SELECT l.id * 8 + 2, l.member_id, l.partner_id, l.company_id, l.date_start,
        l.date_stop, 'leave', l.kind, NULL, NULL, l.state, NULL
    FROM supermarket_shift_leave l
    UNION ALL
    SELECT e.id * 8 + 3, e.member_id, e.partner_id, e.company_id, e.date_start,
        e.date_stop, 'extension', NULL, NULL, NULL, NULL, e.reason
    FROM supermarket_shift_extension e WHERE e.active
    UNION ALL
    SELECT t.id * 8 + 4, t.member_id, t.partner_id, t.company_id, t.date_start,
        t.date_stop, 'team', t.kind, NULL, NULL, NULL, NULL
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
    date_stop = fields.Date("Until", readonly=True)
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
        selection=lambda self: self._words(
            ("supermarket.shift.point", "kind"), ("supermarket.shift.team", "kind")
        ),
        readonly=True,
    )
    points = fields.Integer(readonly=True)
    shift_id = fields.Many2one("supermarket.shift", readonly=True)
    state = fields.Selection(
        selection=lambda self: self._words(
            ("supermarket.shift.registration", "state"),
            ("supermarket.shift.leave", "state"),
        ),
        readonly=True,
    )
    note = fields.Char(readonly=True)

    @api.model
    def _words(self, *names):
        """Return the values of selections of other models, in the reader's language.

        :param names: tuples of model and field; of one value, the first word counts
        """
        words = {}
        for model, name in names:
            field = self.env[model]._fields[name]
            for value, word in field._description_selection(self.env):
                words.setdefault(value, word)
        return list(words.items())

    @property
    def _table_query(self):
        """Override of the ORM: the query that the model reads."""
        return VIEW
