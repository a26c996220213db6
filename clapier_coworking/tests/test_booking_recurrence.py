from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .common import CoworkingCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-02-22 08:00:00")
class TestBookingRecurrence(CoworkingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls._create_calendar()
        cls.room, cls.spare = (
            cls._create_space(
                name=name,
                resource_calendar_id=cls.calendar.id,
                payment="invoice",
                price_ids=[Command.create({"unit": "hour", "amount": 10})],
            )
            for name in ("Room", "Spare Room")
        )
        cls.person = cls.env["res.partner"].create({"name": "Person"})

    def _series(self, **vals):
        return (
            self.env["coworking.booking.recurrence"]
            .with_user(self.user)
            .create(
                {
                    "partner_id": self.person.id,
                    "space_ids": [Command.set(self.room.ids)],
                    "start": self._at(1, 9),
                    "stop": self._at(1, 10),
                    "count": 4,
                    **vals,
                }
            )
        )

    def _take(self, day):
        return self._claim(self.room, self._at(day, 9), self._at(day, 10))

    def test_conflicts_are_shown_before_anything_is_saved(self):
        self._take(8)
        series = self._series()
        series.action_preview()
        self.assertEqual(
            series.line_ids.mapped("state"), ["free", "taken", "free", "free"]
        )
        self.assertEqual(series.line_ids.mapped("selected"), [True, False, True, True])
        self.assertIn("Spare Room", series.line_ids[1].alternatives)
        self.assertFalse(
            self.env["coworking.booking"].search([("space_id", "=", self.room.id)])
        )

    def test_chosen_dates_become_one_group(self):
        self._take(8)
        series = self._series(title="Choir")
        series.action_preview()
        action = series.action_book()
        bookings = self.env["coworking.booking"].search(action["domain"])
        self.assertEqual(len(bookings), 3)
        self.assertEqual(bookings.group_id.name, "Choir")
        self.assertEqual(set(bookings.mapped("source")), {"office"})
        # Twice is once.
        self.assertEqual(series.action_book()["domain"], action["domain"])

    def test_alternatives_take_the_place_of_what_is_not_free(self):
        self._take(8)
        series = self._series()
        series.action_preview()
        series.action_take_alternatives()
        self.assertEqual(set(series.line_ids.mapped("state")), {"free"})
        bookings = self.env["coworking.booking"].search(series.action_book()["domain"])
        self.assertEqual(bookings.space_id, self.room | self.spare)

    def test_chosen_date_that_is_taken_books_nothing(self):
        self._take(8)
        series = self._series()
        series.action_preview()
        series.line_ids.selected = True
        with self.assertRaises(UserError):
            series.action_book()
        self.assertFalse(
            self.env["coworking.booking"].search([("partner_id", "=", self.person.id)])
        )

    def test_closed_days_are_said(self):
        series = self._series(freq="daily", count=7)
        series.action_preview()
        self.assertEqual(series.line_ids.mapped("state").count("closed"), 2)

    def test_hour_of_the_clock_stays_across_the_change_of_clocks(self):
        series = self._series(start=self._at(22, 9), stop=self._at(22, 10), count=2)
        series.action_preview()
        self.assertEqual(
            series.line_ids.mapped("start"), [self._at(22, 9), self._at(29, 8)]
        )

    def test_several_spaces_and_weekdays_make_a_line_each(self):
        series = self._series(
            space_ids=[Command.set((self.room | self.spare).ids)],
            mon=True,
            wed=True,
            end_type="until",
            until="2027-03-10",
        )
        series.action_preview()
        self.assertEqual(len(series.line_ids), 8)

    def test_bad_rules_are_refused(self):
        for case, vals in (
            ("too many", {"count": 1000, "freq": "daily"}),
            ("backwards", {"stop": self._at(1, 8)}),
            ("no date", {"count": 0}),
            ("no interval", {"interval": 0}),
            ("no end", {"end_type": "until"}),
            ("endless", {"end_type": "until", "until": "2097-01-01"}),
        ):
            with self.subTest(case=case), self.assertRaises(UserError):
                self._series(**vals).action_preview()

    def test_line_that_is_changed_tells_its_state(self):
        self._take(8)
        series = self._series()
        series.action_preview()
        with Form(series) as form, form.line_ids.edit(1) as line:
            self.assertEqual(line.state, "taken")
            line.start = self._at(8, 11)
            line.stop = self._at(8, 12)
            self.assertEqual(line.state, "free")

    def test_statements_do_not_grow_with_dates(self):
        few, many = (self._count_statements(count) for count in (3, 30))
        self.assertLess(many, few + 10)

    def _count_statements(self, count):
        series = self._series(count=count)
        series.action_preview()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        series.line_ids.mapped("state")
        return self.env.cr.sql_log_count - before

    def test_other_organisations_book_nothing_here(self):
        stranger = new_test_user(
            self.env, login="stranger", groups="clapier_coworking.group_coworking_user"
        )
        series = self._series()
        series.action_preview()
        with self.assertRaises(AccessError):
            series.with_user(stranger).action_book()

    def test_first_use_lies_in_the_future(self):
        series = self._series(
            start=self._at(1, 9) - timedelta(days=30),
            stop=self._at(1, 10) - timedelta(days=30),
            count=1,
        )
        series.action_preview()
        self.assertEqual(series.line_ids.state, "past")
