from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL


class SupermarketShiftSkill(models.Model):
    """What some shifts need somebody to know: the till, the cold chain, first aid."""

    _name = "supermarket.shift.skill"
    _description = "Skill"
    _order = "name"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    validity_months = fields.Integer(
        "Valid For", help="Months after which it is to be learnt again; 0: for ever."
    )
    holding_ids = fields.One2many("supermarket.shift.skill.holding", "skill_id")
    holder_count = fields.Integer("People", compute="_compute_holder_count")

    _validity_positive = models.Constraint(
        "CHECK (validity_months >= 0)",
        "A skill is valid for 0 months (for ever) or more.",
    )

    @api.depends("holding_ids.date_stop")
    def _compute_holder_count(self):
        today = fields.Date.context_today(self)
        counts = dict(
            self.env["supermarket.shift.skill.holding"]._read_group(
                [
                    ("skill_id", "in", self.ids),
                    ("date_start", "<=", today),
                    "|",
                    ("date_stop", "=", False),
                    ("date_stop", ">=", today),
                ],
                ["skill_id"],
                ["partner_id:count_distinct"],
            )
        )
        for skill in self:
            skill.holder_count = counts.get(skill, 0)

    def _skilled(self, partners, day):
        """Return those of ``partners`` who have every skill of ``self`` on ``day``."""
        if not self or not partners:
            return partners
        self.env["supermarket.shift.skill.holding"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner_id FROM supermarket_shift_skill_holding
                WHERE partner_id = ANY(%(partners)s) AND skill_id = ANY(%(skills)s)
                AND date_start <= %(day)s AND (date_stop IS NULL OR date_stop >= %(day)s)
                GROUP BY partner_id HAVING count(DISTINCT skill_id) = %(count)s
                """,
                partners=partners.ids,
                skills=self.ids,
                day=day,
                count=len(self),
            )
        )
        return partners.browse(row[0] for row in rows)


class SupermarketShiftSkillHolding(models.Model):
    """A skill that a person has, from one day to another."""

    _name = "supermarket.shift.skill.holding"
    _description = "Skill of a Person"
    _order = "date_start desc, id desc"

    partner_id = fields.Many2one(
        "res.partner", "Person", required=True, index=True, ondelete="cascade"
    )
    skill_id = fields.Many2one(
        "supermarket.shift.skill", required=True, index=True, ondelete="restrict"
    )
    date_start = fields.Date("Since", required=True, default=fields.Date.context_today)
    date_stop = fields.Date(
        "Until",
        compute="_compute_date_stop",
        store=True,
        readonly=False,
        precompute=True,
        help="Last day; empty: for ever.",
    )
    event_registration_id = fields.Many2one(
        "event.registration", "Learnt At", readonly=True, ondelete="set null"
    )
    note = fields.Char()

    _once_per_training = models.UniqueIndex(
        "(event_registration_id, skill_id) WHERE event_registration_id IS NOT NULL",
        "This training has already granted that skill.",
    )
    _stop_after_start = models.Constraint(
        "CHECK (date_stop IS NULL OR date_stop >= date_start)",
        "A skill ends after it begins.",
    )

    @api.depends("skill_id", "date_start")
    def _compute_date_stop(self):
        for holding in self:
            months = holding.skill_id.validity_months
            holding.date_stop = months and (
                holding.date_start + relativedelta(months=months, days=-1)
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of the ORM: shifts already booked have somebody skilled now."""
        holdings = super().create(vals_list)
        self._recount_shifts(holdings.partner_id, holdings.skill_id)
        return holdings

    def write(self, vals):
        """Override of the ORM: shifts already booked are counted again."""
        partners, skills = self.partner_id, self.skill_id
        result = super().write(vals)
        if not {"partner_id", "skill_id", "date_start", "date_stop"}.isdisjoint(vals):
            self._recount_shifts(partners | self.partner_id, skills | self.skill_id)
        return result

    def unlink(self):
        """Override of the ORM: shifts already booked have nobody skilled any more."""
        partners, skills = self.partner_id, self.skill_id
        result = super().unlink()
        self._recount_shifts(partners, skills)
        return result

    def _recount_shifts(self, partners, skills):
        """Count again who is skilled on the shifts to come of these people."""
        self.env["supermarket.shift.registration"].sudo().search(
            [
                ("partner_id", "in", partners.ids),
                ("state", "=", "booked"),
                ("start", ">", fields.Datetime.now()),
                ("shift_id.skill_ids", "in", skills.ids),
            ]
        ).shift_id._recount_seats()
