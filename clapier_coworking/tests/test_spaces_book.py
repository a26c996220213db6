from datetime import date, datetime, timedelta

from lxml import html

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .spaces_common import SpacesCommon


def last_sunday_of_march(year):
    day = date(year, 3, 31)
    return day - timedelta(days=(day.weekday() + 1) % 7)


@tagged("post_install", "-at_install")
class TestSpacesBook(SpacesCommon):
    def test_a_visitor_books_and_comes_back_by_the_address(self):
        known = self.env["res.partner"].create(
            {"name": "Known", "email": "noor@visitor.example"}
        )
        response = self._confirm(self._use(), title="Meeting")
        booking = self._bookings()
        self.assertEqual((booking.source, booking.state), ("public", "confirmed"))
        self.assertEqual(booking.start, self._utc())
        self.assertEqual(booking.amount, 10)
        # An e-mail proves nothing: somebody known gets no booking of a stranger.
        self.assertNotEqual(booking.partner_id, known)
        self.assertIn(f"access_token={booking.access_token}", response.url)
        self.assertIn("Round Room", html.fromstring(response.content).text_content())

    def test_one_form_sent_twice_is_one_booking(self):
        first = self._confirm(self._use())
        self.assertEqual(self._confirm(self._use()).url, first.url)
        self.assertEqual(len(self._bookings()), 1)
        self.assertEqual(
            self.env["res.partner"].search_count(
                [("email", "=", "noor@visitor.example")]
            ),
            1,
        )

    def test_the_page_says_the_price_before(self):
        coffee = self.env["coworking.option"].create(
            {
                "name": "Coffee",
                "company_id": self.organisation.id,
                "price": 2,
                "per": "person",
            }
        )
        page = self._get(
            f"/spaces/confirm?use={self._use(hours=2)}&people=3&option={coffee.id}"
        )
        self.assertEqual(
            page.xpath("//input[@name='said']/@value"), [f"{self._use(hours=2)}=26.00"]
        )
        self._confirm(self._use(hours=2), people=3, option=coffee.id)
        self.assertEqual(self._bookings().amount, 26)

    def test_a_price_that_has_risen_is_shown_again(self):
        self._assert_refused(self._confirm(self._use(), said=f"{self._use()}=9.00"))

    def test_the_total_is_that_of_the_order(self):
        country = self.env.ref("base.fr")
        group = self.env["account.tax.group"].create(
            {
                "name": "VAT",
                "company_id": self.organisation.id,
                "country_id": country.id,
            }
        )
        tax = self.env["account.tax"].create(
            {
                "name": "VAT",
                "amount": 20,
                "company_id": self.organisation.id,
                "country_id": country.id,
                "tax_group_id": group.id,
            }
        )
        product = self.env["product.product"].create(
            {"name": "Hire", "type": "service", "taxes_id": [Command.set(tax.ids)]}
        )
        self.room.write({"payment": "online", "product_id": product.id})
        booking = self._book()
        self.assertEqual(booking._total(), 12)
        self.assertEqual(booking._portal_to_pay(), (12, 12))
        self.assertEqual(booking._payment_order().amount_total, 12)
        self.assertEqual(booking._portal_to_pay(), (12, 12))

    def test_bad_requests_are_refused_in_a_sentence(self):
        start = datetime.combine(self._day(), datetime.min.time()) + timedelta(hours=10)
        change = last_sunday_of_march(self._day(330).year)
        if change <= self._day(7):
            change = last_sunday_of_march(change.year + 1)
        night = datetime.combine(change, datetime.min.time()) + timedelta(
            hours=2, minutes=30
        )
        hidden = self._create_space(name="Hidden", is_published=False)
        hour = timedelta(hours=1)
        for case, uses, data in (
            ("nothing", [], {}),
            ("nonsense", ["nonsense"], {}),
            ("start after stop", [self.room._website_use(start, start - hour)], {}),
            (
                "past",
                [
                    self.room._website_use(
                        start - timedelta(days=60), start - timedelta(days=60) + hour
                    )
                ],
                {},
            ),
            (
                "the night the clocks change",
                [self.room._website_use(night, night + hour)],
                {},
            ),
            ("no such space", [f"{2**29}~{self._use().split('~', 1)[1]}"], {}),
            ("not published", [self._use(hidden)], {}),
            (
                "off the steps",
                [self.room._website_use(start + timedelta(minutes=7), start + hour)],
                {},
            ),
            ("too many people", [self._use()], {"people": 99}),
            ("far ahead", [self._use(days=900)], {}),
            ("one free, one not", [self._use(), self._use(hidden)], {}),
            ("twice the same time", [self._use(hours=2), self._use()], {}),
            ("1,000 dates", [self._use(days=n) for n in range(1, 1000)], {}),
            ("60 dates of a visitor", [self._use(days=n) for n in range(1, 60)], {}),
            ("no name", [self._use()], {"name": " "}),
            ("no e-mail", [self._use()], {"email": "nonsense"}),
            ("no phone", [self._use()], {"phone": ""}),
            ("forged key", [self._use()], {"key": "%"}),
            ("no key", [self._use()], {"key": ""}),
            ("a robot", [self._use()], {"company_url": "http://spam.example"}),
        ):
            with self.subTest(case):
                self._assert_refused(self._confirm(*uses, **data))
        self.assertFalse(
            self.env["res.partner"].search([("email", "=", "noor@visitor.example")])
        )

    def test_a_form_of_another_site_is_refused(self):
        with mute_logger("odoo.http"):
            response = self.url_open("/spaces/book", data={"use": self._use()})
        self.assertEqual(response.status_code, 400)
        self.assertFalse(self._bookings())

    def test_what_waits_for_one_address_is_limited(self):
        self.room.requires_approval = True
        for hour in range(8, 15):
            self._confirm(self._use(hour=hour), key=f"{hour:02}" * 24)
        self.assertEqual(len(self._bookings()), 6)

    def test_the_policy_limits_visitors(self):
        self.env["coworking.policy"].create(
            {
                "company_id": self.room.company_id.id,
                "date_start": "2020-01-01",
                "visitor_date_max": 1,
                "visitor_waiting_max": 2,
            }
        )
        self.room.requires_approval = True
        two = [self._use(days=20), self._use(days=21)]
        self._confirm(*two, key="ab" * 24)
        self.assertFalse(self._bookings())
        for hour in range(8, 12):
            self._confirm(self._use(hour=hour), key=f"{hour:02}" * 24)
        self.assertEqual(len(self._bookings()), 2)

    def test_a_taken_time_offers_others_in_one_tap_and_the_waiting_list(self):
        self._book()
        other = self._create_space(
            name="Square Room",
            payment="invoice",
            price_ids=[Command.create({"unit": "hour", "amount": 20})],
        )
        page = html.fromstring(self._confirm(self._use()).content)
        self.assertTrue(page.xpath("//*[@role='alert']"))
        forms = page.xpath("//form[hasclass('o_coworking_alternative')]")
        self.assertTrue(forms[0].action.endswith("/spaces/book"))
        fields = dict(forms[0].fields)
        self.assertEqual(fields["use"], self._use(other))
        self.assertTrue(page.xpath("//form[hasclass('o_coworking_wait')]"))
        # One tap: the button sends all that is needed.
        self._post(
            "/spaces/book", {k: v for k, v in fields.items() if k != "csrf_token"}
        )
        booking = self.env["coworking.booking"].search([("space_id", "=", other.id)])
        self.assertEqual((booking.state, booking.attendee_count), ("confirmed", 2))

    def test_several_spaces_of_two_organisations_are_one_request(self):
        second = self.env["res.company"].create({"name": "Second"})
        other = self._create_space(
            name="Elsewhere",
            company_id=second.id,
            payment="online",
            price_ids=[Command.create({"unit": "hour", "amount": 20})],
        )
        self.room.payment = "online"
        self._confirm(self._use(), self._use(hour=14), self._use(other))
        bookings = self._bookings().group_id.booking_ids
        self.assertEqual(len(bookings), 3)
        elsewhere = bookings.filtered(lambda item: item.space_id == other)
        orders = (bookings - elsewhere)[0]._payment_order() | elsewhere._payment_order()
        self.assertEqual(orders.company_id, self.organisation | second)
        self.assertEqual(orders.order_line.coworking_booking_id, bookings)

    def test_a_member_books_with_their_account(self):
        self.authenticate("lou_portal", "lou_portal")
        response = self._confirm(self._use(), name="", email="", phone="")
        booking = self._bookings()
        self.assertEqual(booking.partner_id, self.lou.partner_id)
        self.assertEqual(booking.source, "portal")
        self.assertNotIn("access_token", response.url)

    def test_a_space_that_is_approved_keeps_the_time(self):
        self.room.requires_approval = True
        self._confirm(self._use())
        self.assertEqual(self._bookings().state, "pending")


@tagged("post_install", "-at_install")
class TestSpacesSeries(SpacesCommon):
    def _series(self, **params):
        query = {
            "day": self._day(),
            "hour": "10:00",
            "minutes": 60,
            "freq": "weekly",
            "interval": 1,
            "ends": "count",
            "count": 4,
            **params,
        }
        address = "&".join(f"{name}={value}" for name, value in query.items())
        return self._get(f"/spaces/{self.room.id}/series?{address}")

    def test_each_date_is_shown_before_anything_is_kept(self):
        calendar = self._create_calendar(days=range(7))
        self.room.resource_calendar_id = calendar
        self._book(days=21)
        closed = self._utc(28, 0)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Works",
                "calendar_id": calendar.id,
                "date_from": closed,
                "date_to": closed + timedelta(days=1),
                "company_id": self.organisation.id,
            }
        )
        page = self._series()
        states = [
            row.get("class").split("o_coworking_row_")[1].split()[0]
            for row in page.xpath("//li[hasclass('o_coworking_row')]")
        ]
        self.assertEqual(states, ["free", "taken", "closed", "free"])
        self.assertEqual(len(page.xpath("//select[@name='use']")), 2)
        uses = page.xpath("//input[@type='checkbox'][@name='use']/@value")
        self.assertEqual(uses, [self._use(days=14), self._use(days=35)])
        # Keep the free ones and one alternative, all at once.
        other = page.xpath("//select[@name='use']/option[@value != '']/@value")[0]
        self._confirm(*uses, other, "")
        mine = self._bookings().filtered(lambda item: item.source == "public")
        self.assertEqual(len(mine.group_id.booking_ids), 3)

    def test_the_hour_stays_the_same_when_the_clocks_change(self):
        page = self._series(interval=4, count=8)
        uses = page.xpath("//input[@type='checkbox'][@name='use']/@value")
        self.assertEqual(len(uses), 8)
        self.assertTrue(all("T10:00" in use for use in uses))

    def test_bad_series_are_refused_in_a_sentence(self):
        for params in (
            {"freq": "daily", "count": 1000},
            {"freq": "daily", "ends": "until", "until": "2099-01-01"},
            {"ends": "until", "until": "x"},
            {"ends": "until", "until": "2001-01-01"},
            {"freq": "yearly"},
            {"interval": 0},
            {"day": "x"},
            {"hour": "99:99"},
            {"minutes": 0},
            {"minutes": 100000},
        ):
            with self.subTest(params=params):
                page = self._series(**params)
                self.assertTrue(page.xpath("//*[@role='alert']"))
                self.assertTrue(page.xpath("//input[@name='interval']"))

    def test_series_of_several_days_a_week(self):
        page = self._series(weekday="0&weekday=2", count=5)
        uses = page.xpath("//input[@type='checkbox'][@name='use']/@value")
        days = {
            datetime.strptime(use.split("~")[1], "%Y-%m-%dT%H:%M").weekday()
            for use in uses
        }
        self.assertEqual(days, {0, 2})


@tagged("post_install", "-at_install")
class TestSpacesWaiting(SpacesCommon):
    def _wait(self, **data):
        return self._post(
            "/spaces/wait",
            {
                "key": "cd" * 24,
                "use": self._use(),
                "people": 2,
                "name": "Noor Visitor",
                "email": "noor@visitor.example",
                "phone": "04 77 00 00 00",
                **data,
            },
        )

    def _waiting(self):
        self.env.invalidate_all()
        return self.env["coworking.waiting"].search([("space_id", "=", self.room.id)])

    def test_a_visitor_waits_is_offered_and_accepts(self):
        taken = self._book()
        response = self._wait()
        self.assertEqual(self._wait().url, response.url)
        waiting = self._waiting()
        self.assertEqual(len(waiting), 1)
        self.assertIn(waiting.token, response.url)
        taken._cancel()
        self.env.flush_all()
        self.assertEqual(waiting.state, "offered")
        url = f"/spaces/offer/{waiting.token}"
        self.assertTrue(self._get(url).xpath("//button[@value='accept']"))
        # Looking does nothing: programs that open the links of a mail accept nothing.
        self._get(f"{url}?action=accept")
        self.assertEqual(self._waiting().state, "offered")
        response = self._post(url, {"action": "accept"})
        booking = self._waiting().booking_id
        self.assertEqual(booking.state, "confirmed")
        self.assertIn(f"/my/bookings/{booking.id}", response.url)

    def test_withdrawing_passes_the_time_on(self):
        taken = self._book()
        self._wait()
        taken._cancel()
        self._post(f"/spaces/offer/{self._waiting().token}", {"action": "withdraw"})
        self.assertEqual(self._waiting().state, "cancelled")
        self.assertTrue(self.room._is_free(self._utc(), self._utc(hour=11)))

    def test_an_offer_that_has_ended_is_refused_in_a_sentence(self):
        self._book()
        self._wait()
        page = html.fromstring(
            self._post(
                f"/spaces/offer/{self._waiting().token}", {"action": "accept"}
            ).content
        )
        self.assertTrue(page.xpath("//*[@role='alert']"))

    def test_forged_addresses_answer_nothing(self):
        self._book()
        self._wait()
        for token in ("x", "A" * 43, "%25" * 43, "é" * 43, self._waiting().token[:-1]):
            self.assertEqual(self.url_open(f"/spaces/offer/{token}").status_code, 404)

    def test_what_is_free_or_past_has_no_waiting_list(self):
        for use in (self._use(), self._use(days=-3), "nonsense"):
            self.assertEqual(self._wait(use=use).status_code, 200)
        self.assertFalse(self._waiting())
        self.assertFalse(
            self.env["res.partner"].search([("email", "=", "noor@visitor.example")])
        )
