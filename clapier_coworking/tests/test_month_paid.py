from datetime import date, timedelta
from random import Random

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import Form, tagged

from ..coworking_month_rules import Facts, settle
from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
class TestMonthPaid(PlanCommon):
    """What was paid in money counts in the fairest price; it is the first of March."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.room = cls._create_space(
            payment="invoice",
            price_ids=[Command.create({"unit": "hour", "amount": 20})],
        )
        cls.area = cls._create_space(
            name="Desks",
            kind="desk",
            capacity=50,
            price_ids=[
                Command.create({"unit": "half_day", "amount": 10}),
                Command.create({"unit": "day", "amount": 20}),
            ],
        )
        cls._create_pass("Five Hours", 40, 5, unit="hour")

    def setUp(self):
        super().setUp()
        self._at_day("2027-03-01")

    def _at_day(self, day):
        clock = freeze_time(f"{day} 05:00:00")
        clock.start()
        self.addCleanup(clock.stop)

    def _come(self, person, *days, half="day"):
        """Return visits of March that are paid in money."""
        visits = self.env["coworking.visit"].sudo()
        for day in days:
            visits |= visits._book(person, self.area, date(2027, 3, day), half)
        self.assertEqual(set(visits.mapped("paid_by")), {"bill"})
        visits.write({"state": "present"})
        return visits

    def _meet(self, person, *days, hours=2, space=None):
        """Return bookings of March that are paid in money."""
        bookings = self.env["coworking.booking"]._request(
            person,
            [
                {
                    "space": space or self.room,
                    "start": self._at(day, 9),
                    "stop": self._at(day, 9 + hours),
                    "payment": "invoice",
                }
                for day in days
            ],
        )
        self.assertEqual(set(bookings.mapped("state")), {"confirmed"})
        return bookings

    def _march(self, person):
        return self.env["coworking.month"].search(
            [("partner_id", "=", person.id), ("month", "=", self.MARCH)]
        )

    def _close_march(self, person=None):
        self._at_day("2027-04-01")
        self._close(self.MARCH)
        return self._march(person or self.person)

    def test_without_a_plan_days_come_down_to_passes(self):
        self._come(self.person, *range(1, 11))
        month = self._close_march()
        self.assertEqual((month.paid, month.charged, month.fair), (200, 200, 110))
        self.assertEqual((month.days_used, month.days_paid), (10, 10))
        self.assertIn("Half + 2 × Day Pass", month.explanation)
        self.assertIn("paid in money", month.explanation)
        move = self.env["coworking.month"]._make_invoices(month.line_ids)
        self.assertEqual((move.move_type, move.amount_untaxed), ("out_refund", 90))

    def test_whoever_paid_the_fairest_price_gets_no_account(self):
        self._come(self.person, 2, half="am")
        self._close_march()
        accounts = self.env["coworking.account"]
        self.assertFalse(accounts._of(self.person, self.organisation))
        self.assertFalse(self._march(self.person))

    def test_closing_again_credits_nothing_more(self):
        self._come(self.person, *range(1, 11))
        month = self._close_march()
        self.assertFalse(self._close(self.MARCH))
        self.assertEqual(month.line_ids.mapped("amount"), [-90])

    def test_hours_of_the_plan_are_used_for_a_room_paid_in_money(self):
        subscription = self._subscribe(self.person, self.half, "2027-03-01")
        self._use(subscription.account_id, 8, "2027-03-05", unit="day")
        self._meet(self.person, 8, hours=3)
        month = self._close_march()
        self.assertEqual((month.charged, month.fair, month.credit), (140, 80, 60))
        self.assertEqual(month.hours_paid, 3)
        account = subscription.account_id
        self.assertEqual(account.hours_balance, 5 - 3 + 5)
        self._at_day("2027-05-01")
        april = self._close(self.APRIL)
        self.assertEqual(april.hours_used, 0)

    def test_a_company_pools_what_its_people_paid(self):
        company = self._create_person("Firm", is_company=True)
        for number in range(2):
            person = self._create_person(f"P{number}", parent_id=company.id)
            self._come(person, *range(1, 6))
        month = self._close_march(company)
        self.assertEqual((month.charged, month.fair), (200, 120))

    def test_what_was_cancelled_or_refunded_does_not_count(self):
        came = self._come(self.person, *range(1, 9))
        late = self._come(self.person, 9)
        late.write({"state": "cancelled", "amount": 20})
        free = self._come(self.person, 10)
        order = free._make_orders()
        order.with_context(disable_cancel_warning=True).action_cancel()
        order = came[:1]._make_orders()
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        refund = invoice._reverse_moves()
        refund.invoice_line_ids.price_unit = 10
        month = self._close_march()
        self.assertEqual((month.days_paid, month.paid), (8, 150))
        self.assertEqual((month.fair, month.credit), (80, 70))

    def test_options_and_spaces_without_hours_stay_due(self):
        hall = self._create_space(
            payment="invoice",
            takes_hours=False,
            price_ids=[Command.create({"unit": "hour", "amount": 90})],
        )
        self._meet(self.person, 3, space=hall)
        self._meet(self.person, 4, hours=5)
        month = self._close_march()
        self.assertEqual((month.paid, month.fair), (100, 40))

    def test_preview_tells_what_closing_does(self):
        self._come(self.person, *range(1, 11))
        subscription = self._subscribe(
            self._create_person("Bo"), self.half, "2027-03-01"
        )
        self._meet(subscription.partner_id, 8, hours=2)
        self._at_day("2027-04-01")
        form = Form(self.env["coworking.month.end"].with_user(self.manager))
        month_end = form.save()
        month_end.action_preview()
        before = {
            line.partner_id: (line.charged, line.credit, line.fair, line.balance_after)
            for line in month_end.line_ids
        }
        self.assertFalse(self._march(self.person))
        month_end.action_close_month()
        after = {
            line.partner_id: (line.charged, line.credit, line.fair, line.balance_after)
            for line in month_end.line_ids
        }
        self.assertEqual(before, after)
        self.assertEqual(len(after), 2)

    def test_simulation_counts_it(self):
        self._come(self.person, *range(1, 11))
        self._at_day("2027-04-01")
        rows = self.env["coworking.account"]._simulate(self.person, self.organisation)
        amounts = {row["plan"].name or "": row["amount"] for row in rows}
        self.assertEqual(amounts[""], 120)
        self.assertEqual(amounts["Half"], 3 * 80 + 2 * 15)

    def test_statements_do_not_grow(self):
        def people(count, first):
            for number in range(count):
                person = self._create_person(f"P{number}")
                self._come(person, *range(1, 11))
                subscription = self._subscribe(
                    self._create_person(f"S{number}"), self.half, "2027-03-01"
                )
                self._meet(subscription.partner_id, first + number, hours=2)

        def closing():
            self._at_day("2027-04-01")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            with self.env.cr.savepoint() as savepoint:
                self._close(self.MARCH)
                self.env.flush_all()
                savepoint.rollback()
            return self.cr.sql_log_count - before

        people(2, 8)
        closing()
        few = closing()
        self._at_day("2027-03-01")
        people(4, 10)
        self.assertLessEqual(closing(), few + 3)

    def test_random_months_replay_to_the_cent(self):
        """What is stored is what the facts alone give, and the credit notes are its sum."""
        random = Random(3)
        people = [self._create_person(f"P{number}") for number in range(8)]
        paid = {}
        for number, person in enumerate(people):
            if number % 2:
                start = self.MARCH + timedelta(days=random.randrange(6))
                subscription = self._subscribe(person, self.half, start)
                if random.random() < 0.5:
                    first = self.MARCH + timedelta(days=20)
                    subscription._pause(first, first + timedelta(days=5))
            days = random.sample(range(10, 29), random.randrange(9))
            if number % 2 == 0 and days:
                self._come(person, *days)
            rooms = random.sample(range(10, 29), 2)
            hours = random.randrange(1, 3)
            space = self._create_space(
                name=f"Room {number}",
                payment="invoice",
                price_ids=[Command.create({"unit": "hour", "amount": 20})],
            )
            bookings = self._meet(person, *rooms, hours=hours, space=space)
            if random.random() < 0.4:
                bookings[0]._cancel(waive=True)
                rooms = rooms[1:]
            rows = [("day", 1, 20.0)] * (len(days) if number % 2 == 0 else 0)
            paid[person] = tuple(rows + [("hour", hours, hours * 20.0)] * len(rooms))
        self._at_day("2027-04-01")
        self._close(self.MARCH)
        packs = self.env["coworking.pass"].search(
            [("company_id", "=", self.organisation.id)]
        )
        rules = (self.full | self.half)._rules()
        credits = 0
        for person in people:
            month = self._march(person)
            subscription = month.subscription_id
            parts = subscription._parts(self.MARCH, rules).get(subscription, ())
            result = settle(
                Facts(
                    self.MARCH,
                    parts,
                    hour_price=9 if parts else 0,
                    balance=5 if parts else 0,
                    plans=tuple(rules.values()),
                    packs=packs._rules(),
                    paid=paid[person],
                )
            )
            with self.subTest(person=person.name):
                self.assertAlmostEqual(month.credit, result.credit)
                if month:
                    self.assertAlmostEqual(month.charged, result.charged)
                    self.assertAlmostEqual(month.fair + month.credit, month.charged)
                    lines = month.line_ids.filtered(lambda line: line.kind == "credit")
                    self.assertAlmostEqual(sum(lines.mapped("amount")), -month.credit)
            credits += bool(result.credit)
        self.assertGreater(credits, 2)
