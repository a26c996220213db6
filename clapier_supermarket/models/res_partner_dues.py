from datetime import timedelta

from odoo import fields, models
from odoo.tools import format_date


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _supermarket_judge_dues(self):
        """Judge members by their adhesion dues, where the policy asks for them.

        :return: {person: (verdict, reason)}, only people whose dues are missing today
        """
        today = fields.Date.context_today(self)
        judged = {}
        for partner, (since, limit, _next_change) in self._supermarket_dues().items():
            if since is None:
                continue
            dates = {
                "since": format_date(self.env, since),
                "limit": format_date(self.env, limit),
            }
            if today < limit:
                judged[partner] = (
                    "warned",
                    self.env._(
                        "Adhesion dues are missing since %(since)s: pay them at the desk before "
                        "%(limit)s to keep the right to shop.",
                        **dates,
                    ),
                )
            else:
                judged[partner] = (
                    "refused",
                    self.env._(
                        "Adhesion dues are missing since %(since)s: pay them at the desk to "
                        "shop again.",
                        **dates,
                    ),
                )
        return judged

    def _supermarket_dues_changes(self):
        """Return {person: next day on which dues change the judgement}."""
        return {
            partner: next_change
            for partner, (
                _since,
                _limit,
                next_change,
            ) in self._supermarket_dues().items()
            if next_change
        }

    def _supermarket_dues(self):
        """Read the adhesion dues of the members who owe some under today's policy.

        Judged from the dates of the membership lines: ``membership_state`` is brought up
        to date by a daily job only. One person may pay dues to several organisations:
        only the products that a policy of this cooperative names count.

        :return: {person: (missing since, refused from, next change)}; None for what does
            not apply
        """
        Policy = self.env["supermarket.policy"]
        dues = {}
        members = self.filtered(
            lambda partner: partner.supermarket_is_member and not partner.free_member
        )
        for company, partners in members.grouped("supermarket_company_id").items():
            policy = Policy._policy_for(company)
            if not policy.dues_required:
                continue
            required_since, products = Policy._dues_history(company)
            lines = self.env["membership.membership_line"].search(
                [
                    ("partner_id", "in", partners._origin.ids),
                    ("membership_id", "in", products.ids),
                    ("state", "in", ("free", "paid")),
                    ("date_from", "!=", False),
                    ("date_to", "!=", False),
                ],
                order="date_from",
            )
            lines_by_partner = lines.grouped("partner_id")
            for partner in partners:
                start = max(
                    partner.supermarket_member_since or required_since, required_since
                )
                dues[partner] = self._supermarket_dues_dates(
                    lines_by_partner.get(partner._origin, lines.browse()),
                    start,
                    timedelta(days=policy.dues_grace_days),
                )
        return dues

    def _supermarket_dues_dates(self, lines, start, grace):
        """Return (missing since, refused from, next change) from paid membership lines.

        :param lines: paid lines of one person, by first day
        :param start: the day from which this person owes dues
        :param grace: how long a missing payment only warns
        """
        today = fields.Date.context_today(self)
        one_day = timedelta(days=1)
        uncovered = start
        future = []
        for line in lines:
            stop = line.date_to + one_day
            if line.date_cancel:
                stop = min(stop, line.date_cancel + one_day)
            if line.date_from > today:
                future.append(line.date_from)
            else:
                uncovered = max(uncovered, stop)
        if uncovered > today:
            return None, None, uncovered
        limit = uncovered + grace
        if limit > today:
            future.append(limit)
        return uncovered, limit, min(future, default=None)
