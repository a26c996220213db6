import json
import uuid
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from ..models.supermarket_shift_kiosk import _short_name
from ..models.supermarket_shift_kiosk_scan import _moment
from .common import SupermarketCommon

# The network is cut, a card is read, a name is tapped; then the network is back.
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
    await until("the list is shown", () => document.querySelector(".person.missing"));
    const network = window.fetch;
    window.fetch = () => Promise.reject(new TypeError("cut"));
    [..."%(card)s", "Enter"].forEach(key);
    await until("the scan is kept", () => answerIs("kept"));
    document.querySelector(".person.missing").click();
    byId("confirm-yes").click();
    await until("two scans wait", () => byId("waiting").textContent.startsWith("2 "));
    window.fetch = network;
    window.dispatchEvent(new Event("online"));
    await until("all is sent", () => byId("waiting").hidden);
    await until("the list is new", () => document.querySelector(".person.attended"));
    [..."%(card)s", "Enter"].forEach(key);
    await until("the card is known", () => answerIs("present"));
    console.log("test successful");
})().catch((error) => console.error(error.message));
"""

# A Tuesday; the shop's clock shows one hour more.
START = fields.Datetime.to_datetime("2026-02-10 08:00:00")


def at(minutes):
    """Return the moment so many minutes after the start of the shift."""
    return START + timedelta(minutes=minutes)


class KioskCommon(SupermarketCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.section = cls.env["supermarket.shift.section"].create({"name": "Door"})
        cls.kiosk_record = cls.env["supermarket.shift.kiosk"].create(
            {"name": "Front door", "company_id": cls.company.id}
        )
        cls.kiosk = cls.kiosk_record._for_token(cls.kiosk_record.token)
        cls.member = cls._create_member(
            "Camille Anne Faure",
            email="camille@example.com",
            phone="+33 6 12 34 56 78",
            street="3 rue des Clapiers",
        )
        cls.card = cls.member.with_company(cls.company).barcode

    def _shift(self, start=START, hours=3, section=None):
        return self.env["supermarket.shift"].create(
            {
                "company_id": self.company.id,
                "section_id": (section or self.section).id,
                "start": start,
                "stop": start + timedelta(hours=hours),
            }
        )

    def _register(self, shift, member=None, basis="own", state="booked"):
        member = member or self.member
        registration = self.env["supermarket.shift.registration"].create(
            {
                "shift_id": shift.id,
                "member_id": member.supermarket_shift_member_ids.id,
                "partner_id": member.id,
                "company_id": self.company.id,
                "kind": "standard" if basis == "own" else basis,
                "basis": basis,
                "state": state,
            }
        )
        shift._recount_seats()
        return registration

    def _scan(self, minutes, card=None, **values):
        """Send one scan, made so many minutes after the start."""
        scan = {
            "key": str(uuid.uuid4()),
            "at": f"{at(minutes).isoformat()}Z",
            "card": self.card if card is None else card,
            **values,
        }
        return self.kiosk._scan([scan])[0]


@tagged("post_install", "-at_install")
class TestKioskScan(KioskCommon):
    def setUp(self):
        super().setUp()
        self.freeze(60 * 6)

    def freeze(self, minutes):
        frozen = freeze_time(at(minutes))
        frozen.start()
        self.addCleanup(frozen.stop)

    def test_scan_in_time_ticks_and_posts_at_once(self):
        registration = self._register(self._shift())
        answer = self._scan(-10)
        self.assertEqual(answer["result"], "attended")
        self.assertEqual(answer["name"], "Camille F.")
        self.assertEqual(registration.state, "attended")
        self.assertEqual(registration.checked_in, at(-10))
        self.assertFalse(registration.is_late)
        self.assertEqual(registration.point_id.kind, "own_attended")

    def test_scan_at_each_limit_of_the_policy(self):
        for minutes, result in [
            (-31, "early"),
            (-30, "attended"),
            (15, "attended"),
            (16, "late"),
            (60, "late"),
            (61, "too_late"),
        ]:
            with self.subTest(minutes=minutes):
                shift = self._shift()
                registration = self._register(shift)
                self.assertEqual(self._scan(minutes)["result"], result)
                came = result in ("attended", "late")
                self.assertEqual(registration.state, "attended" if came else "booked")
                self.assertEqual(registration.is_late, result == "late")
                registration._change_state("cancelled")

    def test_policy_of_the_day_of_the_shift_decides(self):
        self.policy.shift_late_minutes = 0
        self.policy.shift_absent_minutes = 5
        self._register(self._shift())
        self.assertEqual(self._scan(6)["result"], "too_late")
        self.assertEqual(self._scan(3)["result"], "late")

    def test_unknown_card(self):
        answer = self._scan(0, card="0420000000000")
        self.assertEqual((answer["result"], answer["name"]), ("unknown", ""))

    def test_card_of_another_company_is_unknown(self):
        other = self.env["res.company"].create({"name": "Other shop"})
        self.member.with_company(other).barcode = "OTHER-1"
        self._register(self._shift())
        self.assertEqual(self._scan(0, card="OTHER-1")["result"], "unknown")

    def test_not_registered(self):
        self._shift()
        self.assertEqual(self._scan(0)["result"], "not_registered")

    def test_excused_member_has_no_photo_and_no_seat(self):
        registration = self._register(self._shift(), state="excused")
        answer = self._scan(0)
        self.assertEqual((answer["result"], answer["photo"]), ("not_registered", ""))
        self.assertEqual(registration.state, "excused")

    def test_shift_of_another_section_does_not_count(self):
        self.kiosk_record.section_ids = self.env["supermarket.shift.section"].create(
            {"name": "Office (other)"}
        )
        registration = self._register(self._shift())
        self.assertEqual(self._scan(0)["result"], "not_registered")
        self.assertEqual(self._tick(registration)["result"], "unknown")
        self.assertEqual(registration.state, "booked")

    def test_cancelled_shift_does_not_count(self):
        shift = self._shift()
        registration = self._register(shift)
        shift.state = "cancelled"
        self.assertEqual(self._scan(0)["result"], "not_registered")
        self.assertEqual(registration.state, "booked")

    def test_key_twice_counts_once(self):
        registration = self._register(self._shift())
        key = str(uuid.uuid4())
        first = self._scan(0, key=key)
        registration._change_state("absent")
        again = self._scan(0, key=key)
        self.assertEqual(first, again)
        self.assertEqual(registration.state, "absent")
        self.assertEqual(len(self.kiosk.scan_ids), 1)

    def test_key_twice_in_one_batch(self):
        registration = self._register(self._shift())
        scan = {
            "key": str(uuid.uuid4()),
            "at": f"{at(0).isoformat()}Z",
            "card": self.card,
        }
        one, other = self.kiosk._scan([scan, dict(scan)])
        self.assertEqual(one, other)
        self.assertEqual(len(registration.member_id.point_ids), 1)

    def test_two_scans_of_one_person(self):
        registration = self._register(self._shift())
        self.assertEqual(self._scan(0)["result"], "attended")
        self.assertEqual(self._scan(2)["result"], "already")
        self.assertEqual(registration.checked_in, at(0))

    def test_batch_is_taken_in_the_order_of_the_door(self):
        registration = self._register(self._shift())
        scans = [
            {"key": str(uuid.uuid4()), "at": f"{at(x).isoformat()}Z", "card": self.card}
            for x in (20, 1)
        ]
        answers = self.kiosk._scan(scans)
        self.assertEqual([x["result"] for x in answers], ["already", "attended"])
        self.assertFalse(registration.is_late)

    def test_scan_sent_after_the_shift_lifts_the_absence(self):
        shift = self._shift()
        registration = self._register(shift)
        shift._take_attendance(absent=registration)
        member = registration.member_id
        self.assertEqual(member.balance, -2)
        self.assertEqual(self._scan(5)["result"], "attended")
        self.assertEqual((registration.state, member.balance), ("attended", 0))

    def test_scan_of_three_days_ago_is_refused(self):
        start = START - timedelta(days=3)
        registration = self._register(self._shift(start))
        self.assertEqual(self._scan(-3 * 24 * 60)["result"], "too_late")
        self.assertEqual(registration.state, "booked")

    def test_scan_of_the_future_counts_now(self):
        registration = self._register(self._shift(at(6 * 60)))
        self.assertEqual(self._scan(60 * 30)["result"], "attended")
        self.assertEqual(registration.checked_in, at(6 * 60))

    def test_wrong_clock_of_the_tablet_is_taken_off(self):
        registration = self._register(self._shift())
        scan = {
            "key": str(uuid.uuid4()),
            "at": f"{at(5 + 90).isoformat()}Z",
            "card": self.card,
        }
        self.kiosk._scan([scan], f"{at(6 * 60 + 90).isoformat()}Z")
        self.assertEqual(registration.checked_in, at(5))

    def test_unreadable_time_is_refused(self):
        registration = self._register(self._shift())
        for text in ("yesterday", None, 12, "", "0001-01-01T00:00:00+23:00"):
            self.assertEqual(self._scan(0, at=text)["result"], "too_late")
        self.assertEqual(registration.state, "booked")

    def test_shift_that_begins_goes_before_the_one_done(self):
        first = self._register(self._shift())
        second = self._register(self._shift(at(180)))
        self.assertEqual(self._scan(0)["result"], "attended")
        self.assertEqual(self._scan(90)["result"], "already")
        self.assertEqual(self._scan(170)["result"], "attended")
        self.assertEqual((first.state, second.state), ("attended", "attended"))

    def test_attached_adult_comes_instead(self):
        self.member.supermarket_attached_adult_limit = 1
        adult = self._create_person(
            "Noa Petit",
            supermarket_holder_id=self.member.id,
            supermarket_birth_date="1990-01-01",
        )
        adult.with_company(self.company).barcode = "ADULT-1"
        registration = self._register(self._shift())
        answer = self._scan(0, card="ADULT-1")
        self.assertEqual((answer["result"], answer["name"]), ("attended", "Noa P."))
        self.assertEqual(registration.substitute_id, adult)

    def test_attached_minor_does_not_come_instead(self):
        minor = self._create_person(
            "Lou Petit",
            supermarket_holder_id=self.member.id,
            supermarket_birth_date="2018-01-01",
        )
        minor.with_company(self.company).barcode = "MINOR-1"
        registration = self._register(self._shift())
        self.assertEqual(self._scan(0, card="MINOR-1")["result"], "not_registered")
        self.assertEqual(registration.state, "booked")

    def _tick(self, registration, minutes=0):
        return self._scan(minutes, card="", registration_id=registration.id)

    def test_tapped_name_is_ticked(self):
        registration = self._register(self._shift())
        self.assertEqual(self._tick(registration, 20)["result"], "late")
        self.assertEqual(registration.state, "attended")
        self.assertFalse(registration.substitute_id)

    def test_foreign_registration_is_not_ticked(self):
        later = self._register(self._shift(START + timedelta(days=8)))
        self.assertEqual(self._tick(later)["result"], "unknown")
        answer = self._scan(0, card="", registration_id="1 OR 1=1")
        self.assertEqual(answer["result"], "unknown")
        self.assertEqual(later.state, "booked")

    def test_make_up_restores_the_verdict_at_once(self):
        member = self.member.supermarket_shift_member_ids
        # In debt for longer than the alert lasts
        self.env["supermarket.shift.point"].sudo()._post(
            [
                {
                    "member_id": member.id,
                    "date": fields.Date.to_date("2025-11-01"),
                    "kind": "opening",
                    "points": -1,
                }
            ]
        )
        self.assertEqual(member.status, "suspended")
        self.assertEqual(self.member.supermarket_verdict, "refused")
        self._register(self._shift(), basis="make_up")
        self.assertEqual(self._scan(0)["result"], "attended")
        self.assertEqual((member.balance, member.status), (0, "up_to_date"))
        self.assertNotEqual(self.member.supermarket_verdict, "refused")

    def test_old_scans_are_forgotten(self):
        self._register(self._shift())
        self._scan(0)
        scan = self.kiosk.scan_ids
        scan._gc_scans()
        self.assertTrue(scan.exists())
        scan.received_at = START - timedelta(days=61)
        scan._gc_scans()
        self.assertFalse(scan.exists())

    def test_short_name(self):
        self.assertEqual(_short_name("Camille Anne Faure"), "Camille F.")
        self.assertEqual(_short_name("Camille"), "Camille")
        self.assertEqual(_short_name(False), "")

    def test_moment_needs_a_text_with_its_zone(self):
        self.assertEqual(_moment("2026-02-10T09:00:00.123+01:00"), START)
        self.assertEqual(_moment("2026-02-10T08:00:00.999Z"), START)
        self.assertIsNone(_moment("2026-02-10 08:00:00"))
        self.assertIsNone(_moment("10/02/2026"))

    def test_today_says_no_more_than_it_takes(self):
        self.freeze(10)
        shift = self._shift()
        registration = self._register(shift)
        self._register(
            self._shift(START + timedelta(days=1)), self._create_member("B C")
        )
        answer = self.kiosk._today()
        (shown,) = [row for row in answer["shifts"] if row["id"] == shift.id]
        (person,) = shown["registrations"]
        self.assertEqual(
            set(person), {"id", "name", "number", "photo", "state", "late"}
        )
        self.assertEqual(
            (person["id"], person["name"]), (registration.id, "Camille F.")
        )
        self.assertEqual(shown["hours"], "09:00 – 12:00")
        text = json.dumps(answer)
        for secret in ("Faure", "example.com", "34 56", "Clapiers", self.card, "B C"):
            self.assertNotIn(secret, text)

    def test_office_reads_without_the_token(self):
        user = self._create_user(
            "kiosk_office", "clapier_supermarket.group_supermarket_user"
        )
        kiosk = self.kiosk_record.with_user(user)
        self.assertEqual(kiosk.name, "Front door")
        for name in ("token", "link", "qr"):
            with self.assertRaises(AccessError):
                kiosk.read([name])
        with self.assertRaises(AccessError):
            kiosk.action_renew_token()
        with self.assertRaises(AccessError):
            self.env["supermarket.shift.kiosk"].with_user(user).create({"name": "X"})
        with self.assertRaises(AccessError):
            self.env["supermarket.shift.scan"].with_user(user).create({})

    def test_kiosk_of_another_company_is_not_read(self):
        other = self.env["res.company"].create({"name": "Other shop"})
        hidden = self.env["supermarket.shift.kiosk"].create(
            {"name": "Elsewhere", "company_id": other.id}
        )
        user = self._create_user(
            "kiosk_boss", "clapier_supermarket.group_supermarket_manager"
        )
        with self.assertRaises(AccessError):
            hidden.with_user(user).read(["name"])

    def test_token_is_long_and_not_copied(self):
        self.assertGreaterEqual(len(self.kiosk_record.token), 43)
        self.assertNotEqual(self.kiosk_record.copy().token, self.kiosk_record.token)
        self.assertIn(self.kiosk_record.token, self.kiosk_record.link)
        self.assertTrue(self.kiosk_record.qr)


@tagged("post_install", "-at_install")
class TestKioskPage(HttpCase, KioskCommon):
    def setUp(self):
        super().setUp()
        now = fields.Datetime.now().replace(second=0, microsecond=0)
        self.registration = self._register(self._shift(now - timedelta(minutes=5)))
        self.url = f"/shift/kiosk/{self.kiosk_record.token}"
        self.now = f"{fields.Datetime.now().isoformat()}Z"

    def _post(self, path, body):
        return self.url_open(
            f"{self.url}/{path}",
            data=json.dumps(body),
            headers={"Content-Type": "application/json"},
        )

    def test_page_and_worker(self):
        page = self.url_open(self.url)
        self.assertEqual(page.status_code, 200)
        self.assertIn("Front door", page.text)
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertTrue(self.kiosk_record.last_seen)
        worker = self.url_open("/shift/kiosk/sw.js")
        self.assertEqual(worker.headers["Service-Worker-Allowed"], "/shift/kiosk/")
        self.assertIn("javascript", worker.headers["Content-Type"])

    def test_card_is_scanned(self):
        scan = {"key": str(uuid.uuid4()), "card": self.card, "at": self.now}
        for _turn in range(2):
            answer = self._post("scan", {"scans": [scan]})
            self.assertEqual(answer.status_code, 200)
            (result,) = answer.json()["results"]
            self.assertEqual(result["result"], "attended")
        for secret in ("Faure", "example.com", "34 56", "Clapiers", self.card):
            self.assertNotIn(secret, answer.text)
        self.assertEqual(self.registration.state, "attended")
        self.assertEqual(self.url_open(result["photo"]).status_code, 200)

    def test_name_is_tapped(self):
        tick = {
            "key": str(uuid.uuid4()),
            "registration_id": self.registration.id,
            "at": self.now,
        }
        (result,) = self._post("tick", tick).json()["results"]
        self.assertEqual(result["result"], "attended")
        (shift,) = self._post("today", {}).json()["shifts"]
        self.assertEqual(shift["registrations"][0]["state"], "attended")

    def test_scans_without_network_are_sent_once(self):
        self.browser_js(self.url, OFFLINE % {"card": self.card})
        self.assertEqual(self.registration.state, "attended")
        self.assertEqual(
            self.kiosk.scan_ids.sorted("id").mapped("result"),
            ["attended", "already", "already"],
        )

    @mute_logger("odoo.http")
    def test_wrong_token_opens_nothing(self):
        self.url = f"/shift/kiosk/{'x' * 43}"
        page = self.url_open(self.url)
        self.assertEqual(page.status_code, 404)
        self.assertNotIn("Front door", page.text)
        for path, body in [("today", {}), ("scan", {"scans": []}), ("tick", {})]:
            self.assertEqual(self._post(path, body).status_code, 404)
        photo = self.url_open(f"{self.url}/photo/{self.registration.id}")
        self.assertEqual(photo.status_code, 404)

    @mute_logger("odoo.http")
    def test_renewed_link_kills_the_old(self):
        old = self.url
        self.kiosk_record.action_renew_token()
        self.assertEqual(self.url_open(old).status_code, 404)
        self.assertEqual(self._post("today", {}).status_code, 404)
        new = f"/shift/kiosk/{self.kiosk_record.token}"
        self.assertEqual(self.url_open(new).status_code, 200)

    @mute_logger("odoo.http")
    def test_archived_kiosk_opens_nothing(self):
        self.kiosk_record.active = False
        self.assertEqual(self.url_open(self.url).status_code, 404)

    @mute_logger("odoo.http")
    def test_photo_of_somebody_else_is_refused(self):
        other = self._register(
            self._shift(START + timedelta(days=400)), self._create_member("B C")
        )
        photo = self.url_open(f"{self.url}/photo/{other.id}")
        self.assertEqual(photo.status_code, 404)

    @mute_logger("odoo.http")
    def test_bad_input_is_refused(self):
        scan = {"key": str(uuid.uuid4()), "card": self.card, "at": self.now}
        for body in (
            [],
            {},
            {"scans": "all"},
            {"scans": [scan, "x"]},
            {"scans": [{**scan, "key": "1"}]},
            {"scans": [{**scan, "key": None}]},
            {"scans": [scan] * 201},
        ):
            with self.subTest(body=str(body)[:40]):
                self.assertEqual(self._post("scan", body).status_code, 400)
        answer = self.url_open(f"{self.url}/scan", data="{not json")
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(self.registration.state, "booked")
