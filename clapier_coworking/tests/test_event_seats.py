from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.event_registration_seats import install_triggers
from .training_common import TrainingCommon


@tagged("post_install", "-at_install")
class TestEventSeats(TrainingCommon):
    def _assert_counted(self, event, count):
        self.assertEqual(event.coworking_seats_counted, count)
        self.assertEqual(event.seats_taken, count)
        self.assertFalse(
            any(self.env["event.registration"]._coworking_seat_differences().values())
        )

    def test_a_full_event_says_so(self):
        event = self._create_training(seats=1)
        self._register(event)
        with mute_logger("odoo.sql_db"), self.assertRaisesRegex(UserError, "is full"):
            self._register(event)
        self._assert_counted(event, 1)

    def test_a_kind_of_ticket_runs_out_alone(self):
        event = self._create_training(
            seats=5, tickets=({"name": "Early", "seats_max": 1}, {"name": "Late"})
        )
        early, late = event.event_ticket_ids.sorted("name")
        self._register(event, event_ticket_id=early.id)
        with mute_logger("odoo.sql_db"), self.assertRaisesRegex(UserError, "ticket"):
            self._register(event, event_ticket_id=early.id)
        moved = self._register(event, event_ticket_id=late.id)
        with mute_logger("odoo.sql_db"), self.assertRaisesRegex(UserError, "ticket"):
            moved.event_ticket_id = early
        self._assert_counted(event, 2)
        self.assertEqual(early.coworking_seats_counted, 1)

    def test_each_way_of_leaving_frees_the_seat(self):
        event = self._create_training(seats=1)
        registration = self._register(event)
        for leave, come in (
            (registration.action_cancel, registration.action_confirm),
            (registration.action_set_draft, registration.action_set_done),
            (registration.action_archive, registration.action_unarchive),
        ):
            leave()
            self._assert_counted(event, 0)
            come()
            self._assert_counted(event, 1)
        registration.unlink()
        self._assert_counted(event, 0)

    def test_several_at_once_are_all_or_none(self):
        event = self._create_training(seats=2)
        with mute_logger("odoo.sql_db"), self.assertRaises(UserError):
            self.env["event.registration"].create([{"event_id": event.id}] * 3)
        self._assert_counted(event, 0)

    def test_a_limit_lowered_keeps_those_who_are_there(self):
        event = self._create_training(seats=3)
        registrations = [self._register(event) for _rank in range(3)]
        event.seats_max = 1
        self.env.flush_all()
        event.invalidate_recordset()
        self.assertEqual(event.coworking_seats_over, 2)
        registrations[0].action_cancel()
        with mute_logger("odoo.sql_db"), self.assertRaises(UserError):
            self._register(event)
        registrations[1].action_cancel()
        registrations[2].action_cancel()
        self._register(event)
        with mute_logger("odoo.sql_db"), self.assertRaises(UserError):
            self._register(event)
        self._assert_counted(event, 1)

    def test_slots_have_seats_of_their_own(self):
        event = self._create_training(
            seats=1,
            tickets=({"name": "Seat", "seats_max": 1},),
            is_multi_slots=True,
            date_begin="2027-03-01 00:00:00",
            date_end="2027-03-10 00:00:00",
            event_slot_ids=[
                Command.create({"date": day, "start_hour": 9, "end_hour": 12})
                for day in ("2027-03-02", "2027-03-03")
            ],
        )
        ticket = event.event_ticket_ids
        for slot in event.event_slot_ids:
            self._register(event, event_slot_id=slot.id, event_ticket_id=ticket.id)
        self._assert_counted(event, 2)
        with mute_logger("odoo.sql_db"), self.assertRaises(UserError):
            self._register(
                event,
                event_slot_id=event.event_slot_ids[0].id,
                event_ticket_id=ticket.id,
            )

    def test_a_sale_order_does_not_sell_a_seat_that_is_gone(self):
        product = self.env["product.product"].create(
            {"name": "Seat", "type": "service", "service_tracking": "event"}
        )
        event = self._create_training(
            seats=1, tickets=({"name": "Seat", "product_id": product.id, "price": 50},)
        )
        order = self.env["sale.order"].create(
            {
                "partner_id": self.learner.id,
                "company_id": self.organisation.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "event_id": event.id,
                            "event_ticket_id": event.event_ticket_ids.id,
                        }
                    )
                ],
            }
        )
        draft = self._register(event, sale_order_line_id=order.order_line.id)
        self.assertEqual(draft.state, "draft")
        self._register(event)
        with mute_logger("odoo.sql_db"), self.assertRaisesRegex(UserError, "is full"):
            order.action_confirm()
        self.assertEqual(draft.state, "draft")
        self._assert_counted(event, 1)

    def test_events_of_before_are_counted_when_installed(self):
        event = self._create_training(seats=3)
        for _rank in range(3):
            self._register(event)
        self.env.cr.execute(
            "UPDATE event_event SET coworking_seats_counted = 0 WHERE id = %s",
            [event.id],
        )
        install_triggers(self.env.cr)
        event.invalidate_recordset()
        self._assert_counted(event, 3)
