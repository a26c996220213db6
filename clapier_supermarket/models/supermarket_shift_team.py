from collections import Counter
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date


class SupermarketShiftTeam(models.Model):
    """When a member held a slot of the cycle, or was flying: one team at a time."""

    _name = "supermarket.shift.team"
    _description = "Team Membership"
    _order = "date_start desc, id desc"

    member_id = fields.Many2one(
        "supermarket.shift.member",
        "Working Time",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(related="member_id.partner_id", store=True, index=True)
    company_id = fields.Many2one(related="member_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [("standard", "Standard"), ("flying", "Flying")], required=True, readonly=True
    )
    template_id = fields.Many2one(
        "supermarket.shift.template",
        "Slot",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    date_start = fields.Date("From", required=True, readonly=True)
    date_stop = fields.Date("Until", readonly=True, help="Last day.")
    holds_seat = fields.Boolean(
        default=True, readonly=True, help="Counts among the seats of the slot."
    )

    _one_at_a_time = models.Constraint(
        "EXCLUDE USING gist (int4range(member_id, member_id, '[]') WITH =,"
        " daterange(date_start, date_stop + 1) WITH &&)",
        "A member is in one team at a time: end the other one first.",
    )
    _slot_of_standard = models.Constraint(
        "CHECK ((kind = 'standard') = (template_id IS NOT NULL))",
        "A standard member holds a slot, a flying member holds none.",
    )
    _stop_after_start = models.Constraint(
        "CHECK (date_stop IS NULL OR date_stop >= date_start - 1)",
        "A team ends after it begins.",
    )

    @api.depends("kind", "template_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for team in self:
            team.display_name = team.template_id.display_name or kinds.get(team.kind)

    def _end(self, last_day):
        """End these memberships after ``last_day``; seats and shifts after it are freed."""
        live = self.filtered(
            lambda team: not team.date_stop or team.date_stop > last_day
        )
        for team in live:
            team.date_stop = max(last_day, team.date_start - timedelta(days=1))
        seated = live.filtered("holds_seat")
        seats = Counter(team.template_id for team in seated if team.template_id)
        seated.holds_seat = False
        self.env["supermarket.shift.template"]._take_seats(
            {template: -count for template, count in seats.items()}
        )
        registrations = self.env["supermarket.shift.registration"].search(
            [
                ("member_id", "in", live.member_id.ids),
                ("kind", "=", "standard"),
                ("state", "=", "booked"),
                ("date", ">", last_day),
            ]
        )
        registrations._release()


class SupermarketShiftMember(models.Model):
    _inherit = "supermarket.shift.member"

    def _join_team(self, kind, template=None, date=None):
        """Put members into a team from ``date`` on (today by default).

        Their former team ends the day before, the shifts they held in it are freed, those
        of the new slot are theirs where a seat is left. Points stay with the member.

        :param kind: ``standard`` with a template, or ``flying``
        :raise UserError: the slot is full, they are unsubscribed, the date is past
        """
        self.env["supermarket.shift.member"]._lock_standings(self.ids)
        template = template or self.env["supermarket.shift.template"]
        for company, members in self.grouped("company_id").items():
            today = company._supermarket_today()
            start = date or today
            members._check_may_join(kind, template, start, today)
            members.team_ids._end(start - timedelta(days=1))
            if template:
                template._take_seats({template: len(members)})
            # A team that would have begun later is none.
            members.team_ids.filtered(
                lambda team: team.date_stop and team.date_stop < team.date_start
            ).unlink()
            members.team_ids.flush_recordset()
            self.env["supermarket.shift.team"].create(
                [
                    {
                        "member_id": member.id,
                        "kind": kind,
                        "template_id": template.id,
                        "date_start": start,
                    }
                    for member in members
                ]
            )
        self._sync_teams()
        self.env["supermarket.shift"]._register_standard(self.company_id, members=self)
        self._supermarket_refresh_partners()

    def _check_may_join(self, kind, template, start, today):
        if start < today:
            raise UserError(
                self.env._("A team begins today or later: choose another date.")
            )
        if template and not template.active:
            raise UserError(
                self.env._(
                    "%s is archived: choose another slot.", template.display_name
                )
            )
        if kind == "standard" and not template:
            raise UserError(self.env._("Choose the slot of the standard member."))
        for member in self:
            if member.status == "unsubscribed":
                raise UserError(
                    self.env._(
                        "%(name)s is unsubscribed since %(date)s: register them again "
                        "first.",
                        name=member.partner_id.name,
                        date=format_date(self.env, member.status_since),
                    )
                )

    def _leave_teams(self):
        """End the teams of members who go, and free the shifts to come that they hold."""
        if not self:
            return
        for company, members in self.grouped("company_id").items():
            yesterday = company._supermarket_today() - timedelta(days=1)
            members.team_ids._end(yesterday)
            members.registration_ids.filtered(
                lambda registration, day=yesterday: (
                    registration.state in ("booked", "waiting")
                    and registration.date > day
                    and registration.start > fields.Datetime.now()
                )
            )._release()
        self._sync_teams()

    @api.model
    def _sync_teams(self):
        """Store which team each member is in today: one statement, those who differ.

        Each member's team is looked up by the index: what the statistics do not know yet,
        such as a whole cooperative brought in, costs no more.
        """
        self.env["supermarket.shift.team"].flush_model()
        changed = self.env.execute_query(
            SQL(
                """
                UPDATE supermarket_shift_member m
                SET team = current.kind, template_id = current.template_id,
                    write_date = now() AT TIME ZONE 'UTC'
                FROM (
                    SELECT m.id, t.kind, t.template_id
                    FROM (
                        SELECT c.id AS company_id,
                            (%s AT TIME ZONE 'UTC' AT TIME ZONE
                                COALESCE(p.tz, 'Europe/Paris'))::date AS today
                        FROM res_company c JOIN res_partner p ON p.id = c.partner_id
                    ) d
                    JOIN supermarket_shift_member m ON m.company_id = d.company_id
                    LEFT JOIN LATERAL (
                        SELECT kind, template_id FROM supermarket_shift_team t
                        WHERE t.member_id = m.id AND t.date_start <= d.today
                            AND (t.date_stop IS NULL OR t.date_stop >= d.today)
                        LIMIT 1
                    ) t ON TRUE
                ) current
                WHERE current.id = m.id
                AND (m.team IS DISTINCT FROM current.kind
                    OR m.template_id IS DISTINCT FROM current.template_id)
                RETURNING m.id
                """,
                fields.Datetime.now(),
            )
        )
        self.invalidate_model(["team", "template_id"], flush=False)
        if changed:
            self.env["res.partner"]._supermarket_tell_tills()
