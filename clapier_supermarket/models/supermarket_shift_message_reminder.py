from odoo import api, fields, models
from odoo.tools import SQL

# Each gives rows under the names that supermarket.shift.message._insert wants.
SHIFTS = """
    SELECT 'reminder:' || r.id AS key, 'reminder' AS kind, r.member_id,
        r.id AS registration_id, r.shift_id, NULL::int AS leave_id,
        NULL::int AS holding_id
    FROM supermarket_shift_registration r
    JOIN supermarket_shift_member m ON m.id = r.member_id
    WHERE r.company_id = %(company)s AND r.state = 'booked' AND r.start > %(now)s
        AND r.date <= %(today)s + CASE
            WHEN m.reminder_days >= 0 THEN m.reminder_days ELSE %(shift_days)s END
"""
LEAVES = """
    SELECT 'leave_ending:' || l.id || ':' || l.date_stop, 'leave_ending', l.member_id,
        NULL::int, NULL::int, l.id, NULL::int
    FROM supermarket_shift_leave l
    WHERE l.company_id = %(company)s AND l.state = 'validated'
        AND l.date_stop BETWEEN %(today)s AND %(today)s + %(leave_days)s
"""
# Who has learnt it again is not told.
SKILLS = """
    SELECT 'skill_expiring:' || h.id || ':' || h.date_stop, 'skill_expiring', m.id,
        NULL::int, NULL::int, NULL::int, h.id
    FROM supermarket_shift_skill_holding h
    JOIN supermarket_shift_member m ON m.partner_id = h.partner_id
        AND m.unsubscribed_on IS NULL
    WHERE m.company_id = %(company)s
        AND h.date_stop BETWEEN %(today)s AND %(today)s + %(skill_days)s
        AND NOT EXISTS (
            SELECT FROM supermarket_shift_skill_holding n
            WHERE n.partner_id = h.partner_id AND n.skill_id = h.skill_id
                AND (n.date_stop IS NULL OR n.date_stop > h.date_stop)
        )
"""
REMINDERS = " UNION ALL ".join((SHIFTS, LEAVES, SKILLS))


class SupermarketShiftMessage(models.Model):
    _inherit = "supermarket.shift.message"

    @api.model
    def _cron_queue_reminders(self):
        """Queue the reminders of each cooperative."""
        companies = (
            self.env["supermarket.policy"]
            .sudo()
            .search([("shift_required", "=", True)])
            .company_id
        )
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for company in companies:
            self._queue_reminders(company)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _queue_reminders(self, company):
        """Queue what is due today or was due before: shifts, ends of leaves, skills.

        One statement, whatever the number of members.

        :return: the messages queued now
        """
        today = company._supermarket_today()
        policy = self.env["supermarket.policy"]._policy_for(company, today)
        return self._insert(
            SQL(
                REMINDERS,
                company=company.id,
                now=fields.Datetime.now(),
                today=today,
                shift_days=policy.shift_reminder_days,
                leave_days=policy.shift_leave_reminder_days,
                skill_days=policy.shift_skill_reminder_days,
            )
        )
