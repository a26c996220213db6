from odoo import api, fields, models
from odoo.fields import Domain

# The till receives verdicts, not files: it neither shows nor needs any of these.
PRIVATE_POS_FIELDS = {
    "city",
    "country_id",
    "email",
    "invoice_emails",
    "parent_name",
    "phone",
    "pos_contact_address",
    "state_id",
    "street",
    "street2",
    "vat",
    "zip",
}


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _load_pos_data_fields(self, config):
        """Override of point_of_sale to keep addresses and the like out of a member till.

        An invoice is made by the server, which has what it needs; a receipt by e-mail
        asks for the address.
        """
        names = super()._load_pos_data_fields(config)
        if config.supermarket_member_till:
            names = [name for name in names if name not in PRIVATE_POS_FIELDS]
            names.append("supermarket_member_number")
        return names

    @api.model
    def _supermarket_household_domain(self, company):
        """Return the members of ``company`` and the people attached to them."""
        return Domain("supermarket_company_id", "=", company.id) | Domain(
            "supermarket_holder_id.supermarket_company_id", "=", company.id
        )

    @api.model
    def _supermarket_changed_domain(self, since):
        """Return the people of whom a till may know something older than ``since``."""
        return Domain("write_date", ">=", since) | Domain(
            "supermarket_holder_id.write_date", ">=", since
        )

    def _supermarket_cards(self, company):
        """Return what a till of ``company`` may know of each person of ``self``.

        :return: list of dicts: ``id``, ``card``, ``number``, ``name``, ``verdict``
            (``unknown`` for somebody who is no member), ``reason`` (a sentence),
            ``holder_id``, ``household`` (dicts of ``id``, ``name``, ``role``), ``date``
        """
        self.check_access("read")
        date = fields.Datetime.to_string(self.env.cr.now())
        partners_sudo = self.sudo().with_company(company)
        members_sudo = partners_sudo.filtered_domain(
            self._supermarket_household_domain(company)
        ).filtered("supermarket_verdict")
        judged = members_sudo._supermarket_household_judgements()
        cards = []
        for partner_sudo in partners_sudo:
            verdict, reason = judged.get(partner_sudo, (False, ""))
            if not verdict:
                verdict = "unknown"
                reason = self.env._(
                    "%(name)s is not a member: the member office registers people.",
                    name=partner_sudo.name,
                )
            cards.append(
                {
                    "id": partner_sudo.id,
                    "card": partner_sudo.barcode or "",
                    "number": partner_sudo.supermarket_member_number or "",
                    "name": partner_sudo.name or "",
                    "verdict": verdict,
                    "reason": reason or "",
                    "holder_id": partner_sudo.supermarket_holder_id.id,
                    "household": partner_sudo._supermarket_till_household(),
                    "date": date,
                }
            )
        return cards

    def _supermarket_till_household(self):
        """Return the other people of the household: dicts of ``id``, ``name``, ``role``."""
        self.ensure_one()
        household = self.supermarket_household_ids - self
        holder = self.supermarket_holder_id
        return [
            {
                "id": person.id,
                "name": person.name or "",
                "role": "holder" if person == holder else "attached",
            }
            for person in (holder | household)
        ]

    # Telling open tills

    def _write_multi(self, vals_list):
        """Override of the ORM to tell open tills that a stored verdict changed.

        A verdict is a stored computed field: it goes through here alone, never
        through ``write``.
        """
        result = super()._write_multi(vals_list)
        if any("supermarket_verdict" in vals for vals in vals_list):
            self._supermarket_tell_tills()
        return result

    @api.model
    def _supermarket_tell_tills(self):
        """Ask every open member till to refresh, once, when the transaction commits.

        Whoever changes verdicts or their words in SQL calls this too, and sets the
        ``write_date`` that :meth:`_supermarket_changed_domain` looks at.
        """
        precommit = self.env.cr.precommit
        if precommit.data.get("supermarket_tell_tills"):
            return
        precommit.data["supermarket_tell_tills"] = True
        env = self.env

        @precommit.add
        def tell():
            precommit.data.pop("supermarket_tell_tills", None)
            configs_sudo = (
                env["pos.session"]
                .sudo()
                .search(
                    [
                        ("state", "in", ("opening_control", "opened")),
                        ("config_id.supermarket_member_till", "=", True),
                    ]
                )
                .config_id
            )
            for config_sudo in configs_sudo:
                config_sudo._notify("SUPERMARKET_MEMBERS", {})
