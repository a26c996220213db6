import json
import uuid

from odoo import fields
from odoo.http import Request
from odoo.tests import HttpCase, tagged

from .fridge_common import FridgeCommon


@tagged("post_install", "-at_install")
class TestSensor(FridgeCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.url = f"/foodshare/sensor/{self.equipment.sensor_token}"

    def _send(self, url=None, **body):
        return self.url_open(
            url or self.url,
            data=json.dumps({"celsius": 3.5, "key": str(uuid.uuid4()), **body}),
            headers={"Content-Type": "application/json"},
        )

    def _readings(self):
        return self.env["foodshare.temperature"].search(
            [("equipment_id", "=", self.equipment.id)]
        )

    def test_a_reading_counts_once(self):
        for _turn in range(2):
            answer = self._send(key="a1", moment=self._iso())
            self.assertEqual((answer.status_code, answer.json()["ok"]), (200, True))
        self.assertEqual(self._readings().mapped("celsius"), [3.5])
        self.assertEqual(self._readings().source, "sensor")

    def _iso(self, **shift):
        moment = fields.Datetime.add(fields.Datetime.now(), **shift)
        return f"{moment.isoformat()}Z"

    def test_forged_sensors_are_refused(self):
        self.assertEqual(self._send("/foodshare/sensor/forged").status_code, 404)
        self.assertEqual(
            self._send(f"/foodshare/sensor/{self.fridge.token}").status_code, 404
        )
        self.assertFalse(self._readings())

    def test_impossible_readings_are_refused(self):
        cases = [
            {"celsius": 500},
            {"celsius": float("nan")},
            {"celsius": "3"},
            {"celsius": True},
            {"moment": "yesterday"},
            {"moment": 5},
            {"moment": self._iso(hours=2)},
            {"moment": self._iso(days=-5)},
            {"key": ""},
            {"key": "x" * 65},
        ]
        for body in cases:
            with self.subTest(body=body):
                answer = self._send(**body)
                self.assertEqual(answer.status_code, 400)
                self.assertTrue(answer.json()["reason"])
        for data in ("[]", "{", "x" * 5000):
            with self.subTest(data=data[:5]):
                self.assertEqual(self.url_open(self.url, data=data).status_code, 400)
        self.assertFalse(self._readings())

    def test_too_many_are_refused(self):
        self.env["foodshare.policy"].create(
            {
                "company_id": self.organisation.id,
                "date_start": "2020-01-01",
                "sensor_per_hour": 2,
            }
        )
        codes = [self._send().status_code for _turn in range(4)]
        # The hour may turn between two of them.
        self.assertEqual(codes[:2], [200, 200])
        self.assertIn(429, codes)


@tagged("post_install", "-at_install")
class TestFridgePage(FridgeCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.url = f"/fridge/{self.fridge.token}"

    def _post(self, page, **data):
        self.authenticate(None, None)
        return self.url_open(
            self.url + page,
            data={
                "csrf_token": Request.csrf_token(self),
                "key": str(uuid.uuid4()),
                **data,
            },
        )

    def _deposits(self):
        return self.env["foodshare.deposit"].search(
            [("fridge_id", "=", self.fridge.id)]
        )

    def test_the_page_shows_what_is_inside(self):
        deposit = self._leave()
        answer = self.url_open(self.url)
        self.assertEqual(answer.status_code, 200)
        self.assertIn(f'value="{deposit.id}"', answer.text)
        for page in ("/poster", f"/label/{deposit.name}", "/leave"):
            self.assertEqual(self.url_open(self.url + page).status_code, 200, page)
        self.assertEqual(self.url_open(f"{self.url}/label/99").status_code, 404)

    def test_unpublished_or_unknown(self):
        self.assertEqual(self.url_open("/fridge/unknown").status_code, 404)
        self.fridge.is_published = False
        self.assertEqual(self.url_open(self.url).status_code, 404)

    def test_three_taps(self):
        key = str(uuid.uuid4())
        today = fields.Date.to_string(self.organisation._coworking_today())
        for page in ("category=dairy", f"category=dairy&date_kind=use_by&day={today}"):
            answer = self.url_open(f"{self.url}/leave?{page}")
            self.assertEqual(answer.status_code, 200)
        for _turn in range(2):
            self._post(
                "/leave",
                key=key,
                category="dairy",
                date_kind="use_by",
                day=today,
                grams="500",
            )
        deposit = self._deposits()
        self.assertEqual(
            (deposit.category, deposit.grams, deposit.giver, deposit.state),
            ("dairy", 500, "inhabitant", "inside"),
        )

    def test_bad_input_leaves_nothing(self):
        good = {"category": "fruit", "date_kind": "none", "grams": "500"}
        for bad in (
            {"category": "gold"},
            {"date_kind": "use_by", "day": "2027-02-31"},
            {"grams": "-5"},
            {"grams": "99999999"},
            {"grams": "99999999999999"},
            {"key": "short"},
            {"category": "dairy"},
        ):
            with self.subTest(bad=bad):
                answer = self._post("/leave", **{**good, **bad})
                self.assertEqual(answer.status_code, 200)
                self.assertIn("alert-danger", answer.text)
        self.assertFalse(self._deposits())

    def test_an_inhabitant_cannot_pose_as_the_kitchen(self):
        self._post("/leave", category="fruit", giver="kitchen", grams="500")
        self.assertEqual(self._deposits().giver, "inhabitant")

    def test_one_tap_takes(self):
        deposit = self._leave()
        self._post("/take", deposit=str(deposit.id), part="half")
        deposit.invalidate_recordset()
        self.assertEqual(deposit.grams_left, 500)
        for bad in ({"deposit": "x"}, {"deposit": "999999999"}, {"part": "much"}):
            answer = self._post("/take", **{"deposit": str(deposit.id), **bad})
            self.assertIn("alert-danger", answer.text)
        deposit.invalidate_recordset()
        self.assertEqual(deposit.grams_left, 500)
