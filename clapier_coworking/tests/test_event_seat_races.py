import threading
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .race_common import RaceCase

NAME = "Races of seats (test)"
NAIVE_TABLE = "coworking_test_naive_seats"
PEOPLE = 20


@tagged("post_install", "-at_install")
class TestEventSeatRaces(RaceCase):
    """Registrations at the same time, on committed data, which is taken away again."""

    @classmethod
    @contextmanager
    def _transaction(cls):
        with cls.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})

    def _create_event(self, seats, ticket_seats=0, slots=0):
        begin = fields.Datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)
        with self._transaction() as env:
            event = env["event.event"].create(
                {
                    "name": NAME,
                    "date_begin": begin,
                    "date_end": begin + timedelta(days=30),
                    "date_tz": "UTC",
                    "seats_limited": bool(seats),
                    "seats_max": seats,
                    "event_mail_ids": False,
                    "is_multi_slots": bool(slots),
                    "event_slot_ids": [
                        Command.create(
                            {
                                "date": begin.date() + timedelta(days=2 + rank),
                                "start_hour": 9,
                                "end_hour": 12,
                            }
                        )
                        for rank in range(slots)
                    ],
                    "event_ticket_ids": [
                        Command.create({"name": "Seat", "seats_max": ticket_seats})
                    ],
                }
            )
            event.event_mail_ids.unlink()
            self.addCleanup(self._delete_event, event.id)
            return event.id

    def _delete_event(self, event_id):
        with self._transaction() as env:
            event = env["event.event"].browse(event_id)
            event.with_context(active_test=False).registration_ids.unlink()
            event.unlink()

    def _assert_one_won(self, event_id, results):
        refusals = [item for item in results if isinstance(item, UserError)]
        self.assertEqual(len(results) - len(refusals), 1, results)
        with self._transaction() as env:
            event = env["event.event"].browse(event_id)
            self.assertEqual(event.coworking_seats_counted, 1)
            self.assertEqual(event.seats_taken, 1)
            differences = env["event.registration"]._coworking_seat_differences()
            self.assertNotIn(event_id, differences["event_event"])

    def _people(self, event_id, slot_rank=None):
        def register(env):
            event = env["event.event"].browse(event_id)
            slots = event.event_slot_ids
            return (
                env["event.registration"]
                .create(
                    {
                        "event_id": event_id,
                        "name": "Racer",
                        "event_ticket_id": event.event_ticket_ids.id,
                        "event_slot_id": slots[slot_rank].id if slots else False,
                    }
                )
                .id
            )

        return [register] * PEOPLE

    def test_the_last_seat_of_an_event_is_taken_once(self):
        event_id = self._create_event(1)
        self._assert_one_won(event_id, self._at_once(*self._people(event_id)))

    def test_the_last_ticket_is_sold_once(self):
        event_id = self._create_event(0, ticket_seats=1)
        self._assert_one_won(event_id, self._at_once(*self._people(event_id)))

    def test_the_last_seat_of_a_slot_is_taken_once(self):
        event_id = self._create_event(1, slots=2)
        self._assert_one_won(event_id, self._at_once(*self._people(event_id, 0)))

    def test_the_last_seat_is_confirmed_once(self):
        event_id = self._create_event(1)
        with self._transaction() as env:
            ids = (
                env["event.registration"]
                .create(
                    [{"event_id": event_id, "name": "Racer", "state": "draft"}] * PEOPLE
                )
                .ids
            )
        results = self._at_once(
            *(
                lambda env, id_=id_: (
                    env["event.registration"].browse(id_).action_confirm()
                )
                for id_ in ids
            )
        )
        self._assert_one_won(event_id, results)

    # --- Baskets

    def _baskets(self, event_id, held):
        """Return the ids of orders of the last seat, one for each of the people.

        :param held: whether their seats are still to be taken, else nobody holds them
        """
        with self._transaction() as env:
            event = env["event.event"].browse(event_id)
            product = env["product.product"].create(
                {"name": NAME, "type": "service", "service_tracking": "event"}
            )
            event.event_ticket_ids.write({"product_id": product.id, "price": 50})
            orders = env["sale.order"].create(
                [
                    {
                        "partner_id": env.user.partner_id.id,
                        "website_id": env["website"].search([], limit=1).id,
                        "order_line": [
                            Command.create(
                                {
                                    "product_id": product.id,
                                    "event_id": event_id,
                                    "event_ticket_id": event.event_ticket_ids.id,
                                    "price_unit": 50,
                                }
                            )
                        ],
                    }
                ]
                * PEOPLE
            )
            if not held:
                orders.website_id = False
                env["event.registration"].create(
                    [self._seat_vals(line) for line in orders.order_line]
                )
            self.provider_id = (
                env["payment.provider"].create({"name": NAME, "code": "none"}).id
            )
            self.addCleanup(self._delete_orders, orders.ids)
            return orders.ids

    def _seat_vals(self, line):
        return {
            "event_id": line.event_id.id,
            "name": "Racer",
            "sale_order_id": line.order_id.id,
            "sale_order_line_id": line.id,
        }

    def _delete_orders(self, ids):
        with self._transaction() as env:
            orders = env["sale.order"].browse(ids)
            orders._action_cancel()
            orders.unlink()

    def _take(self, order_id):
        def take(env):
            line = env["sale.order"].browse(order_id).order_line
            return env["event.registration"].create(self._seat_vals(line)).id

        return take

    def _begin_to_pay(self, order_id):
        def pay(env):
            order = env["sale.order"].browse(order_id)
            transaction = env["payment.transaction"].create(
                {
                    "provider_id": self.provider_id,
                    "payment_method_id": env.ref("payment.payment_method_unknown").id,
                    "amount": order.amount_total,
                    "currency_id": order.currency_id.id,
                    "partner_id": order.partner_id.id,
                    "reference": f"{NAME} {order_id}",
                    "sale_order_ids": order.ids,
                }
            )
            env.flush_all()
            return transaction.id

        return pay

    def _winners(self, results):
        return [item for item in results if isinstance(item, int)]

    def test_the_last_seat_is_in_one_basket(self):
        event_id = self._create_event(1)
        orders = self._baskets(event_id, held=True)
        results = self._at_once(*map(self._take, orders))
        self.assertEqual(len(self._winners(results)), 1, results)
        with self._transaction() as env:
            event = env["event.event"].browse(event_id)
            self.assertEqual((event.coworking_seats_counted, event.seats_taken), (1, 0))

    def test_the_last_seat_is_paid_once(self):
        event_id = self._create_event(1)
        orders = self._baskets(event_id, held=False)
        results = self._at_once(*map(self._begin_to_pay, orders))
        self.assertEqual(len(self._winners(results)), 1, results)
        self.assertEqual(
            sum(isinstance(item, UserError) for item in results), PEOPLE - 1
        )

    def test_without_the_hold_everybody_would_pay(self):
        event_id = self._create_event(1)
        orders = self._baskets(event_id, held=True)
        with (
            patch.object(
                self.registry["event.event"], "_coworking_hold_end", lambda event: False
            ),
            patch.object(
                self.registry["event.registration"],
                "_coworking_hold",
                lambda rows: None,
            ),
        ):
            taken = self._at_once(*map(self._take, orders))
            paying = self._at_once(*map(self._begin_to_pay, orders))
        self.assertEqual(len(self._winners(taken)), PEOPLE)
        self.assertEqual(len(self._winners(paying)), PEOPLE)

    def test_counting_before_inserting_would_oversell(self):
        with self._transaction() as env:
            env.cr.execute(f"DROP TABLE IF EXISTS {NAIVE_TABLE}")
            env.cr.execute(f"CREATE TABLE {NAIVE_TABLE} (person int)")
        self.addCleanup(self._drop_naive_table)
        counted = threading.Barrier(PEOPLE, timeout=60)

        def register_naively(env):
            env.cr.execute(f"SELECT count(*) FROM {NAIVE_TABLE}")
            [taken] = env.cr.fetchone()
            counted.wait()
            if taken >= 1:
                raise UserError("Full.")  # pylint: disable=translation-required
            env.cr.execute(f"INSERT INTO {NAIVE_TABLE} VALUES (1)")

        self._at_once(*[register_naively] * PEOPLE)
        with self._transaction() as env:
            env.cr.execute(f"SELECT count(*) FROM {NAIVE_TABLE}")
            self.assertEqual(env.cr.fetchone(), (PEOPLE,))

    def _drop_naive_table(self):
        with self._transaction() as env:
            env.cr.execute(f"DROP TABLE IF EXISTS {NAIVE_TABLE}")
