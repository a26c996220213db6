from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .shift_common import ShiftCommon


@tagged("post_install", "-at_install")
class TestShiftGeneration(ShiftCommon):
    """Shifts made after templates; the clock stands on a Wednesday of winter."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-02-04 10:00:00"))
        cls.today = cls.company._supermarket_today()
        cls.company.partner_id.tz = "Europe/Paris"
        cls.Shift = cls.env["supermarket.shift"]

    def _generate(self, **options):
        return self.Shift._generate(self.company, **options)

    def _shifts(self, template):
        return self.Shift.search([("template_id", "=", template.id)])

    def test_one_shift_in_each_cycle(self):
        template = self._create_template(weekday="1")
        shifts = self._generate()
        # Cycles of four weeks from the Monday of the policy on: week A begins 2026-02-16.
        self.assertEqual(
            shifts.mapped("date"),
            [self._day(days) for days in (13, 41, 69)],
        )
        self.assertEqual(shifts.template_id, template)
        self.assertEqual(set(shifts.mapped("week_letter")), {"A"})
        self.assertEqual(set(shifts.mapped("seat_count")), {4})
        self.assertEqual(set(shifts.mapped("seats_taken")), {0})
        self.assertEqual(len(shifts.cycle_id), 3)
        for shift in shifts:
            cycle = shift.cycle_id
            self.assertTrue(cycle.date_start <= shift.date <= cycle.date_stop)

    def test_weeks_of_the_cycle(self):
        for week in (1, 2, 3, 4):
            self._create_template(week=week, weekday="6")
        shifts = self._generate(until=self._day(27)).sorted("start")
        self.assertEqual(shifts.mapped("week_letter"), ["C", "D", "A", "B"])
        self.assertEqual(
            [shift.date - self.today for shift in shifts],
            [timedelta(days=days) for days in (4, 11, 18, 25)],
        )

    def test_twice_is_once(self):
        template = self._create_template()
        self._create_worker(template=template)
        first = self._generate()
        self.assertTrue(first)
        self.assertFalse(self._generate())
        self.assertEqual(self._shifts(template), first)
        self.assertEqual(len(first.registration_ids), len(first))
        self.assertSeatsCounted(first)

    def test_a_later_run_goes_on(self):
        template = self._create_template()
        first = self._generate(until=self._day(30))
        more = self._generate(until=self._day(90))
        self.assertTrue(first and more)
        self.assertEqual(self._shifts(template), first + more)
        cycles = self._shifts(template).cycle_id.sorted("date_start")
        for before, after in zip(cycles, cycles[1:], strict=False):
            self.assertEqual(after.date_start, before.date_stop + timedelta(days=1))

    def test_a_changed_shift_is_left_alone(self):
        self._create_template()
        shifts = self._generate()
        shifts[0].start += timedelta(hours=1)
        shifts[1].action_cancel()
        self.assertFalse(self._generate())
        self.assertEqual(shifts[1].state, "cancelled")

    def test_the_team_as_far_as_seats_go(self):
        template = self._create_template(seat_count=3)
        workers = self._create_workers(3, template=template)
        [shift] = self._generate(until=self._day(27))
        self.assertEqual(shift.registration_ids.member_id, workers)
        self.assertEqual(set(shift.registration_ids.mapped("kind")), {"standard"})
        self.assertEqual(shift.seats_taken, 3)
        self.assertSeatsCounted(shift)

    def test_nobody_is_registered_above_the_seats(self):
        template = self._create_template(seat_count=3)
        [shift] = self._generate(until=self._day(27))
        shift.seat_count = 2
        shift._book(self._create_worker("Flying", team="flying"))
        workers = self._create_workers(3, template=template)
        self.assertEqual(shift.seats_taken, 2)
        self.assertEqual(
            shift.registration_ids.filtered(
                lambda item: item.kind == "standard"
            ).member_id,
            workers[0],
        )
        self.assertSeatsCounted(shift)

    def test_the_template_ends(self):
        # Mondays A are in 12 and in 40 days.
        self._create_template(date_stop=self._day(39))
        self._create_template(date_stop=self._day(40))
        self.assertEqual(
            self._generate().mapped("date"), [self._day(days) for days in (12, 12, 40)]
        )

    def test_an_archived_template_makes_none(self):
        template = self._create_template()
        shifts = self._generate()
        template.active = False
        self.assertEqual(set(shifts.mapped("state")), {"cancelled"})
        self.assertFalse(self._generate())

    def test_skills_and_coordinators_are_those_of_the_template(self):
        skill = self._create_skill()
        guide = self._create_person("Guide")
        template = self._create_template(skill_ids=skill.ids, coordinator_ids=guide.ids)
        skilled = self._create_worker("Skilled", template=template)
        self._create_worker("Beginner", template=template)
        skill.holding_ids.create(
            {
                "skill_id": skill.id,
                "partner_id": skilled.partner_id.id,
                "date_start": "2026-01-01",
            }
        )
        shifts = self._generate()
        self.assertEqual(shifts.skill_ids, skill)
        self.assertEqual(shifts.coordinator_ids, guide)
        self.assertEqual(set(shifts.mapped("skilled_taken")), {1})
        self.assertSeatsCounted(shifts)
        template.skill_ids = False
        self.assertFalse(shifts.skill_ids)
        self.assertSeatsCounted(shifts)

    def test_shifts_to_come_follow_the_seats_of_the_template(self):
        template = self._create_template(seat_count=4)
        self._create_workers(2, template=template)
        shifts = self._generate()
        template.seat_count = 2
        self.assertEqual(set(shifts.mapped("seat_count")), {2})
        template.seat_count = 6
        self.assertEqual(set(shifts.mapped("seats_free")), {4})

    def test_nine_is_nine_all_the_year(self):
        # Summer time begins on Sunday 2026-03-29.
        template = self._create_template(week=4, weekday="6", start_time=9.0)
        monday = self._create_template(week=1, weekday="0", start_time=9.5)
        shifts = self._generate(since=self._day(-40), until=self._day(90))
        utc = {shift.date: shift.start for shift in self._shifts(template)}
        self.assertEqual({moment.hour for moment in utc.values()}, {7, 8})
        for shift in shifts:
            local = self.company._supermarket_local(shift.start)
            expected = 9.0 if shift.template_id == template else 9.5
            self.assertEqual(local.hour + local.minute / 60, expected)
            self.assertEqual(local.date(), shift.date)
            self.assertEqual(shift.stop - shift.start, timedelta(hours=3))
        self.assertTrue(self._shifts(monday))

    def test_the_night_of_the_change_of_time(self):
        self.policy.shift_cycle_weeks = 1
        template = self._create_template(weekday="6", start_time=9.0)
        late = self._create_template(weekday="5", start_time=22.0)
        self._generate()
        starts = {
            shift.date.isoformat(): shift.start for shift in self._shifts(template)
        }
        self.assertEqual(starts["2026-03-22"], datetime(2026, 3, 22, 8))
        self.assertEqual(starts["2026-03-29"], datetime(2026, 3, 29, 7))
        starts = {shift.date.isoformat(): shift.start for shift in self._shifts(late)}
        self.assertEqual(starts["2026-03-28"], datetime(2026, 3, 28, 21))

    # --- Leaves

    def test_who_is_on_leave_is_not_registered(self):
        template = self._create_template()
        worker = self._create_worker(template=template)
        self.env["supermarket.shift.leave"].create(
            {
                "member_id": worker.id,
                "date_start": self._day(20),
                "date_stop": self._day(80),
            }
        ).action_validate()
        self._generate()
        dates = worker.registration_ids.mapped("date")
        self.assertTrue(dates)
        self.assertFalse(
            [day for day in dates if self._day(20) <= day <= self._day(80)]
        )

    def test_who_was_taken_off_is_not_put_back(self):
        template = self._create_template()
        worker = self._create_worker(template=template)
        shifts = self._generate()
        worker.registration_ids[0].action_cancel()
        self._generate()
        self.assertEqual(len(worker.registration_ids), len(shifts))
        self.assertEqual(worker.registration_ids[0].state, "cancelled")
        self.assertSeatsCounted(shifts)

    # --- Closures

    def _close(self, days, **vals):
        return self.env["supermarket.shift.closure"].create(
            {
                "name": "Inventory",
                "company_id": self.company.id,
                "date_start": self._day(days),
                **vals,
            }
        )

    def test_a_shift_on_a_closure_day_is_cancelled_from_the_start(self):
        self._create_template(weekday="1")
        closure = self._close(13)
        shifts = self._generate().sorted("start")
        self.assertEqual(shifts[0].state, "cancelled")
        self.assertEqual(shifts[0].closure_id, closure)
        self.assertEqual(set(shifts[1:].mapped("state")), {"open"})

    def test_a_closure_cancels_and_credits_on_its_day(self):
        template = self._create_template(weekday="1")
        standard = self._create_worker("Standard", template=template)
        flying = self._create_worker("Flying", team="flying")
        owing = self._create_worker("Owing", template=self._create_template(week=2))
        self._post(owing, "own_excused", -5)
        [shift] = self._generate(until=self._day(14)).filtered(
            lambda shift: shift.template_id == template
        )
        (shift._book(flying) + shift._book(owing))
        self._close(13)
        self.assertEqual(shift.state, "cancelled")
        self.assertEqual(shift.note, "Inventory")
        self.assertEqual(set(shift.registration_ids.mapped("state")), {"closure"})
        self.assertEqual(shift.seats_taken, 0)
        self.assertFalse(shift.registration_ids.point_id)
        with freeze_time(self._day(13)):
            self.env["supermarket.shift.registration"]._post_due(self.company)
            self.env["supermarket.shift.registration"]._post_due(self.company)
        self.assertEqual((standard.balance, flying.balance, owing.balance), (0, 1, 0))
        self.assertEqual(len(flying.point_ids), 1)
        self.assertReplayed(standard | flying | owing)

    def test_more_closure_days_close_more(self):
        self.policy.shift_cycle_weeks = 1
        self._create_template(weekday="1")
        self._create_template(weekday="2")
        shifts = self._generate(until=self._day(7)).sorted("start")
        closure = self._close(6)
        self.assertEqual(
            shifts.filtered(lambda shift: shift.state == "cancelled").mapped("date"),
            [self._day(6)],
        )
        closure.date_stop = self._day(7)
        self.assertIn(self._day(7), closure.shift_ids.mapped("date"))

    # --- Cost

    def test_statements_do_not_grow(self):
        def statements(name, templates, members):
            company = self.env["res.company"].create({"name": name})
            self.env["supermarket.policy"].create(
                {"company_id": company.id, "date_start": "2026-01-01"}
            )
            for rank in range(templates):
                template = self._create_template(
                    company_id=company.id, week=rank % 4 + 1, seat_count=members
                )
                self._create_workers(
                    members, template=template, supermarket_company_id=company.id
                )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            shifts = self.Shift._generate(company)
            self.env.flush_all()
            count = self.cr.sql_log_count - before
            self.assertEqual(set(shifts.mapped("seats_taken")), {members})
            return count

        statements("What is cached once", 1, 1)
        self.assertEqual(statements("Small", 1, 1), statements("Large", 6, 5))
