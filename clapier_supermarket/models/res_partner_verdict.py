from odoo import api, fields, models
from odoo.tools import format_date

from ..utils import birthday

SEVERITY = {"refused": 3, "warned": 2, "allowed": 1, False: 0}
BATCH = 1000


class ResPartner(models.Model):
    _inherit = "res.partner"

    supermarket_block_reason = fields.Char(
        "Blocked Because",
        copy=False,
        tracking=True,
        groups="clapier_supermarket.group_supermarket_user",
        help="Fill it to refuse this person at the till. The till does not show the words: "
        "it sends the person to the desk.",
    )
    supermarket_verdict = fields.Selection(
        [
            ("allowed", "May shop"),
            ("warned", "May shop, warned"),
            ("refused", "Refused"),
        ],
        "Right to Shop",
        compute="_compute_supermarket_verdict",
        store=True,
        index="btree_not_null",
    )
    supermarket_verdict_reason = fields.Char(
        "Reason",
        compute="_compute_supermarket_verdict_reason",
        compute_sudo=True,
        help="Why, and what restores the right to shop.",
    )
    # What changes with time alone: the cron touches only what is due.
    supermarket_verdict_next_change = fields.Date(
        "Right to Shop Changes On",
        compute="_compute_supermarket_verdict",
        store=True,
        index="btree_not_null",
    )

    # Not recursive on the holder's verdict: Odoo computes recursive fields record by record.
    @api.depends(lambda self: self._supermarket_verdict_depends())
    def _compute_supermarket_verdict(self):
        judged = self._supermarket_household_judgements()
        next_changes = self._supermarket_household_next_changes()
        for partner in self:
            partner.supermarket_verdict = judged[partner][0]
            partner.supermarket_verdict_next_change = next_changes.get(partner)

    @api.depends(lambda self: self._supermarket_verdict_depends())
    @api.depends_context("lang")
    def _compute_supermarket_verdict_reason(self):
        judged = self._supermarket_household_judgements()
        for partner in self:
            partner.supermarket_verdict_reason = judged[partner][1]

    @api.model
    def _supermarket_verdict_depends(self):
        """Return what the judgement depends on, for a person and for their holder."""
        triggers = self._supermarket_verdict_triggers()
        return [
            "supermarket_birth_date",
            "supermarket_holder_id.name",
            *triggers,
            *(f"supermarket_holder_id.{trigger}" for trigger in triggers),
        ]

    @api.model
    def _supermarket_verdict_triggers(self):
        """Return the fields of a person that :meth:`_supermarket_judge` reads.

        Whoever overrides it adds the fields of their rule.
        """
        return [
            "free_member",
            "member_line_ids.date_cancel",
            "member_line_ids.date_from",
            "member_line_ids.date_to",
            "member_line_ids.membership_id",
            "member_line_ids.state",
            "supermarket_block_reason",
            "supermarket_company_id",
            "supermarket_is_member",
            "supermarket_member_number",
            "supermarket_member_since",
            "supermarket_member_until",
        ]

    def _supermarket_judge(self):
        """Judge who may shop today: the hook of later rules.

        People attached to a member are not asked here: they share the answer given for
        their member. An override calls ``super()`` and lays its own judgement over it
        with :meth:`_supermarket_worst`; what it reads goes to
        :meth:`_supermarket_verdict_triggers`, and what changes with time alone to
        :meth:`_supermarket_next_changes`. The number of queries must not grow with
        the number of people.

        :return: {person: (verdict, reason)}; the verdict is False for somebody who is not
            known as a member, the reason is one translated sentence: why, and what
            restores the right to shop
        """
        pending = self._supermarket_pending_shares()
        dues = self._supermarket_judge_dues()
        return {
            partner: self._supermarket_worst(
                partner._supermarket_judge_block(),
                pending.get(partner),
                partner._supermarket_judge_membership(),
                dues.get(partner),
            )
            for partner in self
        }

    def _supermarket_next_changes(self):
        """Return when time alone may change the judgements: the companion hook.

        :return: {person: first day, after today, to judge again}, only people concerned
        """
        next_changes = {}
        Policy = self.env["supermarket.policy"]
        members = self.filtered("supermarket_is_member")
        for company, partners in members.grouped("supermarket_company_id").items():
            if day := Policy._next_start(company):
                next_changes |= dict.fromkeys(partners, day)
        return self._supermarket_earliest(
            next_changes, self._supermarket_dues_changes()
        )

    def _supermarket_pending_shares(self):
        """Tell who has share requests that weigh on the right to shop.

        Neutral here; the share requests answer it.

        :return: {person: (verdict, reason)}, only people concerned
        """
        return {}

    def _supermarket_refresh_verdict(self):
        """Judge again the people of ``self`` and those attached to them."""
        people = self | self.with_context(active_test=False).supermarket_attached_ids
        for name in ("supermarket_verdict", "supermarket_verdict_next_change"):
            self.env.add_to_compute(self._fields[name], people)
        people.invalidate_recordset(["supermarket_verdict_reason"], flush=False)

    @api.model
    def _supermarket_worst(self, *judgements):
        """Return the severest of ``(verdict, reason)`` pairs, the first of equals."""
        return max(filter(None, judgements), key=lambda judged: SEVERITY[judged[0]])

    @api.model
    def _supermarket_earliest(self, *dates_by_person):
        """Merge ``{person: date}`` dictionaries; the earliest date wins."""
        earliest = {}
        for dates in dates_by_person:
            for person, day in dates.items():
                earliest[person] = min(day, earliest.get(person, day))
        return earliest

    def _supermarket_judge_block(self):
        """Judge one person by the block that the member office may have set."""
        if self.supermarket_block_reason:
            return "refused", self.env._(
                "Blocked by the member office: ask at the desk how to shop again."
            )
        return None

    def _supermarket_judge_membership(self):
        """Judge one person by the shares they hold, held, or never held."""
        if self.supermarket_is_member:
            since = self.supermarket_member_since
            return "allowed", (
                self.env._("Member since %s.", format_date(self.env, since))
                if since
                else self.env._("Member.")
            )
        if self.supermarket_member_until:
            return "refused", self.env._(
                "Not a member any more since %s: subscribe to at least one share at the "
                "desk to shop again.",
                format_date(self.env, self.supermarket_member_until),
            )
        if self.supermarket_member_number:
            return "refused", self.env._(
                "Not a member yet: subscribe to at least one share at the desk to shop."
            )
        return False, ""

    def _supermarket_household_judgements(self):
        """Return {person: (verdict, reason)}; attached people get their member's."""
        attached = self.filtered("supermarket_holder_id")
        judged = (
            (self - attached) | attached.supermarket_holder_id
        )._supermarket_judge()
        for partner in attached:
            judged[partner] = self._supermarket_worst(
                partner._supermarket_judge_block(),
                partner._supermarket_judge_attached(
                    *judged[partner.supermarket_holder_id]
                ),
            )
        return judged

    def _supermarket_judge_attached(self, verdict, reason):
        """Judge one attached person by the verdict and reason of their holder."""
        holder = self.supermarket_holder_id.name or ""
        if not verdict:
            return "refused", self.env._(
                "Attached to %(holder)s, who is not a member: %(holder)s must subscribe to "
                "at least one share at the desk.",
                holder=holder,
            )
        if verdict == "allowed":
            return verdict, self.env._(
                "Attached to %s, shares their right to shop.", holder
            )
        return verdict, self.env._(
            "Attached to %(holder)s. %(reason)s", holder=holder, reason=reason
        )

    def _supermarket_household_next_changes(self):
        """Return {person: date}; attached people change with their member and at majority."""
        attached = self.filtered("supermarket_holder_id")
        holders = attached.supermarket_holder_id
        next_changes = ((self - attached) | holders)._supermarket_next_changes()
        with_holder = {
            partner: next_changes[partner.supermarket_holder_id]
            for partner in attached
            if partner.supermarket_holder_id in next_changes
        }
        policies = attached._supermarket_policies()
        majorities = {
            partner: birthday(
                partner.supermarket_birth_date, policies[partner].majority_age
            )
            for partner in attached._supermarket_minors()
        }
        return self._supermarket_earliest(next_changes, with_holder, majorities)

    @api.model
    def _cron_supermarket_refresh_verdicts(self):
        """Judge again whoever time alone concerns today, and nobody else.

        May be killed anywhere: what is done is not due any more.
        """
        People = self.with_context(active_test=False)
        due = [
            ("supermarket_verdict_next_change", "<=", fields.Date.context_today(self))
        ]
        remaining = People.search_count(due)
        self.env["ir.cron"]._commit_progress(remaining=remaining)
        while people := People.search(due, limit=BATCH, order="id"):
            people._supermarket_sync_household(coming_of_age=True)
            people._supermarket_refresh_verdict()
            self.env.flush_all()
            if not self.env["ir.cron"]._commit_progress(len(people)):
                break
