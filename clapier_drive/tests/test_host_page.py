import json
import uuid
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .host_common import HostCommon

# The network is cut; a basket is paid, handed over with a signature, undone, handed over
# again and a problem is reported; then the page comes again, then the network.
OFFLINE = """
const byId = (id) => document.getElementById(id);
const until = async (what, test) => {
    for (let turn = 0; turn < 100; turn++) {
        if (test()) return;
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(what);
};
const all = (query) => [...document.querySelectorAll(query)];
const press = (type, x, y) =>
    byId("canvas").dispatchEvent(
        new PointerEvent(type, { clientX: x, clientY: y, pointerId: 1, bubbles: true })
    );
const pressed = (id) => { byId(id).click(); };
const waits = (count) => byId("waiting").textContent.startsWith(`${count} `);
(async () => {
    await until("two baskets are shown", () => all(".basket.waiting").length === 2);
    const network = window.fetch;
    window.fetch = () => Promise.reject(new TypeError("cut"));
    byId("search").value = "camille0";
    byId("search").dispatchEvent(new Event("input"));
    await until("one basket is found", () => all(".basket").length === 1);
    all(".basket")[0].click();
    pressed("pay-cash");
    await until("it is shown as paid", () => byId("pay-cash").hidden);
    all("#basket-crates button").forEach((crate) => crate.click());
    all(".line")[0].click();
    all("[data-problem='damaged']")[0].click();
    pressed("sign");
    const { left, top } = byId("canvas").getBoundingClientRect();
    byId("canvas").setPointerCapture = () => {};
    press("pointerdown", left + 10, top + 10);
    press("pointermove", left + 90, top + 60);
    press("pointerup", left + 90, top + 60);
    pressed("sign-done");
    await until("it is signed", () => !byId("proof").hidden);
    pressed("hand");
    await until("it is handed over", () => !byId("basket").open);
    byId("search").value = "";
    byId("search").dispatchEvent(new Event("input"));
    await until("three things wait", () => waits(3));
    await until("one basket is left", () => all(".basket.waiting").length === 1);
    pressed("tab-handed");
    all(".basket.handed")[0].click();
    pressed("undo");
    await until("four things wait", () => waits(4));
    pressed("hand");
    await until("five things wait", () => waits(5));
    window.fetch = network;
    window.dispatchEvent(new Event("online"));
    await until("all is sent", () => byId("waiting").hidden);
    await until("the list is new", () => all(".basket.handed .at").length === 1);
    console.log("test successful");
})().catch((error) => console.error(error.message));
"""


@tagged("post_install", "-at_install")
class TestHostPage(HttpCase, HostCommon):
    def setUp(self):
        super().setUp()
        now = fields.Datetime.now()
        self.cycle = self._create_cycle(
            self._create_points(2),
            date_pickup=now.date(),
            open_at=now - timedelta(days=3),
            cutoff_at=now + timedelta(hours=1),
            preparation_at=now + timedelta(hours=1),
        )
        self.cycle.point_ids.write(
            {"start": now - timedelta(hours=1), "stop": now + timedelta(hours=2)}
        )
        self.point, self.other = self.cycle.point_ids
        offer = self._create_offer(self.cycle, self._create_product("Leeks"), self.farm)
        self.baskets = self.env["sale.order"]
        for family in self.families[:2]:
            self.baskets |= self._create_basket(self.cycle, [(offer, 2)], family)
        self.cycle.action_close()
        self.url = f"/drive/host/{self.point.token}"

    def _post(self, path, body):
        return self.url_open(
            f"{self.url}/{path}",
            data=json.dumps(body),
            headers={"Content-Type": "application/json"},
        )

    def _event(self, kind="handed", **vals):
        return super()._event(kind, self.baskets[0], **vals)

    def test_page_and_worker(self):
        page = self.url_open(self.url)
        self.assertEqual(page.status_code, 200)
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        for secret in ("Faure", "Camille", "example.org"):
            self.assertNotIn(secret, page.text)
        worker = self.url_open("/drive/host/sw.js")
        self.assertEqual(worker.headers["Service-Worker-Allowed"], "/drive/host/")

    def test_offline_then_back(self):
        self.browser_js(self.url, OFFLINE, timeout=60)
        basket = self.baskets[0]
        self.assertEqual(basket.drive_handover_state, "handed")
        rows = basket.drive_handover_ids.sorted("id")
        self.assertEqual(
            rows.mapped("kind"), ["paid", "problem", "handed", "undone", "handed"]
        )
        self.assertEqual(set(rows.mapped("result")), {"done"})
        self.assertEqual(sum(rows.mapped("amount")), 6)
        self.assertTrue(rows[2].signature)
        self.assertEqual(rows[2].crates, str(basket.drive_crate_ids.number))
        self.assertEqual(basket.drive_problem_ids.kind, "damaged")

    def test_resent_after_a_lost_answer_counts_once(self):
        event = self._event()
        for _turn in range(2):
            answer = self._post("send", {"events": [event]})
            self.assertEqual(answer.json()["results"][0]["result"], "done")
        self.assertEqual(len(self.baskets[0].drive_handover_ids), 1)
        self.assertNotIn("Faure", answer.text)

    def test_list_leaks_nothing(self):
        text = self._post("list", {}).text
        self.assertIn("Camille0 F.", text)
        for secret in ("Faure", "example.org", "34 56", "Clapiers"):
            self.assertNotIn(secret, text)

    @mute_logger("odoo.http")
    def test_wrong_token_opens_nothing(self):
        for token in ("x" * 43, self.baskets[0].drive_handover_token, "sw", "%00"):
            self.url = f"/drive/host/{token}"
            self.assertEqual(self.url_open(self.url).status_code, 404)
            for path in ("list", "send", "check"):
                self.assertEqual(self._post(path, {"events": []}).status_code, 404)

    @mute_logger("odoo.http")
    def test_after_the_evening_names_are_hidden_and_what_waits_is_taken(self):
        self.point.write(
            {
                "start": fields.Datetime.now() - timedelta(days=4),
                "stop": fields.Datetime.now() - timedelta(days=3),
            }
        )
        self.assertEqual(self.url_open(self.url).status_code, 404)
        self.assertEqual(self._post("list", {}).status_code, 404)
        self.assertEqual(
            self._post("send", {"events": [self._event()]}).status_code, 200
        )
        self.assertEqual(self.baskets[0].drive_handover_state, "handed")

    @mute_logger("odoo.http")
    def test_code_of_another_point_is_not_checked(self):
        body = {
            "order_id": self.baskets[0].id,
            "code": self.baskets[0].drive_handover_code,
        }
        self.assertEqual(self._post("check", body).json(), {"right": True})
        self.url = f"/drive/host/{self.other.token}"
        self.assertEqual(self._post("check", body).status_code, 404)

    @mute_logger("odoo.http")
    def test_bad_input_is_refused(self):
        event = self._event()
        for body in (
            [],
            {},
            {"events": "all"},
            {"events": [event, "x"]},
            {"events": [{**event, "key": "1"}]},
            {"events": [event] * 201},
        ):
            with self.subTest(body=str(body)[:40]):
                self.assertEqual(self._post("send", body).status_code, 400)
        answer = self.url_open(f"{self.url}/send", data="{not json")
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(self.baskets[0].drive_handover_state, "waiting")

    # --- Page of the family

    def test_family_shows_its_code_and_reports(self):
        basket = self.baskets[0]
        url = f"/drive/basket/{basket.drive_handover_token}"
        page = self.url_open(url)
        self.assertIn(basket.drive_handover_code, page.text)
        self.assertIn("data:image/png;base64,", page.text)
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        key = str(uuid.uuid4())
        token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
        for _turn in range(2):
            answer = self.url_open(
                url,
                data={
                    "csrf_token": token,
                    "key": key,
                    "line": basket.order_line.id,
                    "problem": "missing",
                    "quantity": "1,0",
                },
                files={"photo": ("x.jpg", b"no photo", "image/jpeg")},
            )
            self.assertEqual(answer.status_code, 200)
        self.assertEqual(basket.drive_problem_ids.source, "family")
        self.assertEqual(len(basket.drive_problem_ids), 1)

    def test_order_on_the_portal_leads_to_the_code(self):
        basket = self.baskets[0]
        page = self.url_open(basket.get_portal_url())
        self.assertIn(basket._drive_basket_url(), page.text)
        self.assertIn(basket.drive_handover_code, page.text)
        basket.drive_handover_state = "handed"
        self.assertNotIn("o_drive_code", self.url_open(basket.get_portal_url()).text)

    @mute_logger("odoo.http")
    def test_wrong_code_opens_no_basket(self):
        for token in ("0" * 64, "x", self.point.token):
            self.assertEqual(self.url_open(f"/drive/basket/{token}").status_code, 404)
