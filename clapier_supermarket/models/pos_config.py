from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

# A transaction may commit after a later one has been read: look back further than asked.
REFRESH_OVERLAP = timedelta(minutes=10)
FIND_LIMIT = 30


class PosConfig(models.Model):
    _inherit = "pos.config"

    supermarket_member_till = fields.Boolean(
        "Member Till",
        compute="_compute_supermarket_member_till",
        store=True,
        readonly=False,
        help="This till checks each customer's right to shop at the cooperative.",
    )

    @api.depends("company_id")
    def _compute_supermarket_member_till(self):
        """A company that has voted a policy is a cooperative: its tills check members."""
        cooperatives = (
            self.env["supermarket.policy"]
            .sudo()
            .search([("company_id", "in", self.company_id.ids)])
            .company_id
        )
        for config in self:
            config.supermarket_member_till = config.company_id in cooperatives

    # What the till loads at opening

    @api.model
    def _load_pos_data_read(self, records, config):
        """Override of point_of_sale to tell the till its policy and who may override it."""
        values = super()._load_pos_data_read(records, config)
        if values and config.supermarket_member_till:
            values[0]["_supermarket_requires_member"] = (
                config._supermarket_requires_member()
            )
            values[0]["_supermarket_managers"] = [
                {"id": user.id, "name": user.name}
                for user in config._supermarket_till_managers()
            ]
        return values

    def _supermarket_requires_member(self):
        """Tell whether the policy of today refuses a sale without a member."""
        self.ensure_one()
        policy = self.env["supermarket.policy"]._policy_for(self.company_id)
        return policy.sale_requires_member

    def _supermarket_till_managers(self):
        """Return the users who may override a refusal at this till."""
        self.ensure_one()
        group = self.env.ref("clapier_supermarket.group_supermarket_till_manager")
        return group.sudo().all_user_ids.filtered(
            lambda user: self.company_id in user.company_ids
        )

    # What the till asks for while it is open

    def supermarket_members(self, since=False):
        """Return the last known verdict of every member, for when the network is cut.

        :param since: date of an earlier answer, to receive only what changed after it;
            a reason whose wording alone changed waits for the next whole answer
        :return: dict of ``date`` (to give back as ``since``), ``complete`` (whether it
            replaces what the till has), ``reasons`` (sentences), ``cards`` (lists of id,
            card, number, name, verdict, index of the reason, id of the holder) and
            ``gone`` (ids of people who left)
        """
        self._supermarket_check_till()
        date = fields.Datetime.to_string(self.env.cr.now())
        partners_sudo = self._supermarket_search_members(since)
        judged = partners_sudo.filtered("active")._supermarket_household_judgements()
        cards_sudo = partners_sudo.filtered(lambda p: judged.get(p, [False])[0])
        reasons = {}
        cards = [
            [
                partner.id,
                partner.barcode or "",
                partner.supermarket_member_number or "",
                partner.name or "",
                judged[partner][0],
                reasons.setdefault(judged[partner][1] or "", len(reasons)),
                partner.supermarket_holder_id.id,
            ]
            for partner in cards_sudo
        ]
        return {
            "date": date,
            "complete": not since,
            "reasons": list(reasons),
            "cards": cards,
            "gone": (partners_sudo - cards_sudo).ids,
        }

    def supermarket_find_members(self, query, offset=0):
        """Find people by card, member number or name.

        :param query: what was scanned or typed
        :return: dict of ``records`` (as the till loads them) and ``cards``, see
            ``_supermarket_cards``
        """
        self._supermarket_check_till()
        Partner = self.env["res.partner"]
        query = (query or "").strip()
        if not query:
            return self._supermarket_till_data(Partner)
        people = self._supermarket_customer_domain()
        exact = Domain("barcode", "=", query) | Domain(
            "supermarket_member_number", "=", query
        )
        partners = Partner.search(people & exact, limit=FIND_LIMIT)
        if not partners:
            alike = Domain("name", "ilike", query) | Domain(
                "supermarket_member_number", "like", query
            )
            partners = Partner.search(people & alike, offset=offset, limit=FIND_LIMIT)
        return self._supermarket_till_data(partners)

    def supermarket_member(self, partner_id):
        """Return what the till may know of one person, as ``supermarket_find_members``."""
        self._supermarket_check_till()
        partner = self.env["res.partner"].browse(partner_id).exists()
        return self._supermarket_till_data(partner)

    def _supermarket_check_till(self):
        """Raise AccessError unless the user works at this till."""
        self.ensure_one()
        self.env["pos.order"].check_access("create")
        self.check_access("read")

    def _supermarket_customer_domain(self):
        """Return who may be chosen as the customer at this till."""
        Partner = self.env["res.partner"].with_context(active_test=True)
        if self._supermarket_requires_member():
            return Partner._supermarket_household_domain(self.company_id) & Domain(
                "supermarket_verdict", "!=", False
            )
        return Domain(Partner._check_company_domain(self.company_id))

    def _supermarket_search_members(self, since):
        """Return the people of the cooperative, prefetched in one query, as superuser."""
        Partner_sudo = (
            self.env["res.partner"]
            .sudo()
            .with_company(self.company_id)
            .with_context(active_test=not since)
        )
        domain = Partner_sudo._supermarket_household_domain(self.company_id)
        if since:
            since = fields.Datetime.to_datetime(since) - REFRESH_OVERLAP
            domain &= Partner_sudo._supermarket_changed_domain(since)
        else:
            domain &= Domain("supermarket_verdict", "!=", False)
        # Also what the judgement reads: else it is fetched a thousand people at a time.
        judged_by = [
            name
            for name in Partner_sudo._supermarket_verdict_triggers()
            if name in Partner_sudo._fields and Partner_sudo._fields[name].column_type
        ]
        names = {"active", "barcode", "name", "supermarket_holder_id", *judged_by}
        return Partner_sudo.search_fetch(domain, sorted(names), order="id")

    def _supermarket_till_data(self, partners):
        """Return the records of ``partners`` as the till loads them, and their cards."""
        fiscal_positions = partners.fiscal_position_id
        return {
            "records": {
                "res.partner": partners._load_pos_data_read(partners, self),
                "account.fiscal.position": fiscal_positions._load_pos_data_read(
                    fiscal_positions, self
                ),
            },
            "cards": partners._supermarket_cards(self.company_id),
        }

    def _supermarket_judge_customer(self, partner):
        """Judge whether this till may sell to ``partner`` (possibly nobody).

        :return: (verdict, reason) where the verdict is that of the person, or
            ``unknown`` for somebody who is no member here, or False where none is asked
        """
        self.ensure_one()
        if partner:
            card = partner._supermarket_cards(self.company_id)[0]
            if card["verdict"] != "unknown" or self._supermarket_requires_member():
                return card["verdict"], card["reason"]
        elif self._supermarket_requires_member():
            return "unknown", self.env._(
                "Only members shop here: scan the member's card or choose their name."
            )
        return False, ""
