from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..shift_rules import MAY_SHOP

# What this file overrides must be extended first.
from . import res_partner_till, res_partner_verdict  # noqa: F401

WARNING = {"alert", "extended"}


class ResPartner(models.Model):
    _inherit = "res.partner"

    supermarket_shift_member_ids = fields.One2many(
        "supermarket.shift.member",
        "partner_id",
        "Working Time",
        groups="clapier_supermarket.group_supermarket_user,base.group_portal",
    )
    supermarket_skill_holding_ids = fields.One2many(
        "supermarket.shift.skill.holding",
        "partner_id",
        "Skills",
        groups="clapier_supermarket.group_supermarket_user",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of base: a member's working time is kept from the first day."""
        partners = super().create(vals_list)
        joining = partners.filtered("supermarket_is_member")
        self.env["supermarket.shift.member"].sudo()._enrol(joining)
        return partners

    def write(self, vals):
        """Override of base: shares and blocks change the status of working time."""
        result = super().write(vals)
        if not {"supermarket_is_member", "supermarket_block_reason"}.isdisjoint(vals):
            Member_sudo = self.env["supermarket.shift.member"].sudo()
            if vals.get("supermarket_is_member"):
                Member_sudo._enrol(self)
            Member_sudo.search([("partner_id", "in", self.ids)])._refresh()
        return result

    @api.model
    def _supermarket_verdict_triggers(self):
        """Override of the members' hook: the status of working time matters."""
        return [
            *super()._supermarket_verdict_triggers(),
            "supermarket_shift_member_ids.status",
            "supermarket_shift_member_ids.status_until",
            "supermarket_shift_member_ids.team",
        ]

    @api.model
    def _supermarket_changed_domain(self, since):
        """Override of the till's hook: the words change with working time, too."""
        changed = super()._supermarket_changed_domain(since)
        for path in ("", "supermarket_holder_id."):
            changed |= Domain(
                f"{path}supermarket_shift_member_ids.write_date", ">=", since
            )
        return changed

    def _supermarket_judge(self):
        """Override of the members' hook: who owes shifts is warned, then refused."""
        judged = super()._supermarket_judge()
        members_sudo = (
            self.env["supermarket.shift.member"]
            .sudo()
            .search([("partner_id", "in", self._origin.ids)])
        )
        by_partner = {member.partner_id.id: member for member in members_sudo}
        words = members_sudo.with_context(lang=self.env.lang)._explanations()
        required = {
            company: self.env["supermarket.policy"]._policy_for(company).shift_required
            for company in members_sudo.company_id
        }
        for partner in self:
            member = by_partner.get(partner._origin.id)
            if not member or not required[member.company_id]:
                continue
            if shift := partner._supermarket_judge_shifts(member, words[member.id]):
                judged[partner] = self._supermarket_worst(shift, judged[partner])
        return judged

    def _supermarket_judge_shifts(self, member, words):
        """Judge one person by the status of their working time; None where it says nothing.

        Blocks and shares have their own judgement, with its own words.

        :param words: the explanation of the status
        """
        if member.status == "blocked" or not self.supermarket_is_member:
            return None
        if member.status == "up_to_date" and not member.team:
            return None
        if member.status not in MAY_SHOP:
            return "refused", words
        return ("warned" if member.status in WARNING else "allowed"), words

    def _supermarket_store_verdicts(self):
        """Judge again these people and those attached to them, in SQL.

        For what is written in SQL itself: the number of statements does not grow with the
        number of people.
        """
        People_sudo = self.env["res.partner"].sudo().with_context(active_test=False)
        self.env.flush_all()
        names = [
            name
            for name in self._supermarket_verdict_triggers()
            if name in self._fields and self._fields[name].column_type
        ]
        people_sudo = People_sudo.search_fetch(
            ["|", ("id", "in", self.ids), ("supermarket_holder_id", "in", self.ids)],
            [
                *names,
                "supermarket_birth_date",
                "supermarket_holder_id",
                "supermarket_verdict",
                "supermarket_verdict_next_change",
            ],
        )
        judged = people_sudo._supermarket_household_judgements()
        next_changes = people_sudo._supermarket_household_next_changes()
        changed = [
            (person.id, judged[person][0] or None, next_changes.get(person))
            for person in people_sudo
            if (person.supermarket_verdict, person.supermarket_verdict_next_change)
            != (judged[person][0], next_changes.get(person) or False)
        ]
        if changed:
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE res_partner p SET supermarket_verdict = row.verdict,
                        supermarket_verdict_next_change = row.next_change,
                        write_date = now() AT TIME ZONE 'UTC'
                    FROM unnest(%s::int[], %s::text[], %s::date[])
                        AS row(id, verdict, next_change)
                    WHERE p.id = row.id
                    """,
                    *map(list, zip(*changed, strict=True)),
                )
            )
            self._supermarket_tell_tills()
        People_sudo.invalidate_model(
            [
                "supermarket_verdict",
                "supermarket_verdict_next_change",
                "supermarket_verdict_reason",
                "write_date",
            ],
            flush=False,
        )

    def action_supermarket_shifts(self):
        """Open the working time of this person."""
        self.ensure_one()
        members = self.env["supermarket.shift.member"].search(
            [("partner_id", "=", (self.supermarket_holder_id or self).id)]
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Working Time"),
            "res_model": "supermarket.shift.member",
            "view_mode": "form",
            "res_id": members.id,
        }
