from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from .training_common import TrainingCommon


class SeatHoldCommon(TrainingCommon):
    """A training of one seat, sold on a website."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.website = cls.env["website"].create(
            {"name": "Trainings", "company_id": cls.organisation.id}
        )
        cls.provider = cls.env["payment.provider"].create(
            {"name": "Test", "code": "none", "company_id": cls.organisation.id}
        )
        cls.product = cls.env["product.product"].create(
            {
                "name": "Seat",
                "type": "service",
                "service_tracking": "event",
                "taxes_id": False,
            }
        )
        cls.event = cls._create_training(
            seats=1,
            tickets=(
                {
                    "name": "Seat",
                    "product_id": cls.product.id,
                    "price": 50,
                    "seats_max": 1,
                },
            ),
        )
        cls.ticket = cls.event.event_ticket_ids

    def _basket(self, partner=None, website=True, count=1):
        """Return an order of seats and its registrations, as the website makes them."""
        order = self.env["sale.order"].create(
            {
                "partner_id": (partner or self.learner).id,
                "company_id": self.organisation.id,
                "website_id": self.website.id if website else False,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "event_id": self.event.id,
                            "event_ticket_id": self.ticket.id,
                            "product_uom_qty": count,
                            "price_unit": 50,
                        }
                    )
                ],
            }
        )
        return order, self.env["event.registration"].create(
            [
                {
                    "event_id": self.event.id,
                    "event_ticket_id": self.ticket.id,
                    "name": "Buyer",
                    "sale_order_id": order.id,
                    "sale_order_line_id": order.order_line.id,
                }
                for _rank in range(count)
            ]
        )

    def _begin_to_pay(self, order, reference="seat"):
        return self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.env.ref("payment.payment_method_unknown").id,
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "reference": reference,
                "sale_order_ids": order.ids,
            }
        )

    def _pay(self, transaction):
        transaction.state = "done"
        with patch.object(self.registry["payment.transaction"], "_create_payment"):
            transaction._post_process()

    def _later(self, minutes):
        return freeze_time(fields.Datetime.now() + timedelta(minutes=minutes))

    def _assert_counted(self, count):
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.event.coworking_seats_counted, count)
        self.assertFalse(
            any(self.env["event.registration"]._coworking_seat_differences().values())
        )


@tagged("post_install", "-at_install")
class TestEventSeatHold(SeatHoldCommon):
    """Seats in the baskets of a website."""

    def test_a_seat_in_a_basket_is_held(self):
        _order, registration = self._basket()
        self.assertEqual(registration.state, "draft")
        self._assert_counted(1)
        self.assertEqual(
            (self.event.seats_available, self.ticket.seats_available), (0, 0)
        )
        self.assertTrue(self.ticket.is_sold_out)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(UserError, "full|ticket"),
        ):
            self._basket(self.other)
        self._assert_counted(1)

    def test_an_offer_of_the_office_holds_nothing(self):
        self._basket(website=False)
        self._assert_counted(0)
        self._basket(self.other)
        self._assert_counted(1)

    def test_a_basket_that_is_paid_has_its_seat_once(self):
        order, registration = self._basket()
        transaction = self._begin_to_pay(order)
        self._pay(transaction)
        self.assertEqual((order.state, registration.state), ("sale", "open"))
        self._assert_counted(1)
        self.assertEqual(self.event.seats_available, 0)
        registration.action_set_draft()
        self._assert_counted(0)

    def test_the_seat_is_free_once_the_time_to_pay_is_over(self):
        order, registration = self._basket()
        with self._later(29):
            self._run_cron("ir_cron_seat_release")
            self._assert_counted(1)
        with self._later(31):
            self._run_cron("ir_cron_seat_release")
            self._assert_counted(0)
            self.assertFalse(registration.coworking_held_until)
            self._basket(self.other)
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(UserError, "full|ticket"),
            ):
                self._begin_to_pay(order)
        self._assert_counted(1)

    def test_who_pays_after_that_has_the_seat_if_nobody_took_it(self):
        order, registration = self._basket()
        with self._later(31):
            self._run_cron("ir_cron_seat_release")
            self._pay(self._begin_to_pay(order))
        self.assertEqual(registration.state, "open")
        self._assert_counted(1)

    def test_a_payment_under_way_keeps_the_seat(self):
        order, registration = self._basket()
        self._begin_to_pay(order).state = "pending"
        with self._later(60):
            self._run_cron("ir_cron_seat_release")
        self._assert_counted(1)
        self.assertEqual(registration.coworking_held_until, self.event.date_begin)

    def test_a_payment_that_comes_too_late_is_said(self):
        order, registration = self._basket()
        transaction = self._begin_to_pay(order)
        with self._later(31):
            self._run_cron("ir_cron_seat_release")
            _other_order, other = self._basket(self.other)
            with mute_logger("odoo.sql_db"):
                self._pay(transaction)
        self.assertEqual((order.state, registration.state), ("sale", "cancel"))
        self.assertEqual(len(order.activity_ids), 1)
        self.assertEqual(other.state, "draft")
        self._assert_counted(1)

    def test_the_policy_says_how_long(self):
        self.env["coworking.policy"].create(
            {
                "company_id": self.organisation.id,
                "date_start": "2020-01-01",
                "seat_hold_minutes": 5,
            }
        )
        self._basket()
        with self._later(6):
            self._run_cron("ir_cron_seat_release")
        self._assert_counted(0)

    def test_a_basket_that_is_dropped_frees_the_seat(self):
        order, _registration = self._basket()
        order._action_cancel()
        self._assert_counted(0)
        order, _registration = self._basket(self.other)
        order.order_line.unlink()
        self._assert_counted(0)

    def test_a_freed_seat_is_offered_to_who_waits(self):
        self.event.coworking_is_training = True
        self._basket()
        wish = self.env["coworking.training.wait"]._join(
            self.event, {"name": "Otto Blanc", "email": "otto@example.com"}
        )
        self.assertEqual(wish.state, "waiting")
        with self._later(31):
            self._run_cron("ir_cron_seat_release")
            self.assertEqual(wish.state, "offered")
        self._assert_counted(1)

    def test_the_order_that_holds_them_may_be_paid(self):
        order, _registration = self._basket()
        self._begin_to_pay(order)
        pairs = [(False, self.ticket, 1)]
        with self.assertRaises(UserError):
            self.event._verify_seats_availability(pairs)
        self.event.with_context(coworking_seats_held=True)._verify_seats_availability(
            pairs
        )

    def test_slots_hold_their_own_seats(self):
        begin = self.event.date_begin
        self.event.write(
            {
                "is_multi_slots": True,
                "date_end": begin + timedelta(days=3),
                "event_slot_ids": [
                    Command.create(
                        {
                            "date": begin.date() + timedelta(days=day),
                            "start_hour": 9,
                            "end_hour": 12,
                        }
                    )
                    for day in (1, 2)
                ],
            }
        )
        slots = self.event.event_slot_ids

        def hold(slot):
            order = self.env["sale.order"].create(
                {
                    "partner_id": self.learner.id,
                    "company_id": self.organisation.id,
                    "website_id": self.website.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.product.id,
                                "event_id": self.event.id,
                                "event_slot_id": slot.id,
                                "event_ticket_id": self.ticket.id,
                                "price_unit": 50,
                            }
                        )
                    ],
                }
            )
            self.env["event.registration"].create(
                {
                    "event_id": self.event.id,
                    "name": "Buyer",
                    "sale_order_id": order.id,
                    "sale_order_line_id": order.order_line.id,
                }
            )

        hold(slots[0])
        self.assertEqual(slots.mapped("seats_available"), [0, 1])
        with self.assertRaises(UserError):
            hold(slots[0])
        hold(slots[1])


@tagged("post_install", "-at_install")
class TestEventSeatHoldPages(SeatHoldCommon, HttpCase):
    """The same through the pages of the shop."""

    def _press_pay(self, order):
        """Press the button that begins a payment; return the answer."""
        self.authenticate(None, None)
        answer = self.url_open(
            f"/shop/payment/transaction/{order.id}",
            json={
                "jsonrpc": "2.0",
                "method": "call",
                "params": {
                    "access_token": order._portal_ensure_token(),
                    "provider_id": self.provider.id,
                    "payment_method_id": self.env.ref(
                        "payment.payment_method_unknown"
                    ).id,
                    "token_id": None,
                    "flow": "direct",
                    "tokenization_requested": False,
                    "landing_route": "/shop",
                },
            },
        )
        self.assertEqual(answer.status_code, 200)
        self.env.invalidate_all()
        return answer.json()

    def test_only_who_holds_the_last_seat_begins_to_pay(self):
        self.provider.state = "test"
        order, registration = self._basket()
        late, _draft = self._basket(self.other, website=False)
        with mute_logger("odoo.sql_db", "odoo.http"):
            refused = self._press_pay(late)
        self.assertIn("error", refused)
        self.assertFalse(late.transaction_ids)
        answer = self._press_pay(order)
        self.assertNotIn("error", answer)
        self.assertEqual(len(order.transaction_ids), 1)
        self._pay(order.transaction_ids)
        self.assertEqual(registration.state, "open")
        self._assert_counted(1)
