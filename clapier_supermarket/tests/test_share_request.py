from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .share_common import ShareCommon


class RequestCommon(ShareCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._load_french_chart()
        cls.person = cls._create_person()

    def _confirm(self, partner=None, **vals):
        request = self._create_request(partner or self.person, **vals)
        request.action_confirm()
        return request

    def _capital_at_floor(self):
        """Leave room for no refund, with a holder of 25 shares; return the holder."""
        holder = self._create_holder("Nadia Belkacem", quantity=100)
        self._record("refund", 75, holder)
        return holder


@tagged("post_install", "-at_install")
class TestShareSubscription(RequestCommon):
    def test_confirming_invoices_the_capital_account_without_vat(self):
        request = self._confirm()
        self.assertEqual(request.state, "to_pay")
        invoice = request.invoice_id
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(invoice.amount_total, 100)
        self.assertFalse(invoice.invoice_line_ids.tax_ids)
        self.assertTrue(invoice.invoice_line_ids.account_id.code.startswith("1013"))
        self.assertFalse(request.movement_ids)

    def test_the_invoice_speaks_the_language_of_the_person(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.type_a.with_context(lang="fr_FR").name = "Coopératrices"
        person = self._create_person("Lina Haddad", lang="fr_FR")
        self.env.invalidate_all()
        request = self.env["supermarket.share.request"].with_context(lang="en_US")
        request = request.browse(self._create_request(person).id)
        request.action_confirm()
        self.assertEqual(
            request.invoice_id.invoice_line_ids.name,
            "Parts sociales, A – Coopératrices",
        )
        self.assertIn("Souscription", request.invoice_id.invoice_origin)

    def test_shares_are_recorded_once_the_invoice_is_paid(self):
        request = self._confirm()
        self._pay(request.invoice_id)
        self.assertEqual(request.state, "done")
        self.assertEqual(request.movement_ids.to_partner_id, self.person)
        self.assertTrue(self.person.supermarket_is_member)
        self.assertTrue(self.person.supermarket_member_number)
        self._assert_proven()

    def test_the_last_of_three_instalments_records_the_shares(self):
        thirds = self.env["account.payment.term"].create(
            {
                "name": "Three instalments",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": part, "nb_days": days}
                    )
                    for part, days in ((40, 0), (30, 30), (30, 60))
                ],
            }
        )
        request = self._confirm(payment_term_id=thirds.id)
        receivable = request.invoice_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        self.assertEqual(receivable.mapped("debit"), [40, 30, 30])
        self._pay(request.invoice_id, 40)
        self._pay(request.invoice_id, 30)
        self.assertEqual(request.state, "to_pay")
        self.assertFalse(self.person.supermarket_is_member)
        self._pay(request.invoice_id, 30)
        self.assertEqual(request.state, "done")
        self.assertEqual(self._held(self.person), 10)

    def test_a_payment_undone_and_made_again_records_no_second_time(self):
        request = self._confirm()
        payment = self._pay(request.invoice_id)
        payment.move_id.line_ids.remove_move_reconcile()
        self.assertTrue(request.is_unpaid_since)
        self.assertIn(
            request,
            self.env["supermarket.share.request"].search(
                [("is_unpaid_since", "=", True)]
            ),
        )
        receivable = (request.invoice_id | payment.move_id).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        receivable.reconcile()
        self.assertFalse(request.is_unpaid_since)
        self.assertEqual(len(request.movement_ids), 1)
        self.assertEqual(self._held(self.person), 10)

    def test_a_credit_note_for_all_cancels_the_request(self):
        request = self._confirm()
        request.invoice_id._reverse_moves([{}], cancel=True)
        self.assertEqual(request.invoice_id.payment_state, "reversed")
        self.assertEqual(request.state, "cancelled")
        self.assertFalse(request.movement_ids)

    def test_a_credit_note_for_a_part_records_nothing(self):
        request = self._confirm()
        credit = request.invoice_id._reverse_moves([{}])
        credit.invoice_line_ids.quantity = 4
        credit.action_post()
        (request.invoice_id | credit).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        ).reconcile()
        self._pay(request.invoice_id)
        self.assertEqual(request.invoice_id.payment_state, "paid")
        self.assertEqual(request.state, "to_pay")
        self.assertFalse(request.movement_ids)

    def test_the_invoice_of_recorded_shares_stays_posted(self):
        request = self._confirm()
        self._pay(request.invoice_id)
        with self.assertRaisesRegex(UserError, "reverse that movement"):
            request.invoice_id.button_draft()

    def test_cancelling_an_unpaid_subscription_credits_its_invoice(self):
        request = self._confirm()
        request.action_cancel()
        self.assertEqual(request.state, "cancelled")
        self.assertEqual(request.invoice_id.state, "posted")
        self.assertEqual(request.invoice_id.payment_state, "reversed")
        request.action_draft()
        self.assertFalse(request.invoice_id)
        request.action_confirm()
        self.assertEqual(request.state, "to_pay")

    def test_cancelling_the_invoice_cancels_the_request(self):
        request = self._confirm()
        request.invoice_id.button_cancel()
        self.assertEqual(request.state, "cancelled")

    def test_a_partly_paid_subscription_cannot_be_cancelled(self):
        request = self._confirm()
        self._pay(request.invoice_id, 30)
        with self.assertRaisesRegex(UserError, "already paid"):
            request.action_cancel()

    def test_a_done_request_cannot_be_cancelled_edited_nor_deleted(self):
        request = self._confirm()
        self._pay(request.invoice_id)
        with self.assertRaisesRegex(UserError, "reverse its movement"):
            request.action_cancel()
        with self.assertRaisesRegex(UserError, "does not change"):
            request.quantity = 20
        with self.assertRaisesRegex(UserError, "Only draft or cancelled"):
            request.unlink()
        with self.assertRaisesRegex(UserError, "no longer a draft"):
            request.action_confirm()

    def test_the_first_shares_reach_the_minimum(self):
        with self.assertRaisesRegex(UserError, "at least 10"):
            self._confirm(quantity=9)

    def test_a_holder_may_add_any_number(self):
        holder = self._create_holder("Nadia Belkacem")
        self.assertEqual(self._confirm(holder, quantity=1).state, "to_pay")

    def test_the_low_income_minimum_needs_a_right_in_force(self):
        today = fields.Date.context_today(self.person)
        right = self.env["supermarket.low.income"].create(
            {
                "partner_id": self.person.id,
                "company_id": self.company.id,
                "date_start": today - timedelta(days=400),
                "date_end": today - timedelta(days=1),
            }
        )
        with self.assertRaisesRegex(UserError, "at least 10"):
            self._confirm(quantity=1)
        right.date_end = today
        self.assertEqual(self._confirm(quantity=1).state, "to_pay")

    def test_the_office_subscribes_at_low_income_without_reading_the_right(self):
        self.env["supermarket.low.income"].create(
            {
                "partner_id": self.person.id,
                "company_id": self.company.id,
                "date_start": "2024-01-01",
            }
        )
        office = self._create_user(
            "office", "clapier_supermarket.group_supermarket_user"
        )
        request = self._create_request(self.person, quantity=1).with_user(office)
        request.action_confirm()
        self.assertEqual(request.state, "to_pay")
        with self.assertRaises(AccessError):
            self.env["supermarket.low.income"].with_user(office).search([])

    def test_a_minor_needs_a_legal_representative(self):
        today = fields.Date.context_today(self.person)
        self.person.supermarket_birth_date = today - timedelta(days=16 * 365)
        with self.assertRaisesRegex(UserError, "legal representative"):
            self._confirm()
        parent = self._create_holder("Nadia Belkacem")
        self.person.supermarket_legal_representative_id = parent
        self.assertEqual(self._confirm().state, "to_pay")

    def test_a_company_without_equity_account_is_told_what_to_do(self):
        self.env["account.account"].search(
            [
                ("company_ids", "in", self.company.ids),
                ("account_type", "=", "equity"),
            ]
        ).account_type = "liability_current"
        with self.assertRaisesRegex(UserError, "no equity account"):
            self._confirm()

    def test_a_pending_subscription_explains_the_refusal_at_the_till(self):
        request = self._confirm()
        self.assertEqual(self.person.supermarket_verdict, "refused")
        self.assertIn("not paid in full", self.person.supermarket_verdict_reason)
        self._pay(request.invoice_id)
        self.assertEqual(self.person.supermarket_verdict, "allowed")

    def test_a_pending_subscription_of_a_member_refuses_nothing(self):
        holder = self._create_holder("Nadia Belkacem")
        self._confirm(holder, quantity=5)
        self.assertEqual(holder.supermarket_verdict, "allowed")

    def test_an_accountant_without_shop_rights_may_record_the_payment(self):
        request = self._confirm()
        accountant = self._create_user("accountant", "account.group_account_invoice")
        wizard = (
            self.env["account.payment.register"]
            .with_user(accountant)
            .with_context(
                active_model="account.move", active_ids=request.invoice_id.ids
            )
            .create({})
        )
        wizard._create_payments()
        self.assertEqual(request.state, "done")

    def test_the_form_proposes_the_minimum_of_the_type(self):
        with Form(self.env["supermarket.share.request"]) as form:
            form.partner_id = self.person
            self.assertEqual(form.type_id, self.type_a)
            self.assertEqual(form.quantity, 10)


@tagged("post_install", "-at_install")
class TestShareTransfer(RequestCommon):
    def test_a_transfer_is_recorded_at_once(self):
        holder = self._create_holder("Nadia Belkacem", quantity=20)
        request = self._confirm(holder, kind="transfer", to_partner_id=self.person.id)
        self.assertEqual(request.state, "done")
        self.assertFalse(request.invoice_id)
        self.assertEqual((self._held(holder), self._held(self.person)), (10, 10))
        self.assertTrue(self.person.supermarket_is_member)

    def test_nobody_transfers_more_than_they_hold(self):
        holder = self._create_holder("Nadia Belkacem")
        with self.assertRaisesRegex(UserError, "10 at most"):
            self._confirm(
                holder, kind="transfer", to_partner_id=self.person.id, quantity=11
            )

    def test_nobody_keeps_fewer_than_the_minimum(self):
        holder = self._create_holder("Nadia Belkacem", quantity=15)
        with self.assertRaisesRegex(UserError, "would keep 5"):
            self._confirm(holder, kind="transfer", to_partner_id=self.person.id)

    def test_a_transfer_names_another_person(self):
        holder = self._create_holder("Nadia Belkacem")
        with self.assertRaisesRegex(UserError, "Name the new holder"):
            self._confirm(holder, kind="transfer")
        with self.assertRaisesRegex(UserError, "Name the new holder"):
            self._confirm(holder, kind="transfer", to_partner_id=holder.id)

    def test_a_loss_says_which_assembly_decided(self):
        holder = self._create_holder("Nadia Belkacem", quantity=20)
        with self.assertRaisesRegex(UserError, "decision of the assembly"):
            self._confirm(holder, kind="loss", quantity=2)
        request = self._confirm(
            holder, kind="loss", quantity=2, reason="Assembly of 12 May"
        )
        self.assertEqual(request.movement_ids.reason, "Assembly of 12 May")
        self.assertEqual(self._held(holder), 18)

    def test_the_office_confirms_no_transfer(self):
        holder = self._create_holder("Nadia Belkacem")
        office = self._create_user(
            "office", "clapier_supermarket.group_supermarket_user"
        )
        request = self._create_request(
            holder, kind="transfer", to_partner_id=self.person.id
        ).with_user(office)
        with self.assertRaisesRegex(AccessError, "keeps the share register"):
            request.action_confirm()


@tagged("post_install", "-at_install")
class TestShareRefund(RequestCommon):
    def test_a_refund_within_the_floor_makes_a_credit_note_at_once(self):
        self._create_holder("Nadia Belkacem", quantity=100)
        holder = self._create_holder("Ana Roche")
        request = self._confirm(holder, kind="refund")
        self.assertEqual(request.state, "done")
        self.assertEqual(request.invoice_id.move_type, "out_refund")
        self.assertEqual(request.invoice_id.state, "posted")
        self.assertEqual(request.invoice_id.amount_residual, 100)
        self.assertFalse(holder.supermarket_is_member)
        self._assert_proven()

    def test_a_refund_beyond_the_floor_waits(self):
        holder = self._capital_at_floor()
        request = self._confirm(holder, kind="refund", quantity=15)
        self.assertEqual(request.state, "waiting")
        self.assertFalse(request.movement_ids)
        self.assertFalse(request.invoice_id)
        self.assertEqual(self._held(holder), 25)

    def test_shares_that_wait_for_a_refund_cannot_go_elsewhere(self):
        holder = self._capital_at_floor()
        self._confirm(holder, kind="refund", quantity=15)
        with self.assertRaisesRegex(UserError, "15 wait for a refund: 10 at most"):
            self._confirm(
                holder, kind="transfer", to_partner_id=self.person.id, quantity=11
            )

    def test_the_queue_is_paid_in_order_by_the_next_subscriptions(self):
        first, second, third = (
            self._create_holder(name, quantity=quantity)
            for name, quantity in (("Ana", 20), ("Bruno", 10), ("Carole", 10))
        )
        self._capital_at_floor_of(160)
        requests = [
            self._confirm(holder, kind="refund", quantity=quantity)
            for holder, quantity in ((first, 20), (second, 10), (third, 10))
        ]
        self.assertEqual([r.state for r in requests], ["waiting"] * 3)
        # Ten new shares: the first in the queue needs twenty, and nobody overtakes.
        self._pay(self._confirm(quantity=10).invoice_id)
        self.assertEqual([r.state for r in requests], ["waiting"] * 3)
        self._pay(self._confirm(self._create_person("Denis"), quantity=20).invoice_id)
        self.assertEqual([r.state for r in requests], ["done", "done", "waiting"])
        numbers = [r.movement_ids.number for r in requests[:2]]
        self.assertEqual(numbers, sorted(numbers))
        self._assert_proven()

    def _capital_at_floor_of(self, shares):
        """Raise the capital to ``shares`` and leave it at a quarter of that."""
        held = int(self.register._recompute()["capital"] / self.type_a.price)
        whale = self._create_holder("Association", quantity=shares - held)
        self._record("refund", shares * 3 // 4, whale)
        self.assertEqual(self.register._refundable(), 0)

    def test_nobody_overtakes_the_queue(self):
        holder = self._create_holder("Nadia Belkacem", quantity=100)
        other = self._create_holder("Ana Roche")
        self._record("refund", 75, holder)
        waiting = self._confirm(holder, kind="refund", quantity=25)
        small = self._confirm(other, kind="refund", quantity=10)
        self.assertEqual((waiting.state, small.state), ("waiting", "waiting"))

    def test_the_cron_pays_what_a_looser_policy_allows(self):
        holder = self._capital_at_floor()
        request = self._confirm(holder, kind="refund", quantity=15)
        self.policy.capital_floor_ratio = 0.1
        with self.enter_registry_test_mode():
            self.env.ref(
                "clapier_supermarket.ir_cron_share_refund_queue"
            ).method_direct_trigger()
        self.assertEqual(request.state, "done")

    def test_a_refund_whose_shares_are_gone_stops_nobody(self):
        holder = self._capital_at_floor()
        gone = self._confirm(holder, kind="refund", quantity=15)
        behind = self._confirm(holder, kind="refund", quantity=10)
        # A correction of the register, which the queue did not foresee.
        self._record("transfer", 15, holder, self.person)
        self._record("subscription", 100, taker=self.person, type_id=self.type_b.id)
        self.env["supermarket.share.request"]._pay_refund_queue(self.company)
        self.assertEqual((gone.state, behind.state), ("cancelled", "done"))
        self.assertEqual(self._held(holder), 0)

    def test_a_waiting_refund_can_be_cancelled(self):
        request = self._confirm(self._capital_at_floor(), kind="refund", quantity=15)
        request.action_cancel()
        self.assertEqual(request.state, "cancelled")

    def test_reversing_a_refund_gives_the_shares_back(self):
        holder = self._create_holder("Nadia Belkacem", quantity=40)
        request = self._confirm(holder, kind="refund", quantity=10)
        request.movement_ids._reverse("Wrong person")
        self.assertEqual(self._held(holder), 40)
        request.invoice_id.button_draft()
        self.assertEqual(request.invoice_id.state, "draft")
        self._assert_proven()
