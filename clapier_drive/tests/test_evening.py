from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .host_common import HostCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-03-05 08:00:00")
class TestEvening(HostCommon):
    def setUp(self):
        super().setUp()
        self.env["drive.policy"].create(
            {
                "company_id": self.organisation.id,
                "date_start": "2027-01-01",
                "unclaimed_fee": 2,
            }
        )
        self._evening()

    def _notices(self, kind):
        return self.env["drive.notice"].search(
            [("cycle_id", "=", self.cycle.id), ("kind", "=", kind)]
        )

    def _mails(self, email):
        return self.env["mail.mail"].search([("recipient_ids.email", "=", email)])

    # --- Host's mail

    def test_host_gets_the_link_once_on_the_day(self):
        host = self.env["res.partner"].create(
            {"name": "Mireille", "email": "host@example.org", "lang": "en_US"}
        )
        self.point.point_id.host_id = host
        with freeze_time("2027-03-11 05:59:00"):
            self._run_cron("cron_host_tell")
            self.assertFalse(self.point.host_told_at)
        with freeze_time("2027-03-11 06:01:00"):
            self._run_cron("cron_host_tell")
            self._run_cron("cron_host_tell")
        mail = self._mails("host@example.org")
        self.assertEqual(len(mail), 1)
        self.assertIn(self.point.sudo().token, mail.body_html)
        for secret in ("Faure", "family0@"):
            self.assertNotIn(secret, mail.body_html)
        # A renewed link is mailed by itself.
        with freeze_time("2027-03-11 07:00:00"):
            self.point.action_renew_token()
            self._run_cron("cron_host_tell")
        self.assertEqual(len(self._mails("host@example.org")), 2)

    def test_point_without_host_says_so(self):
        with self.assertRaises(UserError):
            self.point.with_user(self.user).action_tell_host()

    # --- Families

    def test_families_are_reminded_once(self):
        with freeze_time("2027-03-10 19:00:00"):
            self._run_cron("cron_basket_remind")
            self.assertFalse(self._notices("reminder"))
        with freeze_time("2027-03-10 20:01:00"):
            self._run_cron("cron_basket_remind")
            self.point.reminded_at = False
            self._run_cron("cron_basket_remind")
            notices = self._notices("reminder")
            self.assertEqual(notices.order_id, self.baskets)
            self._run_cron("cron_notice_send")
        self.assertEqual(set(notices.mapped("state")), {"sent"})
        mail = self._mails("family0@example.org")
        self.assertIn(self.baskets[0].drive_handover_code, mail.body_html)
        self.assertIn(self.baskets[0]._drive_basket_url(), mail.body_html)
        self.assertNotIn(self.baskets[1].drive_handover_token, mail.body_html)

    def test_policy_without_reminder_reminds_nobody(self):
        self.env["drive.policy"].search(
            [("company_id", "=", self.organisation.id)]
        ).reminder_hours = 0
        with freeze_time("2027-03-11 15:00:00"):
            self._run_cron("cron_basket_remind")
        self.assertFalse(self._notices("reminder"))

    def test_families_learn_once_that_the_crates_have_come(self):
        with freeze_time("2027-03-11 15:30:00"):
            self._take("arrived")
            self.assertEqual(self._take("arrived")["result"], "already")
            self.assertEqual(self._notices("ready").order_id, self.baskets)
            self._take("handed", self.baskets[0])
            self._run_cron("cron_notice_send")
        # Who was quicker than the mail is left in peace.
        states = {n.order_id: n.state for n in self._notices("ready")}
        self.assertEqual(states, {self.baskets[0]: "skipped", self.baskets[1]: "sent"})

    # --- Nobody came

    def _close_evening(self):
        self._take("handed", self.baskets[0])
        with freeze_time("2027-03-11 20:01:00"):
            self._run_cron("cron_basket_unclaimed")

    def test_unclaimed_is_noted_after_the_grace_of_the_policy(self):
        self._take("handed", self.baskets[0])
        with freeze_time("2027-03-11 19:59:00"):
            self._run_cron("cron_basket_unclaimed")
            self.assertFalse(self.point.unclaimed_at)
        with freeze_time("2027-03-11 20:01:00"):
            self._run_cron("cron_basket_unclaimed")
            self._run_cron("cron_basket_unclaimed")
        self.assertEqual(
            self.baskets.mapped("drive_handover_state"), ["handed", "unclaimed"]
        )
        self.assertEqual(str(self.baskets[1].drive_keep_until), "2027-03-12")
        self.assertEqual(self._notices("unclaimed").order_id, self.baskets[1])
        self.assertEqual(self.point.unclaimed_count, 1)

    def test_who_comes_late_gets_the_basket(self):
        self._close_evening()
        with freeze_time("2027-03-11 20:30:00"):
            self._take("handed", self.baskets[1], at="2027-03-11T17:50:00Z")
        self.assertEqual(self.baskets[1].drive_handover_state, "handed")
        self.assertFalse(self.baskets[1].drive_keep_until)
        self._run_cron("cron_notice_send")
        self.assertEqual(self._notices("unclaimed").state, "skipped")
        self._take("undone", self.baskets[1])
        self.assertEqual(self.baskets[1].drive_handover_state, "unclaimed")

    def _decide(self, **vals):
        orders = vals.pop("orders", self.baskets[1])
        form = Form(
            self.env["drive.unclaimed"]
            .with_user(self.user)
            .with_context(active_model="sale.order", active_ids=orders.ids)
        )
        for name, value in vals.items():
            setattr(form, name, value)
        return form.save().action_decide()

    @freeze_time("2027-03-11 20:05:00")
    def test_basket_is_kept(self):
        self._close_evening()
        self._decide(decision="keep", keep_until="2027-03-13")
        self.assertEqual(self.baskets[1].drive_handover_state, "kept")
        self.assertEqual(self._notices("moved").order_id, self.baskets[1])
        with self.assertRaises(UserError):
            self._decide(decision="keep", keep_until="2027-03-10")

    @freeze_time("2027-03-11 20:05:00")
    def test_basket_is_fetched_where_it_was_transferred_to(self):
        self._close_evening()
        later = self._create_cycle(self.other.point_id, date_pickup="2027-03-18")
        later.point_ids.write(
            {"start": "2027-03-18 16:00:00", "stop": "2027-03-18 18:00:00"}
        )
        self._decide(decision="transfer", cycle_point_id=later.point_ids)
        self.assertEqual(self.baskets[1].drive_handover_state, "transferred")
        self.assertEqual(self._take("handed", self.baskets[1])["result"], "refused")
        self.host = self._host_of(later.point_ids)
        self.assertEqual(self._take("handed", self.baskets[1])["result"], "done")

    @freeze_time("2027-03-11 20:05:00")
    def test_basket_is_not_transferred_to_an_evening_that_is_over(self):
        self._close_evening()
        with self.assertRaises(UserError):
            self.baskets[1]._drive_transfer(self.other)

    @freeze_time("2027-03-11 20:05:00")
    def test_given_and_charged_once(self):
        self._close_evening()
        self.baskets[1]._drive_charge_unclaimed()
        self._decide(decision="give", is_charged=True)
        rows = self.env["drive.credit"].search(
            [("partner_id", "=", self.families[1].id)]
        )
        self.assertEqual(sorted(rows.mapped("amount")), [-9, -2])
        self.assertEqual(self.baskets[1]._drive_dues()[self.baskets[1]], (0, 0))
        self.assertEqual(self._notices("given").charged, 11)
        with self.assertRaises(UserError):
            self._decide(decision="give")
        self.assertEqual(self._take("handed", self.baskets[1])["result"], "refused")

    def test_hook_of_the_fridge_is_called_with_what_is_given(self):
        given = []
        with patch.object(
            type(self.baskets),
            "_drive_give_unclaimed",
            lambda orders: given.extend(orders.ids),
        ):
            self.baskets._drive_give()
        self.assertEqual(given, self.baskets.ids)

    def test_policy_gives_what_is_kept_too_long(self):
        self._close_evening()
        policy = self.env["drive.policy"].search(
            [("company_id", "=", self.organisation.id)]
        )
        with freeze_time("2027-03-13 08:00:00"):
            self._run_cron("cron_basket_unclaimed")
            self.assertEqual(self.baskets[1].drive_handover_state, "unclaimed")
            policy.gives_unclaimed = True
            self._run_cron("cron_basket_unclaimed")
        self.assertEqual(
            self.baskets.mapped("drive_handover_state"), ["handed", "given"]
        )

    def test_outsider_decides_nothing(self):
        with self.assertRaises(AccessError):
            self.env["drive.unclaimed"].with_user(self.outsider).create({})
