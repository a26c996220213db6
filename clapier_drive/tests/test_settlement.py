from freezegun import freeze_time
from lxml import etree

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..drive_cents import commission, to_cents
from .settlement_common import AFTER, SettlementCommon


@tagged("post_install", "-at_install")
class TestSettlement(SettlementCommon):
    def _granted(self, cycle):
        return sum(
            to_cents(credit.amount)
            for credit in self.env["drive.credit"].search([("cycle_id", "=", cycle.id)])
            if credit.kind != "payment"
        )

    def _used(self, cycle):
        return -sum(
            to_cents(credit.amount)
            for credit in self.env["drive.credit"].search([("cycle_id", "=", cycle.id)])
            if credit.kind == "payment"
        )

    @freeze_time(AFTER)
    def test_random_cycles_reconcile_to_the_cent(self):
        receivable = self._account("4111%")
        credits = self.policy.credit_account_id
        mandates = self.policy._mandate_account()
        for seed in range(3):
            with self.subTest(seed=seed):
                before = {
                    account: self._balance(account)
                    for account in (receivable, credits, mandates)
                }
                cycle = self._run_cycle(seed)
                ordered = sum(to_cents(o.amount_total) for o in cycle.order_ids)
                granted, used = self._granted(cycle), self._used(cycle)
                cycle.action_settle()
                self.assertEqual(cycle.state, "settled")
                [summary] = cycle.summary_ids
                self.assertEqual(summary.state, "posted")
                self.assertEqual(sum(to_cents(x.balance) for x in summary.line_ids), 0)
                # Families: what they paid in money and credit is what they ordered;
                # what they ordered less what was credited is what was delivered.
                self.assertEqual(
                    self._balance(receivable) - before[receivable], ordered - used
                )
                self.assertEqual(
                    self._balance(credits) - before[credits], used - granted
                )
                sold = sum(to_cents(line.amount_sold) for line in self._lines(cycle))
                income = -sum(
                    to_cents(line.balance)
                    for line in summary.line_ids
                    if line.account_id not in (receivable, credits, mandates)
                )
                self.assertEqual(
                    income + before[mandates] - self._balance(mandates),
                    ordered - granted,
                )
                self._check_producers(cycle)
                self.assertLessEqual(sold, ordered - granted)
                self._check_goods(cycle)
                cycle.settlement_ids.action_validate()
                self.assertEqual(self._balance(mandates), before[mandates])
                self._check_documents(cycle)

    def _lines(self, cycle):
        return cycle.settlement_ids.line_ids

    def _check_producers(self, cycle):
        """What is due follows from what was received, claimed, weighed and sold."""
        claims = {claim.partner_id: claim for claim in cycle.claim_ids}
        for settlement in cycle.settlement_ids:
            for line in settlement.line_ids:
                self.assertEqual(
                    to_cents(line.amount_ordered) - to_cents(line.amount_missing),
                    to_cents(line.amount_received),
                )
                self.assertEqual(
                    to_cents(line.amount_received),
                    to_cents(round(line.quantity_received * line.price_unit + 1e-9, 2)),
                )
            if settlement.mode == "mandate":
                kept = commission(
                    to_cents(settlement.amount_sold), settlement.commission_rate * 100
                )
                self.assertEqual(to_cents(settlement.amount_commission), kept)
                self.assertEqual(
                    to_cents(settlement.amount_due),
                    to_cents(settlement.amount_sold)
                    - kept
                    - to_cents(settlement.amount_commission_tax),
                )
                continue
            self.assertEqual(
                to_cents(settlement.amount_due),
                to_cents(settlement.amount_received)
                - to_cents(settlement.amount_claimed)
                + to_cents(settlement.amount_weight),
            )
            claim = claims.get(settlement.partner_id)
            # A claim covers what is missing, which is not paid, and what is damaged.
            if claim:
                self.assertAlmostEqual(
                    claim.amount,
                    settlement.amount_missing + settlement.amount_claimed,
                    delta=0.01 * len(settlement.line_ids),
                )

    def _check_goods(self, cycle):
        """All that has come is given, thrown away, or left on the dock."""
        dock = cycle._drive_warehouse()._drive_dock()
        quants = {
            quant.product_id: quant.quantity
            for quant in self.env["stock.quant"].search([("location_id", "=", dock.id)])
        }
        for reception in cycle.reception_ids:
            lines = cycle.order_ids.drive_line_ids.filtered(
                lambda line, offer=reception.offer_id: line.drive_offer_id == offer
            )
            given = sum(lines.mapped("drive_given_qty"))
            self.assertAlmostEqual(
                quants.get(reception.product_id, 0.0),
                reception.quantity_received - reception.quantity_damaged - given,
                places=3,
            )
            self.assertAlmostEqual(sum(lines.mapped("qty_delivered")), given, 3)
        self.assertTrue(
            all(picking.state in ("done", "cancel") for picking in cycle.picking_ids)
        )

    def _check_documents(self, cycle):
        for settlement in cycle.settlement_ids:
            self.assertEqual(settlement.state, "validated")
            payable = settlement._payable_lines()
            if settlement.mode == "purchase":
                bill = settlement.move_id
                sign = -1 if bill.move_type == "in_refund" else 1
                self.assertEqual(
                    sign * to_cents(bill.amount_untaxed),
                    to_cents(settlement.amount_due),
                )
                self.assertEqual(
                    -sum(to_cents(line.balance) for line in payable),
                    to_cents(settlement.amount_total),
                )
                continue
            self.assertEqual(
                -sum(to_cents(line.balance) for line in payable),
                to_cents(settlement.amount_due),
            )
            self.assertTrue(
                settlement.commission_move_id.payment_state in ("paid", "in_payment")
                or not settlement.commission_move_id
            )

    @freeze_time(AFTER)
    def test_settling_twice_changes_nothing(self):
        cycle = self._run_cycle(7, baskets=4)
        cycle.action_settle()
        summary, settlements = cycle.summary_ids, cycle.settlement_ids
        count = cycle.picking_count
        cycle.action_settle()
        cycle._depart()
        self.env.invalidate_all()
        self.assertEqual(cycle.summary_ids, summary)
        self.assertEqual(cycle.settlement_ids, settlements)
        self.assertEqual(cycle.picking_count, count)
        self.assertTrue(all(basket.drive_summary_id for basket in cycle.order_ids))
        self.assertEqual(set(cycle.order_ids.mapped("invoice_status")), {"no"})

    @freeze_time(AFTER)
    def test_validated_settlement_is_frozen_and_reversed_by_documents(self):
        cycle = self._run_cycle(8, baskets=6)
        cycle.action_settle()
        settlement = cycle.settlement_ids.filtered(lambda s: s.mode == "purchase")
        due = settlement.amount_due
        settlement.action_validate()
        for refused in (
            lambda: settlement.write({"date_stop": "2027-04-01"}),
            settlement.unlink,
            settlement.action_count_again,
        ):
            with self.assertRaises(UserError):
                refused()
        claim = cycle.claim_ids.filtered(
            lambda item: item.partner_id == settlement.partner_id
        ) or self.env["drive.claim"].create(
            {"cycle_id": cycle.id, "partner_id": settlement.partner_id.id}
        )
        line = settlement.line_ids.filtered("quantity_received")[:1]
        self.env["drive.claim.line"].create(
            {"claim_id": claim.id, "product_id": line.product_id.id, "amount": 0.5}
        )
        settlement.action_reverse()
        mirror, again = (
            settlement.reversed_by_ids,
            cycle.settlement_ids.filtered(
                lambda item: item.partner_id == settlement.partner_id
            ),
        )
        self.assertEqual((settlement.state, mirror.state), ("reversed", "validated"))
        self.assertEqual(mirror.amount_due, -due)
        self.assertEqual(mirror.move_id.move_type, "in_refund")
        self.assertEqual(again.state, "draft")
        self.assertAlmostEqual(again.amount_due, due - 0.5, 2)
        with self.assertRaises(UserError):
            settlement.action_reverse()

    @freeze_time(AFTER)
    def test_invoice_on_request(self):
        receivable = self._account("4111%")
        cycle = self._run_cycle(9, baskets=5)
        first, second = cycle.order_ids[:2]
        for basket in first | second:
            if basket == second:
                cycle.action_settle()
            before = self._balance(receivable)
            invoice = basket._drive_invoice()
            self.assertEqual(basket._drive_invoice(), invoice)
            granted = sum(
                self.env["drive.credit"]
                .search(
                    [
                        ("order_line_id", "in", basket.order_line.ids),
                        ("kind", "!=", "payment"),
                    ]
                )
                .mapped("amount")
            )
            self.assertEqual(
                to_cents(invoice.amount_total),
                to_cents(basket.amount_total) - to_cents(granted),
            )
            if basket == second:
                # It was counted in the summary: nothing is owed twice.
                self.assertEqual(self._balance(receivable), before)
            else:
                self.assertEqual(
                    self._balance(receivable) - before, to_cents(basket.amount_total)
                )
        self.assertFalse(first.drive_summary_id)

    @freeze_time(AFTER)
    def test_credit_after_the_settlement_is_posted_once(self):
        cycle = self._run_cycle(10, baskets=4)
        cycle.action_settle()
        account = self.policy.credit_account_id
        before = self._balance(account)
        line = cycle.order_ids.drive_line_ids.filtered("drive_given_qty")[:1]
        self._credit(line, "correction", 0.05)
        for _run in range(2):
            self._run_cron("cron_account_credits")
        self.assertEqual(self._balance(account), before - 5)

    @freeze_time("2027-04-02 08:00:00")
    def test_month_is_settled_once(self):
        cycle = self._run_cycle(11, baskets=8)
        cycle.action_settle()
        late = cycle.producer_ids.filtered(lambda p: p.partner_id.name == "Late")
        self.assertFalse(late.settlement_id)
        for _run in range(2):
            self._run_cron("cron_settlement_months")
        self.assertEqual(late.settlement_id.state, "draft")
        self.assertEqual(
            self.env["drive.settlement"].search_count(
                [("partner_id", "=", late.partner_id.id)]
            ),
            1,
        )

    @freeze_time(AFTER)
    def test_statement_is_mailed_once_with_its_pdf(self):
        cycle = self._run_cycle(12, baskets=3)
        cycle.action_settle()
        settlements = cycle.settlement_ids
        settlements.action_validate()
        for _run in range(2):
            self._run_cron("cron_settlement_tell")
        mails = self.env["mail.mail"].search(
            [
                ("model", "=", "drive.settlement"),
                ("res_id", "in", settlements.ids),
            ]
        )
        self.assertEqual(len(mails), len(settlements))
        self.assertTrue(all(mail.attachment_ids for mail in mails))

    @freeze_time(AFTER)
    def test_only_administrators_settle(self):
        cycle = self._run_cycle(13, baskets=2)
        with self.assertRaises(UserError):
            cycle.with_user(self.user).action_settle()
        cycle.action_settle()
        settlement = cycle.settlement_ids[:1].with_user(self.user)
        settlement.read(["amount_due"])
        for refused in (settlement.action_validate, settlement.action_pay):
            with self.assertRaises(UserError):
                refused()
        with self.assertRaises(UserError):
            cycle.settlement_ids[:1].with_user(self.outsider).read(["amount_due"])

    @freeze_time(AFTER)
    def test_producers_are_paid_by_one_sepa_file(self):
        self._open_bank()
        manager = new_test_user(
            self.env,
            login="drive-manager",
            groups="clapier_drive.group_drive_manager",
            company_id=self.organisation.id,
            company_ids=self.organisation.ids,
        )
        cycle = self._run_cycle(14, baskets=6).with_user(manager)
        cycle.action_settle()
        settlements = cycle.settlement_ids
        settlements.action_validate()
        with self.assertRaises(UserError):
            settlements.action_pay()
        self.env["res.partner.bank"].create(
            [
                {
                    "partner_id": partner.id,
                    "acc_number": iban,
                    "allow_out_payment": True,
                }
                for partner, iban in zip(
                    settlements.partner_id,
                    (
                        "FR7630006000011234567890189",
                        "FR1420041010050500013M02606",
                        "BE71096123456769",
                    ),
                    strict=True,
                )
            ]
        )
        order = self.env["account.payment.order"].with_user(manager)
        order = order.browse(settlements.action_pay()["res_id"])
        due = settlements.filtered(lambda item: item.amount_total > 0)
        self.assertEqual(
            to_cents(order.total_company_currency),
            sum(to_cents(item.amount_total) for item in due),
        )
        with self.assertRaises(UserError):
            settlements.action_pay()
        order.draft2open()
        content, name = order.generate_payment_file()
        tree = etree.fromstring(content)
        space = {"p": tree.nsmap[None]}
        [total] = tree.xpath("//p:GrpHdr/p:CtrlSum/text()", namespaces=space)
        self.assertEqual(to_cents(float(total)), to_cents(order.total_company_currency))
        self.assertEqual(len(tree.xpath("//p:CdtTrfTxInf", namespaces=space)), len(due))
        self.assertTrue(name.endswith(".xml"))

    def _open_bank(self):
        """Give the drive a bank account from which SEPA transfers leave."""
        method = self.env.ref(
            "account_banking_sepa_credit_transfer.sepa_credit_transfer"
        )
        account = self.env["res.partner.bank"].create(
            {
                "partner_id": self.organisation.partner_id.id,
                "acc_number": "FR7610107001011234567890129",
            }
        )
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.organisation.id)], limit=1
        )
        journal.bank_account_id = account
        journal.outbound_payment_method_line_ids = [
            Command.create(
                {
                    "payment_method_id": method.id,
                    "payment_account_id": self._account("512%").id,
                }
            )
        ]
        self.env["account.payment.mode"].create(
            {
                "name": "SEPA",
                "company_id": self.organisation.id,
                "payment_method_id": method.id,
                "bank_account_link": "fixed",
                "fixed_journal_id": journal.id,
            }
        )
