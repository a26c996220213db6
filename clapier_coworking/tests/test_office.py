from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from ..coworking_time import at, to_utc
from .common import CoworkingCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-02-22 08:00:00")
class TestOffice(CoworkingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls._create_calendar()
        cls.room = cls._create_space(
            resource_calendar_id=cls.calendar.id,
            payment="invoice",
            price_ids=[Command.create({"unit": "hour", "amount": 10})],
        )
        cls.person = cls.env["res.partner"].create({"name": "Person"})
        cls.stranger = new_test_user(
            cls.env,
            login="stranger",
            groups="clapier_coworking.group_coworking_manager",
        )

    def _book(self, start, stop, **use):
        return self.env["coworking.booking"]._request(
            self.person,
            [{"space": self.room, "start": start, "stop": stop, **use}],
        )

    # --- Forms

    def test_office_books_through_the_form(self):
        form = Form(self.env["coworking.booking"].with_user(self.user))
        form.partner_id = self.person
        form.space_id = self.room
        form.start, form.stop = self._at(1, 9), self._at(1, 11)
        self.assertTrue(form.is_possible)
        self.assertIn("20", form.availability)
        booking = form.save()
        self.assertEqual((booking.state, booking.source), ("confirmed", "office"))
        self.assertEqual(booking.amount, 20)
        self.assertEqual(booking.public_id, self.person._coworking_public())

    def test_form_says_that_a_time_is_taken_or_closed_before_saving(self):
        self._book(self._at(1, 9), self._at(1, 11))
        form = Form(self.env["coworking.booking"].with_user(self.user))
        form.partner_id = self.person
        form.space_id = self.room
        form.start, form.stop = self._at(1, 10), self._at(1, 12)
        self.assertFalse(form.is_possible)
        self.assertIn("\n", form.availability)
        form.start, form.stop = self._at(6, 10), self._at(6, 12)
        self.assertFalse(form.is_possible)
        form.outside_hours = True
        self.assertTrue(form.is_possible)

    def test_manager_sets_up_a_space(self):
        form = Form(self.env["coworking.space"].with_user(self.manager))
        form.name = "Box"
        form.capacity = 2
        with form.price_ids.new() as line:
            line.amount = 5
        space = form.save()
        self.assertEqual(space.price_ids.unit, "hour")
        self.assertTrue(space.door_url.endswith(f"/space/{space.access_token}"))
        self.assertTrue(space.door_qr)

    def test_manager_sets_up_the_rest(self):
        for model, values in (
            ("coworking.closure", {"name": "Works"}),
            ("coworking.policy", {"note": "Assembly"}),
            ("coworking.option", {"name": "Coffee", "price": 2}),
            ("coworking.floor", {"name": "Ground floor"}),
        ):
            with self.subTest(model=model):
                form = Form(self.env[model].with_user(self.manager))
                for name, value in values.items():
                    setattr(form, name, value)
                if model == "coworking.closure":
                    form.space_ids.add(self.room)
                    form.start, form.stop = self._at(1, 9), self._at(1, 10)
                self.assertTrue(form.save())

    # --- Rights

    def test_user_changes_neither_rules_nor_prices(self):
        policy = self.env["coworking.policy"].create(
            {"company_id": self.organisation.id}
        )
        option = self.env["coworking.option"].create(
            {"name": "Coffee", "price": 2, "company_id": self.organisation.id}
        )
        for record, values in (
            (policy, {"cancel_fee_percent": 0}),
            (self.room.price_ids, {"amount": 0}),
            (self.room, {"requires_approval": False}),
            (option, {"price": 0}),
        ):
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                record.with_user(self.user).write(values)

    def test_user_does_not_see_the_address_of_the_door(self):
        with self.assertRaises(AccessError):
            self.room.with_user(self.user).read(["door_url"])

    def test_other_organisations_see_nothing(self):
        booking = self._book(self._at(1, 9), self._at(1, 11))
        board = (
            self.env["coworking.space"]
            .with_user(self.stranger)
            .with_company(self.stranger.company_id)
            .get_day_board("2027-03-01")
        )
        names = [
            space["id"] for company in board["companies"] for space in company["spaces"]
        ]
        self.assertNotIn(self.room.id, names)
        self.assertNotIn(booking.id, [arrival["id"] for arrival in board["arrivals"]])
        for record in (self.room, booking, booking.claim_ids, self.room.price_ids):
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                record.with_user(self.stranger).check_access("read")
        self.assertFalse(
            self.env["coworking.occupancy"]
            .with_user(self.stranger)
            .search([("space_id", "=", self.room.id)], limit=1)
        )

    def test_nobody_of_the_outside_reaches_the_office(self):
        for login in (self.outsider, self.env.ref("base.public_user")):
            with self.subTest(login=login.login), self.assertRaises(AccessError):
                self.env["coworking.booking.recurrence"].with_user(login).create({})
        with self.assertRaises(AccessError):
            self.env["coworking.space"].with_user(self.outsider).get_day_board()

    def test_visitors_get_no_day_view(self):
        visitor = new_test_user(self.env, login="visitor", groups="base.group_portal")
        with self.assertRaises(AccessError):
            self.env["coworking.space"].with_user(visitor).get_day_board("2027-03-01")

    # --- Cancelling

    def _ask_cancel(self, bookings, **vals):
        return (
            self.env["coworking.booking.cancel"]
            .with_user(self.user)
            .create({"booking_ids": [Command.set(bookings.ids)], **vals})
        )

    def test_fee_is_said_before_it_is_taken(self):
        booking = self._book(self._at(1, 9), self._at(1, 11))
        self.assertFalse(self._ask_cancel(booking).fee)
        with freeze_time("2027-02-28 10:00:00"):
            cancel = self._ask_cancel(booking)
            self.assertEqual(cancel.fee, 10)
            cancel.action_cancel()
        self.assertEqual((booking.state, booking.fee), ("cancelled", 10))

    def test_office_waives_the_fee(self):
        booking = self._book(self._at(1, 9), self._at(1, 11))
        with freeze_time("2027-02-28 10:00:00"):
            self._ask_cancel(booking).action_cancel_without_fee()
        self.assertEqual((booking.state, booking.fee), ("cancelled", 0))

    def test_rest_of_a_series_is_cancelled_at_once(self):
        week = timedelta(weeks=1)
        uses = [
            {
                "space": self.room,
                "start": self._at(1, 9) + n * week,
                "stop": self._at(1, 10) + n * week,
            }
            for n in range(3)
        ]
        first, second, third = self.env["coworking.booking"]._request(self.person, uses)
        cancel = self._ask_cancel(second, whole_series=True)
        self.assertEqual(cancel.cancelled_ids, second | third)
        cancel.action_cancel()
        self.assertEqual(
            [booking.state for booking in (first, second, third)],
            ["confirmed", "cancelled", "cancelled"],
        )

    def test_payment_to_the_office_confirms_and_orders(self):
        self.room.payment = "online"
        booking = self._book(self._at(1, 9), self._at(1, 11))
        self.assertEqual(booking.state, "awaiting")
        booking.with_user(self.user).action_confirm_payment()
        self.assertEqual(booking.state, "confirmed")
        self.assertEqual(booking.order_line_ids.order_id.state, "sale")
        self.assertEqual(booking.order_count, 1)

    def test_refund_is_noted_once(self):
        booking = self._book(self._at(1, 9), self._at(1, 11))
        with self.assertRaises(UserError):
            booking.with_user(self.user).action_note_refund()
        booking.refund_amount = 12
        booking.with_user(self.user).action_note_refund()
        self.assertTrue(booking.refunded_at)

    def test_office_takes_people_off_the_waiting_list(self):
        self._book(self._at(1, 9), self._at(1, 11))
        wish = self.env["coworking.waiting"]._join(
            self.person, self.room, self._at(1, 9), self._at(1, 10)
        )
        visitor = new_test_user(self.env, login="visitor", groups="base.group_portal")
        with self.assertRaises(AccessError):
            wish.with_user(visitor).action_withdraw()
        wish.with_user(self.user).action_withdraw()
        self.assertEqual(wish.state, "cancelled")

    def test_office_puts_people_on_the_waiting_list(self):
        join = (
            self.env["coworking.waiting.join"]
            .with_user(self.user)
            .create(
                {
                    "partner_id": self.person.id,
                    "space_id": self.room.id,
                    "start": self._at(1, 9),
                    "stop": self._at(1, 10),
                }
            )
        )
        with self.assertRaises(UserError):
            join.action_join()
        self._book(self._at(1, 9), self._at(1, 11))
        join.action_join()
        wish = self.env["coworking.waiting"].search([("space_id", "=", self.room.id)])
        self.assertEqual((wish.partner_id, wish.state), (self.person, "waiting"))
        with self.assertRaises(AccessError):
            join.with_user(self.stranger).action_join()

    # --- Spaces

    def test_space_with_uses_to_come_is_not_archived(self):
        booking = self._book(self._at(1, 9), self._at(1, 11))
        with self.assertRaises(ValidationError):
            self.room.with_user(self.manager).action_archive()
        booking._cancel()
        self.room.with_user(self.manager).action_archive()
        self.assertFalse(self.room.active)

    def test_space_that_has_been_used_is_not_deleted(self):
        self._book(self._at(1, 9), self._at(1, 11))._cancel()
        with self.assertRaises(ValidationError):
            self.room.with_user(self.manager).unlink()
        self._create_space().with_user(self.manager).unlink()

    def test_check_in_is_offered_at_its_time_only(self):
        booking = self._book(self._at(1, 9), self._at(1, 11))
        self.assertFalse(booking.can_check_in)
        with freeze_time("2027-03-01 08:50:00"):
            booking.invalidate_recordset(["can_check_in"])
            self.assertTrue(booking.can_check_in)


@tagged("post_install", "-at_install")
class TestOccupancy(CoworkingCommon):
    """The view asks the database for the day of today: nothing is frozen here."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A day with 24 hours on every clock.
        cls.day = fields.Date.today() + timedelta(days=10)
        if cls.day.month in (3, 10):
            cls.day += timedelta(days=35)
        calendar = cls._create_calendar(hours=((8, 18),), days=range(7))
        cls.whole = cls._create_space(name="Whole")
        cls.part, cls.other = (
            cls._create_space(
                name=name, parent_id=cls.whole.id, resource_calendar_id=calendar.id
            )
            for name in "AB"
        )

    def _moment(self, hour):
        return to_utc(at(self.day, hour), self.organisation._coworking_zone())

    def _measure(self, space, *fields_):
        self.env.flush_all()
        [row] = self.env["coworking.occupancy"]._read_group(
            [("space_id", "in", space.ids), ("day", "=", self.day)], [], fields_
        )
        return row

    def test_uses_of_a_whole_count_in_each_part(self):
        self._claim(self.whole, self._moment(9), self._moment(12))
        self._claim(self.part, self._moment(14), self._moment(16))
        measures = "open_hours:sum", "used_hours:sum", "occupancy:avg"
        self.assertEqual(self._measure(self.part, *measures), (10, 5, 50))
        self.assertEqual(self._measure(self.part + self.other, *measures), (20, 8, 40))
        self.assertEqual(self._measure(self.whole, "used_hours:sum"), (0,))

    def test_closures_shorten_the_opening_hours(self):
        self._claim(
            self.part, self._moment(6), self._moment(13), kind="closure", buffers=False
        )
        self.assertEqual(
            self._measure(self.part, "open_hours:sum", "used_hours:sum"), (5, 0)
        )

    def test_revenue_is_shared_among_the_parts(self):
        self.env["coworking.price"].create(
            {"space_id": self.whole.id, "unit": "hour", "amount": 30}
        )
        self.env["coworking.booking"]._request(
            self.env["res.partner"].create({"name": "Person"}),
            [
                {
                    "space": self.whole,
                    "start": self._moment(9),
                    "stop": self._moment(11),
                    "payment": "invoice",
                }
            ],
            source="office",
        )
        self.assertEqual(self._measure(self.part, "revenue:sum"), (30,))
        self.assertEqual(self._measure(self.part + self.other, "revenue:sum"), (60,))
