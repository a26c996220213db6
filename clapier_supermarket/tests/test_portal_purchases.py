from datetime import timedelta

from lxml import html

from odoo import Command, fields
from odoo.tests import HttpCase, tagged

from .common import SupermarketCommon


@tagged("post_install", "-at_install")
class TestPortalPurchases(HttpCase, SupermarketCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.sale_requires_member = False
        cls.alix = cls._create_user("alix", "base.group_portal").partner_id
        cls.sam = cls._create_user("sam", "base.group_portal").partner_id
        cls.vat = cls.env["account.tax"].create(
            {
                "name": "Food",
                "amount": 5.5,
                "price_include_override": "tax_included",
                "company_id": cls.company.id,
                "tax_group_id": cls.env["account.tax.group"]
                .create({"name": "VAT of food", "company_id": cls.company.id})
                .id,
            }
        )
        cls.apples = cls.env["product.product"].create(
            {
                "name": "Apples of the Pilat",
                "available_in_pos": True,
                "list_price": 2.11,
                "taxes_id": [Command.set(cls.vat.ids)],
            }
        )
        cls.cash = cls.env["pos.payment.method"].create(
            {
                "name": "Meal voucher",
                "company_id": cls.company.id,
                "journal_id": cls.env["account.journal"]
                .search(
                    [("type", "=", "bank"), ("company_id", "=", cls.company.id)],
                    limit=1,
                )
                .id,
            }
        )
        cls.config = cls.env["pos.config"].create(
            {
                "name": "Till of the station",
                "company_id": cls.company.id,
                "payment_method_ids": [Command.set(cls.cash.ids)],
            }
        )
        cls.config.open_ui()
        cls.pos_session = cls.config.current_session_id

    @classmethod
    def _sell(cls, person, quantity=1, days_ago=0, pay=True):
        price = cls.apples.list_price
        amount = cls.company.currency_id.round(price * quantity)
        line_vals = {
            "name": "line",
            "product_id": cls.apples.id,
            "full_product_name": cls.apples.name,
            "qty": quantity,
            "price_unit": price,
            "tax_ids": [Command.set(cls.vat.ids)],
            "price_subtotal": cls.company.currency_id.round(amount / 1.055),
            "price_subtotal_incl": amount,
        }
        order = cls.env["pos.order"].create(
            {
                "session_id": cls.pos_session.id,
                "company_id": cls.company.id,
                "partner_id": person.id,
                "pos_reference": f"R-{cls.env['pos.order'].search_count([])}",
                "date_order": fields.Datetime.now() - timedelta(days=days_ago),
                "lines": [Command.create(line_vals)],
                "amount_total": amount,
                "amount_tax": amount - line_vals["price_subtotal"],
                "amount_paid": 0,
                "amount_return": 0,
            }
        )
        if pay:
            order.add_payment(
                {
                    "pos_order_id": order.id,
                    "amount": amount,
                    "payment_method_id": cls.cash.id,
                }
            )
            order.action_pos_order_paid()
        return order

    def url_open(self, *args, timeout=60, **kwargs):
        """Override of Odoo to wait longer: the first page of a test compiles templates."""
        return super().url_open(*args, timeout=timeout, **kwargs)

    def _page(self, url):
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.content)

    def _references(self, url="/my/purchases"):
        return self._page(url).xpath("//tbody//a/text()")

    def test_the_list_shows_my_purchases_newest_first(self):
        old = self._sell(self.alix, days_ago=9)
        new = self._sell(self.alix)
        self.authenticate("alix", "alix")
        self.assertEqual(self._references(), [new.pos_reference, old.pos_reference])
        self.assertEqual(
            self._references("/my/purchases?sortby=oldest"),
            [old.pos_reference, new.pos_reference],
        )

    def test_a_period_keeps_only_its_purchases(self):
        self._sell(self.alix, days_ago=800)
        new = self._sell(self.alix)
        self.authenticate("alix", "alix")
        self.assertEqual(
            self._references("/my/purchases?filterby=quarter"), [new.pos_reference]
        )

    def test_an_unknown_order_or_period_means_the_first_one(self):
        order = self._sell(self.alix)
        self.authenticate("alix", "alix")
        url = "/my/purchases?sortby=amount_total;drop&filterby=__class__"
        self.assertEqual(self._references(url), [order.pos_reference])

    def test_a_page_beyond_the_last_one_is_the_last_one(self):
        order = self._sell(self.alix)
        self.authenticate("alix", "alix")
        self.assertEqual(
            self._references("/my/purchases/page/99"), [order.pos_reference]
        )

    def test_somebody_without_purchases_reads_how_to_get_one(self):
        self.authenticate("alix", "alix")
        page = self._page("/my/purchases")
        self.assertTrue(page.xpath("//*[@role='status']"))
        self.assertFalse(page.xpath("//table"))

    def test_the_detail_shows_lines_payment_and_vat(self):
        order = self._sell(self.alix, quantity=10)
        self.authenticate("alix", "alix")
        text = self._page(f"/my/purchases/{order.id}").text_content().replace(",", ".")
        for expected in (
            "Apples of the Pilat",
            "Meal voucher",
            "VAT of food",
            "21.10",
            "20.00",
            "1.10",
            order.pos_reference,
        ):
            self.assertIn(expected, text)

    def test_the_vat_of_a_refund_is_negative(self):
        order = self._sell(self.alix, quantity=-10)
        [row] = order._supermarket_vat_summary()
        self.assertEqual((row["base"], row["tax"]), (-20.0, -1.1))

    def test_people_of_one_household_do_not_read_each_others_purchases(self):
        self.sam.supermarket_holder_id = self.alix
        order = self._sell(self.alix)
        self.authenticate("sam", "sam")
        self.assertFalse(self._references())
        response = self.url_open(f"/my/purchases/{order.id}", allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.assertTrue(response.headers["Location"].endswith("/my"))

    def test_a_purchase_that_does_not_exist_sends_home(self):
        self.authenticate("alix", "alix")
        response = self.url_open("/my/purchases/999999999", allow_redirects=False)
        self.assertEqual(response.status_code, 303)

    def test_an_unpaid_order_is_no_purchase(self):
        order = self._sell(self.alix, pay=False)
        self.authenticate("alix", "alix")
        self.assertFalse(self._references())
        response = self.url_open(f"/my/purchases/{order.id}", allow_redirects=False)
        self.assertEqual(response.status_code, 303)

    def test_a_portal_user_has_no_right_on_the_orders_themselves(self):
        order = self._sell(self.alix)
        user = self.alix.user_ids
        self.assertFalse(order.with_user(user).has_access("read"))

    def test_a_visitor_is_asked_to_log_in(self):
        for url in ("/my/purchases", f"/my/purchases/{self._sell(self.alix).id}"):
            response = self.url_open(url)
            # With a website, through the page's address in the visitor's language.
            self.assertTrue(response.history, url)
            self.assertIn("/web/login", response.url)

    def test_the_home_page_counts_my_purchases(self):
        self._sell(self.alix)
        self._sell(self.sam)
        self.authenticate("alix", "alix")
        counters = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["supermarket_purchase_count"]}
        )
        self.assertEqual(counters, {"supermarket_purchase_count": 1})

    def test_the_list_costs_the_same_queries_for_three_as_for_twenty(self):
        self.authenticate("alix", "alix")
        counts = []
        for more in (3, 17):
            for __ in range(more):
                self._sell(self.alix)
            self.env.flush_all()
            self.url_open("/my/purchases")  # warm
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.url_open("/my/purchases")
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
