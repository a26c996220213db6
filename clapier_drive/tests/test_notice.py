from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import DriveCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-03-05 08:00:00")
class TestNotice(DriveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.families = cls.env["res.partner"].create(
            [
                {
                    "name": f"Family {n}",
                    "email": f"family{n}@example.org",
                    "lang": "en_US",
                }
                for n in range(3)
            ]
        )
        cls.farm = cls._create_producer("Farm")
        cls.farm.write({"email": "farm@example.org", "lang": "en_US"})

    def _closed_cycle(self, quantities=(2, 4)):
        cycle = self._create_cycle()
        offer = self._create_offer(
            cycle, producer=self.farm, product=self._create_product("=Leeks")
        )
        for family, quantity in zip(self.families, quantities, strict=False):
            self._create_basket(cycle, [(offer, quantity)], partner=family)
        cycle.action_close()
        return cycle

    def _mails(self, email):
        return self.env["mail.mail"].search(
            [("recipient_ids.email", "=", email)], order="id"
        )

    # --- Producers

    def test_order_is_mailed_once_with_pdf_and_table(self):
        cycle = self._closed_cycle()
        self._run_cron("cron_producer_tell")
        self._run_cron("cron_producer_tell")
        cycle.producer_ids.action_tell()
        mail = self._mails("farm@example.org")
        self.assertEqual(len(mail), 1)
        self.assertTrue(cycle.producer_ids.told_at)
        purchase = cycle.producer_ids.purchase_id
        self.assertIn(purchase.name, mail.subject)
        names = mail.attachment_ids.mapped("name")
        self.assertEqual(len(names), 2)
        self.assertTrue(all(name.startswith(purchase.name) for name in names))
        [table] = mail.attachment_ids.filtered(lambda file: file.name.endswith(".csv"))
        rows = table.raw.decode("utf-8-sig").splitlines()
        self.assertEqual(len(rows), 2)
        # A spreadsheet does not take the name for a formula.
        self.assertIn(";'=Leeks;6;", rows[1])

    def test_producer_without_address_is_shown(self):
        self.farm.email = False
        cycle = self._closed_cycle()
        self._run_cron("cron_producer_tell")
        self.assertFalse(cycle.producer_ids.told_at)
        self.assertTrue(cycle.producer_ids.tell_error)
        self.farm.email = "farm@example.org"
        cycle.producer_ids.action_tell()
        self.assertTrue(cycle.producer_ids.told_at)
        self.assertFalse(cycle.producer_ids.tell_error)

    def test_order_is_not_mailed_after_the_preparation(self):
        cycle = self._closed_cycle()
        with freeze_time("2027-03-11 12:00:01"):
            self._run_cron("cron_producer_tell")
        self.assertFalse(cycle.producer_ids.told_at)

    def test_missed_minimum_is_not_mailed(self):
        cycle = self._create_cycle()
        offer = self._create_offer(cycle, producer=self.farm)
        self.env["drive.cycle.producer"].create(
            {"cycle_id": cycle.id, "partner_id": self.farm.id, "amount_min": 100}
        )
        self._create_basket(cycle, [(offer, 1)], partner=self.families[0])
        cycle.action_close()
        self._run_cron("cron_producer_tell")
        self.assertFalse(self._mails("farm@example.org"))

    # --- Families

    def _share(self, cycle, received):
        cycle.reception_ids.quantity_received = received
        cycle.action_share()
        cycle.action_validate()
        return self.env["drive.notice"].search([("cycle_id", "=", cycle.id)])

    def test_only_who_misses_something_is_told(self):
        cycle = self._closed_cycle((1, 4))
        notices = self._share(cycle, 3)
        self.assertEqual(notices.partner_id, self.families[1])
        self.assertEqual((notices.amount, notices.balance), (6, 6))
        self._run_cron("cron_notice_send")
        mail = self._mails("family1@example.org")
        self.assertEqual(notices.state, "sent")
        self.assertIn("Leeks", mail.body_html)
        self.assertIn("6.00", mail.body_html)
        self.assertFalse(self._mails("family0@example.org"))

    def test_each_family_is_told_once(self):
        cycle = self._closed_cycle()
        notices = self._share(cycle, 0)
        cycle.action_validate()
        self.env["drive.notice"]._queue_shared(cycle)
        self._run_cron("cron_notice_send")
        self._run_cron("cron_notice_send")
        self.assertEqual(len(notices), 2)
        self.assertEqual(
            self.env["drive.notice"].search_count([("cycle_id", "=", cycle.id)]), 2
        )
        self.assertEqual(len(self._mails("family0@example.org")), 1)

    def test_who_has_no_address_is_told_once_there_is_one(self):
        self.families[0].email = False
        notices = self._share(self._closed_cycle((2,)), 0)
        self._run_cron("cron_notice_send")
        self.assertEqual(notices.state, "skipped")
        self.assertTrue(notices.error)
        self.families[0].email = "family0@example.org"
        notices.action_queue_again()
        self._run_cron("cron_notice_send")
        self.assertEqual(notices.state, "sent")

    def test_deleted_template_fails_and_may_be_tried_again(self):
        notices = self._share(self._closed_cycle((2,)), 0)
        self.env.ref("clapier_drive.mail_template_notice_shared").unlink()
        self._run_cron("cron_notice_send")
        self.assertEqual(notices.state, "failed")

    # --- Deciding by hand

    def test_no_more_is_decided_than_has_come(self):
        cycle = self._closed_cycle((4, 4))
        cycle.reception_ids.quantity_received = 4
        lines = cycle.order_ids.order_line
        lines.write({"drive_is_overridden": True, "drive_override_qty": 3})
        with self.assertRaisesRegex(UserError, "Leeks"):
            cycle.action_share()

    def test_decision_stays_within_what_was_ordered(self):
        cycle = self._closed_cycle((4,))
        line = cycle.order_ids.order_line
        for quantity in (-1, 5, 0.5):
            with self.subTest(quantity=quantity), self.assertRaises(ValidationError):
                line.write(
                    {"drive_is_overridden": True, "drive_override_qty": quantity}
                )
        cycle.action_share()
        cycle.action_validate()
        with self.assertRaises(ValidationError):
            line.write({"drive_is_overridden": True, "drive_override_qty": 1})
