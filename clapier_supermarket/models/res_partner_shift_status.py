from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    supermarket_shift_status = fields.Selection(
        selection=lambda self: self._supermarket_shift_statuses(),
        string="Status of Working Time",
        compute="_compute_supermarket_shift_status",
        groups="clapier_supermarket.group_supermarket_user",
        help="Of the member, or of the member to whom the person is attached.",
    )

    @api.model
    def _supermarket_shift_statuses(self):
        return self.env["supermarket.shift.member"]._fields["status"].selection

    @api.depends("supermarket_shift_member_ids.status", "supermarket_holder_id")
    def _compute_supermarket_shift_status(self):
        members_sudo = self.env["supermarket.shift.member"]._of(self)
        statuses = {member.partner_id: member.status for member in members_sudo}
        for partner in self:
            who_sudo = (partner.supermarket_holder_id or partner)._origin.sudo()
            partner.supermarket_shift_status = statuses.get(who_sudo, False)
