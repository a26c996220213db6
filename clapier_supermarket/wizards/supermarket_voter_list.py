from odoo import api, fields, models
from odoo.tools import SQL


class SupermarketVoterList(models.TransientModel):
    """Who may vote at an assembly: each member has one vote, whatever their shares."""

    _name = "supermarket.voter.list"
    _description = "List of Voters"
    _rec_name = "date"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    voter_count = fields.Integer("Votes", compute="_compute_voter_count")

    @api.depends("company_id", "date")
    def _compute_voter_count(self):
        for voter_list in self:
            voter_list.voter_count = len(voter_list._get_voters())

    def action_open_voters(self):
        """Open the voters on screen."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clapier_supermarket.supermarket_voter_action"
        )
        voters = [partner.id for partner, _representative in self._get_voters()]
        return {**action, "domain": [("id", "in", voters)]}

    def action_print(self):
        """Print the sheet that voters sign."""
        self.ensure_one()
        return self.env.ref(
            "clapier_supermarket.supermarket_voter_sheet_action"
        ).report_action(self)

    def _get_voters(self):
        """Return the voters at the date, by name.

        They are the holders, by the register, of a share that gives membership. A minor
        votes through their legal representative.

        :return: list of (voter, representative), both res.partner records, the latter
            empty for adults
        """
        self.ensure_one()
        if not self.date or not self.company_id:
            return []
        policy = self.env["supermarket.policy"]._policy_for(self.company_id, self.date)
        self.env["res.partner"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                WITH flow AS (
                    SELECT to_partner_id AS partner_id, type_id, quantity
                    FROM supermarket_share_movement
                    WHERE company_id = %(company)s AND date <= %(date)s
                    UNION ALL
                    SELECT from_partner_id, type_id, -quantity
                    FROM supermarket_share_movement
                    WHERE company_id = %(company)s AND date <= %(date)s
                )
                SELECT partner.id, CASE
                    WHEN partner.supermarket_birth_date + make_interval(years => %(majority)s)
                        > %(date)s
                    THEN partner.supermarket_legal_representative_id
                END
                FROM flow
                JOIN supermarket_share_type type
                    ON type.id = flow.type_id AND type.gives_membership
                JOIN res_partner partner ON partner.id = flow.partner_id
                GROUP BY partner.id
                HAVING SUM(flow.quantity) > 0
                ORDER BY lower(partner.complete_name), partner.id
                """,
                company=self.company_id.id,
                date=self.date,
                majority=policy.majority_age,
            )
        )
        Partner = self.env["res.partner"].with_prefetch([row[0] for row in rows])
        return [
            (Partner.browse(voter), Partner.browse(representative or ()))
            for voter, representative in rows
        ]
