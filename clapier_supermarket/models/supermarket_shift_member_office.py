from odoo import fields, models
from odoo.exceptions import UserError


class SupermarketShiftMember(models.Model):
    """What the member office does with the working time of members."""

    _inherit = "supermarket.shift.member"

    section_id = fields.Many2one(
        related="template_id.section_id",
        string="Section",
    )
    skill_holding_ids = fields.One2many(
        related="partner_id.supermarket_skill_holding_ids",
        groups="clapier_supermarket.group_supermarket_user",
    )

    def _open_dialog(self, model, title, **context):
        """Return the dialog ``model`` for these members."""
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_member_id": self[:1].id, **context},
        }

    def action_change_team(self):
        """Ask which team these members join, and when."""
        return self._open_dialog(
            "supermarket.shift.team.change",
            self.env._("Change Team"),
            default_member_ids=self.ids,
        )

    def action_pair(self):
        """Ask with whom one member works."""
        self.ensure_one()
        return self._open_dialog(
            "supermarket.shift.pair",
            self.env._("Shift Partner"),
            default_shift_partner_id=self.shift_partner_id.id,
        )

    def _pair(self, other):
        """Let one member and ``other`` work together, each leaving a former partner.

        :param other: supermarket.shift.member record, empty for nobody
        :raise UserError: themself, or a member of another cooperative
        """
        self.ensure_one()
        if other == self:
            raise UserError(
                self.env._("%s cannot work with themself.", self.partner_id.name)
            )
        if other and other.company_id != self.company_id:
            raise UserError(
                self.env._(
                    "%s is a member of another cooperative.", other.partner_id.name
                )
            )
        couple_sudo = (self | other).sudo()
        former_sudo = couple_sudo.search(
            [
                "|",
                ("shift_partner_id", "in", couple_sudo.ids),
                ("id", "in", couple_sudo.shift_partner_id.ids),
            ]
        )
        (former_sudo - couple_sudo).shift_partner_id = False
        self.sudo().shift_partner_id = other
        other.sudo().shift_partner_id = self

    def action_leave(self):
        """Ask for how long one member is on leave, or exempted."""
        self.ensure_one()
        return self._open_dialog("supermarket.shift.leave", self.env._("Leave"))

    def action_extend(self):
        """Ask until when one member may still shop."""
        self.ensure_one()
        return self._open_dialog("supermarket.shift.extension", self.env._("Extension"))

    def action_correct(self):
        """Ask which points one member gets, and why."""
        self.ensure_one()
        return self._open_dialog(
            "supermarket.shift.correction", self.env._("Correct the Points")
        )

    def action_resume(self):
        """Register again members who are unsubscribed: a low balance is raised.

        :raise UserError: somebody is not unsubscribed, or has no share left
        """
        self.env["supermarket.shift.correction"].check_access("create")
        for member in self:
            if member.status != "unsubscribed":
                raise UserError(
                    self.env._("%s is not unsubscribed.", member.partner_id.name)
                )
            if not member.unsubscribed_on:
                raise UserError(member._explain())
        self.env["supermarket.shift.point"].sudo()._post(
            [
                {
                    "member_id": member.id,
                    "date": member.company_id._supermarket_today(),
                    "kind": "resume",
                }
                for member in self
            ]
        )
        for member in self:
            # Within a day, what is missed comes after who registers.
            if member.unsubscribed_on:
                raise UserError(
                    self.env._(
                        "%s is unsubscribed by what happened today: register them again "
                        "from tomorrow on.",
                        member.partner_id.name,
                    )
                )

    def action_points(self):
        """Open the ledger of these members."""
        return self._open_theirs("supermarket_shift_point_action")

    def action_registrations(self):
        """Open the registrations of these members."""
        return self._open_theirs("supermarket_shift_registration_action")

    def _open_theirs(self, name):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"clapier_supermarket.{name}"
        )
        return {
            **action,
            "domain": [("member_id", "in", self.ids)],
            "context": {},
        }

    def action_partner(self):
        """Open the member's own form."""
        self.ensure_one()
        return self.partner_id._get_records_action(
            views=[
                (
                    self.env.ref("clapier_supermarket.res_partner_view_form_member").id,
                    "form",
                )
            ]
        )
