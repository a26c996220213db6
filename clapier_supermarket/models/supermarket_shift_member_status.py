from collections import defaultdict
from dataclasses import replace
from datetime import date

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ..shift_rules import LEAVES, Situation, judge

BATCH = 5000
# What the words of _explain depend on
EXPLAINING = (
    "company_id",
    "status",
    "status_since",
    "status_until",
    "balance",
    "negative_since",
    "absence_count",
    "unsubscribed_by",
    "team",
)
# Reads, in the order in which the columns are unpacked in _read_situations.
SITUATIONS = """
    SELECT m.id, m.status, m.status_since, m.status_until, m.next_change,
        p.supermarket_is_member, p.supermarket_member_until,
        COALESCE(p.supermarket_block_reason, '') != ''
    FROM supermarket_shift_member m JOIN res_partner p ON p.id = m.partner_id
    WHERE m.id = ANY(%s)
"""
PERIODS = """
    SELECT member_id, kind, date_start, date_stop FROM supermarket_shift_leave
    WHERE member_id = ANY(%(ids)s) AND state = 'validated'
        AND (date_stop IS NULL OR date_stop >= %(day)s)
    UNION ALL
    SELECT member_id, 'extension', date_start, date_stop FROM supermarket_shift_extension
    WHERE member_id = ANY(%(ids)s) AND active AND date_stop >= %(day)s
"""


class SupermarketShiftMember(models.Model):
    _inherit = "supermarket.shift.member"

    @api.depends(
        "status", "status_since", "status_until", "balance", "negative_since", "team"
    )
    @api.depends_context("lang")
    def _compute_explanation(self):
        words = self._explanations()
        for member in self:
            member.explanation = words[member.id]

    def _refresh(self):
        """Judge the members of ``self`` today; write and tell only what changed.

        The number of statements does not grow with the number of members.

        :return: {member id: former status} of those whose status changed
        """
        changed = {}
        rows = {}
        # One statement for all, where the cache is filled a thousand at a time.
        self.sudo().fetch(["company_id", "partner_id"])
        for company, members in self.sudo().grouped("company_id").items():
            for row in members._judge_today(company):
                rows[row[0]] = row[2]
                if row[1] != row[2].name:
                    changed[row[0]] = row[1]
        self._save_statuses(rows)
        if rows:
            concerned = self.sudo().browse(rows)
            concerned._supermarket_refresh_partners()
            concerned._status_changed(changed)
        return changed

    def _judge_today(self, company):
        """Return [(id, stored status, Status)] of those stored otherwise than judged."""
        today = company._supermarket_today()
        rules = self.env["supermarket.policy"]._shift_rules_on(company)(today)
        next_policy = self.env["supermarket.policy"]._next_start(company)
        standings = self._read_standings(self.ids)
        differing = []
        for member_id, stored, situation in self._read_situations(today):
            status = judge(standings[member_id]["standing"], situation, rules, today)
            if next_policy and next_policy < (status.next_change or date.max):
                status = replace(status, next_change=next_policy)
            if stored != (status.name, status.since, status.until, status.next_change):
                differing.append((member_id, stored[0], status))
        return differing

    def _read_situations(self, day):
        """Yield (id, stored status as a tuple, Situation) of each member."""
        self.env.flush_all()
        periods = defaultdict(lambda: defaultdict(list))
        for member_id, kind, start, stop in self.env.execute_query(
            SQL(PERIODS, ids=self.ids, day=day)
        ):
            group = "leave" if kind in LEAVES - {"exemption"} else kind
            periods[member_id][group].append((start, stop))
        for row in self.env.execute_query(SQL(SITUATIONS, self.ids)):
            member_id, *stored, is_member, until, blocked = row
            own = periods.get(member_id, {})
            yield (
                member_id,
                tuple(stored),
                Situation(
                    left_on=None if is_member else (until or day),
                    blocked=blocked,
                    leaves=tuple(own.get("leave", ())),
                    exemptions=tuple(own.get("exemption", ())),
                    extensions=tuple(own.get("extension", ())),
                ),
            )

    @api.model
    def _save_statuses(self, statuses):
        """Store {member id: Status} in one statement."""
        if not statuses:
            return
        items = list(statuses.items())
        self.env.cr.execute(
            SQL(
                """
                UPDATE supermarket_shift_member m SET
                    status = row.status, status_since = row.since,
                    status_until = row.until, next_change = row.next_change,
                    write_date = now() AT TIME ZONE 'UTC'
                FROM unnest(%s::int[], %s::text[], %s::date[], %s::date[], %s::date[])
                    AS row(id, status, since, until, next_change)
                WHERE m.id = row.id
                """,
                [member_id for member_id, _status in items],
                [status.name for _id, status in items],
                [status.since for _id, status in items],
                [status.until for _id, status in items],
                [status.next_change for _id, status in items],
            )
        )
        self.invalidate_model(
            ["status", "status_since", "status_until", "next_change", "explanation"],
            flush=False,
        )

    def _status_changed(self, former):
        """Do what a change of status asks for: the hook of messages and teams.

        :param former: {member id: status before}
        """
        leaving = self.filtered(
            lambda member: member.id in former and member.status == "unsubscribed"
        )
        leaving._leave_teams()

    def _supermarket_refresh_partners(self):
        """Judge again the right to shop of these members and their households, in SQL.

        Tills are told even if only the words have changed.
        """
        partners = self.partner_id
        partners._supermarket_store_verdicts()
        partners._supermarket_tell_tills()

    @api.model
    def _cron_refresh(self):
        """Judge again whoever time alone concerns today, and nobody else."""
        due = [("next_change", "<=", fields.Date.context_today(self))]
        remaining = self.search_count(due)
        self.env["ir.cron"]._commit_progress(remaining=remaining)
        while members := self.search(due, limit=BATCH, order="id"):
            members._refresh()
            if not self.env["ir.cron"]._commit_progress(len(members)):
                break
            if members == self.search(due, limit=BATCH, order="id"):
                # Another time zone's today: they are due tomorrow.
                break

    # --- Words: the same at the till, on the portal and in mails

    def _explain(self):
        """Return why one member has their status and what restores access, by when."""
        self.ensure_one()
        words = getattr(self, f"_explain_{self.status}")
        return words()

    def _explanations(self):
        """Return {id: why, and what restores access}; whose case is the same share words."""
        cases, words = {}, {}
        self._origin.fetch(EXPLAINING)
        for member in self:
            case = tuple(member[name] for name in EXPLAINING)
            if case not in cases:
                cases[case] = member._explain()
            words[member.id] = cases[case]
        return words

    def _dates(self):
        """Return the dates of the status as the reader writes them."""
        return {
            "since": format_date(self.env, self.status_since) or "",
            "until": format_date(self.env, self.status_until) or "",
            "negative": format_date(self.env, self.negative_since) or "",
        }

    def _explain_owed(self):
        """Return what one member has to do, such as “do 2 make-ups”."""
        owed = -self.balance
        if self.team == "flying":
            if owed == 1:
                return self.env._("book and attend 1 shift")
            return self.env._("book and attend %s shifts", owed)
        if owed == 1:
            return self.env._("attend 1 make-up")
        return self.env._("attend %s make-ups", owed)

    def _explain_up_to_date(self):
        if self.balance > 0:
            return self.env._("Up to date with shifts: %s ahead.", self.balance)
        return self.env._("Up to date with shifts.")

    def _explain_alert(self):
        return self.env._(
            "Shifts are owed since %(since)s: %(owed)s by %(until)s to keep the right to "
            "shop.",
            owed=self._explain_owed(),
            **self._dates(),
        )

    def _explain_extended(self):
        return self.env._(
            "Extension until %(until)s: %(owed)s by then to keep the right to shop.",
            owed=self._explain_owed(),
            **self._dates(),
        )

    def _explain_suspended(self):
        return self.env._(
            "Suspended since %(since)s, shifts are owed since %(negative)s: %(owed)s, or "
            "ask the member office for an extension, to shop again.",
            owed=self._explain_owed(),
            **self._dates(),
        )

    def _explain_on_leave(self):
        if not self.status_until:
            return self.env._(
                "On leave since %(since)s: tell the member office when you come back to "
                "shop again.",
                **self._dates(),
            )
        return self.env._(
            "On leave from %(since)s to %(until)s: the right to shop comes back the day "
            "after, or sooner if the member office ends the leave.",
            **self._dates(),
        )

    def _explain_exempted(self):
        if not self.status_until:
            return self.env._("Exempted from shifts since %(since)s.", **self._dates())
        return self.env._(
            "Exempted from shifts from %(since)s to %(until)s.", **self._dates()
        )

    def _explain_blocked(self):
        return self.env._(
            "Blocked by the member office: ask at the desk how to shop again."
        )

    def _explain_unsubscribed(self):
        dates = self._dates()
        if self.unsubscribed_by == "absences":
            return self.env._(
                "Unsubscribed since %(since)s, after %(count)s shifts missed in a row: "
                "register again at the member office to shop.",
                count=self.absence_count,
                **dates,
            )
        if self.unsubscribed_by == "balance":
            return self.env._(
                "Unsubscribed since %(since)s, when the balance fell to %(balance)s: "
                "register again at the member office to shop.",
                balance=self.balance,
                **dates,
            )
        return self.env._(
            "Unsubscribed since %(since)s, without a share left: subscribe to at least "
            "one share at the member office to shop.",
            **dates,
        )
