from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .shift_common import ShiftCommon


@tagged("post_install", "-at_install")
class TestShiftBooking(ShiftCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.flying = cls._create_worker("Flying", team="flying")
        cls.standard = cls._create_worker("Standard", template=cls._create_template())

    def _refused(self, sentence, function, *args, **options):
        """Check that a refusal says ``sentence`` and changes nothing."""
        Registration = self.env["supermarket.shift.registration"]
        before = Registration.search_count([])
        with self.assertRaisesRegex(UserError, sentence):
            function(*args, **options)
        self.assertEqual(Registration.search_count([]), before)

    def test_a_flying_member_books_a_flying_shift(self):
        shift = self._create_shift()
        registration = shift._book(self.flying)
        self.assertEqual(registration.state, "booked")
        self.assertEqual((registration.kind, registration.basis), ("flying", "flying"))
        self.assertEqual(shift.seats_taken, 1)
        self.assertEqual(registration.date, shift.date)
        self.assertSeatsCounted(shift)

    def test_a_standard_member_books_a_make_up(self):
        registration = self._create_shift()._book(self.standard)
        self.assertEqual(
            (registration.kind, registration.basis), ("make_up", "make_up")
        )

    def test_a_full_shift_is_refused(self):
        shift = self._create_shift(seat_count=1)
        shift._book(self.standard)
        self._refused("is full: choose another shift", shift._book, self.flying)
        self.assertSeatsCounted(shift)

    def test_the_database_refuses_more_people_than_seats(self):
        shift = self._create_shift(seat_count=1)
        shift._book(self.standard)
        self.assertDatabaseRefuses(
            "fewer seats than people", shift.write, {"seat_count": 0}
        )

    def test_the_same_shift_twice_is_refused(self):
        shift = self._create_shift()
        shift._book(self.flying)
        self._refused("already registered for", shift._book, self.flying)
        self.assertEqual(shift.seats_taken, 1)

    def test_one_key_counts_once(self):
        shift = self._create_shift()
        first = shift._book(self.flying, key="from the phone")
        again = shift._book(self.flying, key="from the phone")
        self.assertEqual(first, again)
        self.assertEqual(shift.seats_taken, 1)

    def test_a_begun_shift_is_refused(self):
        self._refused(
            "has already begun", self._create_shift(days=-1)._book, self.flying
        )

    def test_a_cancelled_shift_is_refused(self):
        shift = self._create_shift()
        shift.action_cancel()
        self._refused("is cancelled: choose another", shift._book, self.flying)

    def test_two_shifts_at_one_time_are_refused(self):
        self._create_shift(hour=9)._book(self.flying)
        self._refused(
            "already has a shift at that time",
            self._create_shift(hour=11)._book,
            self.flying,
        )
        self._create_shift(hour=12)._book(self.flying)

    def test_a_member_of_another_cooperative_is_refused(self):
        company = self.env["res.company"].create({"name": "Other (test)"})
        stranger = self._create_worker("Sam", supermarket_company_id=company.id)
        self._refused("not a member of this", self._create_shift()._book, stranger)

    def test_two_shifts_a_day(self):
        for hour in (6, 9):
            self._create_shift(hour=hour)._book(self.flying)
        third = self._create_shift(hour=12)
        self._refused("already has 2 shifts on", third._book, self.flying)
        third._book(self.flying, forced=True)

    def test_five_shifts_in_28_days(self):
        for days in (10, 14, 18, 22, 36):
            self._create_shift(days=days)._book(self.flying)
        self._refused(
            "already has 5 shifts within 28 days",
            self._create_shift(days=37)._book,
            self.flying,
        )
        self._create_shift(days=38)._book(self.flying)

    def test_the_window_looks_ahead_too(self):
        for days in (20, 24, 28, 32, 36):
            self._create_shift(days=days)._book(self.flying)
        self._refused("within 28 days", self._create_shift(days=9)._book, self.flying)
        self._create_shift(days=8)._book(self.flying)

    def test_a_cancelled_booking_leaves_the_limits(self):
        registrations = [
            self._create_shift(hour=hour)._book(self.flying) for hour in (6, 9)
        ]
        registrations[0]._cancel_by_member()
        self._create_shift(hour=12)._book(self.flying)

    def test_who_is_on_leave_unsubscribed_or_blocked_is_refused(self):
        shift = self._create_shift()
        self.env["supermarket.shift.leave"].create(
            {
                "member_id": self.flying.id,
                "date_start": self._day(3),
                "date_stop": self._day(90),
            }
        ).action_validate()
        self._refused("is on leave on", shift._book, self.flying)
        self.standard.partner_id.supermarket_block_reason = "Rude"
        self._refused("Blocked by the member office", shift._book, self.standard)
        gone = self._create_worker("Gone", team="flying")
        self._post(gone, "own_absent", -2)
        self._post(gone, "own_absent", -1)
        self._refused("Unsubscribed since", shift._book, gone)

    def test_who_is_suspended_may_book_to_come_back(self):
        self._post(self.standard, "own_absent", -40)
        self.assertEqual(self.standard.status, "suspended")
        self.assertTrue(self._create_shift()._book(self.standard))

    def test_partners_come_both_or_none(self):
        shift = self._create_shift(seat_count=1)
        pair = self.flying | self.standard
        self._refused("is full", shift._book, pair)
        self.assertEqual(shift.seats_taken, 0)
        shift.seat_count = 2
        self.assertEqual(len(shift._book(pair)), 2)
        self.assertSeatsCounted(shift)

    # --- Skills

    def test_no_beginner_alone(self):
        skill = self._create_skill(holders=self.standard)
        shift = self._create_shift(skill_ids=skill.ids)
        self._refused("needs somebody who knows: Cold chain", shift._book, self.flying)
        self.assertTrue(shift._book(self.standard).is_skilled)
        self.assertFalse(shift._book(self.flying).is_skilled)
        self.assertSeatsCounted(shift)

    def test_a_skill_that_has_expired_does_not_count(self):
        skill = self._create_skill(holders=self.flying)
        skill.holding_ids.date_stop = self._day(6)
        shift = self._create_shift(days=7, skill_ids=skill.ids)
        self._refused("needs somebody who knows", shift._book, self.flying)

    # --- Waiting list

    def test_the_waiting_list_promotes_in_its_order(self):
        shift = self._create_shift(seat_count=1)
        seated = shift._book(self.standard)
        first = shift._book(self.flying, wait=True)
        second = shift._book(self._create_worker("Third", team="flying"), wait=True)
        self.assertEqual(first.state, "waiting")
        self.assertEqual(shift.waiting_count, 2)
        self.assertEqual(shift.seats_taken, 1)
        seated._cancel_by_member()
        self.assertEqual((first.state, second.state), ("booked", "waiting"))
        self.assertEqual(shift.seats_taken, 1)
        shift.seat_count = 2
        self.assertEqual(second.state, "booked")
        self.assertSeatsCounted(shift)

    def test_who_is_busy_by_then_is_passed_over(self):
        shift = self._create_shift(seat_count=1)
        seated = shift._book(self.standard)
        waiting = shift._book(self.flying, wait=True)
        self._create_shift(hour=10)._book(self.flying)
        seated._cancel_by_member()
        self.assertEqual(waiting.state, "waiting")
        self.assertEqual(shift.seats_taken, 0)

    def test_waiting_is_not_needed_where_there_is_room(self):
        self.assertEqual(
            self._create_shift()._book(self.flying, wait=True).state, "booked"
        )

    # --- Cancelling

    def test_a_booking_is_cancelled_without_points(self):
        shift = self._create_shift(days=3)
        registration = shift._book(self.flying)
        registration._cancel_by_member()
        self.assertEqual(registration.state, "cancelled")
        self.assertEqual(shift.seats_taken, 0)
        self.assertFalse(self.flying.point_ids)
        self._refused("cannot be cancelled any more", registration._cancel_by_member)
        self.assertTrue(shift._book(self.flying))

    def test_an_own_shift_cancelled_is_excused_on_its_day(self):
        shift = self._create_shift(days=3)
        registration = self._register(shift, self.standard)
        registration._cancel_by_member()
        self.assertEqual(registration.state, "excused")
        self.assertEqual(shift.seats_taken, 0)
        self.assertFalse(registration.point_id)
        self.assertEqual(self.standard.balance, 0)

    def test_notice_of_24_hours(self):
        soon = self._create_shift(days=0)
        soon.write(
            {
                "start": fields.Datetime.now() + timedelta(hours=23),
                "stop": fields.Datetime.now() + timedelta(hours=26),
            }
        )
        registration = soon._book(self.flying)
        self._refused("starts in less than 24 hours", registration._cancel_by_member)
        self.assertEqual(registration.state, "booked")
        soon.start += timedelta(hours=1, minutes=5)
        registration._cancel_by_member()

    # --- Attendance

    def test_all_present_but(self):
        shift = self._create_shift(days=-1)
        workers = self.standard | self._create_workers(2)
        registrations = self._register(shift, workers)
        shift._take_attendance(absent=registrations[0], excused=registrations[1])
        self.assertEqual(
            registrations.mapped("state"), ["absent", "excused", "attended"]
        )
        self.assertEqual(registrations.mapped("points"), [-2, -1, 0])
        self.assertEqual(shift.state, "done")
        self.assertReplayed(workers)
        self.assertSeatsCounted(shift)

    def test_a_done_sheet_may_be_corrected(self):
        shift = self._create_shift(days=-1)
        registration = self._register(shift, self.standard)
        shift._take_attendance(excused=registration)
        registration.action_attended()
        self.assertEqual(registration.points, 0)
        self.assertEqual(shift.seats_taken, 1)
        self.assertReplayed(self.standard)

    def test_attendance_is_taken_from_the_start_on(self):
        shift = self._create_shift()
        registration = shift._book(self.flying)
        self._refused("has not begun", shift.action_all_present)
        self._refused("has not begun", registration.action_attended)
        self.assertEqual(registration.state, "booked")

    def test_nobody_came_to_a_cancelled_shift(self):
        shift = self._create_shift()
        registration = shift._book(self.flying)
        shift.action_cancel()
        self.assertEqual(registration.state, "cancelled")
        self._refused("nobody came", registration.action_attended)
        self.assertSeatsCounted(shift)

    def test_registrations_are_kept(self):
        registration = self._create_shift()._book(self.flying)
        self._refused("cancel it instead", registration.unlink)
        self._refused("cancel it instead", registration.shift_id.unlink)

    # --- Households

    def test_an_attached_adult_comes_instead(self):
        registration = self._create_shift()._book(self.flying)
        partner = self.flying.partner_id
        adult = self._create_person("Alex", supermarket_holder_id=partner.id)
        child = self._create_person(
            "Noé",
            supermarket_holder_id=partner.id,
            supermarket_birth_date=self._day(-3000),
        )
        registration._set_substitute(adult)
        self.assertEqual(registration.substitute_id, adult)
        for person in (child, self._create_person("Stranger")):
            self._refused("Only an adult", registration._set_substitute, person)
        registration._set_substitute(self.env["res.partner"])
        self.assertFalse(registration.substitute_id)

    def test_one_booking_takes_few_statements(self):
        shift = self._create_shift()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        shift._book(self.flying)
        self.env.flush_all()
        self.assertLessEqual(self.cr.sql_log_count - before, 30)
