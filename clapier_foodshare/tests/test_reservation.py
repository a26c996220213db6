from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import FoodshareCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-02-28 09:00:00")
class TestReservation(FoodshareCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = cls.env["res.partner"].create({"name": "Lou"})
        cls.service = cls._create_service()
        cls.soup = cls._add_dish(cls.service, 5, name="Soup")
        cls.tart = cls._add_dish(cls.service, 2, name="Tart")

    def _reserve(self, quantities=None, contact=None, **values):
        return self.env["foodshare.reservation"]._reserve(
            self.service,
            {self.soup: 2} if quantities is None else quantities,
            contact or self.person,
            **values,
        )

    def test_portions_are_taken_and_given_back(self):
        reservation = self._reserve({self.soup: 2, self.tart: 1})
        self.assertEqual((self.soup.portion_left, self.tart.portion_left), (3, 1))
        self.assertEqual(self.service.reserved_count, 3)
        self.assertEqual(reservation.amount, 24)
        reservation.action_cancel()
        reservation.action_cancel()
        self.assertEqual((self.soup.portion_left, self.tart.portion_left), (5, 2))

    @mute_logger("odoo.sql_db")
    def test_all_or_nothing(self):
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._reserve({self.soup: 1, self.tart: 3})
        self.assertEqual(self.soup.portion_left, 5)

    def test_same_key_same_reservation(self):
        first = self._reserve(key="k")
        self.assertEqual(self._reserve(key="k"), first)
        self.assertEqual(self.soup.portion_left, 3)

    def test_changed_quantity_takes_the_difference(self):
        reservation = self._reserve()
        reservation.line_ids.quantity = 5
        self.assertEqual(self.soup.portion_left, 0)
        reservation.line_ids.quantity = 1
        self.assertEqual(self.soup.portion_left, 4)
        reservation.line_ids.unlink()
        self.assertEqual(self.soup.portion_left, 5)

    def test_price_is_that_of_the_day(self):
        reservation = self._reserve()
        self.soup.price = 99
        self.assertEqual(reservation.amount, 16)

    def test_a_visitor_gives_name_and_address(self):
        reservation = self._reserve(
            contact={"name": " Sam ", "email": "Sam@Example.com"}
        )
        self.assertEqual(
            (reservation.contact_name, reservation.email), ("Sam", "sam@example.com")
        )
        for contact in (
            {"name": "Sam"},
            {"email": "sam@example.com"},
            {"name": "", "email": "x"},
        ):
            with self.subTest(contact=contact), self.assertRaises(UserError):
                self._reserve(contact=contact)

    def test_nothing_or_the_wrong_dish(self):
        other = self._add_dish(self._create_service(), name="Elsewhere")
        for quantities in ({}, {self.soup: 0}, {self.soup: -1}, {other: 1}):
            with self.subTest(quantities=quantities), self.assertRaises(UserError):
                self._reserve(quantities)

    def test_closed_before_the_service(self):
        with freeze_time("2027-03-01 10:29:00"):
            self.assertTrue(self._reserve())
        with freeze_time("2027-03-01 10:30:00"), self.assertRaises(UserError):
            self._reserve()

    def test_cancelled_service_gives_everything_back(self):
        reservation = self._reserve()
        self.service.action_cancel()
        self.assertEqual(reservation.state, "cancelled")
        self.assertEqual(self.soup.portion_left, 5)
        with self.assertRaises(UserError):
            self._reserve()

    def test_a_menu_that_is_not_known(self):
        with self.assertRaises(UserError):
            self.env["foodshare.reservation"]._reserve(
                self._create_service(), {}, self.person
            )
