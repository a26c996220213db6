from datetime import datetime

from freezegun import freeze_time

from odoo.tests import tagged

from .common import CoworkingCommon


@tagged("post_install", "-at_install")
class TestSpaceFree(CoworkingCommon):
    def _free(self, space, start, stop, minutes=1):
        return space._free(start, stop, minutes)[space]

    def test_always_open_without_hours(self):
        room = self._create_space()
        self.assertEqual(
            self._free(room, self._at(1, 0), self._at(2, 0)),
            [(self._at(1, 0), self._at(2, 0))],
        )

    def test_open_hours_less_claims(self):
        # 1 March 2027 is a Monday; Paris is one hour ahead of UTC.
        room = self._create_space(resource_calendar_id=self._create_calendar().id)
        self._claim(room, self._at(1, 9), self._at(1, 10))
        self.assertEqual(
            self._free(room, self._at(1, 0), self._at(3, 0)),
            [
                (self._at(1, 7), self._at(1, 9)),
                (self._at(1, 10), self._at(1, 19)),
                (self._at(2, 7), self._at(2, 19)),
            ],
        )

    def test_buffers_of_the_new_use_count(self):
        room = self._create_space(buffer_before=15, buffer_after=30)
        self._claim(room, self._at(1, 9), self._at(1, 10))
        self.assertEqual(
            self._free(room, self._at(1, 8), self._at(1, 12)),
            [
                (self._at(1, 8), self._at(1, 8, 15)),
                (self._at(1, 10, 45), self._at(1, 12)),
            ],
        )

    def test_hours_follow_the_wall_clock_over_the_change_of_the_clocks(self):
        calendar = self._create_calendar(days=range(7))
        room = self._create_space(resource_calendar_id=calendar.id)
        # The clocks go forward on 28 March 2027.
        self.assertEqual(
            self._free(room, datetime(2027, 3, 27), datetime(2027, 3, 29)),
            [
                (datetime(2027, 3, 27, 7), datetime(2027, 3, 27, 19)),
                (datetime(2027, 3, 28, 6), datetime(2027, 3, 28, 18)),
            ],
        )

    def test_open_around_midnight(self):
        calendar = self._create_calendar(hours=((0, 24),), days=range(7))
        room = self._create_space(resource_calendar_id=calendar.id)
        self.assertEqual(
            self._free(room, self._at(1, 0), self._at(4, 0)),
            [(self._at(1, 0), self._at(4, 0))],
        )

    def test_global_leaves_of_the_hours_are_closed(self):
        calendar = self._create_calendar()
        room = self._create_space(resource_calendar_id=calendar.id)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": calendar.id,
                "date_from": self._at(1, 0),
                "date_to": self._at(2, 0),
            }
        )
        self.assertFalse(self._free(room, self._at(1, 0), self._at(2, 0)))

    def test_every_second_week(self):
        calendar = self._create_calendar(two_weeks_calendar=True)
        for attendance in calendar.attendance_ids:
            attendance.week_type = "1"
        room = self._create_space(resource_calendar_id=calendar.id)
        for week_start in (self._at(1, 0), self._at(8, 0)):
            expected = self.env["resource.calendar.attendance"].get_week_type(
                week_start.date()
            )
            free = self._free(room, week_start, week_start.replace(hour=23))
            self.assertEqual(bool(free), expected == 1)

    def test_whole_is_free_where_all_parts_are(self):
        hall = self._create_space(kind="hall")
        left = self._create_space(parent_id=hall.id)
        self._create_space(parent_id=hall.id)
        self._claim(left, self._at(1, 9), self._at(1, 10))
        self.assertEqual(len(self._free(hall, self._at(1, 8), self._at(1, 12))), 2)

    def test_one_statement_for_all_spaces(self):
        spaces = self.env["coworking.space"].union(
            *(self._create_space() for _n in range(5))
        )
        spaces._free(self._at(1, 0), self._at(2, 0))
        with self.assertQueryCount(1):
            spaces._free(self._at(1, 0), self._at(8, 0))

    @freeze_time("2027-03-01 06:00:00")
    def test_starts_lie_on_the_steps(self):
        room = self._create_space(slot_minutes=30)
        self._claim(room, self._at(1, 8), self._at(1, 9, 10))
        starts = room._free_starts(self._at(1, 8), self._at(1, 11), 60)[room]
        self.assertEqual(starts, [self._at(1, 9, 30), self._at(1, 10)])

    @freeze_time("2027-03-01 06:00:00")
    def test_alternatives_are_other_spaces_then_near_times(self):
        room = self._create_space(capacity=8)
        self._create_space(name="Small", capacity=4)
        large = self._create_space(name="Large", capacity=12)
        self._claim(room, self._at(1, 9), self._at(1, 10))
        self.assertEqual(
            room._alternatives(self._at(1, 9), self._at(1, 10)),
            [
                (large, self._at(1, 9), self._at(1, 10)),
                (room, self._at(1, 7, 30), self._at(1, 8, 30)),
                (room, self._at(1, 8), self._at(1, 9)),
                (room, self._at(1, 10), self._at(1, 11)),
            ],
        )
        self.assertEqual(room._next_free(60, self._at(1, 9)), self._at(1, 10))
