from lxml import html

from odoo.fields import Date
from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .plan_common import PlanCommon

PLANS = "/my/coworking/plans"


@tagged("post_install", "-at_install")
class TestPlanPortal(HttpCase, PlanCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(
            cls.env, "plan_portal", groups="base.group_portal", lang="en_US"
        )
        cls.today = cls.organisation._coworking_today()
        cls.subscription = cls._subscribe(cls.portal.partner_id, cls.half, cls.today)

    def setUp(self):
        super().setUp()
        self.authenticate("plan_portal", "plan_portal")

    def _post(self, address, **data):
        return self.url_open(
            address,
            data={
                "csrf_token": Request.csrf_token(self),
                "company": self.organisation.id,
                **data,
            },
            allow_redirects=True,
        )

    def _page(self, address):
        response = self.url_open(f"{address}?company={self.organisation.id}")
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.text)

    def test_pages_show_own_plan_and_hours(self):
        page = self._page(PLANS)
        self.assertIn(
            "Half",
            page.xpath("//section[contains(@class, 'o_coworking_plan')]//h2")[0].text,
        )
        self.assertTrue(
            page.xpath("//section[contains(@class, 'o_coworking_ways')]//li")
        )
        page = self._page("/my/coworking/hours")
        self.assertTrue(page.xpath("//ul[contains(@class, 'o_coworking_ledger')]/li"))
        self.assertEqual(
            len(page.xpath("//section[contains(@class, 'o_coworking_passes')]//form")),
            2,
        )

    def test_changes_next_month(self):
        self._post(f"{PLANS}/change", plan=self.full.id)
        change = self.subscription.change_ids.sorted("date")[-1]
        self.assertEqual(change.plan_id, self.full)
        self.assertGreater(change.date, self.today)
        self.assertEqual(change.date.day, 1)

    def test_change_is_made_in_the_browser(self):
        self.start_tour(
            f"{PLANS}?company={self.organisation.id}",
            "coworking_plan_change",
            login="plan_portal",
        )
        change = self.subscription.change_ids.sorted("date")[-1]
        self.assertEqual(change.plan_id, self.full)

    def test_refuses_what_is_not_on_offer(self):
        hidden = self._create_plan(name="Hidden", price=1, is_published=False)
        student = self._create_plan(name="Student", kind="student", price=1)
        other = self._create_plan(
            name="Other",
            price=1,
            company_id=self.env.company.create({"name": "O"}).id,
            product_id=self.env["product.product"]
            .create({"name": "O", "type": "service"})
            .id,
        )
        for plan in (hidden.id, student.id, other.id, 0, "x", self.half.id):
            self._post(f"{PLANS}/change", plan=plan)
        self.assertEqual(len(self.subscription.change_ids), 1)

    def test_pause_within_the_policy(self):
        first = Date.add(self.today, days=1)
        self._post(f"{PLANS}/pause", first=first, last=Date.add(first, days=365))
        self._post(f"{PLANS}/pause", first="x", last="")
        self.assertFalse(self.subscription.pause_ids)
        self._post(f"{PLANS}/pause", first=first, last=first, reason="Trip")
        self.assertEqual(self.subscription.pause_ids.reason, "Trip")

    def test_ends_at_the_notice(self):
        self._post(f"{PLANS}/end")
        self.assertEqual(self.subscription.date_end, self.subscription._earliest_end())

    @mute_logger("odoo.http")
    def test_needs_its_token_and_a_post(self):
        response = self.url_open(f"{PLANS}/end", data={"company": self.organisation.id})
        self.assertEqual(response.status_code, 400)
        self.assertFalse(self.subscription.date_end)

    def test_who_shares_a_plan_changes_nothing(self):
        guest = new_test_user(self.env, "plan_guest", groups="base.group_portal")
        self.half.write({"kind": "organisation", "people_max": 3})
        self.subscription.people_ids = guest.partner_id
        self.authenticate("plan_guest", "plan_guest")
        page = self._page(PLANS)
        self.assertFalse(page.xpath("//details"))
        for what in ("change", "pause", "end"):
            self._post(f"{PLANS}/{what}", plan=self.full.id)
        self.assertFalse(self.subscription.date_end)
        self.assertEqual(len(self.subscription.change_ids), 1)

    def test_asks_for_a_plan_once(self):
        asking = new_test_user(self.env, "plan_asking", groups="base.group_portal")
        self.authenticate("plan_asking", "plan_asking")
        for plan in (self.half, self.full):
            self._post(f"{PLANS}/ask", plan=plan.id)
        draft = self.env["coworking.subscription"].search(
            [("partner_id", "=", asking.partner_id.id)]
        )
        self.assertEqual((draft.state, draft.plan_id), ("draft", self.full))

    def test_buys_a_pass_once(self):
        address = f"/my/coworking/passes/{self.day_pass.id}/buy"
        for key in ("k" * 24, "k" * 24, "short"):
            self._post(address, key=key)
        order = self.env["sale.order"].search(
            [("partner_id", "=", self.portal.partner_id.id)]
        )
        self.assertEqual(len(order), 1)
        self.assertEqual(order.state, "sent")
        self.assertEqual(order.company_id, self.organisation)
