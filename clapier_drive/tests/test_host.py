import json

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .host_common import JPEG, PNG, HostCommon

# No more of a family, of its basket and of its products than these leaves the server.
LIST_KEYS = {"arrived", "over", "baskets"}
BASKET_KEYS = {
    *("id", "number", "who", "state", "at", "qr", "cold", "crates", "due", "credit"),
    *("paid", "own", "lines", "problems"),
}
ANSWER_KEYS = {"key", "kind", "order_id", "result", "message"}


@tagged("post_install", "-at_install")
@freeze_time("2027-03-05 08:00:00")
class TestHost(HostCommon):
    def setUp(self):
        super().setUp()
        self._evening()

    # --- What the page learns

    def test_list_tells_nothing_of_a_person(self):
        self._take("problem", self.baskets[0], line_id=self.baskets[0].order_line.id)
        shown = self.host._host_list()
        self.assertEqual(shown.keys(), LIST_KEYS)
        self.assertEqual(len(shown["baskets"]), 2)
        for basket in shown["baskets"]:
            self.assertEqual(basket.keys(), BASKET_KEYS)
            self.assertEqual(basket["crates"][0].keys(), {"key", "name", "cold"})
            self.assertEqual(basket["lines"][0].keys(), {"id", "name", "quantity"})
        self.assertEqual(shown["baskets"][0]["who"], "Camille0 F.")
        text = json.dumps(shown)
        for secret in ("Faure", "example.org", "34 56", "Clapiers"):
            self.assertNotIn(secret, text)
        for basket in self.baskets:
            self.assertNotIn(basket.drive_handover_token, text)
            self.assertNotIn(basket.drive_handover_code, json.dumps(shown["baskets"]))

    def test_answer_tells_nothing_of_a_person(self):
        self.assertEqual(self._take("handed", self.baskets[0]).keys(), ANSWER_KEYS)

    def test_list_holds_only_the_baskets_of_its_point(self):
        elsewhere = self._host_of(self.other)
        self.assertFalse(elsewhere._host_list()["baskets"])
        self.baskets[0].drive_handover_point_id = self.other
        self.assertEqual(len(elsewhere._host_list()["baskets"]), 1)
        self.assertEqual(len(self.host._host_list()["baskets"]), 1)

    def test_crates_are_those_of_the_plan(self):
        crates = self.baskets[0].drive_crate_ids
        [shown, _other] = self.host._host_list()["baskets"]
        self.assertEqual(
            [(crate["key"], crate["name"]) for crate in shown["crates"]],
            [(str(crate.id), str(crate.number)) for crate in crates.sorted("number")],
        )
        self.assertTrue(shown["crates"])
        self.cycle.crate_ids.unlink()
        [shown, _other] = self.host._host_list()["baskets"]
        self.assertEqual([crate["name"] for crate in shown["crates"]], ["1"])

    def test_list_costs_the_same_for_many_baskets(self):
        self.host._host_list()
        self.env.invalidate_all()
        with self.assertQueryCount(30):
            self.host._host_list()

    def test_page_opens_after_the_orders_and_closes_two_days_later(self):
        cycle = self._create_cycle()
        point = self._host_of(cycle.point_ids)
        self.assertTrue(point._host_is_early())
        with freeze_time("2027-03-13 17:59:00"):
            self.assertFalse(self.host._host_is_over())
        with freeze_time("2027-03-13 18:01:00"):
            self.assertTrue(self.host._host_is_over())
            self.assertTrue(self.host._host_takes())
        with freeze_time("2027-03-26 18:00:00"):
            self.assertFalse(self.host._host_takes())

    def test_every_basket_gets_its_own_code_once(self):
        tokens = self.baskets.mapped("drive_handover_token")
        self.assertEqual(len(set(tokens)), 2)
        self.assertTrue(all(len(token) == 64 for token in tokens))
        self.assertTrue(all(len(b.drive_handover_code) == 4 for b in self.baskets))
        self.cycle._drive_prepare_handover()
        self.assertEqual(self.baskets.mapped("drive_handover_token"), tokens)

    # --- Hand-over

    def test_scan_hands_over_and_proves_it(self):
        basket = self.baskets[0]
        answer = self._take(
            "handed", basket, scan=basket.drive_handover_token, crates=["1"]
        )
        self.assertEqual(answer["result"], "done")
        self.assertEqual(basket.drive_handover_state, "handed")
        self.assertEqual(basket.drive_handover_proof, "scan")
        self.assertEqual(basket.drive_handover_ids.crates, "1")
        self.assertEqual(self.cycle.handed_count, 1)
        self.assertEqual(self.point.handed_count, 1)

    def test_same_sending_twice_counts_once(self):
        event = self._event("handed", self.baskets[0])
        answers = self.host._host_take([event]) + self.host._host_take([event, event])
        self.assertEqual({answer["result"] for answer in answers}, {"done"})
        self.assertEqual(len(self.baskets[0].drive_handover_ids), 1)

    def test_second_host_learns_that_it_is_handed_over(self):
        self._take("handed", self.baskets[0])
        answer = self._take("handed", self.baskets[0])
        self.assertEqual(answer["result"], "already")
        self.assertTrue(answer["message"])

    def test_offline_things_are_taken_in_the_order_they_happened(self):
        basket = self.baskets[0]
        first = self._event("handed", basket, at="2027-03-05T07:10:00Z")
        last = self._event("undone", basket, at="2027-03-05T07:20:00Z")
        answers = self.host._host_take([last, first])
        self.assertEqual([answer["kind"] for answer in answers], ["undone", "handed"])
        self.assertEqual(basket.drive_handover_state, "waiting")

    def test_clock_of_the_phone_is_set_right(self):
        event = self._event("handed", self.baskets[0], at="2027-03-05T08:30:00Z")
        self.host._host_take([event], "2027-03-05T09:00:00Z")
        self.assertEqual(str(self.baskets[0].drive_handed_at), "2027-03-05 07:30:00")

    def test_wild_clock_and_text_are_taken(self):
        for clock, at, note in (
            ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "a\0b"),
            ("9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", {"a": 1}),
            (7, None, None),
        ):
            event = self._event(
                *("problem", self.baskets[0]),
                line_id=self.baskets[0].order_line.id,
                problem="wrong",
                at=at,
                note=note,
            )
            [answer] = self.host._host_take([event], clock)
            self.assertEqual(answer["result"], "done")

    def test_basket_of_another_point_is_refused(self):
        host = self._host_of(self.other)
        for event in (
            self._event("handed", self.baskets[0]),
            self._event("paid", self.baskets[0], method="cash"),
            self._event("handed", self.baskets[0], order_id="1"),
            self._event("handed", self.baskets[0], order_id=[self.baskets[0].id]),
            self._event("handed", self.baskets[0], order_id=2**40),
            self._event("anything", self.baskets[0]),
        ):
            with self.subTest(event=event["kind"]):
                [answer] = host._host_take([event])
                self.assertEqual(answer["result"], "refused")
        self.assertEqual(self.baskets[0].drive_handover_state, "waiting")

    def test_foreign_code_proves_nothing(self):
        self._take("handed", self.baskets[0], scan=self.baskets[1].drive_handover_token)
        self.assertEqual(self.baskets[0].drive_handover_proof, "word")

    def test_signature_is_kept(self):
        self._take("handed", self.baskets[0], signature=PNG)
        self.assertEqual(self.baskets[0].drive_handover_proof, "signature")
        self.assertTrue(self.baskets[0].drive_handover_ids.signature)

    def test_what_is_no_picture_is_no_signature(self):
        for text in ("data:image/png;base64,PHN2Zz4=", "x", 7, JPEG, "é,é"):
            with self.subTest(text=text):
                self._take("handed", self.baskets[0], signature=text)
                self.assertEqual(self.baskets[0].drive_handover_proof, "word")
                self._take("undone", self.baskets[0])

    def test_codes_are_not_guessed(self):
        basket = self.baskets[0]
        right = basket.drive_handover_code
        wrong = "0000" if right != "0000" else "1111"
        self.assertTrue(self.host._check_code(basket, right))
        for _turn in range(5):
            self.assertFalse(self.host._check_code(basket, wrong))
        self.assertFalse(self.host._check_code(basket, right))
        self._take("handed", basket, code=right)
        self.assertEqual(basket.drive_handover_proof, "doubtful")

    def test_hand_over_is_undone(self):
        self._take("handed", self.baskets[0])
        self._take("undone", self.baskets[0])
        self.assertEqual(self.baskets[0].drive_handover_state, "waiting")
        self.assertFalse(self.baskets[0].drive_handed_at)
        self.assertEqual(self._take("undone", self.baskets[0])["result"], "already")
        self.assertEqual(len(self.baskets[0].drive_handover_ids), 3)

    def test_log_is_not_rewritten(self):
        self._take("handed", self.baskets[0])
        row = self.baskets[0].drive_handover_ids
        with self.assertRaises(UserError):
            row.message = "Nobody came"
        with self.assertRaises(UserError):
            row.unlink()

    # --- Payment

    def _credit(self, amount):
        self.env["drive.credit"].create(
            {
                "partner_id": self.families[0].id,
                "company_id": self.organisation.id,
                "date": "2027-03-01",
                "kind": "correction",
                "amount": amount,
                "reference": "Goodwill",
            }
        )

    def test_payment_is_noted_once(self):
        basket = self.baskets[0]
        self.assertEqual(basket.drive_due, 6)
        self.assertEqual(self._take("paid", basket, method="cash")["result"], "done")
        self.assertEqual(self._take("paid", basket, method="cash")["result"], "already")
        row = basket.drive_handover_ids.filtered("amount")
        self.assertEqual((row.amount, row.method), (6, "cash"))
        self.assertEqual(basket._drive_dues()[basket], (0, 0))

    def test_amount_is_never_that_of_the_phone(self):
        answer = self._take("paid", self.baskets[0], method="cash", shown=0.01)
        self.assertEqual(sum(self.baskets[0].drive_handover_ids.mapped("amount")), 6)
        self.assertTrue(answer["message"])
        for shown in (float("inf"), float("nan"), "6", None):
            self._take("unpaid", self.baskets[0])
            self._take("paid", self.baskets[0], method="card", shown=shown)
            self.assertEqual(
                sum(self.baskets[0].drive_handover_ids.mapped("amount")), 6
            )

    def test_credit_pays_first(self):
        self._credit(2)
        [shown, _other] = self.host._host_list()["baskets"]
        self.assertEqual((shown["due"], shown["credit"]), (4, 2))
        self._take("paid", self.baskets[0], method="card", shown=4)
        self.assertEqual(
            self.env["drive.credit"]._balance(self.families[0], self.organisation), 0
        )
        [shown, _other] = self.host._host_list()["baskets"]
        self.assertTrue(shown["paid"])
        self.assertTrue(shown["own"])
        self._take("unpaid", self.baskets[0])
        self.assertEqual(
            self.env["drive.credit"]._balance(self.families[0], self.organisation), 2
        )
        self.assertEqual(self.baskets[0]._drive_dues()[self.baskets[0]], (6, 2))

    def test_credit_alone_pays_only_if_it_is_enough(self):
        self._credit(2)
        answer = self._take("paid", self.baskets[0], method="credit")
        self.assertEqual(answer["result"], "refused")
        self._credit(10)
        self._take("paid", self.baskets[0], method="credit")
        self.assertEqual(
            self.env["drive.credit"]._balance(self.families[0], self.organisation), 6
        )

    def test_institutions_pay_nothing_at_the_point(self):
        self.cycle.public = "institution"
        self.assertEqual(self._take("paid", self.baskets[0])["result"], "already")

    # --- Problems

    def test_problem_is_reported_with_its_photo(self):
        line = self.baskets[0].order_line
        answer = self._take(
            *("problem", self.baskets[0]),
            line_id=line.id,
            problem="damaged",
            quantity=1,
            photo=PNG.replace("png", "jpeg"),
        )
        self.assertEqual(answer["result"], "done")
        problem = self.baskets[0].drive_problem_ids
        self.assertEqual((problem.kind, problem.quantity), ("damaged", 1))
        self.assertEqual((problem.amount, problem.producer_id), (3, self.farm))
        # What is called a photo and is none is left out, the report stays.
        self.assertFalse(problem.photo)

    def test_no_more_is_reported_than_was_given(self):
        line = self.baskets[0].order_line
        for told, kept in ((99, 2), (-3, 1), ("2", 1), (float("nan"), 1), (True, 1)):
            with self.subTest(told=told):
                vals = self.env["drive.problem"]._prepare_report(line, "wrong", told)
                self.assertEqual(vals["quantity"], kept)

    def test_problem_of_another_basket_is_refused(self):
        for line_id, kind in (
            (self.baskets[1].order_line.id, "missing"),
            (self.baskets[0].order_line.id, "stolen"),
            (None, "missing"),
        ):
            answer = self._take(
                "problem", self.baskets[0], line_id=line_id, problem=kind
            )
            self.assertEqual(answer["result"], "refused")
        self.assertFalse(self.baskets.drive_problem_ids)

    # --- Rights

    def test_only_managers_see_the_link(self):
        point = self.point.with_user(self.user)
        for name in ("token", "link"):
            with self.assertRaises(AccessError):
                point.read([name])
        with self.assertRaises(AccessError):
            self.env["drive.handover"].with_user(self.user).create({})
        with self.assertRaises(AccessError):
            self.env["drive.problem"].with_user(self.outsider).search([])

    def test_log_of_another_company_is_not_read(self):
        self._take("handed", self.baskets[0])
        self.user.write(
            {
                "company_ids": [Command.link(self.env.ref("base.main_company").id)],
                "company_id": self.env.ref("base.main_company").id,
            }
        )
        row = self.baskets[0].drive_handover_ids.with_user(self.user)
        row = row.with_context(allowed_company_ids=self.user.company_id.ids)
        with self.assertRaises(AccessError):
            row.read(["kind"])

    def test_renewed_link_opens_nothing_under_the_old(self):
        old = self.point.token
        self.point.action_renew_token()
        self.assertFalse(self.point._for_token(old))
        self.assertTrue(self.point._for_token(self.point.token))
