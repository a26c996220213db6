from datetime import timedelta

from lxml import html

from odoo.fields import Datetime
from odoo.tests import HttpCase, TransactionCase, tagged

from ..drive_map import distance_km, draw, rings
from .producer_common import ProducerCommon


@tagged("post_install", "-at_install")
class TestMap(TransactionCase):
    def test_distances(self):
        self.assertAlmostEqual(distance_km((45.44, 4.39), (45.44, 4.39)), 0)
        # Saint-Étienne to Lyon, some fifty kilometres
        self.assertAlmostEqual(
            distance_km((45.4397, 4.3872), (45.7640, 4.8357)), 50, delta=1
        )

    def test_north_is_on_top_and_nothing_leaves_the_sheet(self):
        places = {1: (45.5, 4.3), 2: (45.3, 4.3), 3: (45.4, 4.6)}
        marks, height, unit = draw(places)
        where = {mark.key: mark for mark in marks}
        self.assertLess(where[1].y, where[3].y)
        self.assertLess(where[3].y, where[2].y)
        self.assertGreater(where[3].x, where[1].x)
        for mark in marks:
            self.assertTrue(0 < mark.x < 600 and 0 < mark.y < height)
        gap = ((where[1].x - where[2].x) ** 2 + (where[1].y - where[2].y) ** 2) ** 0.5
        self.assertAlmostEqual(gap / unit, distance_km(places[1], places[2]), delta=0.2)
        self.assertTrue(rings(unit))

    def test_places_on_one_spot_part(self):
        marks, _height, _unit = draw(dict.fromkeys(range(6), (45.4, 4.4)))
        spots = {(round(mark.x), round(mark.y)) for mark in marks}
        self.assertEqual(len(spots), 6)
        for index, first in enumerate(marks):
            for second in marks[index + 1 :]:
                gap = ((first.x - second.x) ** 2 + (first.y - second.y) ** 2) ** 0.5
                self.assertGreater(gap, 25)

    def test_a_lone_place_is_drawn(self):
        [mark], height, _unit = draw({1: (45.4, 4.4)})
        self.assertTrue(0 < mark.x < 600 and 0 < mark.y < height)


@tagged("post_install", "-at_install")
class TestProducersWebsite(HttpCase, ProducerCommon):
    def setUp(self):
        super().setUp()
        self.website = self.env["website"].get_current_website()
        self.website.domain = False
        self.env["website"].search([]).company_id = self.organisation
        self.organisation.partner_id.write(
            {"partner_latitude": 45.43, "partner_longitude": 4.38}
        )
        now = Datetime.now()
        self.shop = self._create_points(
            name="Bakery",
            latitude=45.44,
            longitude=4.39,
            partner_id=self.env["res.partner"]
            .create({"name": "Bakery", "street": "12 Main Street", "city": "Town"})
            .id,
        )
        self.home = self._create_points(
            name="At Ann's",
            kind="home",
            latitude=45.4512345,
            longitude=4.4012345,
            instructions="Ring twice",
            partner_id=self.env["res.partner"]
            .create({"name": "Ann", "street": "9 Secret Lane", "city": "Village"})
            .id,
        )
        self.cycle = self._create_cycle(
            self.shop | self.home,
            date_pickup=now.date() + timedelta(days=5),
            open_at=now - timedelta(days=1),
            cutoff_at=now + timedelta(days=3),
            preparation_at=now + timedelta(days=5),
        )
        self.offers = self._offers(self.cycle, 2)
        self.foreign = self._create_offer(
            self.cycle, self._create_product("Cheese"), self.dairy
        )
        self.farm.write(
            {
                "drive_is_shown": True,
                "drive_story": "<script>We</script> grow",
                "partner_latitude": 45.34,
                "partner_longitude": 4.41,
                "phone": "0639984321",
                "email": "farm@example.org",
            }
        )
        self.env.flush_all()

    def _page(self, address):
        response = self.url_open(address)
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.text), response.text

    def test_producers_who_are_shown(self):
        page, text = self._page("/producteurs")
        self.assertIn("Farm", text)
        self.assertNotIn("Dairy", text)
        self.assertEqual(len(page.xpath("//a[contains(@class, 'o_drive_mark')]")), 1)
        page, text = self._page(self.farm._drive_url())
        self.assertIn("Vegetable 0", text)
        self.assertNotIn("Cheese", text)
        self.assertNotIn("<script>We", text)
        for secret in (self.farm.phone, self.farm.email):
            self.assertNotIn(secret, page.xpath("//div[@id='wrap']")[0].text_content())
        for address in (
            self.dairy._drive_url(),
            f"/producteurs/{self.dairy.id}/photo",
            f"/producteurs/{self.farm.id}/photo",
            "/producteurs/x",
        ):
            with self.subTest(address=address):
                self.assertEqual(self.url_open(address).status_code, 404)

    def test_points_with_hours_and_no_address_of_a_home(self):
        page, text = self._page("/points")
        self.assertIn("12 Main Street", text)
        self.assertIn("Village", text)
        for secret in ("Secret Lane", "45.45123", "Ring twice"):
            self.assertNotIn(secret, text)
        self.assertEqual(len(page.xpath("//a[contains(@class, 'o_drive_mark')]")), 2)
        self.assertEqual(len(page.xpath("//li[contains(@class, 'o_drive_point')]")), 2)
        # No tile, no script, no picture of somebody else's server
        outside = page.xpath("//div[@id='wrap']//*[starts-with(@src, 'http')]")
        self.assertFalse(outside)

    def test_other_websites_show_none_of_it(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.env["website"].search([]).company_id = other
        self.env.flush_all()
        for address in ("/producteurs", self.farm._drive_url(), "/points"):
            with self.subTest(address=address):
                self.assertEqual(self.url_open(address).status_code, 404)

    def test_report_counts_kilograms_and_kilometres(self):
        self.farm.drive_distance_km = 15
        self.shop.distance_km = 2
        self.offers[0].product_id.weight = 1.5
        self.offers[1].write({"by_weight": True, "weight_expected": 2})
        self._create_basket(
            self.cycle,
            [(self.offers[0], 2), (self.offers[1], 1)],
            point=self.cycle.point_ids.filtered(
                lambda item: item.point_id == self.shop
            ),
        )
        self.env.flush_all()
        [(weight, producer_km, point_km, weight_km)] = self.env[
            "drive.sale"
        ]._read_group(
            [("cycle_id", "=", self.cycle.id)],
            [],
            ["weight:sum", "producer_km:avg", "point_km:avg", "weight_km:sum"],
        )
        self.assertEqual((weight, producer_km, point_km, weight_km), (5, 15, 2, 85))
