import base64
import io

from freezegun import freeze_time
from PIL import Image

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .host_common import JPEG, HostCommon


def picture(kind="JPEG"):
    """Return a small photo in base64."""
    stream = io.BytesIO()
    Image.new("RGB", (8, 8), "#804020").save(stream, kind)
    return base64.b64encode(stream.getvalue())


@tagged("post_install", "-at_install")
@freeze_time("2027-03-05 08:00:00")
class TestProblem(HostCommon):
    def setUp(self):
        super().setUp()
        self._evening()

    def _report(self, basket, quantity=1, kind="missing", **vals):
        line = basket.order_line
        return self._take(
            *("problem", basket),
            line_id=line.id,
            problem=kind,
            quantity=quantity,
            **vals,
        )

    def _settle(self):
        self.cycle.with_user(self.user).action_settle_problems()

    def _credits(self):
        return self.env["drive.credit"].search(
            [("cycle_id", "=", self.cycle.id), ("kind", "=", "problem")], order="id"
        )

    def test_photo_is_kept(self):
        self._report(
            self.baskets[0], photo=f"data:image/jpeg;base64,{picture().decode()}"
        )
        self.assertTrue(self.baskets[0].drive_problem_ids.photo)

    def test_broken_photo_does_not_hold_up_the_report(self):
        self.assertEqual(self._report(self.baskets[0], photo=JPEG)["result"], "done")
        self.assertFalse(self.baskets[0].drive_problem_ids.photo)

    def test_one_credit_a_family_one_claim_a_producer(self):
        self._share_all()
        self._report(self.baskets[0])
        self._report(self.baskets[0], kind="damaged")
        self._report(self.baskets[1], quantity=2)
        self._settle()
        self.assertEqual(self._credits().mapped("amount"), [6, 6])
        self.assertEqual(self._credits().partner_id, self.families[:2])
        claim = self.cycle.claim_ids
        self.assertEqual(claim.partner_id, self.farm)
        self.assertEqual(
            (claim.line_ids.quantity_missing, claim.line_ids.quantity_damaged), (3, 1)
        )
        self.assertEqual(claim.amount, 8)
        notices = self.env["drive.notice"].search(
            [("kind", "=", "problem"), ("cycle_id", "=", self.cycle.id)]
        )
        self.assertEqual(notices.partner_id, self.families[:2])
        self._run_cron("cron_notice_send")
        self.assertEqual(set(notices.mapped("state")), {"sent"})

    def test_second_click_credits_nothing_more(self):
        self._share_all()
        self._report(self.baskets[0])
        self._settle()
        with self.assertRaises(UserError):
            self._settle()
        self.assertEqual(len(self._credits()), 1)

    def test_late_report_opens_a_supplementary_claim(self):
        self._share_all()
        self._report(self.baskets[0])
        self._settle()
        self._report(self.baskets[1])
        self._settle()
        # The first is not sent yet: it grows.
        self.assertEqual(self.cycle.claim_ids.mapped("number"), [0])
        self.cycle.claim_ids.action_send()
        self._report(self.baskets[1])
        self._settle()
        self.assertEqual(sorted(self.cycle.claim_ids.mapped("number")), [0, 1])
        self.assertEqual(len(self._credits()), 3)

    def test_refused_report_and_own_mistake(self):
        self._share_all()
        self._report(self.baskets[0])
        self._report(self.baskets[1])
        self.baskets[0].drive_problem_ids.action_refuse()
        self.baskets[1].drive_problem_ids.is_producer = False
        self._settle()
        self.assertEqual(self._credits().partner_id, self.families[1])
        self.assertFalse(self.cycle.claim_ids)

    def test_no_more_is_credited_than_was_paid(self):
        self._share_all()
        for _turn in range(3):
            self._report(self.baskets[0], quantity=2)
        self._settle()
        self._report(self.baskets[0])
        self._settle()
        self.assertEqual(sum(self._credits().mapped("amount")), 6)

    def test_office_notes_a_report_and_sees_the_evening(self):
        with Form(self.env["drive.problem"].with_user(self.user)) as form:
            form.line_id = self.baskets[0].order_line
            form.kind = "damaged"
            form.quantity = 2
        self.assertEqual((form.record.amount, form.record.source), (6, "office"))
        with Form(self.point.with_user(self.user)) as form:
            form.stop = "2027-03-11 18:30:00"
        cycle = self.cycle.with_user(self.user)
        self.assertEqual((cycle.problem_count, cycle.problem_new_count), (1, 1))
        for action in (cycle.action_view_handover(), cycle.action_view_problems()):
            found = cycle.env[action["res_model"]].search(action["domain"])
            self.assertEqual(found.cycle_id, cycle)

    def test_settling_waits_for_the_sharing_out(self):
        self._report(self.baskets[0])
        with self.assertRaises(UserError):
            self._settle()

    # --- Claims

    def _claim(self):
        self._share_all()
        self._report(
            *(self.baskets[0], 1, "damaged"),
            photo=f"data:image/jpeg;base64,{picture().decode()}",
            note="Soft",
        )
        self._report(self.baskets[1])
        self._settle()
        return self.cycle.claim_ids

    def test_claim_is_mailed_once_with_its_photos_and_no_family(self):
        claim = self._claim()
        self._run_cron("cron_claim_tell")
        self.assertFalse(claim.told_at)
        claim.action_send()
        self._run_cron("cron_claim_tell")
        self._run_cron("cron_claim_tell")
        mail = self.env["mail.mail"].search(
            [
                ("recipient_ids.email", "=", "farm@example.org"),
                ("model", "=", claim._name),
            ]
        )
        self.assertEqual(len(mail), 1)
        self.assertEqual(len(mail.attachment_ids), 1)
        self.assertIn("Leeks: 1 missing, Leeks: 1 damaged (Soft)", mail.body_html)
        for secret in ("Faure", "Camille", self.baskets[0].name):
            self.assertNotIn(secret, mail.body_html)

    def test_claim_without_address_says_so(self):
        claim = self._claim()
        self.farm.email = False
        claim.action_send()
        self._run_cron("cron_claim_tell")
        self.assertTrue(claim.tell_error)
        self.farm.email = "farm@example.org"
        self._run_cron("cron_claim_tell")
        self.assertTrue(claim.told_at)
        self.assertFalse(claim.tell_error)

    def test_answers(self):
        claim = self._claim()
        claim.action_accept()
        self.assertEqual(claim.state, "draft")
        claim.action_send()
        with self.assertRaises(UserError):
            claim.action_accept_partly()
        claim.line_ids.amount_accepted = 1.5
        claim.action_accept_partly()
        self.assertEqual((claim.state, claim.amount_accepted), ("partly", 1.5))
        claim.action_reopen()
        self.assertEqual((claim.state, claim.amount_accepted), ("sent", 0))
        claim.action_accept()
        self.assertEqual((claim.amount, claim.amount_accepted), (4, 4))
        claim.action_reopen()
        claim.action_refuse()
        self.assertEqual((claim.state, claim.amount_accepted), ("refused", 0))

    # --- By the family

    def test_family_reports_by_its_page_for_some_days(self):
        basket = self.baskets[0]
        key = "8c1e8f0c-6a43-4a5e-9d0b-2f6f1c7d9e10"
        args = (basket.order_line.id, "missing", 1.0, "Nothing in the bag", False, key)
        with self.assertRaises(UserError):
            basket._drive_report(*args)
        with freeze_time("2027-03-12 08:00:00"):
            report = basket._drive_report(*args)
            self.assertEqual(basket._drive_report(*args), report)
            with self.assertRaises(UserError):
                basket._drive_report(*args[:-1], None)
            with self.assertRaises(UserError):
                basket._drive_report(
                    self.baskets[1].order_line.id, *args[1:-1], key[::-1]
                )
        self.assertEqual((report.source, len(basket.drive_problem_ids)), ("family", 1))
        with freeze_time("2027-03-16 08:00:00"), self.assertRaises(UserError):
            basket._drive_report(*args)
