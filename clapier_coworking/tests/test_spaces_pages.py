from odoo.fields import Command
from odoo.tests import TransactionCase, tagged

from ..coworking_use import format_use, parse_day, parse_hour, parse_number, parse_use
from ..models.coworking_floor_website import corners
from .spaces_common import SpacesCommon


@tagged("post_install", "-at_install")
class TestUse(TransactionCase):
    def test_a_use_is_read_as_it_is_written(self):
        text = "12~2027-03-01T09:00~2027-03-01T11:30"
        self.assertEqual(format_use(*parse_use(text)), text)

    def test_nonsense_is_no_use(self):
        for text in (
            None,
            "",
            "x~2027-03-01T09:00~2027-03-01T11:00",
            "1~2027-02-30T09:00~2027-03-01T11:00",
            "1~2027-03-01T25:00~2027-03-01T11:00",
            "1~2027-03-01T09:00~2028-03-01T11:00",
            "1~9999-03-01T09:00~9999-03-01T11:00",
            "١~2027-03-01T09:00~2027-03-01T11:00",
            "9999999999~2027-03-01T09:00~2027-03-01T11:00",
        ):
            with self.subTest(text), self.assertRaises(ValueError):
                parse_use(text)

    def test_numbers_days_and_hours(self):
        self.assertEqual(parse_number("12"), 12)
        self.assertEqual(
            [parse_number(text) for text in ("-1", "x", "²", None)], [0] * 4
        )
        self.assertEqual(parse_number("500", most=366), 366)
        self.assertEqual(parse_hour("09:30"), 9.5)
        self.assertIsNone(parse_hour("24:00"))
        self.assertIsNone(parse_day("2027-02-30"))

    def test_a_bad_shape_is_not_drawn(self):
        self.assertEqual(len(corners("0,0 10,0 10.5,10")), 3)
        for shape in ("", False, "0,0 1,1", "0,0 1,1 <script>", "0 0 1 1"):
            self.assertEqual(corners(shape), [])


@tagged("post_install", "-at_install")
class TestSpacesPages(SpacesCommon):
    def test_a_visitor_sees_published_spaces_only(self):
        hidden = self._create_space(name="Hidden Room", is_published=False)
        text = self._get("/spaces").text_content()
        self.assertIn("Round Room", text)
        self.assertNotIn("Hidden Room", text)
        for space in (hidden.id, 2**40, "nothing", "-1"):
            response = self.url_open(f"/spaces/{space}")
            self.assertEqual(response.status_code, 404, space)

    def test_filters(self):
        piano = self.env["coworking.equipment"].create({"name": "Grand Piano"})
        self._create_space(
            name="Music Hall", kind="hall", capacity=90, equipment_ids=piano.ids
        )
        for query, music, room in (
            ("kind=hall", True, False),
            ("capacity=9", True, False),
            ("capacity=8", True, True),
            (f"equipment={piano.id}", True, False),
            ("kind=nonsense&capacity=x&day=2027-99-99&equipment=x", True, True),
        ):
            page = self._get(f"/spaces?{query}")
            names = [name.text for name in page.xpath("//article//h2/a")]
            self.assertEqual("Music Hall" in names, music, query)
            self.assertEqual("Round Room" in names, room, query)

    def test_a_day_without_any_free_time_hides_the_space(self):
        self._book(hour=0, hours=24, payment="free")
        day = self._day()
        names = self._get(f"/spaces?day={day}").xpath("//article//h2/a/text()")
        self.assertNotIn("Round Room", names)
        day = self._day(15)
        names = self._get(f"/spaces?day={day}").xpath("//article//h2/a/text()")
        self.assertIn("Round Room", names)

    def test_the_plan_links_to_the_spaces(self):
        floor = self.env["coworking.floor"].create(
            {"name": "Ground", "outline": "0,0 100,0 100,60"}
        )
        self.room.write({"floor_id": floor.id, "plan_shape": "10,10 50,10 50,50 10,50"})
        self._create_space(name="No Shape", floor_id=floor.id, plan_shape="nonsense")
        page = self._get("/spaces")
        links = page.xpath(f"//svg//a[contains(@href, '-{self.room.id}')]")
        self.assertEqual(len(links), 1)
        self.assertIn("o_coworking_free", links[0].get("class"))
        self.assertNotIn("No Shape", page.xpath("string(//svg)"))

    def test_free_starts_of_one_space(self):
        self._book(hour=10, hours=2)
        day = self._day()
        page = self._get(f"/spaces/{self.room.id}?day={day}&minutes=60")
        starts = page.xpath("//a[hasclass('o_coworking_start')]/@href")
        self.assertTrue(any("T09:00~" in start for start in starts))
        self.assertFalse(any("T09:30~" in start for start in starts))
        self.assertFalse(any("T11:30~" in start for start in starts))
        self.assertTrue(any("T12:00~" in start for start in starts))

    def test_nonsense_in_an_address_is_no_error(self):
        for query in (
            "week=x&day=2027-13-01&minutes=-1",
            "week=2099-01-01",
            "day=2001-01-01",
        ):
            self._get(f"/spaces/{self.room.id}?{query}")
        for query in (
            "",
            "day=2027-01-01",
            "day=x&hour=y&minutes=z&people=0&kind=q",
            "day=2027-03-28&hour=02:30&minutes=60",
            "day=2001-01-01&hour=10:00",
            "use=nonsense&use=999999~2027-03-01T09:00~2027-03-01T10:00",
        ):
            self._get(f"/spaces/search?{query}")

    def test_search_offers_what_is_free_and_what_is_near(self):
        other = self._create_space(
            name="Square Room",
            price_ids=[Command.create({"unit": "hour", "amount": 20})],
        )
        self._book()
        url = f"/spaces/search?day={self._day()}&day={self._day(15)}&hour=10:00&minutes=60"
        values = self._get(url).xpath("//input[@type='checkbox'][@name='use']/@value")
        self.assertIn(self._use(other), values)
        self.assertNotIn(self._use(), values)
        self.assertIn(self._use(hour=9), values)
        self.assertIn(self._use(days=15), values)
        # What was ticked stays in the basket while another date is looked for.
        page = self._get(f"/spaces/search?use={self._use(other)}")
        self.assertEqual(
            page.xpath("//input[@type='checkbox'][@name='use'][@checked]/@value"),
            [self._use(other)],
        )

    def test_the_website_of_an_organisation_shows_its_own_spaces(self):
        website = self.env["website"].search([], limit=1)
        website.write(
            {"coworking_company_only": True, "company_id": self.env.company.id}
        )
        own = self._create_space(name="Own Room", company_id=self.env.company.id)
        names = self._get("/spaces").xpath("//article//h2/a/text()")
        self.assertIn("Own Room", names)
        self.assertNotIn("Round Room", names)
        self.assertEqual(self.url_open(f"/spaces/{self.room.id}").status_code, 404)
        self._assert_refused(self._confirm(self._use()))
        self.assertTrue(own.is_published)
