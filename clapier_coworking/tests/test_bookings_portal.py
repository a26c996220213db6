from datetime import timedelta

import vobject
from lxml import html

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..coworking_use import parse_use
from .spaces_common import SpacesCommon


@tagged("post_install", "-at_install")
class TestBookingsPortal(SpacesCommon):
    def setUp(self):
        super().setUp()
        self.room.access_note = "Door code 4711"
        self.booking = self._book(self.lou.partner_id, title="Choir")
        self.other = self._book(days=15, title="Secret meeting")

    def test_a_visitor_is_asked_to_log_in(self):
        for url in ("/my/bookings", "/my/bookings/feed", "/my/bookings/waiting/1"):
            self.assertIn("/web/login", self.url_open(url).url)

    def test_people_see_their_own_bookings(self):
        self.authenticate("lou_portal", "lou_portal")
        page = self._get("/my/bookings")
        self.assertEqual(len(page.xpath("//a[hasclass('o_coworking_booking')]")), 1)
        self.assertNotIn("Secret meeting", page.text_content())
        page = self._get(f"/my/bookings/{self.booking.id}")
        self.assertIn("Door code 4711", page.text_content())
        for id_ in (self.other.id, 0, 2**31 + 5):
            response = self.url_open(f"/my/bookings/{id_}")
            self.assertTrue(response.url.endswith("/my"), response.url)

    def test_an_employee_sees_their_own_bookings_too(self):
        new_test_user(self.env, login="clerk", groups="base.group_user")
        self.authenticate("clerk", "clerk")
        self.assertFalse(
            self._get("/my/bookings").xpath("//a[hasclass('o_coworking_booking')]")
        )

    def test_search_and_tabs(self):
        self.authenticate("lou_portal", "lou_portal")
        for query, count in (
            ("search=choir", 1),
            ("search=nothing%25", 0),
            ("tab=past", 0),
            ("tab=nonsense&search=%00", 1),
        ):
            rows = self._get(f"/my/bookings?{query}").xpath(
                "//a[hasclass('o_coworking_booking')]"
            )
            self.assertEqual(len(rows), count, query)

    def test_home_counts_bookings(self):
        self.authenticate("lou_portal", "lou_portal")
        counters = self.url_open(
            "/my/counters",
            json={
                "params": {
                    "counters": ["coworking_booking_count", "coworking_offer_count"]
                }
            },
        ).json()["result"]
        self.assertEqual(counters["coworking_booking_count"], 1)
        self.assertEqual(counters["coworking_offer_count"], 0)
        self.assertTrue(self._get("/my").xpath("//a[contains(@href, '/my/bookings')]"))

    def test_the_token_opens_one_booking_and_a_forged_one_none(self):
        token = self.booking._portal_ensure_token()
        self.env.flush_all()
        url = f"/my/bookings/{self.booking.id}"
        self.assertIn("Choir", self._get(f"{url}?access_token={token}").text_content())
        for forged in ("", "x", "é", token[:-1], "%00"):
            response = self.url_open(f"{url}?access_token={forged}")
            self.assertNotIn("Choir", response.text)
            self.assertEqual(response.status_code, 200)
            self._post(f"{url}/cancel", {"access_token": forged})
        self.assertNotIn(
            "Secret",
            self.url_open(f"/my/bookings/{self.other.id}?access_token={token}").text,
        )
        self.assertEqual(self.booking.state, "confirmed")

    def test_access_note_is_for_confirmed_bookings(self):
        self.room.requires_approval = True
        booking = self._book(self.lou.partner_id, days=16)
        self.authenticate("lou_portal", "lou_portal")
        page = self._get(f"/my/bookings/{booking.id}")
        self.assertNotIn("Door code", page.text_content())

    def test_cancelling_says_the_fee_and_takes_no_higher_one(self):
        late = self._book(self.lou.partner_id, days=1, hour=12)
        self.authenticate("lou_portal", "lou_portal")
        url = f"/my/bookings/{late.id}"
        said = self._get(url).xpath("//input[@name='said']/@value")
        self.assertEqual(said, ["one=5.00=0.00"])
        # The page was opened when cancelling was still free.
        for old in ("one=0.00=0.00", "one", "all=5.00=0.00", "one=x"):
            page = html.fromstring(self._post(f"{url}/cancel", {"said": old}).content)
            self.assertTrue(page.xpath("//*[@role='alert']"))
        late.invalidate_recordset()
        self.assertEqual(late.state, "confirmed")
        for __ in range(2):
            response = self._post(f"{url}/cancel", {"said": said})
            self.assertEqual(response.status_code, 200)
        late.invalidate_recordset()
        self.assertEqual((late.state, late.fee), ("cancelled", 5))

    def test_nobody_cancels_what_is_not_theirs(self):
        self.authenticate("lou_portal", "lou_portal")
        self._post(f"/my/bookings/{self.other.id}/cancel", {"said": "one=99.00=9.00"})
        self.other.invalidate_recordset()
        self.assertEqual(self.other.state, "confirmed")

    def test_paying_leads_to_the_order(self):
        self.room.write({"payment": "online", "deposit_percent": 50})
        booking = self._book(self.lou.partner_id, days=16)
        self.authenticate("lou_portal", "lou_portal")
        page = self._get(f"/my/bookings/{booking.id}")
        self.assertTrue(page.xpath("//form[hasclass('o_coworking_pay')]"))
        for __ in range(2):
            response = self._post(f"/my/bookings/{booking.id}/pay")
            booking.invalidate_recordset()
            [order] = booking.order_line_ids.order_id
            self.assertIn(f"/my/orders/{order.id}", response.url)
            self.assertEqual(response.status_code, 200)
        self.assertEqual(order.prepayment_percent, 0.5)

    def test_what_needs_no_payment_is_refused_in_a_sentence(self):
        self.authenticate("lou_portal", "lou_portal")
        response = self._post(f"/my/bookings/{self.booking.id}/pay")
        self.assertTrue(html.fromstring(response.content).xpath("//*[@role='alert']"))
        response = self._post(f"/my/bookings/{self.other.id}/pay")
        self.assertTrue(response.url.endswith("/my"))

    def test_what_was_booked_is_offered_again_at_its_hour_when_it_is_free(self):
        self.authenticate("lou_portal", "lou_portal")
        links = "//*[hasclass('o_coworking_again')]//a/@href"
        # Today's hour is over or not: tomorrow's is taken.
        for days in (0, 1):
            if self._utc(days) > fields.Datetime.now():
                self._book(days=days)
        [link] = self._get("/my/bookings").xpath(links)
        use = parse_use(link.partition("use=")[2])
        self.assertEqual((use[0], use[1].hour), (self.room.id, 10))
        self.assertEqual(use[2] - use[1], timedelta(hours=1))
        self.assertGreater(use[1].date(), self._day(1))
        self.assertFalse(self._get("/my/bookings?tab=past").xpath(links))
        self.room.is_published = False
        self.assertFalse(self._get("/my/bookings").xpath(links))

    def _series(self, *days):
        """Return bookings of Lou asked for together, on these days at ten."""
        uses = [
            {"space": self.room, "start": self._utc(day), "stop": self._utc(day, 11)}
            for day in days
        ]
        return self.env["coworking.booking"]._request(self.lou.partner_id, uses)

    def test_series_shows_its_other_dates(self):
        first = self._series(20, 27)[0]
        self.authenticate("lou_portal", "lou_portal")
        page = self._get(f"/my/bookings/{first.id}")
        self.assertEqual(len(page.xpath("//a[hasclass('o_coworking_sibling')]")), 1)

    def _cancel(self, booking, scope):
        """Cancel by the form of a booking's page, as it is."""
        url = f"/my/bookings/{booking.id}"
        page = self._get(url)
        data = {"scope": scope, "said": page.xpath("//input[@name='said']/@value")}
        response = self._post(f"{url}/cancel", data)
        self.env.invalidate_all()
        return page, html.fromstring(response.content)

    def test_the_rest_of_a_series_is_cancelled_at_once(self):
        soon, second, third, fourth = self._series(1, 20, 27, 34)
        self.authenticate("lou_portal", "lou_portal")
        page, _answer = self._cancel(second, "following")
        self.assertEqual(
            page.xpath("//input[@name='scope']/@value"), ["one", "following", "all"]
        )
        states = [each.state for each in (soon, second, third, fourth)]
        self.assertEqual(states, ["confirmed"] + ["cancelled"] * 3)

    def test_a_whole_series_is_cancelled_with_the_fee_that_was_said(self):
        bookings = self._series(1, 20, 27)
        last = bookings[-1]
        self.authenticate("lou_portal", "lou_portal")
        page = self._get(f"/my/bookings/{last.id}")
        self.assertEqual(
            page.xpath("//input[@name='said']/@value"),
            ["one=0.00=0.00", "all=5.00=0.00"],
        )
        # What was said of one is not what all of them cost.
        self._post(
            f"/my/bookings/{last.id}/cancel",
            {"scope": "all", "said": ["one=9.00=0.00", "all=0.00=0.00"]},
        )
        self.env.invalidate_all()
        self.assertEqual(set(bookings.mapped("state")), {"confirmed"})
        _page, answer = self._cancel(last, "all")
        self.assertTrue(answer.xpath("//*[hasclass('alert-success')]"))
        self.assertEqual(set(bookings.mapped("state")), {"cancelled"})
        self.assertEqual(bookings.mapped("fee"), [5, 0, 0])

    def test_a_series_leaves_what_is_of_others_or_over(self):
        bookings = self._series(20, 27, 34)
        bookings[1].partner_id = self.other.partner_id
        bookings[2]._cancel()
        self.authenticate("lou_portal", "lou_portal")
        page, _answer = self._cancel(bookings[0], "following")
        self.assertFalse(page.xpath("//input[@name='scope']"))
        self.assertEqual(bookings[0].state, "confirmed", "there is nothing to follow")
        self._cancel(bookings[0], "one")
        states = bookings.mapped("state")
        self.assertEqual(states, ["cancelled", "confirmed", "cancelled"])

    def test_waiting_entries_are_personal(self):
        waiting = self.env["coworking.waiting"]._join(
            self.lou.partner_id, self.room, self.other.start, self.other.stop
        )
        foreign = self.env["coworking.waiting"]._join(
            self.other.partner_id, self.room, self.booking.start, self.booking.stop
        )
        self.authenticate("lou_portal", "lou_portal")
        self.assertTrue(
            self._get("/my/bookings").xpath("//a[hasclass('o_coworking_waiting')]")
        )
        self._post(f"/my/bookings/waiting/{foreign.id}", {"action": "withdraw"})
        self._post(f"/my/bookings/waiting/{waiting.id}", {"action": "withdraw"})
        self.env.invalidate_all()
        self.assertEqual((waiting.state, foreign.state), ("cancelled", "waiting"))


@tagged("post_install", "-at_install")
class TestBookingsFeed(SpacesCommon):
    def test_an_address_is_made_renewed_and_revoked(self):
        booking = self._book(self.lou.partner_id, title="Choir")
        self._book(days=15, title="Secret")
        self._book(self.lou.partner_id, days=16, title="Gone")._cancel()
        self.authenticate("lou_portal", "lou_portal")
        self._post("/my/bookings/feed", {"action": "make"})
        [address] = self._get("/my/bookings/feed").xpath(
            "//input[@id='coworking_feed_url']/@value"
        )
        path = address[address.index("/coworking/") :]
        self.authenticate(None, None)
        response = self.url_open(path)
        self.assertIn("text/calendar", response.headers["Content-Type"])
        [event] = list(vobject.readOne(response.text).vevent_list)
        self.assertEqual(event.summary.value, "Round Room")
        self.assertEqual(event.dtstart.value.replace(tzinfo=None), booking.start)
        self.authenticate("lou_portal", "lou_portal")
        self._post("/my/bookings/feed", {"action": "renew"})
        self.assertEqual(self.url_open(path).status_code, 404)
        self._post("/my/bookings/feed", {"action": "revoke"})
        self.assertFalse(self.env["coworking.feed"]._of_partner(self.lou.partner_id))

    def test_forged_addresses_answer_nothing(self):
        for token in ("x", "A" * 43, "é" * 43, "%00"):
            self.assertEqual(
                self.url_open(f"/coworking/feed/{token}.ics").status_code, 404
            )

    def test_nobody_reads_the_addresses_of_others(self):
        feed = self.env["coworking.feed"]._make(self.lou.partner_id)
        for user in (self.lou, self.user, self.manager):
            with self.assertRaises(AccessError):
                feed.with_user(user).read(["token"])

    def test_one_booking_goes_to_the_calendar(self):
        booking = self._book(self.lou.partner_id, title="Choir")
        url = f"/my/bookings/{booking.id}/booking.ics"
        self.assertEqual(self.url_open(url).status_code, 404)
        self.authenticate("lou_portal", "lou_portal")
        event = vobject.readOne(self.url_open(url).text).vevent
        self.assertEqual(event.dtend.value - event.dtstart.value, timedelta(hours=1))
