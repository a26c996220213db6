from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# How many are asked at once to bring a skill that is missing
ASKED = 10
# Those who may be asked to come to a shift: who has its skills, prefers its section, owes
# most. Whether they may book is for the booking to say.
CANDIDATES = """
    SELECT m.id FROM supermarket_shift_member m
    JOIN res_partner p ON p.id = m.partner_id AND p.active AND p.email IS NOT NULL
    LEFT JOIN LATERAL (
        SELECT count(DISTINCT h.skill_id) AS count
        FROM supermarket_shift_supermarket_shift_skill_rel n
        JOIN supermarket_shift_skill_holding h
            ON h.skill_id = n.supermarket_shift_skill_id
        WHERE n.supermarket_shift_id = %(shift)s AND h.partner_id = p.id
            AND h.date_start <= %(date)s
            AND (h.date_stop IS NULL OR h.date_stop >= %(date)s)
    ) skills ON TRUE
    WHERE m.company_id = %(company)s AND m.team IS NOT NULL
        AND m.status NOT IN ('unsubscribed', 'blocked', 'exempted')
        AND (skills.count = %(needed)s OR NOT %(skilled_only)s)
        AND (%(again)s OR NOT EXISTS (
            SELECT FROM supermarket_shift_message x
            WHERE x.key = 'invitation:' || %(shift)s || ':' || m.id
        ))
    ORDER BY skills.count = %(needed)s DESC,
        EXISTS (
            SELECT FROM supermarket_shift_member_supermarket_shift_section_rel s
            WHERE s.supermarket_shift_member_id = m.id
                AND s.supermarket_shift_section_id = %(section)s
        ) DESC,
        LEAST(m.balance, 0), m.id
"""


class SupermarketShift(models.Model):
    _inherit = "supermarket.shift"

    def _cancel(self, reason, closure=None):
        """Override of the shift: those who were to come are told."""
        now = fields.Datetime.now()
        expected = self.registration_ids.filtered(
            lambda registration: (
                registration.state == "booked"
                and registration.shift_id.state == "open"
                and registration.stop > now
            )
        )
        result = super()._cancel(reason, closure)
        self.env["supermarket.shift.message"]._queue_registrations(
            "cancelled", expected
        )
        return result

    def _seat_freed(self):
        """Override of the shifts' hook: who knows is asked at once where nobody does."""
        result = super()._seat_freed()
        self._ask_skilled()
        return result

    def _seat_offered(self):
        """Override of the offers' hook: who knows is asked at once where nobody does."""
        result = super()._seat_offered()
        self._ask_skilled()
        return result

    def _ask_skilled(self):
        """Invite members with the skill that a shift to come has lost."""
        now = fields.Datetime.now()
        for shift in self.sudo():
            if shift.state == "open" and shift.start > now and shift._lacks_skill():
                self.env["supermarket.shift.message"]._queue_invitations(
                    (shift, member) for member in shift._find_invitable(ASKED)
                )

    def _find_fitting(self, count, others):
        """Return members to be registered: free, qualified, as for an invitation.

        :param count: how many at most
        :param others: members who are not meant
        """
        if count <= 0:
            return others.browse()
        found = self._find_invitable(count + len(others), again=True)
        return (found - others)[:count]

    def _find_invitable(self, limit, again=False):
        """Return the members to be asked first to come to one shift.

        Where skills are needed and nobody who stays has them, only those who have them.

        :param limit: how many at most
        :param again: those who were asked already, too
        """
        self.ensure_one()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                CANDIDATES,
                shift=self.id,
                company=self.company_id.id,
                section=self.section_id.id,
                date=self.date,
                needed=len(self.skill_ids),
                skilled_only=self._lacks_skill(),
                again=again,
            )
        )
        found = self.env["supermarket.shift.member"].browse()
        candidates_sudo = found.sudo().browse(row[0] for row in rows)
        for candidate in candidates_sudo:
            if len(found) >= limit:
                break
            try:
                self.sudo()._check_may_book(candidate)
            except UserError:
                continue
            found |= self.env["supermarket.shift.member"].browse(candidate.id)
        return found
