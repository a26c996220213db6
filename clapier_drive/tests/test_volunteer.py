from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import DriveCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-03-05 08:00:00")
class TestVolunteer(DriveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop = cls.env["res.company"].create({"name": "Shop"})
        cls.policy = cls.env["drive.policy"].create(
            {
                "company_id": cls.organisation.id,
                "date_start": "2027-01-01",
                "shift_company_id": cls.shop.id,
                "lines_per_volunteer": 1,
            }
        )
        cls.section = cls.policy.shift_section_id

    def _closed(self, baskets=3):
        cycle = self._create_cycle()
        offer = self._create_offer(cycle)
        for _number in range(baskets):
            self._create_basket(cycle, [(offer, 1)])
        cycle.action_close()
        return cycle

    def _shift(self, **vals):
        return self.env["supermarket.shift"].create(
            {
                "company_id": self.shop.id,
                "section_id": self.section.id,
                "start": datetime(2027, 3, 11, 11),
                "stop": datetime(2027, 3, 11, 15),
                "seat_count": 2,
                **vals,
            }
        )

    def test_closing_makes_the_shift_of_the_preparation(self):
        shift = self._closed().shift_id
        self.assertEqual(shift.company_id, self.shop)
        self.assertEqual(shift.section_id, self.section)
        self.assertEqual(shift.seat_count, 3)
        self.assertEqual(shift.start, datetime(2027, 3, 11, 12))
        self.assertEqual(shift.stop, datetime(2027, 3, 11, 16))

    def test_shift_that_is_there_gets_the_seats_that_are_needed(self):
        shift = self._shift()
        cycle = self._closed()
        self.assertEqual(cycle.shift_id, shift)
        self.assertEqual(shift.seat_count, 3)
        cycle._ask_volunteers()
        self.assertEqual(
            self.env["supermarket.shift"].search_count(
                [("company_id", "=", self.shop.id)]
            ),
            1,
        )

    def test_seats_are_never_taken_away(self):
        shift = self._shift(seat_count=9)
        self._closed()
        self.assertEqual(shift.seat_count, 9)

    def test_shift_of_another_section_or_day_stays_alone(self):
        other = self._shift(
            section_id=self.env["supermarket.shift.section"].create({"name": "X"}).id
        )
        past = self._shift(
            start=datetime(2027, 3, 10, 11), stop=datetime(2027, 3, 10, 15)
        )
        self.assertNotIn(self._closed().shift_id, other | past)

    def test_without_a_shop_no_shift_is_made(self):
        self.policy.shift_company_id = False
        self.assertFalse(self._closed().shift_id)

    def test_office_is_alerted_once_where_people_are_missing(self):
        cycle = self._closed()
        self.assertEqual(cycle.volunteer_missing, 3)
        with freeze_time("2027-03-10 11:59:00"):
            self._run_cron("cron_volunteers_alert")
        self.assertFalse(cycle.volunteers_alerted_at)
        count = len(cycle.message_ids)
        with freeze_time("2027-03-10 12:01:00"):
            self._run_cron("cron_volunteers_alert")
            self._run_cron("cron_volunteers_alert")
        self.assertTrue(cycle.volunteers_alerted_at)
        self.assertEqual(len(cycle.message_ids), count + 1)

    def test_who_registers_is_counted(self):
        cycle = self._closed()
        self.assertTrue(cycle.shift_id._take_seats(3))
        cycle.invalidate_recordset()
        self.assertEqual((cycle.volunteer_registered, cycle.volunteer_missing), (3, 0))
        with freeze_time("2027-03-10 12:01:00"):
            self._run_cron("cron_volunteers_alert")
        self.assertFalse(cycle.volunteers_alerted_at)

    def test_office_of_the_drive_sees_how_many_and_not_who(self):
        cycle = self._closed().with_user(self.user)
        cycle.invalidate_recordset()
        self.assertEqual(cycle.volunteer_missing, 3)
        with self.assertRaises(UserError):
            cycle.action_view_shift()
