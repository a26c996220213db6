from datetime import date

from freezegun import freeze_time
from psycopg2.errors import ExclusionViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
class TestSubscription(PlanCommon):
    def setUp(self):
        super().setUp()
        self._at_day("2027-03-22")

    def _at_day(self, day):
        clock = freeze_time(f"{day} 10:00:00")
        clock.start()
        self.addCleanup(clock.stop)

    def test_begins_with_hours_and_an_invoice_pro_rata(self):
        subscription = self._subscribe(self.person, self.half, "2027-03-22")
        account = subscription.account_id
        self.assertEqual((account.hours_balance, account.days_balance), (1.61, 2.58))
        self.assertEqual(account.hours_overdraft, 4)
        month = subscription.month_ids
        self.assertEqual(month.invoiced, 25.81)
        self.env["coworking.month"]._make_invoices(month.line_ids)
        self.assertEqual(month.line_ids.move_id.amount_untaxed, 25.81)
        self.assertIn("from day 22 to 31", month.line_ids.name)

    def test_begins_once(self):
        subscription = self._subscribe(self.person, self.half, "2027-03-22")
        subscription.action_start()
        self.assertEqual(len(subscription.month_ids.line_ids), 1)

    def test_one_plan_at_a_time(self):
        self._subscribe(self.person, self.half, "2027-03-22")
        with mute_logger("odoo.sql_db"), self.assertRaises(ExclusionViolation):
            self._subscribe(self.person, self.full, "2027-03-25")

    def test_to_come_costs_nothing_yet(self):
        subscription = self._subscribe(self.person, self.half, "2027-04-10")
        self.assertFalse(subscription.month_ids)
        self.assertFalse(self.person._coworking_has_plan())

    def test_has_a_plan_while_it_runs(self):
        self.assertFalse(self.person._coworking_has_plan())
        subscription = self._subscribe(self.person, self.half, "2027-03-22")
        self.assertTrue(self.person._coworking_has_plan())
        self._pause(subscription, "2027-03-25", "2027-03-27")
        self._at_day("2027-03-26")
        self.assertFalse(self.person._coworking_has_plan())
        self._at_day("2027-03-28")
        self.assertTrue(self.person._coworking_has_plan())
        subscription.date_end = "2027-03-27"
        self.assertFalse(self.person._coworking_has_plan())

    def test_organisation_shares_its_hours(self):
        plan = self._create_plan(
            name="Team", kind="organisation", price=400, hours=40, people_max=2
        )
        team = self._create_person("Team", is_company=True)
        child = self._create_person("Child", parent_id=team.id)
        guest = self._create_person("Guest")
        subscription = self._subscribe(team, plan, "2027-03-22", people_ids=guest.ids)
        accounts = self.env["coworking.account"]
        for person in (child, guest):
            self.assertTrue(person._coworking_has_plan())
            self.assertEqual(
                accounts._of(person, self.organisation), subscription.account_id
            )
        with self.assertRaises(ValidationError):
            subscription.people_ids |= self.person | self._create_person("Third")

    def test_pause_within_the_policy(self):
        subscription = self._subscribe(self.person, self.half, "2027-03-22")
        subscription._pause(date(2027, 4, 1), date(2027, 5, 31))
        with self.assertRaisesRegex(ValidationError, "62 days a year"):
            subscription._pause(date(2027, 7, 1), date(2027, 7, 2))
        with self.assertRaisesRegex(UserError, "tomorrow"):
            subscription._pause(date(2027, 3, 22), date(2027, 3, 22))

    def test_state_follows_the_days(self):
        subscription = self._subscribe(self.person, self.half, "2027-03-22")
        self._pause(subscription, "2027-04-01", "2027-04-10")
        subscription._change(self.full, date(2027, 4, 15))
        subscription.date_end = "2027-04-30"
        for day, state, plan in (
            ("2027-04-05", "paused", self.half),
            ("2027-04-15", "running", self.full),
            ("2027-05-01", "ended", self.full),
        ):
            self._at_day(day)
            self.env["coworking.subscription"]._cron_refresh()
            self.assertEqual((subscription.state, subscription.plan_id), (state, plan))

    def test_change_within_the_month_adds_hours(self):
        subscription = self._subscribe(self.person, self.half, "2027-03-01")
        self.assertEqual(subscription.account_id.hours_balance, 5)
        subscription._change(self.full, date(2027, 3, 22))
        self.assertEqual(subscription.account_id.hours_balance, 6.62)
        self.assertEqual(subscription.plan_id, self.full)

    def test_engagement_keeps_from_a_cheaper_plan(self):
        self.full.engagement_months = 6
        subscription = self._subscribe(self.person, self.full, "2027-03-22")
        with self.assertRaisesRegex(UserError, "end of your"):
            subscription._change(self.half, date(2027, 4, 1))
        subscription._change(self.half, date(2027, 10, 1))
        subscription._end()
        self.assertEqual(subscription.date_end, date(2027, 9, 21))

    def test_end_at_the_notice(self):
        self.half.notice_days = 30
        subscription = self._subscribe(self.person, self.half, "2027-03-01")
        with self.assertRaisesRegex(UserError, "at the earliest"):
            subscription._end(date(2027, 3, 31))
        subscription.action_end()
        self.assertEqual(subscription.date_end, date(2027, 4, 30))

    def test_begun_is_kept(self):
        subscription = self._subscribe(self.person, self.half, "2027-03-22")
        with self.assertRaises(UserError):
            subscription.unlink()

    def test_dues_go_with_the_plan_once(self):
        dues = self._create_product(
            "Dues 2027",
            list_price=20,
            membership=True,
            membership_date_from="2027-01-01",
            membership_date_to="2027-12-31",
        )
        self.half.dues_product_id = dues
        subscription = self._subscribe(self.person, self.half, "2027-03-22")
        lines = subscription.month_ids.line_ids
        self.assertEqual(lines.filtered(lambda line: line.kind == "dues").amount, 20)
        moves = self.env["coworking.month"]._make_invoices(lines)
        self.assertEqual(self.person.member_line_ids.membership_id, dues)
        moves.action_post()
        self._at_day("2027-04-01")
        closed = self._close(self.MARCH)
        self.assertFalse(
            closed.line_ids.filtered(lambda line: line.kind == "dues") - lines
        )

    def _with_dues(self, first, last):
        self.half.dues_product_id = self._create_product(
            "Dues",
            list_price=20,
            membership=True,
            membership_date_from=first,
            membership_date_to=last,
        )
        return self._subscribe(self.person, self.half, "2027-03-22")

    def test_dues_that_are_over_are_said(self):
        subscription = self._with_dues("2026-01-01", "2026-12-31")
        self.assertNotIn("dues", subscription.month_ids.line_ids.mapped("kind"))
        self.assertIn("12/31/2026", subscription.dues_warning)
        self.assertIn("next season", self.half.dues_warning)
        warned = self.env["coworking.subscription"].search(
            [("dues_warning", "!=", False), ("partner_id", "=", self.person.id)]
        )
        self.assertEqual(warned, subscription)
        month_end = self.env["coworking.month.end"].create(
            {"company_id": self.organisation.id, "month": self.MARCH}
        )
        self.assertEqual(month_end.dues_note, self.half.dues_warning)
        self.half.dues_product_id.write(
            {
                "membership_date_from": "2027-01-01",
                "membership_date_to": "2027-12-31",
            }
        )
        month_end.invalidate_recordset()
        self.assertFalse(subscription.dues_warning or month_end.dues_note)
        self.assertFalse(
            self.env["coworking.subscription"].search(
                [("dues_warning", "!=", False), ("partner_id", "=", self.person.id)]
            )
        )

    def test_dues_of_a_season_to_come_and_about_to_end(self):
        subscription = self._with_dues("2027-09-01", "2028-08-31")
        self.assertIn("begin on 09/01/2027", subscription.dues_warning)
        dues = self.half.dues_product_id
        dues.membership_date_from = "2026-04-01"
        dues.membership_date_to = "2027-03-31"
        self.assertIn("end on 03/31/2027", subscription.dues_warning)
        subscription.date_end = "2027-03-31"
        self.assertFalse(subscription.dues_warning)

    def test_dues_without_dates_are_said(self):
        subscription = self._with_dues("2027-01-01", "2027-12-31")
        self.assertFalse(subscription.dues_warning)
        dues = self.half.dues_product_id
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE product_template SET membership_date_to = NULL WHERE id = %s",
            (dues.product_tmpl_id.id,),
        )
        self.env.invalidate_all()
        self.assertIn("no dates", subscription.dues_warning)

    def test_others_stay_out(self):
        subscription = self._subscribe(self.person, self.half, "2027-03-22")
        portal = new_test_user(self.env, login="portal", groups="base.group_portal")
        for user in (self.outsider, portal):
            for record in (
                subscription,
                subscription.month_ids,
                self.half,
                self.day_pass,
            ):
                with self.assertRaises(AccessError):
                    record.with_user(user).read(["company_id"])
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            login="stranger",
            groups="clapier_coworking.group_coworking_manager",
            company_id=other.id,
            company_ids=other.ids,
        )
        with self.assertRaises(AccessError):
            subscription.with_user(stranger).read(["state"])
        with self.assertRaises(AccessError):
            subscription.with_user(self.outsider).action_start()
        self.assertEqual(subscription.with_user(self.user).state, "running")
