import json
import uuid
from datetime import datetime, timedelta

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .desk_common import MONDAY, DeskCommon

# The network is cut, a badge is read, a code is typed; then the network is back.
OFFLINE = """
const byId = (id) => document.getElementById(id);
const until = async (what, test) => {
    for (let turn = 0; turn < 100; turn++) {
        if (test()) return;
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(what);
};
const key = (name) =>
    document.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true }));
const answerIs = (color) => byId("answer").classList.contains(color);
(async () => {
    await until("places are shown", () => document.querySelector(".area"));
    const network = window.fetch;
    window.fetch = () => Promise.reject(new TypeError("cut"));
    [..."%(badge)s", "Enter"].forEach(key);
    await until("the badge is kept", () => answerIs("kept"));
    byId("code").value = "%(code)s";
    byId("code-form").requestSubmit();
    await until("two scans wait", () => byId("waiting").textContent.startsWith("2 "));
    window.fetch = network;
    window.dispatchEvent(new Event("online"));
    await until("all is sent", () => byId("waiting").hidden);
    byId("code").value = "%(code)s";
    byId("code-form").requestSubmit();
    await until("the code is known", () => answerIs("present"));
    await until("the Wi-Fi is told", () => byId("wifi-code").textContent === "%(wifi)s");
    console.log("test successful");
})().catch((error) => console.error(error.message));
"""


class DeskKioskCommon(DeskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kiosk_record = cls.env["coworking.kiosk"].create(
            {"name": "Door", "company_id": cls.organisation.id}
        )
        cls.organisation.partner_id.lang = "en_US"
        cls.kiosk = cls.kiosk_record._for_token(cls.kiosk_record.token)
        cls.person.with_company(cls.organisation).barcode = "BADGE1"
        cls.env["coworking.wifi.code"]._make(cls.organisation, [cls.today])
        cls.wifi = cls.env["coworking.wifi.code"]._of(cls.organisation, cls.today)

    def _scan(self, card="BADGE1", at=None, **values):
        moment = at or datetime.now()
        [answer] = self.kiosk._scan(
            [
                {
                    "key": str(uuid.uuid4()),
                    "at": f"{moment.isoformat()}Z",
                    "card": card,
                    **values,
                }
            ]
        )
        return answer


@tagged("post_install", "-at_install")
class TestDeskKiosk(DeskKioskCommon):
    def test_badge_and_code_check_in(self):
        visit = self._book(day=MONDAY)
        answer = self._scan()
        self.assertEqual(
            (answer["result"], answer["name"], answer["wifi"]),
            ("present", "Camille F.", self.wifi),
        )
        self.assertEqual(visit.state, "present")
        self.assertEqual(self._scan(visit.code.lower())["result"], "already")

    def test_a_guest_comes_with_their_code(self):
        host = self._create_person(days=1)
        visit = self.visits._invite(
            host, self.area, MONDAY, "am", "Ali Ben", "ali@example.com"
        )
        answer = self._scan(visit.code)
        self.assertEqual((answer["result"], answer["name"]), ("present", "Ali B."))

    def test_a_visit_of_another_day_is_not_checked_in(self):
        visit = self._book()
        for card in ("BADGE1", visit.code):
            self.assertEqual(self._scan(card)["result"], "none")
        self.assertEqual(visit.state, "booked")

    def test_who_is_not_known_learns_nothing(self):
        for card in ("", "NOBODY", None, "\0", "x" * 500):
            answer = self._scan(card)
            self.assertEqual(answer["result"], "unknown")
            self.assertFalse(answer["name"] or answer["wifi"] or answer["offers"])

    def test_a_pass_takes_a_place_on_the_spot(self):
        person = self._create_person(days=1)
        person.with_company(self.organisation).barcode = "BADGE2"
        answer = self._scan("BADGE2")
        self.assertEqual(answer["result"], "offer")
        self.assertEqual([offer["half"] for offer in answer["offers"]], ["am", "day"])
        answer = self._scan("BADGE2", space_id=self.area.id, half="day")
        self.assertEqual((answer["result"], answer["wifi"]), ("present", self.wifi))
        self.assertEqual(self._days(person), 0)
        self.assertEqual(self._left(MONDAY), [1, 1])

    def test_nothing_is_billed_at_the_kiosk(self):
        self.assertEqual(self._scan()["result"], "none")
        for values in (
            {"space_id": self.area.id, "half": "am"},
            {"space_id": self._create_space().id, "half": "am"},
            {"space_id": "x", "half": {"am": 1}},
        ):
            self.assertEqual(self._scan(**values)["result"], "refused")
        self.assertEqual(self._left(MONDAY), [2, 2])

    def test_a_scan_that_comes_late_counts_for_its_moment(self):
        visit = self._book(day=MONDAY, half="am")
        self._freeze(datetime(2027, 3, 2, 6, 0))
        self._run_cron("ir_cron_visit_no_show")
        self.assertEqual(visit.state, "no_show")
        at = datetime(2027, 3, 1, 9, 0)
        self.assertEqual(self._scan(at=at)["result"], "present")
        self.assertEqual((visit.state, visit.checked_in_at), ("present", at))
        self.assertEqual(self._scan(at=at - timedelta(days=3))["result"], "too_late")

    def test_what_arrives_twice_counts_once(self):
        person = self._create_person(days=5)
        person.with_company(self.organisation).barcode = "BADGE2"
        scan = {
            "key": str(uuid.uuid4()),
            "at": f"{datetime.now().isoformat()}Z",
            "card": "BADGE2",
            "space_id": self.area.id,
            "half": "day",
        }
        answers = [self.kiosk._scan([scan])[0] for _time in range(2)]
        self.assertEqual(answers[0], answers[1])
        self.assertEqual(self._days(person), 4)

    def test_the_tablet_shows_places_and_no_names(self):
        self._book(day=MONDAY)
        shown = json.dumps(self.kiosk._today())
        self.assertIn('"left": 1', shown)
        self.assertNotIn("Camille", shown)


@tagged("post_install", "-at_install")
class TestDeskKioskHttp(DeskKioskCommon, HttpCase):
    FROZEN = False

    def _post(self, path, body, status=200, token=None):
        response = self.url_open(
            f"/coworking/kiosk/{token or self.kiosk_record.token}/{path}",
            data=body if isinstance(body, str) else json.dumps(body),
            headers={"Content-Type": "application/json"},
        )
        self.assertEqual(response.status_code, status)
        return response

    def test_forged_tokens_open_nothing(self):
        forged = "x" * 43
        with mute_logger("odoo.http"):
            self.assertEqual(
                self.url_open(f"/coworking/kiosk/{forged}").status_code, 404
            )
            self._post("today", {}, 404, forged)
            self._post("scan", {"scans": []}, 404, forged)
        token = self.kiosk_record.token
        self.kiosk_record.active = False
        self.assertEqual(self.url_open(f"/coworking/kiosk/{token}").status_code, 404)

    def test_bad_bodies_are_refused(self):
        with mute_logger("odoo.http"):
            for body in (
                "{",
                [],
                {},
                {"scans": "x"},
                {"scans": [1]},
                {"scans": [{"key": "short"}]},
                {"scans": [{}] * 201},
            ):
                self._post("scan", body, 400)

    def test_page_and_worker_are_served(self):
        page = self.url_open(f"/coworking/kiosk/{self.kiosk_record.token}")
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertIn("kiosk.js", page.text)
        worker = self.url_open("/coworking/kiosk/sw.js")
        self.assertEqual(worker.headers["Service-Worker-Allowed"], "/coworking/kiosk/")

    def test_scans_wait_for_the_network(self):
        visit = self._book(day=self.today, half="pm")
        guest = self.visits._invite(
            self._create_person(days=1),
            self.area,
            self.today,
            "pm",
            "Ali",
            "ali@example.com",
        )
        self.browser_js(
            f"/coworking/kiosk/{self.kiosk_record.token}",
            OFFLINE % {"badge": "BADGE1", "code": guest.code, "wifi": self.wifi},
        )
        self.assertEqual((visit.state, guest.state), ("present", "present"))
