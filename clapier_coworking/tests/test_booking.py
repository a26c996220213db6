from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..models.coworking_claim import ClaimRefused
from .common import CoworkingCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-02-22 08:00:00")
class TestBooking(CoworkingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls._create_calendar()
        cls.room = cls._create_space(
            resource_calendar_id=cls.calendar.id,
            payment="invoice",
            price_ids=[
                Command.create({"unit": "hour", "amount": 10}),
                Command.create({"unit": "half_day", "amount": 30}),
            ],
        )
        cls.person = cls.env["res.partner"].create({"name": "Person"})

    def _request(self, *uses, partner=None, **kwargs):
        return self.env["coworking.booking"]._request(
            partner or self.person,
            [
                {"space": self.room, "start": start, "stop": stop, **more}
                for start, stop, more in [(*use, {})[:3] for use in uses]
            ],
            **kwargs,
        )

    def test_request_is_claimed_priced_and_confirmed(self):
        booking = self._request((self._at(1, 9), self._at(1, 11)))
        self.assertEqual(booking.state, "confirmed")
        self.assertEqual(booking.amount, 20)
        self.assertEqual(booking.claim_ids.space_id, self.room)
        self.assertEqual(booking.company_id, self.organisation)

    def test_taken_time_is_refused_with_alternatives(self):
        self._request((self._at(1, 9), self._at(1, 11)))
        for source, sentence in (("office", True), ("door", True), ("portal", False)):
            with self.assertRaises(ClaimRefused) as refusal:
                self._request((self._at(1, 10), self._at(1, 12)), source=source)
            # The website looks for other times itself, and shows them as buttons.
            self.assertEqual("\n" in str(refusal.exception), sentence, source)

    def test_bad_requests_claim_nothing(self):
        small = self._create_space(capacity=2, max_minutes=60)
        desk = self._create_space(kind="desk")
        kept = self._create_space(
            public_ids=self.env.ref("clapier_coworking.public_company").ids
        )
        for case, use in (
            (
                "past",
                {"start": datetime(2027, 2, 19, 9), "stop": datetime(2027, 2, 19, 10)},
            ),
            ("backwards", {"start": self._at(1, 11), "stop": self._at(1, 10)}),
            ("closed", {"start": self._at(6, 9), "stop": self._at(6, 10)}),
            ("over the closing", {"start": self._at(1, 18), "stop": self._at(1, 20)}),
            (
                "far",
                {
                    "start": self._at(1, 9) + timedelta(days=728),
                    "stop": self._at(1, 10) + timedelta(days=728),
                },
            ),
            (
                "off the steps",
                {"start": self._at(1, 9, 10), "stop": self._at(1, 10, 10)},
            ),
            ("short", {"start": self._at(1, 9), "stop": self._at(1, 9, 10)}),
            ("too many", {"space": small, "attendee_count": 3}),
            ("too long", {"space": small, "stop": self._at(1, 12)}),
            ("desks", {"space": desk}),
            ("kept for others", {"space": kept}),
            ("without price", {"space": self._create_space()}),
        ):
            with self.subTest(case=case), self.assertRaises(UserError):
                self.env["coworking.booking"]._request(
                    self.person,
                    [
                        {
                            "space": self.room,
                            "start": self._at(1, 9),
                            "stop": self._at(1, 10),
                            **use,
                        }
                    ],
                )
        self.assertFalse(
            self.env["coworking.claim"].search(
                [("company_id", "=", self.organisation.id)]
            )
        )

    def test_too_many_dates_are_refused(self):
        with self.assertRaisesRegex(UserError, "60"):
            self._request(
                *[
                    (
                        self._at(1, 9) + timedelta(days=n),
                        self._at(1, 10) + timedelta(days=n),
                    )
                    for n in range(1000)
                ]
            )

    def test_same_key_counts_once(self):
        first = self._request((self._at(1, 9), self._at(1, 10)), key="abc")
        self.assertEqual(
            self._request((self._at(1, 9), self._at(1, 10)), key="abc"), first
        )

    def test_series_is_one_group(self):
        bookings = self._request(
            (self._at(1, 9), self._at(1, 10)), (self._at(8, 9), self._at(8, 10))
        )
        self.assertEqual(len(bookings.group_id.booking_ids), 2)

    def test_hours_of_a_plan_pay(self):
        account = self._grant(3)
        booking = self._request((self._at(1, 9), self._at(1, 11)))
        self.assertEqual(booking.payment, "hours")
        self.assertEqual(account.hours_balance, 1)
        # Two hours more are not there: the booking is invoiced.
        self.assertEqual(
            self._request((self._at(2, 9), self._at(2, 11))).payment, "invoice"
        )

    def _grant(self, hours):
        account = self.env["coworking.account"]._make(self.person, self.organisation)
        self.env["coworking.account"]._post(
            [
                {
                    "account_id": account.id,
                    "unit": "hour",
                    "kind": "grant",
                    "quantity": hours,
                    "date": "2027-02-01",
                    "reference": "Plan",
                }
            ]
        )
        return account

    def test_off_peak_hours_are_free_for_inhabitants_only(self):
        quiet = self._create_calendar(hours=((8, 10),), name="Off-peak")
        inhabitants = self.env.ref("clapier_coworking.public_inhabitant")
        self.room.price_ids = [
            Command.create(
                {
                    "unit": "hour",
                    "amount": 0,
                    "public_id": inhabitants.id,
                    "calendar_id": quiet.id,
                }
            )
        ]
        association = self.env["res.partner"].create(
            {
                "name": "Association",
                "coworking_public_id": self.env.ref(
                    "clapier_coworking.public_association"
                ).id,
            }
        )
        # 8 to 10 in Paris is 7 to 9 UTC.
        for partner, day, hour, amount in (
            (self.person, 1, 7, 0),
            (self.person, 1, 8, 0),
            (self.person, 1, 9, 10),
            (association, 2, 7, 10),
        ):
            with self.subTest(partner=partner.name, hour=hour):
                booking = self._request(
                    (self._at(day, hour), self._at(day, hour + 1)), partner=partner
                )
                self.assertEqual(booking.amount, amount)
        over = self._request((self._at(3, 8, 30), self._at(3, 9, 30)))
        self.assertEqual(over.amount, 10)

    def test_who_supplies_options_is_told_once(self):
        option = self.env["coworking.option"].create(
            {"name": "Lunch", "company_id": self.organisation.id, "price": 12}
        )
        model = self.registry["coworking.booking.option"]
        told = []

        def supply(lines):
            told.extend(("supply", line.option_id) for line in lines)

        def withdraw(lines):
            told.extend(("withdraw", line.option_id) for line in lines)

        with (
            patch.object(model, "_supply", supply),
            patch.object(model, "_withdraw_supply", withdraw),
        ):
            booking = self._request(
                (self._at(1, 9), self._at(1, 10), {"options": option})
            )
            booking._cancel()
        self.assertEqual(told, [("supply", option), ("withdraw", option)])

    def test_cancel_before_the_deadline_costs_nothing(self):
        account = self._grant(3)
        booking = self._request((self._at(1, 9), self._at(1, 11)))
        booking._cancel()
        self.assertEqual((booking.state, booking.fee), ("cancelled", 0))
        self.assertEqual(account.hours_balance, 3)
        self.assertFalse(booking.claim_ids)
        self.assertTrue(self._request((self._at(1, 9), self._at(1, 11))))

    def test_cancel_after_the_deadline_keeps_a_part(self):
        account = self._grant(3)
        booking = self._request((self._at(1, 9), self._at(1, 11)))
        with freeze_time("2027-02-28 10:00:00"):
            booking._cancel()
        self.assertEqual(account.hours_balance, 2)
        billed = self._request((self._at(2, 9), self._at(2, 11)))
        self.assertEqual(billed.payment, "hours")

    def test_late_cancelling_is_invoiced(self):
        booking = self._request((self._at(1, 9), self._at(1, 11)))
        with freeze_time("2027-02-28 10:00:00"):
            booking._cancel()
        self.assertEqual((booking.fee, booking.amount), (10, 10))
        with freeze_time("2027-03-02 10:00:00"):
            self._run_cron("cron_booking_bill")
        self.assertEqual(booking.order_line_ids.price_unit, 10)

    def test_billing_makes_one_order_per_person_and_company(self):
        bookings = self._request(
            (self._at(1, 9), self._at(1, 10)), (self._at(2, 9), self._at(2, 10))
        )
        with freeze_time("2027-03-03 10:00:00"):
            self._run_cron("cron_booking_bill")
            self._run_cron("cron_booking_bill")
        order = bookings.order_line_ids.order_id
        self.assertEqual(len(order), 1)
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.amount_untaxed, 20)

    def test_approval_keeps_the_time(self):
        self.room.requires_approval = True
        booking = self._request((self._at(1, 9), self._at(1, 10)))
        self.assertEqual(booking.state, "pending")
        self.assertFalse(self.room._is_free(self._at(1, 9), self._at(1, 10)))
        booking.with_user(self.user).action_approve()
        self.assertEqual(booking.state, "confirmed")
        other = self._request((self._at(2, 9), self._at(2, 10)))
        other.with_user(self.user).action_refuse()
        self.assertTrue(self.room._is_free(self._at(2, 9), self._at(2, 10)))

    def test_moving_moves_the_claim(self):
        booking = self._request((self._at(1, 9), self._at(1, 10)))
        booking.write({"start": self._at(1, 9, 30), "stop": self._at(1, 11)})
        self.assertEqual(booking.claim_ids.start, self._at(1, 9, 30))
        self.assertEqual(booking.amount, 15)
        self.assertTrue(self.room._is_free(self._at(1, 9), self._at(1, 9, 30)))

    def test_check_in_and_no_show(self):
        self.room.requires_check_in = True
        early, late = self._request(
            (self._at(1, 9), self._at(1, 10)), (self._at(1, 10), self._at(1, 11))
        )
        with freeze_time("2027-03-01 08:00:00"), self.assertRaises(UserError):
            early._check_in()
        with freeze_time("2027-03-01 08:50:00"):
            early._check_in()
        with freeze_time("2027-03-01 10:25:00"):
            self._run_cron("cron_booking_no_show")
            self.assertEqual((early.state, late.state), ("present", "no_show"))
            self.assertTrue(self.room._is_free(self._at(1, 10, 30), self._at(1, 11)))

    def test_waiting_list_is_offered_what_frees(self):
        booking = self._request((self._at(1, 9), self._at(1, 11)))
        other = self.env["res.partner"].create({"name": "Other"})
        waiting = self.env["coworking.waiting"]
        with self.assertRaises(UserError):
            waiting._join(other, self.room, self._at(2, 9), self._at(2, 10))
        first = waiting._join(other, self.room, self._at(1, 9), self._at(1, 10))
        second = waiting._join(self.person, self.room, self._at(1, 9), self._at(1, 10))
        booking._cancel()
        self.assertEqual((first.state, second.state), ("offered", "waiting"))
        self.assertFalse(self.room._is_free(self._at(1, 9), self._at(1, 10)))
        with freeze_time("2027-02-22 10:01:00"):
            waiting._cron_expire()
            self.assertEqual((first.state, second.state), ("expired", "offered"))
            accepted = second._accept()
        self.assertEqual(accepted.state, "confirmed")
        self.assertEqual(accepted.partner_id, self.person)

    def test_people_see_their_own_bookings_only(self):
        login = new_test_user(self.env, login="visitor", groups="base.group_portal")
        booking = self._request(
            (self._at(1, 9), self._at(1, 10)), partner=login.partner_id
        )
        other = self._request((self._at(2, 9), self._at(2, 10)))
        bookings = self.env["coworking.booking"].with_user(login)
        self.assertEqual(bookings.search([]), booking)
        with self.assertRaises(AccessError):
            other.with_user(login).read(["title"])
        with self.assertRaises(AccessError):
            booking.with_user(login).write({"title": "Changed"})
        with self.assertRaises(AccessError):
            bookings.create({})

    def test_other_organisations_do_not_see_it(self):
        booking = self._request((self._at(1, 9), self._at(1, 10)))
        stranger = new_test_user(
            self.env,
            login="stranger",
            groups="clapier_coworking.group_coworking_manager",
        )
        with self.assertRaises(AccessError):
            booking.with_user(stranger).read(["title"])
