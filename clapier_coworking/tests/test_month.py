from datetime import date, timedelta
from random import Random

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..coworking_month_rules import Facts, settle
from ..coworking_plan_rules import Lots, add_months, price_of
from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
class TestMonth(PlanCommon):
    def setUp(self):
        super().setUp()
        self._at_day("2027-03-01")

    def _at_day(self, day):
        clock = freeze_time(f"{day} 10:00:00")
        clock.start()
        self.addCleanup(clock.stop)

    def _kinds(self, month):
        return {
            line.kind: line.amount for line in month.line_ids if line.kind != "start"
        }

    def test_closing_grants_renews_credits(self):
        subscription = self._subscribe(self.person, self.half, "2027-03-01")
        account = subscription.account_id
        self._use(account, 2, "2027-03-10", unit="day")
        self._at_day("2027-04-01")
        month = self._close(self.MARCH)
        self.assertEqual((month.charged, month.fair, month.credit), (80, 30, 50))
        self.assertEqual(self._kinds(month), {"renewal": 80, "credit": -50})
        self.assertEqual((account.hours_balance, account.days_balance), (10, 14))
        self.assertIn("2 × Day Pass", month.explanation)

    def test_closing_twice_is_once(self):
        subscription = self._subscribe(self.person, self.half, "2027-03-01")
        self._at_day("2027-04-01")
        self._close(self.MARCH)
        rows, lines = subscription.account_id.row_ids, subscription.month_ids.line_ids
        self.assertFalse(self._close(self.MARCH))
        self.assertEqual(subscription.account_id.row_ids, rows)
        self.assertEqual(subscription.month_ids.line_ids, lines)

    def test_not_before_its_end_and_in_order(self):
        self._subscribe(self.person, self.half, "2027-03-01")
        with self.assertRaisesRegex(UserError, "not over"):
            self._close(self.MARCH)
        self._at_day("2027-05-01")
        with self.assertRaisesRegex(UserError, "in their order"):
            self._close(self.APRIL)

    def test_cron_closes_what_is_open(self):
        subscription = self._subscribe(self.person, self.half, "2027-03-01")
        self._at_day("2027-05-02")
        with self.enter_registry_test_mode():
            self.env.ref(
                "clapier_coworking.ir_cron_coworking_month_close"
            ).method_direct_trigger()
        self.assertEqual(
            subscription.month_ids.sorted("month").mapped("state"),
            ["closed", "closed", "open"],
        )

    def test_hours_beyond_are_billed_once(self):
        subscription = self._subscribe(self.person, self.half, "2027-03-01")
        account = subscription.account_id
        self._use(account, 8, "2027-03-10", unit="day")
        self._use(account, 7, "2027-03-10")
        self.assertEqual(account.hours_balance, -2)
        self._at_day("2027-04-01")
        month = self._close(self.MARCH)
        self.assertEqual(self._kinds(month), {"renewal": 80, "overage": 18})
        self.assertEqual(account.hours_balance, 5)
        self._at_day("2027-05-01")
        self.assertNotIn("overage", self._kinds(self._close(self.APRIL)))

    def test_hours_of_later_days_are_not_beyond(self):
        subscription = self._subscribe(self.person, self.half, "2027-03-01")
        self._use(subscription.account_id, 7, "2027-04-10")
        self._at_day("2027-04-01")
        month = self._close(self.MARCH)
        self.assertEqual(month.overage_hours, 0)
        self.assertEqual(subscription.account_id.hours_balance, 3)

    def test_what_was_granted_expires(self):
        subscription = self._subscribe(self.person, self.half, "2027-03-01")
        account = subscription.account_id
        month = self.MARCH
        for _count in range(3):
            month = add_months(month)
            self._at_day(month)
            self._close(add_months(month, -1))
        self.assertEqual(account.hours_balance, 15)
        self.assertEqual(
            account.row_ids.filtered(lambda row: row.kind == "expiry").mapped(
                "quantity"
            ),
            [-5, -8],
        )

    def test_pause_and_change_are_adjusted(self):
        subscription = self._subscribe(self.person, self.half, "2027-03-01")
        subscription._change(self.full, date(2027, 3, 17))
        subscription._pause(date(2027, 4, 1), date(2027, 4, 15))
        self._at_day("2027-03-17")
        self.env["coworking.subscription"]._cron_refresh()
        self._use(subscription.account_id, 18, "2027-03-20", unit="day")
        self._at_day("2027-04-01")
        month = self._close(self.MARCH)
        self.assertEqual(self._kinds(month)["renewal"], 75)
        self.assertEqual(self._kinds(month)["adjustment"], 33.87)

    def test_begun_before_last_month_is_closed_is_charged_once(self):
        self._at_day("2027-04-01")
        subscription = self._subscribe(self.person, self.half, "2027-04-01")
        self._close(self.MARCH)
        self.assertEqual(sum(subscription.month_ids.line_ids.mapped("amount")), 80)
        self.assertEqual(subscription.account_id.hours_balance, 5)

    def test_passes_without_a_plan_have_a_fairest_price(self):
        account = self.env["coworking.account"]._make(self.person, self.organisation)
        self.env["coworking.account"]._post(
            [
                {
                    "account_id": account.id,
                    "unit": "day",
                    "kind": "purchase",
                    "quantity": 12,
                    "amount": 180,
                    "date": "2027-03-01",
                    "reference": "Passes",
                }
            ]
        )
        self._use(account, 12, "2027-03-10", unit="day")
        self._at_day("2027-04-01")
        month = self._close(self.MARCH)
        self.assertEqual((month.charged, month.fair), (180, 140))
        moves = self.env["coworking.month"]._make_invoices(month.line_ids)
        self.assertEqual((moves.move_type, moves.amount_untaxed), ("out_refund", 40))

    def test_unlimited_days_are_counted(self):
        subscription = self._subscribe(self.person, self.full, "2027-03-01")
        account = subscription.account_id
        self._use(account, 0.5, "2027-03-10", unit="day")
        self._use(account, 1, "2027-03-11", unit="day")
        self._use(account, 0.5, "2027-03-11", unit="day", kind="refund")
        self.assertEqual(account.days_balance, 30)
        days, _hours = account._usage(account, self.MARCH)[account]
        self.assertEqual(len(days), 2)
        self._at_day("2027-04-01")
        self._close(self.MARCH)
        self.assertEqual(account.days_balance, 30)

    def test_invoices_in_the_background(self):
        self._subscribe(self.person, self.half, "2027-03-01")
        self._at_day("2027-04-01")
        month = self._close(self.MARCH)
        with self.enter_registry_test_mode():
            self.env.ref(
                "clapier_coworking.ir_cron_coworking_month_invoice"
            ).method_direct_trigger()
        moves = month.line_ids.move_id
        self.assertEqual(set(moves.mapped("state")), {"posted"})
        self.assertTrue(all(moves.mapped("sending_data")))
        self.assertEqual(sum(moves.mapped("amount_untaxed")), month.total)

    def test_month_end_screen(self):
        self._subscribe(self.person, self.half, "2027-03-01")
        self._at_day("2027-04-01")
        form = Form(self.env["coworking.month.end"].with_user(self.manager))
        month_end = form.save()
        month_end.action_preview()
        self.assertEqual((month_end.count, month_end.total), (1, 0))
        self.assertFalse(
            self.env["coworking.month"].search(
                [("state", "=", "closed"), ("company_id", "=", self.organisation.id)]
            )
        )
        month_end.action_close_month()
        self.assertEqual((month_end.state, month_end.total), ("after", 80))

    def test_statements_do_not_grow(self):
        def members(count):
            people = self.env["res.partner"].create(
                [{"name": f"P{number}"} for number in range(count)]
            )
            for person in people:
                subscription = self._subscribe(person, self.half, "2027-03-01")
                self._use(subscription.account_id, 1, "2027-03-05")

        def closing():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            with self.env.cr.savepoint() as savepoint:
                self._close(self.MARCH)
                self.env.flush_all()
                savepoint.rollback()
            return self.cr.sql_log_count - before

        members(3)
        self._at_day("2027-04-01")
        closing()
        few = closing()
        self._at_day("2027-03-01")
        members(20)
        self._at_day("2027-04-01")
        self.assertLessEqual(closing(), few + 3)

    def test_ledger_replays_to_the_same_invoices(self):
        """Random plans, pauses and refunds: facts alone give the lines that were stored."""
        random = Random(5)
        self.env["coworking.policy"].create(
            {
                "company_id": self.organisation.id,
                "date_start": "2027-01-01",
                "pause_max_days": 366,
            }
        )
        subscriptions = self.env["coworking.subscription"]
        for number in range(12):
            day = self.MARCH + timedelta(days=random.randrange(28))
            self._at_day(day)
            subscriptions += self._subscribe(
                self._create_person(f"P{number}"),
                random.choice([self.full, self.half]),
                day,
            )
        month = self.MARCH
        for _count in range(5):
            for subscription in subscriptions:
                self._live(subscription, month, random)
            month = add_months(month)
            self._at_day(month)
            self._close(add_months(month, -1))
        for subscription in subscriptions:
            self._check_replay(subscription.account_id, month)

    def _live(self, subscription, month, random):
        """A random month of somebody: uses, refunds, pauses, changes."""
        account = subscription.account_id
        for _count in range(random.randrange(6)):
            day = month + timedelta(days=random.randrange(10, 28))
            self._at_day(day)
            unit = random.choice(["hour", "day"])
            left = (
                account.hours_balance + account.hours_overdraft
                if unit == "hour"
                else account.days_balance
            )
            quantity = min(random.randrange(1, 8) / 2, int(left * 2) / 2)
            if quantity <= 0:
                continue
            self._use(account, quantity, day, unit=unit)
            if random.random() < 0.3:
                self._use(account, quantity / 2, day, unit=unit, kind="refund")
        self._at_day(month + timedelta(days=27))
        if random.random() < 0.3:
            first = add_months(month) + timedelta(days=random.randrange(9))
            subscription._pause(first, first + timedelta(days=random.randrange(15)))
        if random.random() < 0.2:
            subscription._change(
                random.choice([self.full, self.half]), month + timedelta(days=27)
            )

    def _check_replay(self, account, until):
        """Replay the ledger of an account, without anything that closing has stored."""
        months = account.month_ids.filtered(lambda item: item.month < until).sorted(
            "month"
        )
        lots = {"hour": Lots(), "day": Lots()}
        for row in account.row_ids.sorted("id"):
            lots[row.unit].post(row.kind, row.quantity, row.expires_on or None)
        self.assertAlmostEqual(lots["hour"].balance, account.hours_balance)
        self.assertAlmostEqual(lots["day"].balance, account.days_balance)
        subscription = account.subscription_ids
        rules = (self.full | self.half)._rules()
        packs = (self.day_pass | self.ten_days)._rules()
        total = 0.0
        for month in months:
            following = add_months(month.month)
            parts = subscription._parts(month.month, rules)[subscription]
            rows = account.row_ids.filtered(lambda row, day=following: row.date < day)
            used = {
                unit: -sum(
                    row.quantity
                    for row in rows
                    if row.date >= month.month
                    and row.unit == unit
                    and row.kind in ("use", "refund")
                )
                for unit in ("hour", "day")
            }
            plan = parts[-1].plan if parts else None
            result = settle(
                Facts(
                    month.month,
                    parts,
                    days=used["day"],
                    hours=used["hour"],
                    balance=sum(row.quantity for row in rows if row.unit == "hour"),
                    hour_price=plan.hour_price if plan else 0,
                    plans=tuple(rules.values()),
                    packs=packs,
                )
            )
            with self.subTest(account=account.partner_id.name, month=month.month):
                self.assertAlmostEqual(month.charged, result.charged)
                self.assertAlmostEqual(month.credit, result.credit)
                self.assertAlmostEqual(month.overage_hours, result.overage_hours)
            total += result.due + result.overage - result.credit
        coming = subscription._parts(until, rules)[subscription]
        stored = account.month_ids.line_ids.mapped("amount")
        self.assertAlmostEqual(sum(stored), total + price_of(coming), 2)
