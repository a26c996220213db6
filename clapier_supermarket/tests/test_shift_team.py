from odoo.exceptions import UserError
from odoo.tests import tagged

from .shift_common import ShiftCommon


@tagged("post_install", "-at_install")
class TestShiftTeam(ShiftCommon):
    def _generate(self):
        return self.env["supermarket.shift"]._generate(self.company)

    def test_a_standard_member_holds_a_seat_of_the_slot(self):
        template = self._create_template()
        worker = self._create_worker(template=template)
        self.assertEqual(worker.team, "standard")
        self.assertEqual(worker.template_id, template)
        self.assertEqual(template.seats_taken, 1)
        self.assertEqual(template.seats_free, 3)

    def test_a_full_slot_is_refused(self):
        template = self._create_template(seat_count=1)
        self._create_worker("First", template=template)
        second = self._create_worker("Second")
        with self.assertRaisesRegex(UserError, "is full: choose another slot"):
            second._join_team("standard", template)

    def test_seats_cannot_fall_below_who_holds_them(self):
        template = self._create_template(seat_count=2)
        self._create_workers(2, template=template)
        self.assertDatabaseRefuses(
            "held by a standard member", template.write, {"seat_count": 1}
        )

    def test_joining_registers_for_the_shifts_to_come(self):
        template = self._create_template()
        shifts = self._generate()
        worker = self._create_worker(template=template)
        self.assertEqual(worker.registration_ids.shift_id, shifts)
        self.assertSeatsCounted(shifts)

    def test_a_change_of_team_frees_the_shifts_and_the_seat(self):
        template = self._create_template()
        other = self._create_template(weekday="3")
        worker = self._create_worker(template=template)
        shifts = self._generate()
        worker._join_team("standard", other, self._day(1))
        booked = worker.registration_ids.filtered(lambda item: item.state == "booked")
        left = shifts.filtered(
            lambda shift: shift.template_id == template and shift.date > self.today
        )
        self.assertFalse(booked.shift_id & left)
        self.assertEqual(
            booked.shift_id & shifts,
            shifts.filtered(
                lambda shift: shift.template_id == other and shift.date > self.today
            ),
        )
        self.assertEqual(template.seats_taken, 0)
        self.assertEqual(other.seats_taken, 1)
        self.assertSeatsCounted(shifts)

    def test_a_change_on_the_same_day_undoes_the_first(self):
        template = self._create_template()
        worker = self._create_worker(template=template)
        worker._join_team("flying")
        self.assertEqual(worker.team, "flying")
        self.assertEqual(worker.team_ids.mapped("kind"), ["flying"])
        self.assertEqual(template.seats_taken, 0)

    def test_a_change_undoes_a_team_that_would_have_begun_later(self):
        template = self._create_template()
        worker = self._create_worker(team="flying")
        worker._join_team("standard", template, self._day(30))
        self.assertEqual(worker.team, "flying")
        worker._join_team("flying")
        self.assertEqual(worker.team_ids.mapped("date_start"), [self.today])
        self.assertEqual(template.seats_taken, 0)

    def test_points_stay_with_the_member(self):
        worker = self._create_worker(template=self._create_template())
        self._post(worker, "own_absent", -3)
        worker._join_team("flying")
        self.assertEqual(worker.balance, -2)
        self.assertEqual(worker.status, "alert")
        self._post(worker, "flying_attended", -1)
        self.assertEqual(worker.balance, -1)

    def test_who_is_unsubscribed_leaves_the_team(self):
        template = self._create_template()
        worker = self._create_worker(template=template)
        shifts = self._generate()
        self.assertTrue(worker.registration_ids)
        self._post(worker, "own_absent", -2)
        self._post(worker, "own_absent", -1)
        self.assertEqual(worker.status, "unsubscribed")
        self.assertFalse(worker.team)
        self.assertEqual(set(worker.registration_ids.mapped("state")), {"cancelled"})
        self.assertEqual(template.seats_taken, 0)
        self.assertSeatsCounted(shifts)
        with self.assertRaisesRegex(UserError, "is unsubscribed since"):
            worker._join_team("flying")

    def test_a_team_begins_today_or_later(self):
        worker = self._create_worker()
        with self.assertRaisesRegex(UserError, "begins today or later"):
            worker._join_team("flying", date=self._day(-1))
        with self.assertRaisesRegex(UserError, "Choose the slot"):
            worker._join_team("standard")

    def test_an_archived_slot_is_refused(self):
        template = self._create_template()
        template.active = False
        with self.assertRaisesRegex(UserError, "is archived"):
            self._create_worker()._join_team("standard", template)

    def test_a_member_is_in_one_team_at_a_time(self):
        worker = self._create_worker(team="flying")
        self.assertDatabaseRefuses(
            "in one team at a time",
            self.env["supermarket.shift.team"].create,
            {"member_id": worker.id, "kind": "flying", "date_start": self._day(3)},
        )
