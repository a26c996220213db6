from lxml import html

from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged

from .desk_common import DeskCommon

URL = "/my/coworking/desks"


@tagged("post_install", "-at_install")
class TestDeskPortal(DeskCommon, HttpCase):
    FROZEN = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = new_test_user(
            cls.env, login="desk_member", groups="base.group_portal", lang="en_US"
        )

    def setUp(self):
        super().setUp()
        self.authenticate("desk_member", "desk_member")

    def _page(self, path=URL):
        response = self.url_open(path)
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.text)

    def _post(self, path=URL, **values):
        return self.url_open(
            path, data={"csrf_token": Request.csrf_token(self), **values}
        )

    def _book_form(self, **values):
        return self._post(
            **{
                "space_id": self.area.id,
                "day": str(self.tomorrow),
                "half": "day",
                "key": "one",
                **values,
            }
        )

    def _mine(self):
        return self.visits.search([("partner_id", "=", self.member.partner_id.id)])

    def test_two_taps_take_a_place(self):
        page = self._page(f"{URL}?space={self.area.id}")
        days = page.xpath("//details[@name='coworking_day']")
        self.assertEqual(len(days), 14)
        buttons = days[1].xpath(".//button[@name='half']/@value")
        self.assertEqual(buttons, ["am", "pm", "day"])
        form = {
            field.get("name"): field.get("value")
            for field in days[1].xpath(".//input[@type='hidden']")
        }
        for _time in range(2):
            response = self.url_open(URL, data={**form, "half": "day"})
            self.assertIn("done=booked", response.url)
        visit = self._mine()
        self.assertEqual(
            (visit.day, visit.half, visit.amount), (self.tomorrow, "day", 16)
        )
        self.assertIn(visit.code, self._page().text_content())

    def test_what_is_refused_says_why(self):
        for values, words in (
            ({"day": str(self.today.replace(year=2025))}, "is over"),
            ({"day": "tomorrow"}, "no day"),
            ({"day": ""}, "no day"),
            ({"half": "night"}, "Choose the morning"),
            ({"space_id": "x"}, "no desk area"),
            ({"space_id": self._create_space().id}, "no desk area"),
        ):
            with self.subTest(words=words):
                page = html.fromstring(self._book_form(**values).text)
                [alert] = page.xpath("//div[hasclass('alert-danger')]")
                self.assertIn(words, alert.text_content())
        self.area.is_published = False
        self._book_form()
        self.assertFalse(self._mine())

    def test_amounts_and_people_are_not_taken_from_the_form(self):
        self._book_form(
            amount="0", paid_by="plan", partner_id=self.person.id, state="present"
        )
        visit = self._mine()
        self.assertEqual(
            (visit.amount, visit.paid_by, visit.state), (16, "bill", "booked")
        )

    def test_own_visits_are_cancelled_and_no_others(self):
        mine = self._book(self.member.partner_id)
        other = self._book()
        self.assertIn("/my", self._post(f"{URL}/{other.id}/cancel").url)
        self.assertIn("/my", self._post(f"{URL}/{9**9}/cancel").url)
        self.assertIn("done=cancelled", self._post(f"{URL}/{mine.id}/cancel").url)
        self.assertEqual((mine.state, other.state), ("cancelled", "booked"))

    def test_a_member_invites_a_guest(self):
        account = self.env["coworking.account"]._make(
            self.member.partner_id, self.organisation
        )
        self.env["coworking.account"]._post(
            [
                {
                    "account_id": account.id,
                    "unit": "day",
                    "kind": "purchase",
                    "quantity": 2,
                    "date": self.today,
                    "reference": "Pack",
                }
            ]
        )
        self.assertTrue(
            self._page(f"{URL}?space={self.area.id}").xpath(
                "//input[@name='guest_name']"
            )
        )
        response = self._book_form(guest_name="Ali", guest_email="ali@example.com")
        self.assertIn("done=guest", response.url)
        [guest] = self.visits.search([("host_id", "=", self.member.partner_id.id)])
        self.assertIn(guest.guest_name, self._page().text_content())

    def test_the_wifi_code_shows_once_checked_in(self):
        self.env["coworking.wifi.code"]._make(self.organisation, [self.today])
        code = self.env["coworking.wifi.code"]._of(self.organisation, self.today)
        visit = self._book(self.member.partner_id, day=self.today, half="pm")
        self.assertNotIn(code, self._page().text_content())
        visit._check_in()
        self.assertIn(code, self._page().text_content())

    def test_home_counts_the_visits_to_come(self):
        self._book(self.member.partner_id)
        response = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["coworking_visit_count"]}
        )
        self.assertEqual(response["coworking_visit_count"], 1)

    def test_without_login_nothing_is_shown(self):
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open(URL).url)
