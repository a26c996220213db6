from lxml import html

from odoo import http
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from .shop_common import ShopCommon


@tagged("post_install", "-at_install")
class TestShopPages(ShopCommon, HttpCase):
    """The shop, the checkout and the baskets as a family's browser gets them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.website.domain = cls.base_url()
        cls.family.write({"email": "family@example.com", "phone": "0600000000"})

    def setUp(self):
        super().setUp()
        self.authenticate("family", "family")

    def _page(self, url):
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200, url)
        return html.fromstring(answer.text)

    def _post(self, url, **data):
        """Send a form and return the page that follows."""
        answer = self.url_open(
            url, data={**data, "csrf_token": http.Request.csrf_token(self)}
        )
        self.assertLess(answer.status_code, 500, url)
        return answer

    def _set(self, offer, quantity):
        return self.make_jsonrpc_request(
            "/shop/drive/line", {"offer_id": offer.id, "quantity": quantity}
        )

    def _basket(self):
        return self.env["sale.order"].search([("partner_id", "=", self.family.id)])

    # --- Shop

    def test_only_what_is_offered_is_sold_at_the_price_of_the_offer(self):
        other = self._create_product("Not Offered", is_published=True, list_price=1)
        page = self._page("/shop")
        text = page.text_content()
        self.assertIn("Carrots", text)
        self.assertNotIn("Not Offered", text)
        prices = page.xpath("//strong[contains(@class, 'o_drive_price')]")
        self.assertEqual(len(prices), 2)
        with self.assertRaises(JsonRpcException), mute_logger("odoo.http"):
            self.make_jsonrpc_request(
                "/shop/cart/add",
                {
                    "product_template_id": other.product_tmpl_id.id,
                    "product_id": other.id,
                    "quantity": 1,
                },
            )
        self.assertFalse(self._basket().order_line)

    def test_what_is_charged_by_weight_says_so(self):
        self._create_offer(
            self.cycle,
            self._create_product("Chicken"),
            price=12.5,
            by_weight=True,
            weight_expected=1.4,
        )
        page = self._page("/shop?search=Chicken")
        self.assertIn("17.50", page.text_content().replace(",", "."))
        self.assertIn("12.50", page.text_content().replace(",", "."))

    def test_without_an_open_cycle_the_next_opening_is_said(self):
        self.cycle.open_at = "2027-03-09 08:00:00"
        page = self._page("/shop")
        self.assertFalse(page.xpath("//div[contains(@class, 'o_drive_quantity')]"))
        self.assertIn("09:00", page.text_content())

    def test_of_several_open_cycles_one_is_chosen_and_the_cart_moves_there(self):
        later = self._create_cycle(
            self.schedule.point_ids,
            date_pickup="2027-03-12",
            cutoff_at="2027-03-10 21:00:00",
        )
        carrots = self._create_offer(later, self.carrots.product_id, price=2.2)
        self._set(self.carrots, 2)
        self._set(self.honey, 1)
        answer = self._post("/shop/drive/cycle", cycle_id=later.id)
        self.assertIn("Honey", answer.text)
        basket = self._basket()
        self.assertEqual(basket.drive_cycle_id, later)
        self.assertEqual(basket._drive_goods().drive_offer_id, carrots)
        self.assertEqual(basket.amount_total, 4.4)

    def test_a_quantity_is_set_and_not_added(self):
        self._set(self.carrots, 2)
        answer = self._set(self.carrots, 2)
        self.assertEqual(answer["quantity"], 2)
        self.assertEqual(answer["cart_quantity"], 1)
        self.assertEqual(self._basket().amount_total, 4)
        self._set(self.carrots, 0)
        self.assertFalse(self._basket()._drive_goods())

    def test_several_quantities_in_one_message(self):
        bread = self._create_offer(self.cycle, self._create_product("Bread"))
        quantities = [[self.carrots.id, 2], [self.honey.id, 9], [bread.id, 1], [0, 1]]
        for _time in range(2):
            answers = self.make_jsonrpc_request(
                "/shop/drive/lines", {"quantities": quantities}
            )
        self.assertEqual(answers[str(self.carrots.id)]["quantity"], 2)
        self.assertTrue(answers[str(self.honey.id)]["error"])
        self.assertTrue(answers["0"]["error"])
        self.assertEqual(self._basket().amount_total, 7)

    def test_bad_quantities_are_refused_in_one_sentence(self):
        self.carrots.write({"step": 0.5, "quantity_min": 1})
        for quantity in (0.5, 1.2, 10**9, "nan", "inf", "x"):
            with self.subTest(quantity=quantity):
                self.assertTrue(self._set(self.carrots, quantity)["error"])
        self.assertTrue(self._set(self.honey, 4)["error"])
        self.assertFalse(self._basket()._drive_goods())
        self.assertFalse(self._set(self.carrots, 1.5)["error"])
        # Less than nothing takes it out.
        self.assertFalse(self._set(self.carrots, -5)["error"])
        self.assertFalse(self._basket()._drive_goods())

    def test_an_old_tab_after_the_cutoff_is_refused(self):
        self._set(self.carrots, 2)
        basket = self._basket()
        self.cycle.cutoff_at = "2027-03-08 11:00:00"
        self.assertTrue(self._set(self.carrots, 3)["error"])
        self._post("/shop/drive/point", point_id=self.point.id)
        answer = self._post("/shop/drive/order", order_id=basket.id)
        self.assertIn("o_drive_banner", answer.text)
        self.assertEqual(basket.state, "draft")
        self.assertEqual(basket.order_line.product_uom_qty, 2)

    def test_the_offer_of_another_company_is_refused(self):
        company = self.env["res.company"].create({"name": "Other"})
        point = self.env["drive.point"].create(
            {
                "name": "Other",
                "company_id": company.id,
                "partner_id": company.partner_id.id,
            }
        )
        cycle = self._create_cycle(point, company_id=company.id)
        offer = self._create_offer(cycle)
        self.assertTrue(self._set(offer, 1)["error"])

    def test_the_stock_route_obeys_the_offer(self):
        self.make_jsonrpc_request(
            "/shop/cart/add",
            {
                "product_template_id": self.honey.product_id.product_tmpl_id.id,
                "product_id": self.honey.product_id.id,
                "quantity": 2,
            },
        )
        line = self._basket().order_line
        self.assertEqual((line.drive_offer_id, line.price_unit), (self.honey, 8))

    # --- Checkout

    def _to_payment(self):
        self._set(self.honey, 2)
        self._page("/shop/checkout")
        return self._post("/shop/drive/point", point_id=self.point.id)

    def test_from_the_shop_to_the_basket(self):
        answer = self._to_payment()
        self.assertIn("/shop/payment", answer.url)
        basket = self._basket()
        # Goods are kept from the moment of going to pay.
        self.assertEqual(self.honey.quantity_held, 2)
        self.assertEqual(self.point.crate_held, 1)
        for _time in range(2):
            answer = self._post("/shop/drive/order", order_id=basket.id)
            self.assertIn(f"/my/baskets/{basket.id}", answer.url)
        self.assertEqual(basket.state, "sale")
        self.assertEqual(self.honey.quantity_held, 2)

    @mute_logger("odoo.sql_db")
    def test_a_full_point_is_shown_with_its_reason_and_refused(self):
        self.point.write({"crate_max": 0})
        self._set(self.honey, 2)
        page = self._page("/shop/checkout")
        self.assertTrue(page.xpath("//input[@name='point_id' and @disabled]"))
        answer = self._post("/shop/drive/point", point_id=self.point.id)
        self.assertIn("/shop/checkout", answer.url)
        self.assertFalse(self._basket().drive_is_held)

    def test_the_credit_and_the_gift_at_the_checkout(self):
        self._give_credit(10)
        self._to_payment()
        basket = self._basket()
        self._post("/shop/drive/credit", use="1")
        self.assertEqual(basket.amount_total, 6)
        self._post("/shop/drive/gift", amount="5,5")
        self._post("/shop/drive/gift", amount="5,5")
        self.assertEqual(basket.amount_total, 11.5)
        for amount in ("-3", "1e9", "nan"):
            self._post("/shop/drive/gift", amount=amount)
        self.assertEqual(basket.amount_total, 11.5)
        self._post("/shop/drive/credit")
        self.assertEqual(basket.amount_total, 21.5)

    # --- Baskets

    def test_a_basket_is_changed_and_cancelled(self):
        basket = self._cart((self.carrots, 2), (self.honey, 1))
        basket._drive_confirm_at_pickup()
        name = f"quantity_{self.carrots.id}"
        for _time in range(2):
            self._post(f"/my/baskets/{basket.id}/change", **{name: "5"})
        self.assertEqual(basket.amount_total, 18)
        self._post(f"/my/baskets/{basket.id}/change", **{name: "0"})
        self.assertEqual(basket.amount_total, 8)
        self._page(f"/my/baskets/{basket.id}")
        for _time in range(2):
            self._post(f"/my/baskets/{basket.id}/cancel")
        self.assertEqual(basket.state, "cancel")
        self.assertEqual(self.honey.quantity_held, 0)

    def test_a_basket_is_filled_from_the_shop_after_it_was_ordered(self):
        basket = self._cart((self.carrots, 2))
        basket._drive_confirm_at_pickup()
        self._post(f"/my/baskets/{basket.id}/edit")
        self._set(self.honey, 1)
        self.assertEqual(basket.amount_total, 12)
        self.assertEqual(self.honey.quantity_held, 1)
        self.assertEqual(self._basket(), basket)
        self.assertIn(
            f"/my/baskets/{basket.id}", self.url_open("/my/baskets/edited").url
        )

    def test_a_second_cart_joins_the_basket_once(self):
        basket = self._cart((self.carrots, 2))
        basket._drive_confirm_at_pickup()
        self._set(self.carrots, 1)
        self._set(self.honey, 1)
        page = self._page("/shop/checkout")
        self.assertTrue(page.xpath("//form[contains(@class, 'o_drive_join')]"))
        for _time in range(2):
            self._post("/shop/drive/join")
        self.assertEqual(basket.amount_total, 14)
        self.assertFalse((self._basket() - basket).order_line)

    def test_after_the_cutoff_a_basket_stays(self):
        basket = self._cart((self.carrots, 2))
        basket._drive_confirm_at_pickup()
        self.cycle.cutoff_at = "2027-03-08 11:00:00"
        self._post(
            f"/my/baskets/{basket.id}/change", **{f"quantity_{self.carrots.id}": "5"}
        )
        self._post(f"/my/baskets/{basket.id}/cancel")
        self._post(f"/my/baskets/{basket.id}/point", point_id=self.point.id)
        self.assertEqual((basket.state, basket.amount_total), ("sale", 4))

    def test_nobody_touches_the_basket_of_another_family(self):
        other = self._create_basket(self.cycle, [(self.carrots, 2)])
        page = self.url_open(f"/my/baskets/{other.id}")
        self.assertNotIn(other.name, page.text)
        for action in (
            "change",
            "cancel",
            "pay",
            "credit",
            "edit",
            "cart",
            "recurring",
        ):
            self._post(
                f"/my/baskets/{other.id}/{action}",
                **{f"quantity_{self.carrots.id}": "0"},
            )
        self._post("/shop/drive/order", order_id=other.id)
        self.assertEqual((other.state, other.amount_total), ("sale", 4))
        self.assertFalse(
            self.env["drive.recurring"].search([]).partner_id & other.partner_id
        )

    def test_the_same_as_last_time_says_what_is_missing(self):
        gone = self._create_offer(self.cycle, self._create_product("Gone"))
        last = self._cart((self.carrots, 2), (gone, 1))
        last._drive_confirm_at_pickup()
        later = self._create_cycle(
            self.schedule.point_ids,
            date_pickup="2027-03-18",
            cutoff_at="2027-03-16 21:00:00",
            preparation_at="2027-03-18 12:00:00",
        )
        carrots = self._create_offer(later, self.carrots.product_id, price=3)
        self.cycle.cutoff_at = "2027-03-08 11:00:00"
        answer = self._post("/shop/drive/again")
        self.assertIn("Gone", answer.text)
        basket = self._basket() - last
        self.assertEqual(basket._drive_goods().drive_offer_id, carrots)
        self.assertEqual(basket.drive_cycle_point_id, later.point_ids)
        self.assertEqual(basket.amount_total, 6)

    def test_a_basket_becomes_recurring_and_stops(self):
        basket = self._cart((self.carrots, 2))
        basket._drive_confirm_at_pickup()
        self._post(f"/my/baskets/{basket.id}/recurring")
        recurring = self.env["drive.recurring"].search(
            [("partner_id", "=", self.family.id)]
        )
        line = recurring.line_ids
        self._post(
            f"/my/recurring/{recurring.id}",
            action="save",
            payment="credit",
            pause_start="2027-04-01",
            **{f"quantity_{line.id}": "3", f"interval_{line.id}": "2"},
        )
        self.assertEqual((line.quantity, line.interval), (3, 2))
        self.assertEqual(recurring.payment, "credit")
        self._post(f"/my/recurring/{recurring.id}", action="save", pause_start="soon")
        self.assertTrue(recurring.pause_start)
        self._post(f"/my/recurring/{recurring.id}", action="stop")
        self.assertFalse(recurring.active)

    def test_pages_of_the_account(self):
        self._give_credit(12)
        self.assertIn("12", self._page("/my/credit").text_content())
        self._page("/my/baskets")
        self.assertTrue(self._page("/my").xpath("//a[contains(@href, '/my/baskets')]"))

    # --- Speed

    def test_statements_do_not_grow_with_offers_nor_with_history(self):
        def count():
            self._page("/shop")
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._page("/shop")
            return self.env.cr.sql_log_count - before

        for rank in range(20):
            self._create_offer(self.cycle, self._create_product(f"Product {rank}"))
        few = count()
        for rank in range(40):
            self._create_offer(self.cycle, self._create_product(f"More {rank}"))
        past = self._create_cycle(
            self.schedule.point_ids,
            date_pickup="2027-02-11",
            open_at="2027-02-01 12:00:00",
            cutoff_at="2027-03-08 13:00:00",
        )
        past._clone_offers(self.cycle)
        for offer in past.offer_ids[:10]:
            self._create_basket(past, [(offer, 1)])
        past.cutoff_at = "2027-02-09 12:00:00"
        self.assertLessEqual(count(), few + 1)
