from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

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

    # --- Occupancy

    def test_occupancy_is_that_of_all_opening_hours(self):
        self._book(self._at(1, 9), self._at(1, 12))
        rows = self.env["coworking.occupancy"]._read_group(
            [("space_id", "=", self.room.id), ("day", ">=", "2027-03-01")],
            [],
            ["open_hours:sum", "used_hours:sum"],
        )
        self.assertTrue(rows)
