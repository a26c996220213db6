import uuid

from odoo import http
from odoo.tests import HttpCase, tagged

from .test_compost import CompostCommon


@tagged("post_install", "-at_install")
class TestCompostPage(CompostCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.url = f"/compost/{self.site.access_token}"
        self.today = self.organisation._coworking_today()
        self.authenticate(None, None)

    def _post(self, action="visit", **vals):
        return self.url_open(
            self.url,
            data={
                "csrf_token": http.Request.csrf_token(self),
                "action": action,
                "key": str(uuid.uuid4()),
                "date": self.today.isoformat(),
                "bin": str(self.bin.id),
                "openers": "Nadia, Paul",
                "kg": "12,5",
                **vals,
            },
        )

    def test_a_visit_is_noted_once_however_often_it_is_sent(self):
        key = str(uuid.uuid4())
        for _try in range(2):
            response = self._post(
                key=key, visitors="4", temperature="54,5", browns="low", turned="on"
            )
            self.assertEqual(response.status_code, 200)
        visit = self.site.visit_ids
        self.assertEqual(len(visit), 1)
        self.assertEqual((visit.kg, visit.visitor_count), (12.5, 4))
        self.assertEqual((visit.temperature, visit.browns), (54.5, "low"))
        self.assertTrue(visit.is_turned)
        self.assertTrue(visit.is_temperature_read)

    def test_what_cannot_be_is_refused_and_kept_in_the_form(self):
        cases = [
            {"kg": "-3"},
            {"kg": "nan"},
            {"kg": "900"},
            {"date": "2999-01-01"},
            {"date": "tomorrow"},
            {"openers": " "},
            {"bin": "0"},
            {"bin": "x"},
            {"temperature": "1e3"},
            {"temperature": "900"},
            {"key": "short"},
            {"action": "other"},
        ]
        for vals in cases:
            with self.subTest(vals=vals):
                response = self._post(**{"note": "The kept note", **vals})
                self.assertEqual(response.status_code, 200)
                self.assertIn("alert-danger", response.text)
                self.assertFalse(self.site.visit_ids)
                if "action" not in vals:
                    self.assertIn("The kept note", response.text)

    def test_unknown_words_are_left_out(self):
        self._post(browns="many", smell="roses")
        self.assertEqual(
            (self.site.visit_ids.browns, self.site.visit_ids.smell), (False, False)
        )

    def test_compost_is_given_out_and_unsold_goods_are_refused(self):
        self._post("flow", kind="out", kg="20")
        response = self._post("flow", kind="unsold", kg="20")
        self.assertIn("alert-danger", response.text)
        for vals in ({"kind": "gold"}, {"kind": "out", "kg": "0"}):
            self.assertIn("alert-danger", self._post("flow", **vals).text)
        self.assertEqual(self.site.flow_ids.mapped("kind"), ["out"])

    def test_unknown_and_old_addresses_are_not_found(self):
        self.assertEqual(self.url_open("/compost/" + "x" * 43).status_code, 404)
        self.site.action_renew_link()
        self.assertEqual(self.url_open(self.url).status_code, 404)

    def test_phone_page_is_kept_from_search_engines(self):
        response = self.url_open(self.url)
        self.assertEqual(response.headers["X-Robots-Tag"], "noindex")
        self.assertEqual(response.headers["Cache-Control"], "no-store")

    def test_public_numbers_name_nobody(self):
        self._post(kg="33")
        page = self.url_open("/composters").text
        self.assertIn("Garden", page)
        self.assertIn("33 kg", page)
        self.assertNotIn("Nadia", page)
        self.assertNotIn(self.site.access_token, page)
        self.site.is_public = False
        self.assertNotIn("Garden", self.url_open("/composters").text)
