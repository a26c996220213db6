from datetime import timedelta
from io import BytesIO

from lxml import html
from PIL import Image

from odoo.fields import Datetime
from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .producer_common import ProducerCommon

HOME = "/my/drive/producer"
PAGES = ("", "/orders", "/prices", "/absences", "/page")
FAMILY = "Zerbinette Quatremère"


class ProducerPortalCommon(HttpCase, ProducerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        now = Datetime.now()
        cls.cycle = cls._create_cycle(
            date_pickup=now.date() + timedelta(days=5),
            open_at=now - timedelta(days=1),
            cutoff_at=now + timedelta(days=3),
            preparation_at=now + timedelta(days=5),
        )
        cls.offers = cls._offers(cls.cycle)
        cls.foreign = cls._create_offer(
            cls.cycle, cls._create_product("Cheese"), cls.dairy, quantity_max=9
        )
        cls.env["drive.cycle.producer"].create(
            [
                {"cycle_id": cls.cycle.id, "partner_id": partner.id}
                for partner in (cls.farm, cls.dairy)
            ]
        )
        cls.family = cls.env["res.partner"].create(
            {"name": FAMILY, "phone": "0639984099", "email": "zerbinette@example.org"}
        )
        cls.basket = cls._create_basket(
            cls.cycle, [(cls.offers[0], 2), (cls.foreign, 1)], partner=cls.family
        )
        cls.own, cls.other = (
            cls.cycle.producer_ids.filtered(
                lambda line, p=partner: line.partner_id == p
            )
            for partner in (cls.farm, cls.dairy)
        )


@tagged("post_install", "-at_install")
class TestProducerPortal(ProducerPortalCommon):
    def _post(self, address, files=None, **data):
        return self.url_open(
            HOME + address,
            data={"csrf_token": Request.csrf_token(self), **data},
            files=files,
        )

    def _form(self, offers, **vals):
        """Return the table of offers as the browser sends it, ``vals`` on top."""
        form = {}
        for offer in offers:
            form[f"was_{offer.id}"] = form[f"quantity_{offer.id}"] = ""
            form[f"offered_{offer.id}"] = form[f"was_offered_{offer.id}"] = "1"
        return {**form, **vals}

    def test_pages_show_own_goods_and_no_family(self):
        self.authenticate("farmer", "farmer")
        addresses = [HOME + page for page in PAGES] + [
            f"{HOME}/orders/{self.own.id}",
            f"{HOME}/products/{self.offers[0].product_id.id}",
        ]
        for address in addresses:
            with self.subTest(address=address):
                response = self.url_open(address)
                self.assertEqual(response.status_code, 200)
                for secret in (
                    FAMILY,
                    self.family.phone,
                    self.family.email,
                    self.basket.name,
                    "Cheese",
                ):
                    self.assertNotIn(secret, response.text)
        self.cycle._close()
        for address in (f"{HOME}/orders/{self.own.id}", f"{HOME}/orders"):
            text = self.url_open(address).text
            self.assertNotIn(FAMILY, text)
            self.assertNotIn("Cheese", text)
        table = self.url_open(f"{HOME}/orders/{self.own.id}/csv")
        self.assertIn("text/csv", table.headers["Content-Type"])
        self.assertIn("Vegetable 0", table.text)
        self.assertNotIn(FAMILY, table.text)

    def test_table_is_saved_line_by_line(self):
        self.authenticate("farmer", "farmer")
        first, second, third = self.offers
        form = self._form(self.offers)
        form |= {f"quantity_{first.id}": "1", f"quantity_{second.id}": "15"}
        form.pop(f"offered_{third.id}")
        page = html.fromstring(self._post(f"?cycle={self.cycle.id}", **form).text)
        self.assertEqual(len(page.xpath("//tr[contains(@class, 'table-danger')]")), 1)
        [typed] = page.xpath(f"//input[@name='quantity_{first.id}']/@value")
        self.assertEqual(typed, "1")
        self.env.invalidate_all()
        self.assertEqual(first.quantity_max, 0)
        self.assertEqual(second.quantity_max, 15)
        self.assertFalse(third.active)

    def test_other_producers_are_out_of_reach(self):
        self.authenticate("farmer", "farmer")
        self._post(
            f"?cycle={self.cycle.id}",
            **self._form(self.foreign, **{f"quantity_{self.foreign.id}": "1"}),
        )
        self._post("/prices", day="2099-01-01", **{f"price_{self.foreign.id}": "2.1"})
        absence = self.env["drive.absence"].create(
            {
                "partner_id": self.dairy.id,
                "date_start": self.cycle.date_pickup,
                "date_stop": self.cycle.date_pickup,
            }
        )
        self._post(f"/absences/{absence.id}/remove")
        self._post(f"/products/{self.foreign.product_id.id}", text="Mine")
        self._post(f"/page?producer={self.dairy.id}", story="Mine")
        self.env.invalidate_all()
        self.assertEqual((self.foreign.quantity_max, self.foreign.active), (9, True))
        self.assertFalse(
            self.env["drive.price"].search([("producer_id", "=", self.dairy.id)])
        )
        self.assertTrue(absence.exists())
        self.assertFalse(self.foreign.product_id.description_ecommerce)
        self.assertFalse(self.dairy.drive_story)
        for address in (
            f"/orders/{self.other.id}",
            f"/orders/{self.other.id}/csv",
            f"/products/{self.foreign.product_id.id}",
        ):
            with self.subTest(address=address):
                answer = self.url_open(HOME + address, allow_redirects=False)
                self.assertEqual(answer.status_code, 303)
        for address in (
            f"/photo/{self.dairy.id}",
            f"/products/{self.foreign.product_id.id}/photo",
        ):
            with self.subTest(address=address):
                self.assertEqual(self.url_open(HOME + address).status_code, 404)

    @mute_logger("odoo.http")
    def test_closed_cycles_and_forged_forms_change_nothing(self):
        self.authenticate("farmer", "farmer")
        form = self._form(self.offers, **{f"quantity_{self.offers[0].id}": "15"})
        answer = self.url_open(
            f"{HOME}?cycle={self.cycle.id}", data={"csrf_token": "forged", **form}
        )
        self.assertEqual(answer.status_code, 400)
        self.cycle._close()
        self.env.flush_all()
        answer = self._post(f"?cycle={self.cycle.id}", **form)
        self.assertEqual(answer.status_code, 200)
        self.env.invalidate_all()
        self.assertEqual(self.offers[0].quantity_max, 0)

    def test_who_produces_nothing_is_sent_home(self):
        self.authenticate("nobody", "nobody")
        for page in PAGES:
            with self.subTest(page=page):
                answer = self.url_open(HOME + page, allow_redirects=False)
                self.assertEqual(answer.status_code, 303)
        answer = self._post("/absences", start="2099-01-01", stop="2099-01-02")
        self.assertFalse(
            self.env["drive.absence"].search([("date_start", "=", "2099-01-01")])
        )
        home = html.fromstring(self.url_open("/my").text)
        self.assertFalse(
            home.xpath(
                f"//a[@href='{HOME}']"
                "[not(ancestor::div[contains(@class, 'o_portal_index_card d-none')])]"
            )
        )

    def test_photos_are_pictures(self):
        self.authenticate("farmer", "farmer")
        product = self.offers[0].product_id
        picture = BytesIO()
        Image.new("RGB", (800, 600), "green").save(picture, "PNG")
        self._post(
            f"/products/{product.id}",
            files={"photo": ("carrots.png", picture.getvalue(), "image/png")},
            text="Sweet",
        )
        self.env.invalidate_all()
        self.assertTrue(product.image_1920)
        photo = self.url_open(f"{HOME}/products/{product.id}/photo")
        self.assertEqual(photo.headers["Content-Type"], "image/jpeg")
        answer = self._post(
            "/page",
            files={"photo": ("page.png", b"<script/>", "image/png")},
            story="We grow",
        )
        self.assertIn("alert-danger", answer.text)
        self.env.invalidate_all()
        self.assertFalse(self.farm.image_1920)


@tagged("post_install", "-at_install")
class TestProducerTour(ProducerPortalCommon):
    browser_size = "375x667"
    touch_enabled = True

    def test_a_producer_on_a_phone(self):
        self.start_tour(HOME, "drive_producer", login="helper")
        self.env.invalidate_all()
        offers = self.offers.sorted("display_name")
        self.assertEqual(offers.mapped("quantity_max"), [12, 25, 0])
        self.assertEqual(offers.mapped("active"), [True, True, False])
        self.assertTrue(
            self.env["drive.absence"].search([("partner_id", "=", self.farm.id)])
        )
