from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from ..models import coworking_booking_flow
from .common import CoworkingCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-02-22 08:00:00")
class TestBookingEnd(CoworkingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = cls.env["res.partner"].create({"name": "Person"})

    def _book(self, count, **vals):
        """Return bookings of as many spaces, all on the first of March at nine."""
        spaces = [
            self._create_space(
                name=f"Room {number}",
                price_ids=[Command.create({"unit": "hour", "amount": 10})],
                **vals,
            )
            for number in range(count)
        ]
        return self.env["coworking.booking"]._request(
            self.person,
            [
                {"space": space, "start": self._at(1, 9), "stop": self._at(1, 11)}
                for space in spaces
            ],
        )

    def _states(self, bookings):
        return bookings.mapped("state")

    def test_more_than_one_batch_ends(self):
        bookings = self._book(7)
        self.patch(coworking_booking_flow, "END_BATCH", 3)
        with freeze_time("2027-02-22 08:31:00"):
            self._run_cron("cron_booking_expire")
        self.assertEqual(self._states(bookings), ["expired"] * 7)
        self.assertFalse(bookings.claim_ids)

    def test_more_than_one_batch_is_missed(self):
        bookings = self._book(7, payment="invoice", requires_check_in=True)
        with freeze_time("2027-03-01 08:50:00"):
            bookings[0]._check_in()
        self.patch(coworking_booking_flow, "END_BATCH", 3)
        with freeze_time("2027-03-01 09:19:00"):
            self._run_cron("cron_booking_no_show")
            self.assertEqual(self._states(bookings[1:]), ["confirmed"] * 6)
        with freeze_time("2027-03-01 09:21:00"):
            self._run_cron("cron_booking_no_show")
            self._run_cron("cron_booking_no_show")
        self.assertEqual(self._states(bookings), ["present"] + ["no_show"] * 6)
        self.assertEqual(bookings.mapped("fee"), [0] + [20] * 6)
        told = self.env["coworking.notice"].search(
            [("booking_id", "in", bookings.ids), ("kind", "=", "no_show")]
        )
        self.assertEqual(len(told), 6)

    def test_missed_space_is_offered_to_who_waits(self):
        booking = self._book(1, payment="invoice", requires_check_in=True)
        other = self.env["res.partner"].create({"name": "Other"})
        wish = self.env["coworking.waiting"]._join(
            other, booking.space_id, self._at(1, 10), self._at(1, 11)
        )
        with freeze_time("2027-03-01 09:21:00"):
            self._run_cron("cron_booking_no_show")
        self.assertEqual(wish.state, "offered")

    def test_no_minutes_mean_no_no_show(self):
        self.env["coworking.policy"].create(
            {
                "company_id": self.organisation.id,
                "date_start": "2027-01-01",
                "no_show_minutes": 0,
            }
        )
        booking = self._book(1, payment="invoice", requires_check_in=True)
        with freeze_time("2027-03-01 10:30:00"):
            self._run_cron("cron_booking_no_show")
        self.assertEqual(booking.state, "confirmed")

    def _count_ending(self, count, method, **vals):
        """Return how many statements it takes to end as many bookings."""
        bookings = self._book(count, **vals)
        bookings.write({"expires_at": fields.Datetime.now() - timedelta(minutes=1)})
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        getattr(bookings, method)()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def test_statements_do_not_grow_with_the_bookings_that_end(self):
        for method, vals in (("_expire", {}), ("_miss", {"payment": "invoice"})):
            with self.subTest(method=method):
                self._count_ending(1, method, **vals)
                few = self._count_ending(2, method, **vals)
                many = self._count_ending(12, method, **vals)
                self.assertLessEqual(many - few, 10, (few, many))
