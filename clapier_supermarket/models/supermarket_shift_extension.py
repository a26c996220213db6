from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date


class SupermarketShiftExtension(models.Model):
    """A delay that the member office grants to somebody who owes shifts."""

    _name = "supermarket.shift.extension"
    _description = "Extension"
    _inherit = ["mail.thread"]
    _order = "date_start desc, id desc"

    active = fields.Boolean(default=True)
    member_id = fields.Many2one(
        "supermarket.shift.member",
        "Working Time",
        required=True,
        index=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(related="member_id.partner_id", store=True, index=True)
    company_id = fields.Many2one(related="member_id.company_id", store=True, index=True)
    date_start = fields.Date(
        "From", required=True, default=fields.Date.context_today, tracking=True
    )
    date_stop = fields.Date(
        "Until",
        required=True,
        compute="_compute_date_stop",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Last day.",
    )
    reason = fields.Char()

    _stop_after_start = models.Constraint(
        "CHECK (date_stop >= date_start)", "An extension ends after it begins."
    )

    @api.depends("date_start", "member_id")
    def _compute_date_stop(self):
        for extension in self:
            policy = self.env["supermarket.policy"]._policy_for(
                extension.company_id or self.env.company, extension.date_start
            )
            days = policy.shift_extension_days - 1
            extension.date_stop = (
                extension.date_start and extension.date_start + timedelta(days=days)
            )

    @api.depends("partner_id", "date_stop")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for extension in self:
            extension.display_name = self.env._(
                "%(name)s until %(date)s",
                name=extension.partner_id.name,
                date=format_date(self.env, extension.date_stop),
            )

    @api.constrains("date_start", "date_stop")
    def _check_length(self):
        for extension in self:
            policy = self.env["supermarket.policy"]._policy_for(
                extension.company_id, extension.date_start
            )
            last = extension.date_start + timedelta(
                days=policy.shift_extension_days - 1
            )
            if extension.date_stop > last:
                raise ValidationError(
                    self.env._(
                        "An extension lasts at most %(days)s days: end it on %(last)s or "
                        "before.",
                        days=policy.shift_extension_days,
                        last=format_date(self.env, last),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of the ORM to judge the members again."""
        extensions = super().create(vals_list)
        extensions.member_id._refresh()
        return extensions

    def write(self, vals):
        """Override of the ORM to judge the members again."""
        result = super().write(vals)
        self.member_id._refresh()
        return result

    def unlink(self):
        """Override of the ORM to judge the members again."""
        members = self.member_id
        result = super().unlink()
        members._refresh()
        return result
