from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .shift_common import ShiftCommon


@tagged("post_install", "-at_install")
class TestShiftLeave(ShiftCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-02-04 10:00:00"))
        cls.today = cls.company._supermarket_today()
        cls.template = cls._create_template()
        cls.worker = cls._create_worker(template=cls.template)
        cls.shifts = cls.env["supermarket.shift"]._generate(cls.company)

    def _request(self, start=0, stop=None, kind="leave_temporary", worker=None):
        return self.env["supermarket.shift.leave"].create(
            {
                "member_id": (worker or self.worker).id,
                "kind": kind,
                "date_start": self._day(start),
                "date_stop": stop is not None and self._day(stop),
            }
        )

    def _grant(self, *args, **options):
        leave = self._request(*args, **options)
        leave.action_validate()
        return leave

    def _booked(self, worker=None):
        return (worker or self.worker).registration_ids.filtered(
            lambda registration: registration.state == "booked"
        )

    # --- Lengths

    def test_lengths_of_the_policy(self):
        for kind, stop, sentence in (
            ("leave_temporary", 54, "lasts 55 days and the policy asks for 56"),
            ("leave_incapacity", 13, "lasts 14 days and the policy asks for 15"),
            ("leave_parental", 365, "lasts at most 12 months: end it on"),
            ("leave_temporary", None, "Say until when"),
        ):
            with (
                self.subTest(kind=kind, stop=stop),
                self.assertRaisesRegex(ValidationError, sentence),
                self.cr.savepoint(),
            ):
                self._request(0, stop, kind)
        for kind, stop in (
            ("leave_temporary", 55),
            ("leave_incapacity", 14),
            ("leave_parental", 364),
            ("exemption", None),
            ("exemption", 1),
        ):
            with self.subTest(kind=kind, stop=stop):
                self.assertEqual(self._request(0, stop, kind).state, "requested")

    def test_the_last_day_comes_after_the_first(self):
        self.assertDatabaseRefuses(
            "ends after it begins", self._request, 9, 5, "exemption"
        )

    # --- Granting

    def test_a_request_changes_nothing(self):
        booked = self._booked()
        leave = self._request(0, 60)
        self.assertEqual(self.worker.status, "up_to_date")
        self.assertEqual(self._booked(), booked)
        leave.action_refuse()
        self.assertEqual(leave.state, "refused")
        with self.assertRaisesRegex(UserError, "no request any more"):
            leave.action_validate()

    def test_a_granted_leave_frees_its_shifts_without_points(self):
        coming = self._booked()
        self.assertEqual(len(coming), 3)
        inside = coming.filtered(
            lambda item: self._day(0) <= item.date <= self._day(60)
        )
        self._grant(0, 60)
        self.assertEqual(self.worker.status, "on_leave")
        self.assertEqual(self.worker.partner_id.supermarket_verdict, "refused")
        self.assertEqual(set(inside.mapped("state")), {"cancelled"})
        self.assertEqual(self._booked(), coming - inside)
        self.assertEqual(self.worker.point_ids.mapped("points"), [0])
        self.assertSeatsCounted(self.shifts)

    def test_a_leave_to_come_enters_the_ledger_on_its_day(self):
        leave = self._grant(10, 70)
        self.assertEqual(self.worker.status, "up_to_date")
        self.assertEqual(self.worker.next_change, self._day(10))
        self.assertFalse(leave.point_id)
        with freeze_time(self._day(10)):
            self.env["supermarket.shift.leave"]._post_due(self.company)
            self.env["supermarket.shift.leave"]._post_due(self.company)
            self.assertEqual(self.worker.status, "on_leave")
        self.assertEqual(leave.point_id.date, self._day(10))
        self.assertEqual(len(self.worker.point_ids), 1)

    def test_two_leaves_at_once_are_refused(self):
        self._grant(0, 60)
        second = self._request(50, 110)
        self.assertDatabaseRefuses("already on leave", second.action_validate)

    def test_a_leave_stands_between_two_absences(self):
        self._post(self.worker, "own_absent", -20)
        self._grant(-15, 0, kind="leave_incapacity")
        with freeze_time(self._day(5)):
            self._post(self.worker, "own_absent", 5)
        self.assertEqual(self.worker.absence_count, 1)
        self.assertFalse(self.worker.unsubscribed_on)

    def test_a_leave_forgives_as_the_policy_says(self):
        self.policy.shift_leave_parental_forgives = True
        self._post(self.worker, "own_absent", -20)
        leave = self._grant(0, 100, kind="leave_parental")
        self.assertEqual(leave.point_id.points, 2)
        self.assertEqual(self.worker.balance, 0)
        self.assertReplayed(self.worker)

    def test_a_late_debt_is_forgiven_too_and_comes_back(self):
        self.policy.shift_leave_parental_forgives = True
        self._post(self.worker, "own_excused", -20)
        leave = self._grant(-2, 100, kind="leave_parental")
        self._post(self.worker, "own_excused", -15)
        self.assertEqual(leave.point_id.points, 2)
        leave.action_cancel()
        self.assertFalse(leave.point_id)
        self.assertEqual(self.worker.balance, -2)
        self.assertEqual(self.worker.status, "alert")
        self.assertReplayed(self.worker)

    # --- Ending

    def test_a_cancelled_leave_has_never_been(self):
        coming = self._booked().shift_id
        leave = self._grant(0, 60)
        row = leave.point_id
        leave.action_cancel()
        self.assertTrue(row.is_reversed)
        self.assertEqual(row.reversed_by_ids.note, "Leave cancelled.")
        self.assertEqual(self.worker.status, "up_to_date")
        self.assertEqual(self._booked().shift_id, coming)
        self.assertSeatsCounted(self.shifts)
        self.assertReplayed(self.worker)

    def test_a_leave_ends_early(self):
        coming = self._booked().shift_id
        leave = self._grant(-10, 60)
        leave.action_end()
        self.assertEqual(leave.date_stop, self._day(-1))
        self.assertEqual(leave.state, "validated")
        self.assertEqual(self.worker.status, "up_to_date")
        self.assertEqual(self._booked().shift_id, coming)
        self.assertFalse(leave.point_id.is_reversed)

    def test_a_leave_that_begins_today_is_undone_when_it_ends(self):
        leave = self._grant(0, 60)
        leave.action_end()
        self.assertEqual(leave.state, "cancelled")

    def test_who_comes_back_finds_the_seat_taken(self):
        leave = self._grant(0, 60)
        freed = self.shifts.filtered(lambda shift: not shift.seats_taken)[0]
        freed.seat_count = 1
        freed._book(self._create_worker("Quick", team="flying"))
        leave.action_cancel()
        self.assertNotIn(freed, self._booked().shift_id)
        self.assertSeatsCounted(self.shifts)

    def test_a_granted_leave_is_prolonged_or_shortened(self):
        leave = self._grant(0, 60)
        leave.date_stop = self._day(89)
        self.assertEqual(self.worker.status_until, self._day(89))
        self.assertFalse(self._booked())
        leave.date_stop = self._day(60)
        self.assertEqual(self.worker.status_until, self._day(60))
        self.assertEqual(len(self._booked()), 1)
        with self.assertRaisesRegex(UserError, "cancel it and make another one"):
            leave.date_start = self._day(5)

    def test_a_granted_leave_is_not_deleted(self):
        leave = self._grant(0, 60)
        with self.assertRaisesRegex(UserError, "Only a request is deleted"):
            leave.unlink()
        self._request(100, 160).unlink()

    def test_an_exemption_lets_shop(self):
        self._grant(0, None, kind="exemption")
        self.assertEqual(self.worker.status, "exempted")
        self.assertEqual(self.worker.partner_id.supermarket_verdict, "allowed")
        self.assertFalse(self._booked())

    # --- Extensions

    def test_an_extension_lasts_as_long_as_the_policy_says(self):
        Extension = self.env["supermarket.shift.extension"]
        extension = Extension.create({"member_id": self.worker.id})
        self.assertEqual(extension.date_stop, self._day(27))
        with self.assertRaisesRegex(ValidationError, "lasts at most 28 days"):
            extension.date_stop = self._day(28)

    def test_an_extension_lifts_a_suspension(self):
        self._post(self.worker, "own_absent", -40)
        self.assertEqual(self.worker.status, "suspended")
        extension = self.env["supermarket.shift.extension"].create(
            {"member_id": self.worker.id}
        )
        self.assertEqual(self.worker.status, "extended")
        self.assertEqual(self.worker.partner_id.supermarket_verdict, "warned")
        extension.active = False
        self.assertEqual(self.worker.status, "suspended")
        extension.active = True
        self.assertEqual(self.worker.status, "extended")
        extension.unlink()
        self.assertEqual(self.worker.status, "suspended")
