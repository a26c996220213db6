from datetime import datetime

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..models.coworking_claim import ClaimRefused
from .desk_common import TUESDAY, DeskCommon


@tagged("post_install", "-at_install")
class TestClosure(DeskCommon):
    """A closure of Tuesday, made on Monday, after people have booked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.room = cls._create_space(
            name="Room",
            payment="invoice",
            price_ids=[Command.create({"unit": "hour", "amount": 10})],
        )

    def _meet(self, hour=9, partner=None, **use):
        return self.env["coworking.booking"]._request(
            partner or self.person,
            [
                {
                    "space": self.room,
                    "start": self._at(2, hour),
                    "stop": self._at(2, hour + 2),
                    **use,
                }
            ],
        )

    def _vals(self, spaces, **vals):
        return {
            "name": "Painting",
            "company_id": self.organisation.id,
            "space_ids": [Command.set(spaces.ids)],
            "start": self._at(1, 23),
            "stop": self._at(2, 23),
            **vals,
        }

    def _closure(self, spaces, **vals):
        return self.env["coworking.closure"].create(self._vals(spaces, **vals))

    def _mails(self, closure):
        before = self.env["mail.mail"].sudo().search([])
        closure.notice_ids._send()
        return self.env["mail.mail"].sudo().search([]) - before

    def test_who_is_touched_is_shown_before_saving(self):
        booking = self._meet()
        visit = self._book()
        form = Form(
            self.env["coworking.closure"]
            .with_user(self.user)
            .with_company(self.organisation)
        )
        form.name = "Painting"
        form.space_ids.add(self.room)
        form.space_ids.add(self.area.with_user(self.user))
        form.start, form.stop = self._at(1, 23), self._at(2, 23)
        self.assertEqual(form.touched_booking_ids[:].ids, booking.ids)
        self.assertEqual(form.touched_visit_ids[:].ids, visit.ids)
        with self.assertRaisesRegex(UserError, "1"):
            form.save()
        self.assertEqual((booking.state, visit.state), ("confirmed", "booked"))
        form.cancel_touched = True
        closure = form.save()
        self.assertEqual((booking.state, visit.state), ("cancelled", "cancelled"))
        self.assertEqual(len(closure.notice_ids), 2)
        self.assertFalse(closure.touched_booking_ids | booking.browse())
        self.assertFalse(closure.cancel_touched)

    def test_who_booked_meanwhile_is_shown_again(self):
        self._book()
        closure = self.env["coworking.closure"].new(self._vals(self.area))
        seen = closure.touched_seen
        other = self._book(self._create_person("Other"), half="am")
        with self.assertRaises(UserError):
            self._closure(self.area, cancel_touched=True, touched_seen=seen)
        self.assertEqual(other.state, "booked")

    def test_days_of_passes_and_places_are_given_back(self):
        self.person = self._create_person("Bo", days=2)
        visit, half = self._book(), self._book(self._create_person("Cy"), half="pm")
        self.assertEqual((self._days(self.person), self._left()), (1, [1, 0]))
        self._closure(self.area, cancel_touched=True)
        self.assertEqual(self._days(self.person), 2)
        self.assertEqual(
            (visit.state, half.state, half.amount), ("cancelled",) * 2 + (0,)
        )
        slots = self.area.desk_slot_ids.filtered(lambda slot: slot.day == TUESDAY)
        self.assertEqual(slots.mapped("taken"), [0, 0])
        self.assertFalse(self.env["coworking.desk.slot"]._differences(self.area))

    def test_late_is_free_too(self):
        self._freeze(datetime(2027, 3, 2, 5, 0))
        visit = self._book(day=TUESDAY)
        self.assertFalse(visit._is_in_time())
        self._closure(self.area, cancel_touched=True)
        self.assertEqual(visit.amount, 0)

    def test_only_the_half_days_of_the_closure(self):
        morning = self._book(half="am")
        afternoon = self._book(half="pm")
        self._closure(
            self.area, start=self._at(2, 13), stop=self._at(2, 17), cancel_touched=True
        )
        self.assertEqual((morning.state, afternoon.state), ("booked", "cancelled"))

    def test_hours_and_bookings_cost_nothing(self):
        account = self.env["coworking.account"]._make(self.person, self.organisation)
        self.env["coworking.account"]._post(
            [
                {
                    "account_id": account.id,
                    "unit": "hour",
                    "kind": "purchase",
                    "quantity": 2,
                    "date": self.today,
                    "reference": "Pack",
                }
            ]
        )
        booking = self._meet()
        self.assertEqual((booking.payment, account.hours_balance), ("hours", 0))
        invoiced = self._meet(hour=13)
        self._closure(self.room, cancel_touched=True)
        self.assertEqual(account.hours_balance, 2)
        self.assertEqual((invoiced.fee, invoiced.amount), (0, 0))

    def test_each_is_told_once_in_a_sentence(self):
        booking = self._meet()
        self._book()
        host = self._create_person("Host", days=3, email="host@example.com")
        guest = self.visits._book(
            self.env["res.partner"],
            self.area,
            TUESDAY,
            "am",
            host_id=host.id,
            guest_name="Guest",
            guest_rank=1,
            guest_month="2027-03-01",
            paid_by="guest",
        )
        closure = self._closure(self.room | self.area, cancel_touched=True)
        self.assertEqual(set(closure.notice_ids.mapped("kind")), {"closed"})
        self.assertEqual(closure.notice_ids.partner_id, self.person | host)
        mails = self._mails(closure)
        self.assertEqual(len(mails), 3)
        self.assertEqual(set(closure.notice_ids.mapped("state")), {"sent"})
        self.assertTrue(all("Painting" in mail.body_html for mail in mails))
        self.assertEqual((booking.state, guest.state), ("cancelled", "cancelled"))
        self.assertFalse(
            self.env["coworking.notice"].search(
                [("booking_id", "=", booking.id), ("kind", "=", "cancelled")]
            )
        )
        closure.name = "Painting again"
        self.assertEqual(len(closure.notice_ids), 3)

    def test_the_time_is_not_offered_to_who_waits(self):
        self._meet()
        wish = self.env["coworking.waiting"]._join(
            self._create_person("Di"), self.room, self._at(2, 9), self._at(2, 11)
        )
        closure = self._closure(self.room, cancel_touched=True)
        self.assertEqual(wish.state, "waiting")
        self.assertTrue(closure.claim_ids)

    def test_an_offer_goes_back_to_the_list(self):
        booking = self._meet()
        wish = self.env["coworking.waiting"]._join(
            self._create_person("Di"), self.room, self._at(2, 9), self._at(2, 11)
        )
        booking.action_cancel()
        self.assertEqual(wish.state, "offered")
        self._closure(self.room)
        self.assertEqual(wish.state, "waiting")

    def test_a_hall_is_closed_with_its_parts(self):
        hall = self._create_space(name="Hall")
        parts = self._create_space(name="A", parent_id=hall.id)
        parts |= self._create_space(name="B", parent_id=hall.id)
        closure = self._closure(hall | parts)
        self.assertEqual(closure.claim_ids.space_id, parts)

    def test_whoever_is_there_already_stays(self):
        booking = self._meet()
        self._freeze(self._at(2, 9))
        booking._check_in()
        with self.assertRaises(ClaimRefused):
            self._closure(self.room, cancel_touched=True)

    def test_moving_a_closure_asks_again(self):
        visit = self._book()
        closure = self._closure(self.area, start=self._at(3, 0), stop=self._at(4, 0))
        with self.assertRaises(UserError):
            closure.start = self._at(2, 5)
        closure.write({"start": self._at(2, 5), "cancel_touched": True})
        self.assertEqual(visit.state, "cancelled")

    def test_statements_do_not_grow_with_the_desks(self):
        self.area.capacity = 40

        def closing(day, count):
            for number in range(count):
                self._book(self._create_person(f"P{number}", days=1), day=day)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self._closure(
                self.area,
                start=datetime.combine(day, datetime.min.time()),
                stop=datetime.combine(day, datetime.max.time()).replace(microsecond=0),
                cancel_touched=True,
            )
            self.env.flush_all()
            return self.cr.sql_log_count - before

        few = closing(TUESDAY, 2)
        self.assertLessEqual(closing(TUESDAY.replace(day=3), 20), few + 2)
