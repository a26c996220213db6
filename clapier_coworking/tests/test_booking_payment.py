from datetime import datetime
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CoworkingCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-02-22 08:00:00")
class TestBookingPayment(CoworkingCommon):
    """Bookings that are paid online: awaited, announced, late, in part."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.room = cls._create_space(
            payment="online",
            price_ids=[Command.create({"unit": "hour", "amount": 10})],
        )
        cls.person = cls.env["res.partner"].create({"name": "Person"})

    def _request(self, *uses):
        return self.env["coworking.booking"]._request(
            self.person,
            [
                {"space": self.room, "start": start, "stop": stop}
                for start, stop in uses
            ],
        )

    def test_online_payment_is_awaited_then_confirms(self):
        booking, other = self._request(
            (self._at(1, 9), self._at(1, 10)), (self._at(2, 9), self._at(2, 10))
        )
        order = booking._payment_order()
        self.assertEqual((booking.state, order.state), ("awaiting", "sent"))
        self.assertEqual(booking.claim_ids.state, "pending")
        self.assertEqual(order.order_line.coworking_booking_id, booking | other)
        self.assertEqual(other._payment_order(), order)
        order.action_confirm()
        self.assertEqual(booking.state, "confirmed")
        self.assertEqual(booking.claim_ids.state, "confirmed")

    def test_unpaid_booking_frees_the_space(self):
        booking = self._request((self._at(1, 9), self._at(1, 10)))
        booking._payment_order()
        with freeze_time("2027-02-22 08:31:00"):
            self._run_cron("cron_booking_expire")
            with self.assertRaises(UserError):
                booking._payment_order()
        self.assertEqual(booking.state, "expired")
        self.assertEqual(booking.order_line_ids.order_id.state, "cancel")
        self.assertTrue(self.room._is_free(self._at(1, 9), self._at(1, 10)))

    def _create_transaction(self, order, amount=None, **vals):
        provider = self.env["payment.provider"].create(
            {"name": "Test", "code": "none", "company_id": self.organisation.id}
        )
        return self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": self.env.ref("payment.payment_method_unknown").id,
                "amount": amount or order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": self.person.id,
                "reference": f"order {order.id}",
                "sale_order_ids": order.ids,
                **vals,
            }
        )

    def _pay_after_expiry(self):
        booking = self._request((self._at(1, 9), self._at(1, 10)))
        transaction = self._create_transaction(booking._payment_order())
        with freeze_time("2027-02-22 08:31:00"):
            self._run_cron("cron_booking_expire")
        return booking, transaction

    def _pay(self, transaction):
        """End a payment; the organisation has no journal that could note it."""
        transaction.state = "done"
        with patch.object(self.registry["payment.transaction"], "_create_payment"):
            transaction._post_process()

    def test_late_payment_revives_the_booking(self):
        booking, transaction = self._pay_after_expiry()
        self.assertEqual(booking.state, "expired")
        self._pay(transaction)
        self.assertEqual(booking.state, "confirmed")
        self.assertEqual(booking.claim_ids.state, "confirmed")

    def test_late_payment_of_a_taken_time_is_to_be_refunded(self):
        booking, transaction = self._pay_after_expiry()
        self._claim(self.room, self._at(1, 9), self._at(1, 10))
        self._pay(transaction)
        self.assertEqual(booking.state, "expired")
        self.assertEqual(booking.refund_amount, transaction.amount)

    def _announce_transfer(self, *uses):
        """Return bookings that somebody pays by transfer, and its transaction."""
        bookings = self._request(*uses)
        transaction = self._create_transaction(bookings[0]._payment_order())
        transaction._set_pending()
        return bookings, transaction

    def test_an_announced_transfer_keeps_the_time_for_the_days_of_the_policy(self):
        self.env["coworking.policy"].create(
            {
                "company_id": self.organisation.id,
                "date_start": "2027-01-01",
                "transfer_days": 3,
            }
        )
        (far, near), transaction = self._announce_transfer(
            (self._at(2, 9), self._at(2, 10)),
            (datetime(2027, 2, 23, 9), datetime(2027, 2, 23, 10)),
        )
        self.assertEqual(far.expires_at, datetime(2027, 2, 25, 8))
        self.assertEqual(near.expires_at, near.start, "never beyond the use itself")
        with freeze_time("2027-02-23 08:59:00"):
            self._run_cron("cron_booking_expire")
        self.assertEqual((far.state, near.state), ("awaiting", "awaiting"))
        with freeze_time("2027-02-23 09:01:00"):
            self._run_cron("cron_booking_expire")
        self.assertEqual((far.state, near.state), ("awaiting", "expired"))
        with freeze_time("2027-02-25 08:01:00"):
            self._run_cron("cron_booking_expire")
        self.assertEqual(far.state, "expired")

    def test_a_transfer_that_arrives_confirms(self):
        booking, transaction = self._announce_transfer(
            (self._at(2, 9), self._at(2, 10))
        )
        with freeze_time("2027-02-24 08:00:00"):
            self._run_cron("cron_booking_expire")
            self._pay(transaction)
        self.assertEqual((booking.state, booking.expires_at), ("confirmed", False))

    def test_what_is_paid_and_not_noted_yet_is_not_freed(self):
        booking, transaction = self._announce_transfer(
            (self._at(2, 9), self._at(2, 10))
        )
        transaction.state = "done"
        with freeze_time("2027-02-28 08:00:00"):
            self._run_cron("cron_booking_expire")
        self.assertEqual(booking.state, "awaiting")

    def _pay_deposit(self, percent):
        """Return two bookings of one order of which a part is paid."""
        self.room.deposit_percent = percent
        bookings = self._request(
            (self._at(1, 9), self._at(1, 13)), (self._at(2, 9), self._at(2, 11))
        )
        order = bookings[0]._payment_order()
        amount = order._get_prepayment_required_amount()
        self._pay(self._create_transaction(order, amount))
        self.assertEqual(set(bookings.mapped("state")), {"confirmed"})
        return bookings, order

    def test_of_a_deposit_no_more_than_the_deposit_is_given_back(self):
        bookings, order = self._pay_deposit(50)
        paid = order.amount_paid
        self.assertEqual(paid, order.amount_total / 2)
        for booking, part in zip(bookings, (2 / 3, 1 / 3), strict=True):
            booking._cancel()
            self.assertAlmostEqual(booking.refund_amount, paid * part, 2)

    def test_a_fee_is_kept_from_the_deposit(self):
        bookings, order = self._pay_deposit(80)
        paid, taxed = order.amount_paid, order.amount_total / order.amount_untaxed
        with freeze_time("2027-02-28 10:00:00"):
            quote = bookings._cancel_quote()
            bookings._cancel()
        # 40 and 20, of which 80 % are paid: one is late, the other in time or late too.
        self.assertEqual(quote[:2], (sum(bookings.mapped("fee")), 0))
        kept = sum(bookings.mapped("fee")) * taxed
        self.assertAlmostEqual(sum(bookings.mapped("refund_amount")), paid - kept, 2)
        self.assertAlmostEqual(quote[2], sum(bookings.mapped("refund_amount")), 2)

    def test_a_fee_above_the_deposit_gives_nothing_back(self):
        bookings, order = self._pay_deposit(20)
        with freeze_time("2027-03-01 08:00:00"):
            bookings._cancel()
        self.assertEqual(bookings.mapped("refund_amount"), [0, 0])
        self.assertEqual(order.amount_untaxed, sum(bookings.mapped("fee")))
