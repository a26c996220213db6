import base64
import io
import json
import uuid
from datetime import timedelta

from PIL import Image

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import DriveCommon

# What each script needs: a network that can be cut, and another phone beside this one.
TOOLS = """
const byId = (id) => document.getElementById(id);
const until = async (what, test) => {
    for (let turn = 0; turn < 100; turn++) {
        if (test()) return;
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(what);
};
const network = window.fetch;
const cut = () => {
    window.fetch = () => Promise.reject(new TypeError("cut"));
};
const back = () => {
    window.fetch = network;
    window.dispatchEvent(new Event("online"));
};
const shown = () => document.querySelector("#screen .big .crate");
const confirm = () => document.querySelector("#screen .confirm").click();
const other = (path, body) =>
    network(`${location.pathname}/${path}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ phone: "%(phone)s", ...body }),
    }).then((answer) => answer.json());
const run = (story) =>
    story().then(
        () => console.log("test successful"),
        (error) => console.error(error.message)
    );
"""
# A packs one crate, the network is cut, A packs another; meanwhile B packs that one too.
TWO_PHONES = """
run(async () => {
    await until("the product waits", () => document.querySelector("button.product:enabled"));
    document.querySelector("button.product:enabled").click();
    await until("a crate is shown", shown);
    const first = shown().textContent;
    confirm();
    await until("the next crate", () => shown() && shown().textContent !== first);
    await until("it is sent", () => byId("waiting").hidden);
    cut();
    const second = shown().textContent;
    confirm();
    await until("one waits", () => byId("waiting").textContent.startsWith("1 "));
    await until("a third crate", () => shown() && shown().textContent !== second);
    const number = second.match(/\\d+/)[0];
    const { crate } = await other("crate", { code: number });
    const content = crate.contents[0];
    const { results } = await other("take", {
        scans: [
            {
                key: "%(key)s",
                kind: "pack",
                content: content.id,
                quantity: content.quantity,
                at: new Date().toISOString(),
            },
        ],
    });
    if (results[0].result !== "packed") throw new Error("B could not pack");
    back();
    await until("all is sent", () => byId("waiting").hidden);
    await until("A is told", () => !byId("alert").hidden);
    if (!byId("alert").textContent.includes(number)) throw new Error("of which crate?");
    document.querySelector("#screen .back").click();
    for (let turn = 0, free = []; !free.length; turn++) {
        if (turn > 50) throw new Error("A keeps its crates");
        await new Promise((resolve) => setTimeout(resolve, 100));
        free = (await other("claim", { offer: %(offer)s })).contents;
    }
    await other("claim", { offer: 0 });
});
"""
# Another browser: it finds what is left, types a crate's number to confirm, weighs.
THE_REST = """
run(async () => {
    await until("what is left", () => document.querySelector("button.product:enabled"));
    const badge = document.querySelector("button.product:enabled .badge").textContent;
    if (!badge.startsWith("1 ")) throw new Error(`left: ${badge}`);
    document.querySelector("button.product:enabled").click();
    await until("a crate is shown", shown);
    for (const key of [..."%(wrong)s", "Enter"]) {
        document.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    }
    await until("the wrong crate is refused", () => !byId("alert").hidden);
    for (const key of [..."%(token)s", "Enter"]) {
        document.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    }
    await until("it is in", () => document.querySelector("#screen .last"));
    await until("it is sent", () => byId("waiting").hidden && byId("alert").hidden);
    document.querySelector("#screen .back").click();
    await until("the other product", () => {
        const left = document.querySelectorAll("button.product:enabled");
        return left.length === 1 && left[0].textContent.includes("Chicken");
    });
    let tries = 0;
    await until("it is weighed", () => {
        const isShown = document.querySelector("#screen .grams");
        if (!isShown && tries++ %% 30 === 0) {
            for (const key of [..."2100042018009", "Enter"]) {
                document.dispatchEvent(
                    new KeyboardEvent("keydown", { key, bubbles: true })
                );
            }
        }
        return isShown;
    });
    await until("the scale was read", () => {
        const input = document.querySelector("#screen .grams");
        return input && input.value === "1800";
    });
    document.querySelector("#screen .grams").value = "18000";
    confirm();
    await until("too heavy", () => document.querySelector("#screen .problem").textContent);
    document.querySelector("#screen .grams").value = "1800";
    confirm();
    await until("all is in", () => document.querySelector("#screen .empty"));
    await until("it is sent", () => byId("waiting").hidden);
});
"""
RECEIVE = """
run(async () => {
    await until("the page", () => document.querySelector("button.product"));
    document.querySelector("nav [data-tab=receptions]").click();
    await until("the list", () => document.querySelectorAll(".reception").length === 2);
    cut();
    document.querySelector(".reception .primary").click();
    await until("one waits", () => byId("waiting").textContent.startsWith("1 "));
    document.querySelector(".reception:not(.counted) .actions button:not(.primary)").click();
    const form = byId("ask-form");
    form.elements.received.value = "1,0";
    form.elements.damaged.value = "2";
    form.requestSubmit();
    await until("refused", () => form.querySelector(".problem").textContent);
    form.elements.damaged.value = "1";
    form.elements.note.value = "Crushed";
    form.requestSubmit();
    await until("two wait", () => byId("waiting").textContent.startsWith("2 "));
    back();
    await until("all is sent", () => byId("waiting").hidden);
    await until("counted", () => document.querySelectorAll(".counted").length === 2);
});
"""


@tagged("post_install", "-at_install")
class TestPreparePage(HttpCase, DriveCommon):
    def setUp(self):
        super().setUp()
        now = fields.Datetime.now()
        self.cycle = self._create_cycle(
            date_pickup=now.date() + timedelta(days=1),
            open_at=now - timedelta(days=3),
            cutoff_at=now + timedelta(hours=1),
            preparation_at=now + timedelta(hours=2),
        )
        self.dry = self._create_offer(
            self.cycle, self._create_product("Bread"), self._create_producer("Baker")
        )
        self.chicken = self._create_offer(
            self.cycle,
            self._create_product("Chicken", barcode="2100042000001"),
            self._create_producer("Farmer"),
            price=10.0,
            by_weight=True,
            weight_expected=1.5,
        )
        self.phone = str(uuid.uuid4())

    def _order(self, *baskets):
        orders = self.env["sale.order"].union(
            *(self._create_basket(self.cycle, basket) for basket in baskets)
        )
        self.cycle.action_close()
        self.url = f"/drive/prepare/{self.cycle.prepare_token}"
        return orders

    def _post(self, path, body):
        return self.url_open(
            f"{self.url}/{path}",
            data=json.dumps({"phone": self.phone, **body}),
            headers={"Content-Type": "application/json"},
        )

    def _browse(self, script, **values):
        values = {"phone": self.phone, "key": str(uuid.uuid4()), **values}
        self.browser_js(self.url, TOOLS % values + script % values, login=None)
        self.env.invalidate_all()

    def test_two_phones_and_a_cut_of_the_network_count_nothing_twice(self):
        baskets = self._order(
            [(self.dry, 2)], [(self.dry, 1)], [(self.dry, 3), (self.chicken, 1)]
        )
        self.cycle.action_share()
        self._browse(TWO_PHONES, offer=self.dry.id)
        contents = self.cycle.crate_ids.line_ids.filtered(
            lambda content: content.offer_id == self.dry
        )
        self.assertEqual(contents.mapped("packed_qty"), [2, 1, 0])
        packings = self.env["drive.packing"].search([("cycle_id", "=", self.cycle.id)])
        self.assertEqual(
            sorted(packings.mapped("result")), ["already", "packed", "packed"]
        )
        last = contents[2].crate_id
        self._browse(THE_REST, token=last.token, wrong=contents[0].crate_id.number + 60)
        self.assertEqual(set(self.cycle.crate_ids.mapped("state")), {"full"})
        self.assertEqual(
            baskets.order_line.mapped("drive_packed_qty"), [2.0, 1.0, 3.0, 1.0]
        )
        self.assertAlmostEqual(baskets.order_line[-1].drive_weight, 1.8)

    def test_received_without_network(self):
        self._order([(self.dry, 4), (self.chicken, 2)])
        self._browse(RECEIVE)
        dry, chicken = (
            self.cycle.reception_ids.filtered(lambda item, o=offer: item.offer_id == o)
            for offer in (self.dry, self.chicken)
        )
        self.assertTrue(dry.is_counted and chicken.is_counted)
        self.assertEqual(dry.quantity_given, 4)
        self.assertEqual((chicken.quantity_received, chicken.quantity_damaged), (1, 1))
        self.assertEqual(chicken.note, "Crushed")

    def test_page_and_worker(self):
        self._order([(self.dry, 1)])
        page = self.url_open(self.url)
        self.assertEqual(page.status_code, 200)
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        worker = self.url_open("/drive/prepare/sw.js")
        self.assertEqual(worker.headers["Service-Worker-Allowed"], "/drive/prepare/")
        self.assertIn("javascript", worker.headers["Content-Type"])

    @mute_logger("odoo.http")
    def test_a_foreign_token_opens_nothing(self):
        self._order([(self.dry, 1)])
        good = self.url
        for token in ("x" * 43, "False", "0", "%"):
            self.url = f"/drive/prepare/{token}"
            self.assertEqual(self.url_open(self.url).status_code, 404)
            for path in ("state", "claim", "crate", "take", "photo"):
                with self.subTest(token=token, path=path):
                    self.assertEqual(self._post(path, {"scans": []}).status_code, 404)
        self.cycle.action_renew_prepare_token()
        self.url = good
        self.assertEqual(self._post("state", {}).status_code, 404)

    @mute_logger("odoo.http")
    def test_what_no_phone_sends_is_refused(self):
        self._order([(self.dry, 1)])
        key = str(uuid.uuid4())
        for path, body in (
            ("state", {"phone": "me"}),
            ("state", {"phone": None}),
            ("take", {"scans": "all"}),
            ("take", {"scans": [{"key": "1"}]}),
            ("take", {"scans": [None]}),
            ("take", {"scans": [{"key": key}] * 201}),
            ("photo", {"reception": 1, "image": "<svg/>"}),
            ("photo", {"reception": self.cycle.reception_ids.id, "image": "QUJD"}),
        ):
            with self.subTest(path=path, body=str(body)[:60]):
                self.assertEqual(self._post(path, body).status_code, 400)
        answer = self._post("take", {"scans": [{"key": key, "kind": "steal"}]})
        self.assertEqual(answer.json()["results"][0]["result"], "refused")
        self.assertEqual(
            self._post("claim", {"offer": "1 OR 1=1"}).json(), {"contents": []}
        )
        self.assertEqual(self._post("crate", {"code": [1]}).json(), {"crate": None})

    def test_a_photo_of_what_has_come(self):
        self._order([(self.dry, 1)])
        stream = io.BytesIO()
        Image.new("RGB", (40, 30), "red").save(stream, "JPEG")
        image = base64.b64encode(stream.getvalue()).decode()
        reception = self.cycle.reception_ids
        answer = self._post("photo", {"reception": reception.id, "image": image})
        self.assertEqual(answer.json(), {"kept": True})
        self.env.invalidate_all()
        self.assertTrue(reception.photo)
        answer = self._post("photo", {"reception": reception.id + 999, "image": image})
        self.assertEqual(answer.json(), {"kept": False})

    def test_a_first_name_is_all_that_is_known_of_a_volunteer(self):
        self._order([(self.dry, 1)])
        self._post("state", {"name": "  Lou " + "x" * 90})
        self._post("state", {"name": {"a": 1}})
        packer = self.env["drive.packer"].search([("cycle_id", "=", self.cycle.id)])
        self.assertEqual(len(packer), 1)
        self.assertEqual(len(packer.name), 30)
