import base64
import io
from unittest.mock import patch

from lxml import html
from PIL import Image
from psycopg2.errors import UniqueViolation

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tests.common import new_test_user
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_actions_report import IrActionsReport

from .common import SupermarketCommon


class PortalCommon(HttpCase, SupermarketCommon):
    """Two people of one household, a stranger, and shares that the portal offers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.share_type = cls.env["supermarket.share.type"].search(
            [("company_id", "=", cls.company.id), ("code", "=", "A")]
        ) or cls.env["supermarket.share.type"].create(
            {
                "name": "Cooperator",
                "code": "A",
                "company_id": cls.company.id,
                "price": 10,
                "gives_membership": True,
            }
        )
        cls.share_type.write(
            {
                "minimum": 10,
                "minimum_low_income": 1,
                "portal_published": True,
                "portal_maximum": 50,
            }
        )
        cls.alix = cls._create_portal_person("alix", "Alix Roche")
        cls.sam = cls._create_portal_person("sam", "Sam Roche")
        cls.stranger = cls._create_portal_person("stranger", "Noor Vial")
        cls._give_shares(cls.alix, 12)
        cls.alix.with_company(cls.company).barcode = "0421234567897"
        cls.alix.supermarket_birth_date = "1980-02-03"
        cls.sam.write(
            {
                "supermarket_company_id": cls.company.id,
                "supermarket_holder_id": cls.alix.id,
            }
        )

    @classmethod
    def _create_portal_person(cls, login, name):
        user = new_test_user(cls.env, login, groups="base.group_portal", name=name)
        return user.partner_id

    @classmethod
    def _give_shares(cls, person, quantity):
        cls.env["supermarket.share.movement"]._record(
            [
                {
                    "type_id": cls.share_type.id,
                    "kind": "subscription",
                    "quantity": quantity,
                    "to_partner_id": person.id,
                }
            ]
        )

    def url_open(self, *args, timeout=60, **kwargs):
        """Override of Odoo to wait longer: the first page of a test compiles templates."""
        return super().url_open(*args, timeout=timeout, **kwargs)

    def _page(self, url):
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.content)

    def _post(self, url, data=None, **kwargs):
        """Send a form as a browser does, with the page's own csrf token."""
        token = self._page("/my/membership").xpath("//input[@name='csrf_token']/@value")
        return self.url_open(
            url, data={"csrf_token": token[0], **(data or {})}, method="POST", **kwargs
        )

    def _assert_sent_home(self, response):
        self.assertEqual(response.status_code, 303)
        self.assertRegex(response.headers["Location"], r"/my$")


@tagged("post_install", "-at_install")
class TestPortalMembership(PortalCommon):
    def test_a_visitor_is_asked_to_log_in(self):
        for url in (
            "/my/membership",
            "/my/membership/card",
            "/my/membership/certificate",
            "/my/membership/shares",
        ):
            response = self.url_open(url)
            # With a website, through the page's address in the visitor's language.
            self.assertTrue(response.history, url)
            self.assertIn("/web/login", response.url)

    def test_a_member_reads_their_number_verdict_and_shares(self):
        self.authenticate("alix", "alix")
        page = self._page("/my/membership")
        text = page.text_content()
        self.assertIn(self.alix.supermarket_member_number, text)
        self.assertTrue(
            page.xpath("//*[hasclass('text-bg-success')]"), "verdict in green"
        )
        shares = page.xpath("//section[@aria-labelledby='supermarket_shares']")[0]
        self.assertEqual(shares.xpath("normalize-space(.//tbody/tr/td[2])"), "12")
        self.assertIn("120", shares.xpath("string(.//tbody/tr/td[3])"))

    def test_the_card_carries_its_codes_inside_the_page(self):
        self.authenticate("alix", "alix")
        page = self._page("/my/membership/card")
        sources = page.xpath("//div[hasclass('o_supermarket_card')]//img/@src")
        self.assertEqual(len(sources), 3, "photo, QR code and bar code")
        for source in sources:
            self.assertTrue(source.startswith("data:image/"), source[:40])
        self.assertIn("0421234567897", page.text_content())

    def test_the_card_is_that_of_the_cooperative_not_of_the_website(self):
        other = self.env["res.company"].create({"name": "Another house"})
        self.alix.with_company(other).barcode = "OTHER"
        self.alix.user_ids.write(
            {"company_ids": [Command.link(other.id)], "company_id": other.id}
        )
        self.authenticate("alix", "alix")
        text = self._page("/my/membership/card").text_content()
        self.assertIn("0421234567897", text)
        self.assertNotIn("OTHER", text)

    def test_somebody_without_a_card_reads_what_to_do(self):
        self.authenticate("sam", "sam")
        page = self._page("/my/membership/card")
        self.assertFalse(page.xpath("//img[hasclass('o_supermarket_qr')]"))

    def test_a_code_that_no_symbology_draws_is_shown_in_letters(self):
        self.alix.with_company(self.company).barcode = "carte-é€"
        images = self.alix._supermarket_card_images()
        self.assertEqual(images["code"], "carte-é€")
        self.assertIsNone(images["bars"])

    def test_the_household_shows_first_names_and_verdicts_only(self):
        self.sam.write({"phone": "+33 477 00 00 00", "name": "Sam Durand"})
        self.authenticate("alix", "alix")
        page = self._page("/my/membership")
        household = page.xpath("//section[@aria-labelledby='supermarket_household']")[0]
        self.assertIn("Sam", household.text_content())
        self.assertNotIn("Durand", page.text_content())
        self.assertNotIn("477", household.text_content())
        self.assertTrue(household.xpath(".//*[hasclass('badge')]"))

    def test_an_attached_person_shares_the_verdict_but_not_the_shares(self):
        self.authenticate("sam", "sam")
        page = self._page("/my/membership")
        self.assertTrue(page.xpath("//*[hasclass('o_supermarket_verdict')]"))
        shares = page.xpath("//section[@aria-labelledby='supermarket_shares']")[0]
        self.assertFalse(shares.xpath(".//tbody"))
        self.assertNotIn(self.alix.supermarket_member_number, page.text_content())

    def test_a_stranger_is_invited_to_subscribe(self):
        self.authenticate("stranger", "stranger")
        page = self._page("/my/membership")
        self.assertFalse(page.xpath("//*[hasclass('text-bg-success')]"))
        self.assertTrue(page.xpath("//a[@href='/my/membership/shares']"))

    def test_staff_without_rights_on_the_shop_opens_every_page(self):
        new_test_user(self.env, "clerk", groups="base.group_user")
        self.authenticate("clerk", "clerk")
        for url in ("/my", "/my/membership", "/my/membership/shares", "/my/purchases"):
            self.assertEqual(self.url_open(url).status_code, 200, url)
        counters = ["supermarket_purchase_count", "supermarket_share_request_count"]
        answer = self.make_jsonrpc_request("/my/counters", {"counters": counters})
        self.assertEqual(answer, dict.fromkeys(counters, 0))

    def test_counters_are_computed_only_when_asked(self):
        self.authenticate("alix", "alix")
        answer = self.make_jsonrpc_request("/my/counters", {"counters": []})
        self.assertFalse([name for name in answer if name.startswith("supermarket")])

    def test_the_page_costs_a_bounded_number_of_queries(self):
        self.authenticate("alix", "alix")
        self.url_open("/my/membership")
        counts = []
        for __ in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.url_open("/my/membership")
            counts.append(self.cr.sql_log_count - before)
            for number in range(15):
                self._give_shares(self.alix, number + 1)
        self.assertLessEqual(counts[1], counts[0] + 1, "movements do not add queries")
        self.assertLess(counts[0], 90)

    # Photo and language

    def _photo(self, mode="RGB", kind="PNG"):
        stream = io.BytesIO()
        Image.new(mode, (1500, 900), "green").save(stream, kind)
        return stream.getvalue()

    def _post_photo(self, content, name="me.png"):
        return self._post("/my/membership", files={"photo": (name, content)})

    def test_a_member_sets_their_own_photo_and_the_office_sees_it(self):
        self.authenticate("alix", "alix")
        messages = len(self.alix.message_ids)
        self._post_photo(self._photo("RGBA"))
        self.alix.invalidate_recordset()
        image = Image.open(io.BytesIO(base64.b64decode(self.alix.image_1920)))
        self.assertEqual((image.format, max(image.size)), ("JPEG", 1024))
        self.assertEqual(len(self.alix.message_ids), messages + 1)

    def test_what_is_no_photo_is_refused_in_a_sentence(self):
        self.authenticate("alix", "alix")
        before = self.alix.image_1920
        for content in (
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
            b"RIFF....WEBPVP8 no picture that Odoo can resize",
            b"no picture at all",
            self._photo()[:20],
        ):
            response = self._post_photo(content)
            page = html.fromstring(response.content)
            self.assertEqual(response.status_code, 200)
            self.assertTrue(page.xpath("//*[@role='alert']"), content[:10])
        self.alix.invalidate_recordset()
        self.assertEqual(self.alix.image_1920, before)

    def test_a_photo_too_heavy_is_refused(self):
        self.authenticate("alix", "alix")
        with patch(
            "odoo.addons.clapier_supermarket.controllers.portal.PHOTO_MAX_BYTES", 100
        ):
            page = html.fromstring(self._post_photo(self._photo()).content)
        self.assertTrue(page.xpath("//*[@role='alert']"))

    def test_a_language_that_is_not_installed_is_refused(self):
        self.authenticate("alix", "alix")
        response = self._post("/my/membership", {"lang": "xx_XX"})
        self.assertTrue(html.fromstring(response.content).xpath("//*[@role='alert']"))

    def test_nothing_else_of_the_person_is_written(self):
        self.authenticate("alix", "alix")
        self._post(
            "/my/membership",
            {
                "lang": self.alix.lang,
                "name": "Somebody else",
                "supermarket_is_member": "0",
                "supermarket_member_number": "1",
                "partner_id": self.sam.id,
            },
        )
        self.alix.invalidate_recordset()
        self.assertEqual(self.alix.name, "Alix Roche")
        self.assertTrue(self.alix.supermarket_is_member)

    def test_a_post_without_the_token_of_the_page_is_refused(self):
        self.authenticate("alix", "alix")
        with self.assertLogs("odoo.http", "WARNING"):
            response = self.url_open("/my/membership", data={"lang": "en_US"})
        self.assertEqual(response.status_code, 400)

    # Certificate

    def test_the_certificate_is_that_of_the_person_and_the_date(self):
        self.authenticate("alix", "alix")
        page = self._page(f"/my/membership/certificate?partner_id={self.sam.id}")
        self.assertIn("Alix Roche", page.text_content())
        self.assertIn("12", page.text_content())
        with freeze_time("2020-06-01"):
            before = self._page("/my/membership/certificate?date=2020-05-31")
        self.assertNotEqual(page.text_content(), before.text_content())

    def test_the_certificate_prints_as_a_pdf(self):
        self.authenticate("alix", "alix")
        with patch.object(
            IrActionsReport, "_render_qweb_pdf", return_value=(b"%PDF-1.7", "pdf")
        ) as render:
            response = self.url_open("/my/membership/certificate?report_type=pdf")
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        self.assertEqual(response.content, b"%PDF-1.7")
        self.assertEqual(render.call_args.args[1], self.alix.ids)

    def test_without_a_program_for_pdf_files_the_page_says_so(self):
        self.authenticate("alix", "alix")
        with patch.object(
            IrActionsReport, "_render_qweb_pdf", side_effect=UserError("No PDF today.")
        ):
            page = self._page("/my/membership/certificate?report_type=pdf")
        self.assertEqual(
            page.xpath("normalize-space(//*[@role='alert'])"), "No PDF today."
        )

    def test_a_date_that_is_none_or_to_come_is_refused_in_a_sentence(self):
        self.authenticate("alix", "alix")
        tomorrow = fields.Date.add(fields.Date.today(), days=2)
        for text in ("soon", "2025-13-45", tomorrow, "9999-99-99", "%00"):
            page = self._page(f"/my/membership/certificate?date={text}")
            self.assertTrue(page.xpath("//*[@role='alert']"), text)


@tagged("post_install", "-at_install")
class TestPortalShares(PortalCommon):
    KEY = "0123456789abcdef0123456789abcdef"

    def _subscribe(self, **values):
        return self._post(
            "/my/membership/shares",
            {
                "key": self.KEY,
                "type_id": self.share_type.id,
                "quantity": "10",
                **values,
            },
        )

    def _requests(self, person):
        self.env.invalidate_all()
        return self.env["supermarket.share.request"].search(
            [("partner_id", "=", person.id)]
        )

    def _assert_refused(self, response):
        self.assertEqual(response.status_code, 200)
        page = html.fromstring(response.content)
        [alert] = page.xpath("//*[@role='alert']")
        self.assertTrue(alert.text_content().strip().endswith("."))

    def test_a_member_subscribes_and_receives_an_invoice(self):
        self.authenticate("alix", "alix")
        page = html.fromstring(self._subscribe(quantity="3").content)
        request = self._requests(self.alix)
        self.assertEqual((request.state, request.quantity), ("to_pay", 3))
        self.assertEqual(request.company_id, self.company)
        self.assertEqual(request.invoice_id.amount_total, 30)
        invoice = f"/my/invoices/{request.invoice_id.id}"
        self.assertTrue(page.xpath(f"//a[@href='{invoice}']"))
        self.assertEqual(self.url_open(invoice).status_code, 200)

    def test_the_same_form_sent_twice_makes_one_request(self):
        self.authenticate("alix", "alix")
        for __ in range(2):
            self.assertEqual(self._subscribe().status_code, 200)
        self.assertEqual(len(self._requests(self.alix)), 1)

    def test_the_database_refuses_a_second_request_of_one_form(self):
        vals = {
            "partner_id": self.alix.id,
            "type_id": self.share_type.id,
            "quantity": 10,
            "company_id": self.company.id,
            "portal_key": self.KEY,
        }
        Request = self.env["supermarket.share.request"]
        Request.create(vals)
        with (
            self.assertRaisesRegex(UniqueViolation, "portal_key_unique"),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            Request.create(vals)

    def test_two_people_may_send_the_same_key(self):
        for login in ("alix", "stranger"):
            self.authenticate(login, login)
            self._subscribe(birth_date="1990-05-06")
        self.assertEqual(len(self._requests(self.alix)), 1)
        self.assertEqual(len(self._requests(self.stranger)), 1)

    def test_a_stranger_subscribes_and_becomes_known_to_the_cooperative(self):
        self.authenticate("stranger", "stranger")
        self._subscribe(birth_date="1990-05-06")
        request = self._requests(self.stranger)
        self.assertEqual(request.state, "to_pay")
        self.assertEqual(self.stranger.supermarket_company_id, self.company)
        self.assertEqual(str(self.stranger.supermarket_birth_date), "1990-05-06")
        self.assertFalse(self.stranger.supermarket_is_member)

    def test_a_birth_date_known_already_is_never_changed(self):
        self.authenticate("alix", "alix")
        self._subscribe(birth_date="2015-01-01")
        self.assertEqual(str(self.alix.supermarket_birth_date), "1980-02-03")
        self.assertEqual(self._requests(self.alix).state, "to_pay")

    def test_the_request_of_a_minor_waits_for_the_member_office(self):
        self.authenticate("stranger", "stranger")
        birth_date = fields.Date.subtract(fields.Date.today(), years=15)
        self._assert_refused(self._subscribe(birth_date=birth_date))
        self.assertFalse(self._requests(self.stranger))
        self.assertFalse(self.stranger.supermarket_birth_date, "nothing half written")
        self._subscribe(birth_date=birth_date, representative="Lou <b>Vial</b> 0477")
        request = self._requests(self.stranger)
        self.assertEqual(request.state, "draft")
        self.assertFalse(request.invoice_id)
        self.assertIn("Lou &lt;b&gt;Vial", request.message_ids[0].body)

    def test_bad_input_is_refused_in_a_sentence_and_leaves_nothing(self):
        other = self.env["res.company"].create({"name": "Another house"})
        foreign_type = self.share_type.sudo().copy(
            {"company_id": other.id, "code": "Z", "portal_published": True}
        )
        hidden_type = self.share_type.copy({"code": "H", "portal_published": False})
        foreign_term = self.env["account.payment.term"].create({"name": "In a century"})
        self.authenticate("alix", "alix")
        for values in (
            {"quantity": "-5"},
            {"quantity": "0"},
            {"quantity": "1.5"},
            {"quantity": "٣"},
            {"quantity": ""},
            {"quantity": "51"},
            {"quantity": "9" * 400},
            {"type_id": foreign_type.id},
            {"type_id": hidden_type.id},
            {"type_id": "0 OR 1=1"},
            {"type_id": ""},
            {"payment_term_id": foreign_term.id},
            {"payment_term_id": "nonsense"},
            {"key": ""},
            {"key": "short"},
            {"key": "x" * 1000},
        ):
            with self.subTest(values):
                self._assert_refused(self._subscribe(**values))
        self.assertFalse(self._requests(self.alix))

    def test_bad_birth_dates_are_refused_in_a_sentence(self):
        self.authenticate("stranger", "stranger")
        for text in ("", "yesterday", "1875-01-01", "2999-01-01", "2000-02-31"):
            with self.subTest(text):
                self._assert_refused(self._subscribe(birth_date=text))
        self.assertFalse(self._requests(self.stranger))

    def test_the_first_shares_are_the_minimum_of_the_type(self):
        self.authenticate("stranger", "stranger")
        self._assert_refused(self._subscribe(birth_date="1990-05-06", quantity="9"))
        self.assertFalse(self._requests(self.stranger))

    def test_forged_fields_are_dropped(self):
        self.authenticate("alix", "alix")
        self._subscribe(partner_id=self.sam.id, state="done", amount="1", kind="refund")
        request = self._requests(self.alix)
        self.assertEqual((request.state, request.kind), ("to_pay", "subscription"))
        self.assertFalse(self._requests(self.sam))

    def test_a_second_request_waits_until_the_first_is_paid_or_cancelled(self):
        self.authenticate("alix", "alix")
        self._subscribe()
        self._assert_refused(self._subscribe(key=self.KEY[::-1]))
        self._post(f"/my/membership/shares/{self._requests(self.alix).id}/cancel")
        self._subscribe(key=self.KEY[::-1])
        self.assertEqual(
            sorted(self._requests(self.alix).mapped("state")), ["cancelled", "to_pay"]
        )

    def test_instalments_that_the_type_offers_are_kept(self):
        term = self.env.ref("account.account_payment_term_30days")
        self.share_type.portal_payment_term_ids = term
        self.authenticate("alix", "alix")
        self._subscribe(payment_term_id=term.id)
        self.assertEqual(self._requests(self.alix).payment_term_id, term)

    def test_a_request_is_cancelled_by_its_own_person_only(self):
        self.authenticate("alix", "alix")
        self._subscribe()
        request = self._requests(self.alix)
        url = f"/my/membership/shares/{request.id}/cancel"
        self.authenticate("sam", "sam")
        self._assert_sent_home(self._post(url, allow_redirects=False))
        self.assertEqual(self._requests(self.alix).state, "to_pay")
        self.authenticate("alix", "alix")
        for __ in range(2):
            self.assertEqual(self._post(url).status_code, 200)
        self.assertEqual(self._requests(self.alix).state, "cancelled")
        self.assertEqual(request.invoice_id.payment_state, "reversed")

    def test_what_the_register_holds_is_not_cancelled(self):
        self.authenticate("alix", "alix")
        self._subscribe()
        request = self._requests(self.alix)
        request._carry_out()
        self._assert_refused(self._post(f"/my/membership/shares/{request.id}/cancel"))
        self.assertEqual(self._requests(self.alix).state, "done")

    def test_a_get_cancels_nothing(self):
        self.authenticate("alix", "alix")
        self._subscribe()
        request = self._requests(self.alix)
        response = self.url_open(f"/my/membership/shares/{request.id}/cancel")
        self.assertEqual(response.status_code, 405)
        self.assertEqual(self._requests(self.alix).state, "to_pay")

    def test_the_home_page_counts_what_waits_for_payment(self):
        self.authenticate("alix", "alix")
        self._subscribe()
        name = "supermarket_share_request_count"
        answer = self.make_jsonrpc_request("/my/counters", {"counters": [name]})
        self.assertEqual(answer, {name: 1})

    def test_without_shares_on_offer_the_page_says_so(self):
        self.share_type.search([]).portal_published = False
        self.authenticate("alix", "alix")
        page = self._page("/my/membership/shares")
        self.assertFalse(page.xpath("//form[hasclass('o_supermarket_subscription')]"))

    def test_every_field_of_the_form_has_its_label(self):
        self.authenticate("stranger", "stranger")
        page = self._page("/my/membership/shares")
        form = page.xpath("//form[hasclass('o_supermarket_subscription')]")[0]
        inputs = form.xpath(".//input[@type!='hidden'] | .//select")
        self.assertGreaterEqual(len(inputs), 4)
        for field in inputs:
            label = form.xpath(f".//label[@for='{field.get('id')}']")
            self.assertTrue(label, field.get("name"))

    def test_a_portal_user_reads_only_their_own_rows(self):
        self.authenticate("alix", "alix")
        self._subscribe()
        alix, sam = self.alix.user_ids, self.sam.user_ids
        Request = self.env["supermarket.share.request"]
        Holding = self.env["supermarket.shareholding"]
        self.assertEqual(Request.with_user(alix).search([]).partner_id, self.alix)
        self.assertFalse(Request.with_user(sam).search([]))
        self.assertEqual(Holding.with_user(alix).search([]).partner_id, self.alix)
        self.assertFalse(Holding.with_user(sam).search([]))
        Movement = self.env["supermarket.share.movement"]
        self.assertEqual(Movement.with_user(alix).search([]).to_partner_id, self.alix)
        self.assertFalse(Movement.with_user(sam).search([]))
        with self.assertRaises(AccessError):
            self._requests(self.alix).with_user(alix).action_cancel()
        with self.assertRaises(AccessError):
            self._requests(self.alix).with_user(alix).reason = "Forged"


@tagged("post_install", "-at_install")
class TestPortalTour(PortalCommon):
    def test_a_member_shows_the_card_and_subscribes(self):
        self.start_tour("/my", "supermarket_portal_member", login="alix")
        request = self.env["supermarket.share.request"].search(
            [("partner_id", "=", self.alix.id)]
        )
        self.assertEqual((request.state, request.quantity), ("to_pay", 4))
