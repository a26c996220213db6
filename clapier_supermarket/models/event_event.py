from odoo import fields, models


class EventEvent(models.Model):
    _inherit = "event.event"

    supermarket_skill_id = fields.Many2one(
        "supermarket.shift.skill",
        "Skill Learnt",
        ondelete="restrict",
        index="btree_not_null",
        help="Whoever attends this training has the skill from its last day on.",
    )
