from odoo import api, fields, models
from odoo.exceptions import UserError

# Written by the software alone.
SYSTEM_FIELDS = {
    "supermarket_attached_adult_count",
    "supermarket_attached_adult_limit",
    "supermarket_is_member",
    "supermarket_member_number",
    "supermarket_member_since",
    "supermarket_member_until",
    "supermarket_seat_holder_id",
    "supermarket_verdict",
    "supermarket_verdict_next_change",
}
# Written by the member office, not by everybody who may edit a contact.
OFFICE_FIELDS = {
    "supermarket_attached_ids",
    "supermarket_company_id",
    "supermarket_holder_id",
    "supermarket_legal_representative_id",
    "supermarket_represented_ids",
}


class ResPartner(models.Model):
    _inherit = "res.partner"

    supermarket_company_id = fields.Many2one(
        "res.company",
        "Cooperative",
        copy=False,
        index="btree_not_null",
        help="The cooperative that knows this person as a member, as attached to a member "
        "or as somebody about to join.",
    )
    supermarket_member_number = fields.Char(
        "Member Number",
        readonly=True,
        copy=False,
        index="trigram",
        help="Given with the first share, kept for life, never given again.",
    )
    supermarket_is_member = fields.Boolean(
        "Member",
        readonly=True,
        copy=False,
        help="Holds at least one share that makes a member.",
    )
    supermarket_member_since = fields.Date("Member Since", readonly=True, copy=False)
    supermarket_member_until = fields.Date("Member Until", readonly=True, copy=False)

    _supermarket_one_number = models.UniqueIndex(
        "(supermarket_company_id, supermarket_member_number)"
        " WHERE supermarket_member_number IS NOT NULL",
        "This member number is taken: a number is given once and never again.",
    )
    _supermarket_number_of_cooperative = models.Constraint(
        "CHECK (supermarket_member_number IS NULL OR supermarket_company_id IS NOT NULL)",
        "A member number belongs to a cooperative: keep the cooperative of this member.",
    )

    @api.model
    def default_get(self, fields):
        """Override of the ORM: who is created in the members' screens is known there.

        Not a default of the field: Odoo gives the defaults of a partner to a new user as
        if they had been typed, and only the member office may write this field.
        """
        values = super().default_get(fields)
        if self.env.context.get("supermarket_new_member") and (
            "supermarket_company_id" in fields
        ):
            values.setdefault("supermarket_company_id", self.env.company.id)
        return values

    @api.model_create_multi
    def create(self, vals_list):
        """Override of base to keep households in step."""
        partners = super().create(vals_list)
        partners.filtered("supermarket_holder_id")._supermarket_sync_household()
        return partners

    def write(self, vals):
        """Override of base to date memberships and keep households in step."""
        if "supermarket_is_member" in vals:
            changing = self.filtered(
                lambda partner: (
                    partner.supermarket_is_member != vals["supermarket_is_member"]
                )
            )
            super(ResPartner, changing).write(self._supermarket_membership_vals(vals))
            result = super(ResPartner, self - changing).write(vals)
        else:
            result = super().write(vals)
        if not vals.keys().isdisjoint(self._supermarket_household_triggers()):
            self._supermarket_sync_household()
        return result

    def unlink(self):
        """Override of base to free the places taken in households."""
        holders_sudo = self.sudo().supermarket_seat_holder_id - self
        result = super().unlink()
        holders_sudo._supermarket_recount_seats()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_numbered(self):
        for partner in self.sudo():
            if partner.supermarket_member_number:
                raise UserError(
                    self.env._(
                        "%(name)s has member number %(number)s, which stays in the list of "
                        "members: archive this person instead.",
                        name=partner.display_name,
                        number=partner.supermarket_member_number,
                    )
                )

    @api.model
    def _has_field_access(self, field, operation):
        """Override of base: not everybody who edits a contact makes members."""
        if not super()._has_field_access(field, operation):
            return False
        if operation == "read" or self.env.su:
            return True
        if field.name in SYSTEM_FIELDS:
            return False
        return field.name not in OFFICE_FIELDS or self.env.user.has_group(
            "clapier_supermarket.group_supermarket_user"
        )

    def _supermarket_company(self):
        """Return the cooperative of one person, the current company if none knows them."""
        return self.supermarket_company_id or self.env.company

    def _supermarket_policies(self):
        """Return {person: the policy that rules them today}."""
        Policy = self.env["supermarket.policy"]
        policies = {}
        for company, partners in self.grouped(
            lambda partner: partner._supermarket_company()
        ).items():
            policies |= dict.fromkeys(partners, Policy._policy_for(company))
        return policies

    def _supermarket_membership_vals(self, vals):
        """Complete ``vals``, which make or end memberships: dated today unless they say.

        A new member has a right of their own and is no longer attached to anybody.
        """
        today = fields.Date.context_today(self)
        if not vals["supermarket_is_member"]:
            return {"supermarket_member_until": today, **vals}
        return {
            "supermarket_member_since": today,
            "supermarket_member_until": False,
            "supermarket_holder_id": False,
            **vals,
        }

    def _supermarket_assign_number(self):
        """Give a member number, and a card, to each person of ``self`` who has none.

        Numbers follow the order of ``self``; the cooperative is the current company for
        whoever has none yet.
        """
        newcomers_sudo = self.sudo().filtered(
            lambda partner: not partner.supermarket_member_number
        )
        for company, partners in newcomers_sudo.grouped(
            lambda partner: partner._supermarket_company()
        ).items():
            sequence = (
                self.env["ir.sequence"].sudo()._supermarket_member_sequence(company)
            )
            numbers = sequence._supermarket_draw(len(partners))
            for partner, number in zip(partners, numbers, strict=True):
                partner.supermarket_member_number = number
            partners._supermarket_join(company)

    def _supermarket_adopt_numbers(self, numbers):
        """Take over member numbers given before this software, and go on after them.

        :param numbers: {person: number}; nobody of them has a number here yet
        """
        partners_sudo = self.sudo()
        for company, partners in partners_sudo.grouped(
            lambda partner: partner._supermarket_company()
        ).items():
            for partner in partners:
                partner.supermarket_member_number = numbers[partner]
            sequence = (
                self.env["ir.sequence"].sudo()._supermarket_member_sequence(company)
            )
            partners._supermarket_join(company)
            sequence._supermarket_skip_past(
                partners.mapped("supermarket_member_number")
            )

    def _supermarket_join(self, company):
        """Make people known to ``company``, with a card for whoever has none."""
        self.supermarket_company_id = company
        without_card = self.with_company(company).filtered(
            lambda partner: not partner.barcode
        )
        without_card._supermarket_draw_cards()
