from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CoworkingCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-03-01 08:00:00")
class TestDayBoard(CoworkingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls._create_calendar()
        cls.room = cls._create_space(
            resource_calendar_id=cls.calendar.id,
            buffer_after=30,
            payment="invoice",
            price_ids=[Command.create({"unit": "hour", "amount": 10})],
        )
        cls.person = cls.env["res.partner"].create({"name": "Person"})

    def _board(self, day="2027-03-01"):
        return self.env["coworking.space"].with_user(self.user).get_day_board(day)

    def _row(self, space, day="2027-03-01"):
        [company] = self._board(day)["companies"]
        [row] = [row for row in company["spaces"] if row["id"] == space.id]
        return row

    def _book(self, space, start, stop):
        return self.env["coworking.booking"]._request(
            self.person,
            [{"space": space, "start": start, "stop": stop}],
            source="office",
        )

    def test_uses_are_shown_on_the_clock_of_the_place(self):
        booking = self._book(self.room, self._at(1, 9), self._at(1, 11))
        row = self._row(self.room)
        self.assertEqual(row["open"], [[8, 20]])
        [use] = row["uses"]
        self.assertEqual((use["from"], use["to"], use["after"]), (10, 12, 12.5))
        self.assertEqual((use["who"], use["booking_id"]), ("Person", booking.id))
        self.assertFalse(self._row(self.room, "2027-03-02")["uses"])

    def test_hours_are_right_on_both_sides_of_the_change_of_clocks(self):
        open_all_week = self._create_calendar(days=range(7))
        room = self._create_space(resource_calendar_id=open_all_week.id)
        for day in ("2027-03-27", "2027-03-28", "2027-03-29"):
            self.assertEqual(self._row(room, day)["open"], [[8, 20]])
        self._book(room, self._at(28, 8), self._at(28, 9))
        [use] = self._row(room, "2027-03-28")["uses"]
        self.assertEqual((use["from"], use["to"]), (10, 11))

    def test_use_of_a_whole_is_shown_once_and_in_its_parts(self):
        whole = self._create_space(name="Whole")
        part, other = (
            self._create_space(name=name, parent_id=whole.id) for name in "AB"
        )
        self._book(whole, self._at(1, 9), self._at(1, 11))
        self._book(part, self._at(1, 12), self._at(1, 13))
        self.assertEqual(
            [use["elsewhere"] for use in self._row(whole)["uses"]], [False, True]
        )
        self.assertEqual(
            [use["elsewhere"] for use in self._row(part)["uses"]], [True, False]
        )
        self.assertEqual([use["elsewhere"] for use in self._row(other)["uses"]], [True])

    def test_arrivals_are_those_of_the_day(self):
        early = self._book(self.room, self._at(1, 7), self._at(1, 10))
        self._book(self.room, self._at(2, 9), self._at(2, 10))
        [arrival] = self._board()["arrivals"]
        self.assertEqual((arrival["id"], arrival["is_late"]), (early.id, True))
        early.with_user(self.user).action_check_in()
        [arrival] = self._board()["arrivals"]
        self.assertEqual((arrival["state"], arrival["is_late"]), ("present", False))

    def test_click_on_an_empty_time_books_there(self):
        action = self.room.with_user(self.user).action_book_at("2027-03-01", 14.5)
        self.assertEqual(action["context"]["default_start"], "2027-03-01 13:30:00")
        self.assertEqual(action["context"]["default_stop"], "2027-03-01 14:30:00")

    def test_hour_that_the_clocks_skip_is_refused(self):
        with self.assertRaises(UserError):
            self.room.with_user(self.user).action_book_at("2027-03-28", 2.5)

    def test_desks_are_shown_as_places_taken_of_half_days(self):
        desks = self._create_space(
            kind="desk", capacity=4, resource_calendar_id=self.calendar.id
        )
        self.env["coworking.desk.slot"].sudo()._take(
            desks, fields.Date.to_date("2027-03-01"), ["am"]
        )
        morning, afternoon = self._row(desks)["desks"]
        self.assertEqual((morning["taken"], morning["capacity"]), (1, 4))
        self.assertEqual((afternoon["taken"], afternoon["closed"]), (0, False))
        self.assertTrue(self._row(desks, "2027-03-06")["desks"][0]["closed"])

    def test_statements_do_not_grow_with_spaces(self):
        self._book(self.room, self._at(1, 9), self._at(1, 11))
        self._create_space(kind="desk", resource_calendar_id=self.calendar.id)
        few = self._count_statements()
        for number in range(15):
            space = self._create_space(
                name=f"Room {number}", resource_calendar_id=self.calendar.id
            )
            self._book(space, self._at(1, 9), self._at(1, 11))
            self._book(space, self._at(1, 12), self._at(1, 13))
            self._create_space(
                kind="desk", capacity=4, resource_calendar_id=self.calendar.id
            )
        self.assertLessEqual(self._count_statements(), few)
        self.assertLess(few, 50)

    def _count_statements(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._board()
        return self.env.cr.sql_log_count - before
