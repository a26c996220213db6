import random
from datetime import timedelta
from itertools import cycle

from odoo import Command, api, fields, models

PAST_CYCLES = 3
TRAINED_DAYS = 120


class SupermarketDemo(models.AbstractModel):
    _inherit = "supermarket.demo"

    def _shift_company(self):
        return self.env.ref("base.main_company")

    def _shift_member(self, name):
        """Return the working time of a demo member."""
        return self._ref(name).supermarket_shift_member_ids

    def _shift_since(self):
        """Return the first day of the cycles of the demo."""
        company = self._shift_company()
        today = company._supermarket_today()
        current = self.env["supermarket.shift.cycle"]._first_start(company, today)
        return current - timedelta(weeks=4 * PAST_CYCLES)

    @api.model
    def _load_shift_slots(self, slots):
        """Make the slots of the cycle.

        :param slots: tuples of weeks such as “AC”, weekday from 0, start, section, seats
        """
        since = self._shift_since()
        self.env["supermarket.shift.template"].create(
            [
                {
                    "company_id": self._shift_company().id,
                    "section_id": self._ref(f"shift_section_{section}").id,
                    "week": "ABCD".index(letter) + 1,
                    "weekday": str(weekday),
                    "start_time": start,
                    "seat_count": seats,
                    "date_start": since,
                }
                for weeks, weekday, start, section, seats in slots
                for letter in weeks
            ]
        )

    @api.model
    def _load_shift_teams(self, placed):
        """Put two members of three in a slot, the others are flying; some learn the till.

        :param placed: {member: (section, week)}, or None for a flying one, of those whose
            story is told; by demo external id
        """
        templates = self.env["supermarket.shift.template"].search(
            [("company_id", "=", self._shift_company().id)]
        )
        teams = {}
        for name, place in placed.items():
            member = self._shift_member(name)
            teams[member] = templates.filtered(
                lambda template, place=place: (
                    place
                    and template.section_id == self._ref(f"shift_section_{place[0]}")
                    and template.week_letter == place[1]
                )
            )[:1]
        turn = cycle(templates)
        others = self._demo_records(
            "res.partner"
        ).supermarket_shift_member_ids.filtered("partner_id.supermarket_is_member")
        for rank, member in enumerate(others):
            if member not in teams:
                teams[member] = templates.browse() if rank % 3 == 2 else next(turn)
        since = self._shift_since()
        Team = self.env["supermarket.shift.team"]
        Team.create(
            [
                {
                    "member_id": member.id,
                    "kind": "standard" if template else "flying",
                    "template_id": template.id,
                    "date_start": max(
                        since, member.partner_id.supermarket_member_since or since
                    ),
                }
                for member, template in teams.items()
            ]
        )
        seats = {}
        for template in filter(None, teams.values()):
            seats[template] = seats.get(template, 0) + 1
        templates._take_seats(seats)
        self.env["supermarket.shift.member"]._sync_teams()
        self._load_shift_skills(templates)

    def _load_shift_skills(self, templates):
        """Teach who needs it, and let the first of each slot coordinate it."""
        today = fields.Date.context_today(self)
        learners = {}
        for template in templates:
            partners = template.team_ids.partner_id
            template.coordinator_ids = [Command.set(partners[:1].ids)]
            for skill in template.skill_ids:
                learners[skill] = learners.get(skill, partners) | partners[:2]
        self.env["supermarket.shift.skill.holding"].create(
            [
                {
                    "skill_id": skill.id,
                    "partner_id": partner.id,
                    "date_start": today - timedelta(days=TRAINED_DAYS),
                }
                for skill, partners in learners.items()
                for partner in partners
            ]
        )

    @api.model
    def _load_shift_history(self, stories):
        """Make shifts, take the attendance of those that are over, close past cycles.

        :param stories: {member: {cycles ago: excused, absent or gone}}, by demo external
            id; everybody else came
        """
        chance = random.Random(42)  # the same demo each time
        company = self._shift_company()
        self.env["supermarket.shift"]._generate(company, since=self._shift_since())
        told = {
            self._shift_member(name): outcomes for name, outcomes in stories.items()
        }
        today = company._supermarket_today()
        cycles = self.env["supermarket.shift.cycle"].search(
            [("company_id", "=", company.id), ("date_start", "<=", today)],
            order="date_start",
        )
        owing = self.env["supermarket.shift.member"]
        for ago, one in zip(range(len(cycles) - 1, -1, -1), cycles, strict=True):
            outcomes = {member: told[member].get(ago) for member in told}
            owing = self._load_shift_cycle(one, outcomes, owing, today, chance)
            if one.date_stop < today:
                one._close()

    def _load_shift_cycle(self, one, outcomes, owing, today, chance):
        """Take the attendance of a cycle; return who was excused and makes up later."""
        shifts = self.env["supermarket.shift"].search(
            [("cycle_id", "=", one.id), ("date", "<=", today), ("state", "=", "open")],
            order="start, id",
        )
        begun = shifts.filtered(lambda shift: shift.start <= fields.Datetime.now())
        own = [
            (shift, member, "standard", "own")
            for shift in begun
            for member in self._shift_team(shift)
            if outcomes.get(member) != "gone"
        ]
        Member = self.env["supermarket.shift.member"]
        absent, excused = Member, Member
        for _shift, member, _kind, _basis in own:
            outcome = outcomes.get(member)
            if member not in outcomes and chance.random() < 0.08:
                outcome = "excused"
            absent |= member if outcome == "absent" else Member
            excused |= member if outcome == "excused" else Member
        over = begun.filtered(lambda shift: shift.date < today)
        others = self._pick_shifts(over, own, owing, outcomes, chance)
        created = self._load_shift_registrations(own + others, chance)
        shifts._recount_seats()
        (created.shift_id & over)._take_attendance(
            created.filtered(lambda x: x.basis == "own" and x.member_id in absent),
            created.filtered(lambda x: x.basis == "own" and x.member_id in excused),
        )
        return excused - Member.union(*outcomes)

    def _shift_team(self, shift):
        """Return the standard members of the slot of ``shift`` on its day."""
        return shift.template_id.team_ids.filtered(
            lambda team: (
                team.date_start <= shift.date
                and (not team.date_stop or team.date_stop >= shift.date)
            )
        ).member_id

    def _pick_shifts(self, shifts, own, owing, outcomes, chance):
        """Return what flying members and those who make up took of the free seats."""
        free = {shift: shift.seat_count for shift in shifts}
        for shift, *_rest in own:
            if shift in free:
                free[shift] -= 1
        flying = self.env["supermarket.shift.team"].search(
            [
                ("kind", "=", "flying"),
                ("date_start", "<=", shifts.cycle_id.date_start),
            ],
            order="id",
        )
        picked = []
        for member, basis in [
            *((x, "flying") for x in flying.member_id if not outcomes.get(x)),
            *((x, "make_up") for x in owing),
        ]:
            choices = [
                shift
                for shift in shifts
                if free[shift] > 0
                and not shift.skill_ids
                and shift.template_id != member.template_id
            ]
            if choices:
                shift = chance.choice(choices)
                free[shift] -= 1
                picked.append((shift, member, basis, basis))
        return picked

    def _load_shift_registrations(self, rows, chance):
        """Register people for shifts that are over, as booking did at the time."""
        return self.env["supermarket.shift.registration"].create(
            [
                {
                    **shift._prepare_registration_vals(member),
                    "kind": kind,
                    "basis": basis,
                    "checked_in": shift.start
                    + timedelta(minutes=chance.randint(-12, 5)),
                }
                for shift, member, kind, basis in rows
            ]
        )

    @api.model
    def _load_shift_bookings(self, waiting):
        """Book shifts to come for the flying members; one shift has a waiting list.

        :param waiting: section of the shift that is full
        """
        chance = random.Random(42)
        company = self._shift_company()
        today = company._supermarket_today()
        coming = self.env["supermarket.shift"].search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "open"),
                ("date", ">", today + timedelta(days=1)),
                ("date", "<=", today + timedelta(weeks=6)),
            ],
            order="start, id",
        )
        flying = self.env["supermarket.shift.member"].search(
            [
                ("company_id", "=", company.id),
                ("team", "=", "flying"),
                ("status", "in", ("up_to_date", "alert")),
            ],
            order="id",
        )
        full = coming.filtered(
            lambda shift: (
                shift.section_id == self._ref(f"shift_section_{waiting}")
                and shift.date > today + timedelta(days=10)
            )
        )[:1]
        queue = list(flying)
        for _seat in range(full.seats_free + 2):
            full._book(queue.pop(0), wait=True)
        for member in queue:
            shifts = (coming - full).filtered(
                lambda shift: shift.seats_free > 0 and not shift.skill_ids
            )
            chance.choice(shifts)._book(member)
