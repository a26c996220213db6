from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged
from odoo.tools import format_date

from .common import SupermarketCommon


class VerdictCommon(SupermarketCommon):
    @classmethod
    def _create_dues_product(cls, name):
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "service",
                "membership": True,
                "membership_date_from": "2026-01-01",
                "membership_date_to": "2026-12-31",
                "list_price": 10,
                "taxes_id": [Command.clear()],
            }
        )

    def assertVerdict(self, partner, verdict, *words):
        """Check the verdict, and that the reason says each of ``words``."""
        partner.invalidate_recordset()
        self.assertEqual(partner.supermarket_verdict, verdict)
        for word in words:
            self.assertIn(word, partner.supermarket_verdict_reason)

    def _on(self, words, day):
        """Return ``words`` with ``day`` written as the reader writes dates."""
        return words % format_date(self.env, day)

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "clapier_supermarket.ir_cron_refresh_verdicts"
            ).method_direct_trigger()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestVerdict(VerdictCommon):
    def test_a_member_may_shop(self):
        self.assertVerdict(
            self._create_member(), "allowed", self._on("Member since %s", "2024-01-15")
        )

    def test_somebody_unknown_has_no_verdict(self):
        self.assertVerdict(self._create_person(), False)

    @freeze_time("2026-05-12")
    def test_the_last_share_lost_refuses_and_says_what_restores(self):
        member = self._create_member()
        member.supermarket_is_member = False
        self.assertVerdict(
            member,
            "refused",
            self._on("since %s", "2026-05-12"),
            "subscribe to at least one share",
        )
        self.assertTrue(member.supermarket_member_number)
        member.supermarket_is_member = True
        self.assertVerdict(member, "allowed")

    def test_a_number_without_a_share_is_refused(self):
        person = self._create_person()
        person._supermarket_assign_number()
        self.assertVerdict(person, "refused", "Not a member yet")

    def test_attached_people_share_the_verdict_of_their_member(self):
        member = self._create_member("Camille")
        attached = self._create_person("Sam", supermarket_holder_id=member.id)
        self.assertVerdict(attached, "allowed", "Attached to Camille")
        member.supermarket_is_member = False
        self.assertVerdict(attached, "refused", "Attached to Camille", "subscribe")

    def test_somebody_attached_to_a_person_about_to_join_waits(self):
        holder = self._create_person("Camille")
        attached = self._create_person("Sam", supermarket_holder_id=holder.id)
        self.assertVerdict(attached, "refused", "Camille must subscribe")
        holder.supermarket_is_member = True
        self.assertVerdict(attached, "allowed")

    def test_a_detached_person_has_no_verdict_left(self):
        member = self._create_member()
        attached = self._create_person("Sam", supermarket_holder_id=member.id)
        attached.supermarket_holder_id = False
        self.assertVerdict(attached, False)

    def test_the_office_blocks_without_telling_the_till_why(self):
        member = self._create_member("Camille")
        attached = self._create_person("Sam", supermarket_holder_id=member.id)
        member.supermarket_block_reason = "Argument with the cashier"
        self.assertVerdict(member, "refused", "ask at the desk")
        self.assertNotIn("Argument", member.supermarket_verdict_reason)
        self.assertVerdict(attached, "refused", "Attached to Camille")
        member.supermarket_block_reason = False
        self.assertVerdict(attached, "allowed")

    def test_a_block_on_an_attached_person_leaves_their_member_alone(self):
        member = self._create_member()
        attached = self._create_person("Sam", supermarket_holder_id=member.id)
        attached.supermarket_block_reason = "Stole"
        self.assertVerdict(attached, "refused", "ask at the desk")
        self.assertVerdict(member, "allowed")

    def test_pending_shares_speak_before_the_missing_membership(self):
        person = self._create_person()
        person._supermarket_assign_number()
        pending = {person: ("refused", "Subscription waits for its payment.")}
        with patch.object(
            self.registry["res.partner"],
            "_supermarket_pending_shares",
            lambda partners: {p: pending[p] for p in partners if p in pending},
        ):
            person._supermarket_refresh_verdict()
            self.assertVerdict(person, "refused", "waits for its payment")

    def test_a_later_rule_overrides_the_judgement_of_the_household(self):
        member = self._create_member("Camille")
        attached = self._create_person("Sam", supermarket_holder_id=member.id)
        Partner = self.registry["res.partner"]
        judge = Partner._supermarket_judge

        def shifts(partners):
            judged = judge(partners)
            for partner in partners:
                judged[partner] = partner._supermarket_worst(
                    judged[partner], ("warned", "A shift was missed: catch up.")
                )
            return judged

        with patch.object(Partner, "_supermarket_judge", shifts):
            member._supermarket_refresh_verdict()
            self.assertVerdict(member, "warned", "catch up")
            self.assertVerdict(attached, "warned", "Attached to Camille. A shift")

    def test_the_reason_is_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        member = self._create_member().with_context(lang="fr_FR")
        self.assertIn("15/01/2024", member.supermarket_verdict_reason)

    def test_judging_takes_the_same_statements_for_one_or_a_hundred(self):
        product = self._create_dues_product("Adhesion 2026")
        self.policy.write({"dues_required": True, "dues_product_id": product.id})
        holders = self.env["res.partner"].create(
            [
                {
                    "name": f"Member {rank}",
                    "supermarket_company_id": self.company.id,
                    "supermarket_is_member": True,
                }
                for rank in range(101)
            ]
        )
        self.env["res.partner"].create(
            [{"name": "Sam", "supermarket_holder_id": holder.id} for holder in holders]
        )

        def statements(people):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            people._supermarket_refresh_verdict()
            self.env.flush_all()
            people.mapped("supermarket_verdict_reason")
            return self.cr.sql_log_count - before

        statements(holders[:1])  # warm the caches
        one = statements(holders[:1])
        self.assertLessEqual(statements(holders[1:]), one + 5)


@tagged("post_install", "-at_install")
class TestDues(VerdictCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = cls._create_member(
            "Camille", supermarket_member_since="2023-01-01"
        )
        cls.product = cls._create_dues_product("Adhesion 2026")
        cls.rule = cls.env["supermarket.policy"].create(
            {
                "company_id": cls.company.id,
                "date_start": "2025-01-01",
                "dues_required": True,
                "dues_product_id": cls.product.id,
                "dues_grace_days": 30,
            }
        )

    def _pay(self, start, stop, **vals):
        return self.env["membership.membership_line"].create(
            {
                "partner_id": self.member.id,
                "membership_id": self.product.id,
                "date": start,
                "date_from": start,
                "date_to": stop,
                "state": "paid",
                "member_price": 10,
                **vals,
            }
        )

    @freeze_time("2025-01-10")
    def test_missing_dues_warn_then_refuse(self):
        self.member._supermarket_refresh_verdict()
        self.assertVerdict(
            self.member,
            "warned",
            self._on("since %s", "2025-01-01"),
            self._on("before %s", "2025-01-31"),
        )
        self.assertEqual(self.member.supermarket_verdict_next_change, date(2025, 1, 31))
        with freeze_time("2025-01-31"):
            self._run_cron()
            self.assertVerdict(self.member, "refused", "pay them at the desk")
            self.assertFalse(self.member.supermarket_verdict_next_change)

    @freeze_time("2026-03-01")
    def test_paid_dues_allow_until_they_end(self):
        self._pay("2026-01-01", "2026-12-31")
        attached = self._create_person("Sam", supermarket_holder_id=self.member.id)
        self.assertVerdict(self.member, "allowed")
        self.assertEqual(self.member.supermarket_verdict_next_change, date(2027, 1, 1))
        self.assertEqual(attached.supermarket_verdict_next_change, date(2027, 1, 1))
        with freeze_time("2027-01-01"):
            self._run_cron()
            self.assertVerdict(
                self.member, "warned", self._on("since %s", "2027-01-01")
            )
            self.assertVerdict(attached, "warned", "Attached to Camille")

    @freeze_time("2026-03-01")
    def test_an_invoice_paid_by_the_member_counts(self):
        invoice = self.member.create_membership_invoice(self.product, 10)
        invoice.invoice_date = "2026-03-01"
        invoice.action_post()
        self.assertVerdict(self.member, "refused")
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})._create_payments()
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.assertVerdict(self.member, "allowed")

    @freeze_time("2026-03-01")
    def test_dues_paid_to_another_organisation_do_not_count(self):
        other = self._create_dues_product("Coworking 2026")
        self._pay("2026-01-01", "2026-12-31", membership_id=other.id)
        self.assertVerdict(self.member, "refused")

    @freeze_time("2026-03-01")
    def test_cancelled_dues_stop_on_the_day_of_cancellation(self):
        line = self._pay("2026-01-01", "2026-12-31")
        line.date_cancel = "2026-02-20"
        self.assertVerdict(self.member, "warned", self._on("since %s", "2026-02-21"))

    @freeze_time("2026-12-20")
    def test_dues_paid_ahead_follow_without_a_break(self):
        self._pay("2026-01-01", "2026-12-31")
        self._pay("2027-01-01", "2027-12-31")
        self.assertEqual(self.member.supermarket_verdict_next_change, date(2027, 1, 1))
        with freeze_time("2027-01-01"):
            self._run_cron()
            self.assertVerdict(self.member, "allowed")
            self.assertEqual(
                self.member.supermarket_verdict_next_change, date(2028, 1, 1)
            )

    @freeze_time("2026-03-01")
    def test_a_new_member_has_the_days_of_grace_from_the_first_day(self):
        newcomer = self._create_member("New", supermarket_member_since="2026-02-25")
        self.assertVerdict(newcomer, "warned", self._on("before %s", "2026-03-27"))

    @freeze_time("2026-03-01")
    def test_a_free_member_owes_nothing(self):
        self.member.free_member = True
        self.assertVerdict(self.member, "allowed")

    @freeze_time("2025-02-01")
    def test_another_policy_with_dues_gives_no_second_grace(self):
        self.env["supermarket.policy"].create(
            {
                "company_id": self.company.id,
                "date_start": "2025-01-31",
                "dues_required": True,
                "dues_product_id": self.product.id,
            }
        )
        self.assertVerdict(self.member, "refused", self._on("since %s", "2025-01-01"))

    @freeze_time("2026-03-01")
    def test_a_policy_to_come_is_applied_on_its_day(self):
        self.assertVerdict(self.member, "refused")
        self.env["supermarket.policy"].create(
            {"company_id": self.company.id, "date_start": "2026-04-01"}
        )
        self.assertEqual(self.member.supermarket_verdict_next_change, date(2026, 4, 1))
        with freeze_time("2026-04-01"):
            self._run_cron()
            self.assertVerdict(self.member, "allowed")

    @freeze_time("2026-03-01")
    def test_changing_or_deleting_a_policy_judges_again(self):
        self.assertVerdict(self.member, "refused")
        self.rule.dues_grace_days = 1000
        self.assertVerdict(self.member, "warned")
        self.rule.unlink()
        self.assertVerdict(self.member, "allowed")

    @freeze_time("2026-03-01")
    def test_the_cron_touches_only_what_is_due(self):
        self._pay("2026-01-01", "2026-12-31")
        self.env.flush_all()
        with patch.object(
            self.registry["res.partner"],
            "_supermarket_judge",
            side_effect=AssertionError,
        ):
            self._run_cron()
