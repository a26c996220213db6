from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

# One shift for each template and each of its days in the cycles asked for.
SHIFTS = """
    INSERT INTO supermarket_shift
        (company_id, template_id, cycle_id, section_id, week, start, stop, date,
         seat_count, seats_taken, skilled_taken, state, closure_id, note,
         create_uid, create_date, write_uid, write_date)
    SELECT t.company_id, t.id, c.id, t.section_id, t.week,
        (d.day + make_interval(mins => round(t.start_time * 60)::int))
            AT TIME ZONE %(tz)s AT TIME ZONE 'UTC',
        (d.day + make_interval(mins => round((t.start_time + t.hours) * 60)::int))
            AT TIME ZONE %(tz)s AT TIME ZONE 'UTC',
        d.day::date, t.seat_count, 0, 0,
        CASE WHEN x.id IS NULL THEN 'open' ELSE 'cancelled' END, x.id, x.name,
        %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
    FROM supermarket_shift_template t
    JOIN supermarket_shift_cycle c ON c.company_id = t.company_id
    CROSS JOIN LATERAL (
        SELECT (c.date_start + (t.week - 1) * 7 + t.weekday::int)::timestamp AS day
    ) d
    LEFT JOIN LATERAL (
        SELECT id, name FROM supermarket_shift_closure x
        WHERE x.company_id = t.company_id AND x.active
            AND d.day::date BETWEEN x.date_start AND x.date_stop
        ORDER BY x.id LIMIT 1
    ) x ON TRUE
    WHERE t.company_id = %(company)s AND t.active
        AND d.day::date <= c.date_stop
        AND d.day::date BETWEEN %(since)s AND %(until)s
        AND d.day::date >= t.date_start
        AND (t.date_stop IS NULL OR d.day::date <= t.date_stop)
    ORDER BY d.day, t.id
    ON CONFLICT (template_id, date) WHERE template_id IS NOT NULL DO NOTHING
    RETURNING id
"""
COPIED = {
    "skills": """
        INSERT INTO supermarket_shift_supermarket_shift_skill_rel
            (supermarket_shift_id, supermarket_shift_skill_id)
        SELECT s.id, r.supermarket_shift_skill_id
        FROM supermarket_shift s
        JOIN supermarket_shift_skill_supermarket_shift_template_rel r
            ON r.supermarket_shift_template_id = s.template_id
        WHERE s.id = ANY(%s)
    """,
    "coordinators": """
        INSERT INTO supermarket_shift_coordinator (shift_id, partner_id)
        SELECT s.id, c.partner_id
        FROM supermarket_shift s
        JOIN supermarket_shift_template_coordinator c ON c.template_id = s.template_id
        WHERE s.id = ANY(%s)
    """,
}
# Standard members on the shifts of their slot, as far as seats go, oldest members of the
# team first. Who was ever registered for a shift is not registered again, unless they come
# back from a leave or to the team.
REGISTRATIONS = """
    WITH wanted AS (
        SELECT s.id AS shift_id, s.company_id, s.section_id, s.start, s.date,
            s.seat_count - COALESCE(s.seats_taken, 0) AS seats,
            t.member_id, m.partner_id,
            row_number() OVER (PARTITION BY s.id ORDER BY t.id) AS place,
            EXISTS (
                SELECT FROM supermarket_shift_supermarket_shift_skill_rel n
                WHERE n.supermarket_shift_id = s.id
            ) AND NOT EXISTS (
                SELECT FROM supermarket_shift_supermarket_shift_skill_rel n
                WHERE n.supermarket_shift_id = s.id AND NOT EXISTS (
                    SELECT FROM supermarket_shift_skill_holding h
                    WHERE h.skill_id = n.supermarket_shift_skill_id
                        AND h.partner_id = m.partner_id AND h.date_start <= s.date
                        AND (h.date_stop IS NULL OR h.date_stop >= s.date)
                )
            ) AS skilled
        FROM supermarket_shift s
        JOIN supermarket_shift_team t ON t.template_id = s.template_id
            AND t.date_start <= s.date AND (t.date_stop IS NULL OR t.date_stop >= s.date)
        JOIN supermarket_shift_member m ON m.id = t.member_id
            AND m.unsubscribed_on IS NULL
        JOIN res_partner p ON p.id = m.partner_id AND p.supermarket_is_member
        WHERE s.company_id = ANY(%(companies)s) AND s.state = 'open'
            AND s.start > %(now)s AND %(members)s
            AND NOT EXISTS (
                SELECT FROM supermarket_shift_registration r
                WHERE r.shift_id = s.id AND r.member_id = m.id
                    AND (r.state != 'cancelled' OR r.kind != 'standard'
                        OR NOT %(returning)s)
            )
            AND NOT EXISTS (
                SELECT FROM supermarket_shift_leave l
                WHERE l.member_id = m.id AND l.state = 'validated'
                    AND l.date_start <= s.date
                    AND (l.date_stop IS NULL OR l.date_stop >= s.date)
            )
    ), added AS (
        INSERT INTO supermarket_shift_registration
            (shift_id, member_id, partner_id, company_id, section_id, start, date, kind,
             basis, state, is_skilled, create_uid, create_date, write_uid, write_date)
        SELECT shift_id, member_id, partner_id, company_id, section_id, start, date,
            'standard', 'own', 'booked', skilled,
            %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
        FROM wanted WHERE place <= seats
        RETURNING shift_id, is_skilled
    ), counts AS (
        SELECT shift_id, count(*) AS taken, count(*) FILTER (WHERE is_skilled) AS skilled
        FROM added GROUP BY shift_id
    )
    UPDATE supermarket_shift s
    SET seats_taken = COALESCE(s.seats_taken, 0) + c.taken,
        skilled_taken = COALESCE(s.skilled_taken, 0) + c.skilled
    FROM counts c WHERE c.shift_id = s.id
"""


class SupermarketShift(models.Model):
    _inherit = "supermarket.shift"

    @api.model
    def _generate(self, company, until=None, since=None):
        """Make the shifts of ``company`` after its templates, and register their teams.

        Keyed by template and day: what exists is left alone, killed and run again it goes
        on. The number of statements does not grow with templates or members.

        :param until: last day, by default the horizon of the policy
        :param since: first day, by default today
        :return: the shifts made now
        """
        today = company._supermarket_today()
        policy = self.env["supermarket.policy"]._policy_for(company, today)
        since = since or today
        until = until or today + timedelta(days=policy.shift_horizon_days)
        self.env["supermarket.shift.cycle"]._ensure(company, until, since)
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                SHIFTS,
                company=company.id,
                since=since,
                until=until,
                tz=company._supermarket_tz(),
                uid=self.env.uid,
            )
        )
        ids = [row[0] for row in rows]
        for statement in COPIED.values():
            self.env.cr.execute(SQL(statement, ids))
        self.env.invalidate_all(flush=False)
        self._register_standard(company)
        return self.browse(ids)

    @api.model
    def _register_standard(self, companies, members=None):
        """Register standard members for the shifts to come of their slots.

        :param members: those who join or come back, whose freed shifts are theirs again;
            everybody by default
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                REGISTRATIONS,
                companies=companies.ids,
                now=fields.Datetime.now(),
                members=(
                    SQL("TRUE")
                    if members is None
                    else SQL("m.id = ANY(%s)", members.ids)
                ),
                returning=members is not None,
                uid=self.env.uid,
            )
        )
        self.invalidate_model(flush=False)
        self.env["supermarket.shift.registration"].invalidate_model(flush=False)
        self.env["supermarket.shift.member"].invalidate_model(
            ["registration_ids"], flush=False
        )

    @api.model
    def _cron_daily(self):
        """Make shifts ahead, take what is due into the ledger, close cycles, judge.

        Each step is keyed and may be killed; the next run goes on where it was.
        """
        companies = (
            self.env["supermarket.policy"]
            .sudo()
            .search([("shift_required", "=", True)])
            .company_id
        )
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for company in companies:
            self = self.with_company(company)
            self.env["supermarket.shift.member"]._sync_teams()
            self._generate(company)
            self.env["supermarket.shift.leave"]._post_due(company)
            self.env["supermarket.shift.registration"]._post_due(company)
            self.env["supermarket.shift.cycle"]._close_due(company)
            if not self.env["ir.cron"]._commit_progress(1):
                break
