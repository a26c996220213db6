from odoo.fields import Command
from odoo.tests import tagged

from .spaces_common import SpacesCommon


@tagged("post_install", "-at_install")
class TestSpacesTours(SpacesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Alternatives are looked for among the spaces of the tour alone.
        others = cls.env["coworking.space"].search([("id", "!=", cls.room.id)])
        others.is_published = False

    def test_a_visitor_books_and_pays(self):
        company = self.env.company
        provider = self.env.ref("payment.payment_provider_transfer")
        provider.write(
            {"state": "test", "is_published": True, "company_id": company.id}
        )
        room = self._create_space(
            name="Paid Room",
            company_id=company.id,
            price_ids=[Command.create({"unit": "hour", "amount": 10})],
        )
        self.start_tour(f"/spaces/{room.id}?minutes=60", "coworking_public_booking")
        self.env.invalidate_all()
        booking = self.env["coworking.booking"].search([("space_id", "=", room.id)])
        self.assertEqual((booking.state, booking.source), ("awaiting", "public"))
        order = booking.order_line_ids.order_id
        self.assertEqual(order.transaction_ids.state, "pending")
        # The office sees the transfer on its account.
        booking.action_confirm_payment()
        self.assertEqual(booking.state, "confirmed")
        self.assertEqual(booking.claim_ids.state, "confirmed")

    def test_a_series_with_a_conflict(self):
        taken = self._book(days=8)
        self.start_tour(
            f"/spaces/{self.room.id}/series",
            "coworking_series_with_conflict",
            login="lou_portal",
        )
        mine = self._bookings() - taken
        self.assertEqual(len(mine), 2)
        self.assertEqual(len(mine.group_id), 1)
        self.assertEqual(set(mine.mapped("state")), {"confirmed"})

    def test_cancelling_with_a_fee(self):
        booking = self._book(self.lou.partner_id, days=1, hour=12)
        self.start_tour("/my/bookings", "coworking_cancel_with_fee", login="lou_portal")
        booking.invalidate_recordset()
        self.assertEqual((booking.state, booking.fee), ("cancelled", 5))

    def test_three_taps_from_my_account_to_a_booking(self):
        last = self._book(self.lou.partner_id, days=2, hours=2)
        self._book(days=1, hours=2)
        self.start_tour("/my", "coworking_three_taps", login="lou_portal")
        again = self._bookings().filtered(
            lambda booking: booking.partner_id == self.lou.partner_id
        )
        self.assertEqual(set(again.mapped("state")), {"confirmed"})
        self.assertEqual((again - last).mapped("hours"), [2])

    def test_cancelling_a_series(self):
        bookings = self.env["coworking.booking"]._request(
            self.lou.partner_id,
            [
                {
                    "space": self.room,
                    "start": self._utc(day),
                    "stop": self._utc(day, 11),
                }
                for day in (14, 21, 28)
            ],
        )
        self.start_tour("/my/bookings", "coworking_cancel_series", login="lou_portal")
        bookings.invalidate_recordset()
        self.assertEqual(set(bookings.mapped("state")), {"cancelled"})

    def test_the_waiting_list(self):
        taken = self._book()
        self.start_tour(
            f"/spaces/confirm?use={self._use()}",
            "coworking_join_waiting_list",
            login="lou_portal",
        )
        taken._cancel()
        self.env.flush_all()
        self.start_tour("/my/bookings", "coworking_accept_offer", login="lou_portal")
        booking = self._bookings() - taken
        self.assertEqual(booking.partner_id, self.lou.partner_id)
        self.assertEqual(booking.state, "confirmed")
