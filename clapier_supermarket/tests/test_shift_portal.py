from datetime import timedelta
from unittest.mock import patch

import vobject
from lxml import html

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_portal import PortalCommon

KEY = "0123456789abcdef0123456789abcdef"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


class ShiftPortalCommon(PortalCommon):
    """Alix is a flying member, Sam is attached to them, Bo another member, Noor nobody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bo = cls._create_portal_person("bo", "Bo Morel")
        cls._give_shares(cls.bo, 12)
        cls.bo.phone = "+33 477 11 22 33"
        cls.sam.supermarket_birth_date = "1985-06-07"
        cls.member = cls.alix.supermarket_shift_member_ids
        cls.other = cls.bo.supermarket_shift_member_ids
        (cls.member | cls.other)._join_team("flying")
        cls.section = cls.env["supermarket.shift.section"].create({"name": "Bakery"})

    @classmethod
    def _create_shift(cls, days=10, hours=0, **vals):
        start = fields.Datetime.now().replace(microsecond=0) + timedelta(
            days=days, hours=hours
        )
        return cls.env["supermarket.shift"].create(
            {
                "company_id": cls.company.id,
                "section_id": cls.section.id,
                "start": start,
                "stop": start + timedelta(hours=3),
                "seat_count": 2,
                **vals,
            }
        )

    def _book(self, shift, **values):
        return self._post(
            "/my/shifts/book", {"key": KEY, "shift_id": shift.id, **values}
        )

    def _registrations(self, shift):
        self.env.invalidate_all()
        return shift.registration_ids.sorted("id")

    def _assert_gone(self, response):
        self.assertEqual(response.status_code, 303)
        self.assertRegex(response.headers["Location"], r"/my/shifts\?done=gone$")

    def _assert_refused(self, response):
        self.assertEqual(response.status_code, 200)
        [alert] = html.fromstring(response.content).xpath("//*[@role='alert']")
        self.assertTrue(alert.text_content().strip())


@tagged("post_install", "-at_install")
class TestShiftPortal(ShiftPortalCommon):
    def test_a_visitor_is_asked_to_log_in(self):
        for page in ("", "/book", "/ledger", "/leaves", "/preferences"):
            response = self.url_open(f"/my/shifts{page}")
            self.assertIn("/web/login", response.url)

    def test_a_member_books_and_sees_the_shift(self):
        shift = self._create_shift()
        self.authenticate("alix", "alix")
        page = html.fromstring(self._book(shift).content)
        registration = self._registrations(shift)
        self.assertEqual(
            (registration.member_id, registration.state), (self.member, "booked")
        )
        self.assertTrue(page.xpath("//*[@role='status']"))
        rows = page.xpath("//li[hasclass('o_supermarket_shift')]")
        self.assertEqual(len(rows), 1)
        self.assertIn("Bakery", rows[0].text_content())

    def test_one_form_sent_twice_is_one_booking(self):
        shift = self._create_shift()
        self.authenticate("alix", "alix")
        for __ in range(2):
            response = self._book(shift)
            self.assertFalse(
                html.fromstring(response.content).xpath("//*[@role='alert']")
            )
        self.assertEqual(len(self._registrations(shift)), 1)
        self.assertEqual(shift.seats_taken, 1)

    def test_two_members_may_send_the_same_key(self):
        shift = self._create_shift()
        for login in ("alix", "bo"):
            self.authenticate(login, login)
            self._book(shift)
        self.assertEqual(self._registrations(shift).member_id, self.member | self.other)

    def test_a_full_shift_is_refused_then_waited_for(self):
        shift = self._create_shift(seat_count=1)
        shift._book(self.other)
        self.authenticate("alix", "alix")
        self._assert_refused(self._book(shift))
        self.assertEqual(len(self._registrations(shift)), 1)
        page = html.fromstring(self._book(shift, wait="1").content)
        waiting = self._registrations(shift)[1]
        self.assertEqual((waiting.partner_id, waiting.state), (self.alix, "waiting"))
        self.assertTrue(page.xpath("//section[@aria-labelledby='supermarket_waiting']"))
        self._post(f"/my/shifts/{waiting.id}/cancel")
        self.assertEqual(self._registrations(shift)[1].state, "cancelled")

    def test_a_full_shift_is_watched_without_waiting_for_a_seat(self):
        shift = self._create_shift(seat_count=1)
        shift._book(self.other)
        self.authenticate("alix", "alix")
        page = self._page("/my/shifts/book?free=0")
        form = "//form[@action='/my/shifts/exchange/watch'][input[@name='shift_id']]"
        [watched] = page.xpath(f"{form}/input[@name='shift_id']/@value")
        self.assertEqual(watched, str(shift.id))
        self._post("/my/shifts/exchange/watch", {"shift_id": watched})
        watch = self.env["supermarket.shift.watch"].search([])
        self.assertEqual((watch.member_id, watch.shift_id), (self.member, shift))
        self.assertEqual(self._registrations(shift).member_id, self.other)

    def test_what_cannot_be_booked_is_refused_and_changes_nothing(self):
        company = self.env["res.company"].create({"name": "Another house"})
        past = self._create_shift(days=-1)
        gone = self._create_shift(days=3, state="cancelled")
        foreign = self._create_shift(company_id=company.id)
        fine = self._create_shift()
        self.authenticate("alix", "alix")
        for values in (
            {"shift_id": past.id},
            {"shift_id": gone.id},
            {"shift_id": foreign.id},
            {"shift_id": "0"},
            {"shift_id": "9" * 40},
            {"shift_id": "nonsense"},
            {"shift_id": fine.id, "key": ""},
            {"shift_id": fine.id, "key": "short"},
            {"shift_id": fine.id, "together": "1"},
        ):
            with self.subTest(values):
                self._assert_refused(
                    self._post("/my/shifts/book", {"key": KEY, **values})
                )
        for shift in (past, gone, foreign, fine):
            self.assertFalse(self._registrations(shift))

    def test_shift_partners_book_together_or_not_at_all(self):
        self.member.shift_partner_id = self.other
        narrow, wide = self._create_shift(seat_count=1), self._create_shift(days=12)
        self.authenticate("alix", "alix")
        self._assert_refused(self._book(wide, together="1"))
        self.other.shift_partner_id = self.member
        self._assert_refused(self._book(narrow, together="1"))
        self.assertFalse(self._registrations(narrow))
        self._book(wide, together="1")
        self.assertEqual(self._registrations(wide).member_id, self.member | self.other)

    def test_only_partners_who_both_say_so_are_shown(self):
        self.member.shift_partner_id = self.other
        self.authenticate("alix", "alix")
        self.assertNotIn("Bo Morel", self._page("/my/shifts").text_content())
        self.other.shift_partner_id = self.member
        self.assertIn("Bo Morel", self._page("/my/shifts").text_content())

    def test_the_list_filters_by_section_week_and_free_seats(self):
        till = self.env["supermarket.shift.section"].create({"name": "Till B"})
        bakery = self._create_shift()
        other = self._create_shift(days=40, section_id=till.id)
        full = self._create_shift(days=11, seat_count=1)
        full._book(self.other)
        self.authenticate("alix", "alix")

        def shown(query):
            page = self._page(f"/my/shifts/book?{query}")
            ids = page.xpath("//form//input[@name='shift_id']/@value")
            return {int(shift_id) for shift_id in ids} & {bakery.id, other.id, full.id}

        self.assertEqual(shown(""), {bakery.id, other.id})
        self.assertEqual(shown("free=0"), {bakery.id, other.id, full.id})
        self.assertEqual(shown(f"section={till.id}"), {other.id})
        monday = other.date - timedelta(days=other.date.weekday())
        self.assertEqual(shown(f"week={monday}"), {other.id})
        self.assertEqual(shown("week=nonsense&section=x"), {bakery.id, other.id})
        self.member.section_ids = till
        self.assertEqual(shown(""), {other.id})

    def test_cancelling_says_its_price_and_frees_the_seat(self):
        shift = self._create_shift()
        registration = shift._book(self.member)
        self.authenticate("alix", "alix")
        page = self._page("/my/shifts")
        [cancel] = page.xpath("//details[hasclass('o_supermarket_shift_cancel')]")
        self.assertIn("point", cancel.text_content())
        for __ in range(2):
            self._post(f"/my/shifts/{registration.id}/cancel")
        self.assertEqual(self._registrations(shift).state, "cancelled")
        self.assertEqual(shift.seats_taken, 0)

    def test_too_late_to_cancel_is_said(self):
        shift = self._create_shift(days=0, hours=2)
        registration = shift._book(self.member)
        self.authenticate("alix", "alix")
        page = self._page("/my/shifts")
        self.assertFalse(
            page.xpath("//details[hasclass('o_supermarket_shift_cancel')]")
        )
        self._assert_refused(self._post(f"/my/shifts/{registration.id}/cancel"))
        self.assertEqual(self._registrations(shift).state, "booked")

    def test_an_own_shift_cancelled_is_excused(self):
        registration = self._create_shift()._book(self.member)
        registration.basis = "own"
        self.authenticate("alix", "alix")
        page = self._page("/my/shifts")
        [cancel] = page.xpath("//details[hasclass('o_supermarket_shift_cancel')]")
        self.assertIn("-1", cancel.text_content())
        self._post(f"/my/shifts/{registration.id}/cancel")
        registration.invalidate_recordset()
        self.assertEqual(registration.state, "excused")

    def test_somebody_elses_shift_is_out_of_reach(self):
        registration = self._create_shift()._book(self.other)
        for login in ("alix", "sam", "stranger"):
            self.authenticate(login, login)
            for url in ("cancel", "substitute"):
                self._assert_gone(
                    self._post(
                        f"/my/shifts/{registration.id}/{url}",
                        {"person_id": ""},
                        allow_redirects=False,
                    )
                )
        registration.invalidate_recordset()
        self.assertEqual(registration.state, "booked")
        self.authenticate("alix", "alix")
        self._assert_refused(self._post(f"/my/shifts/{registration.id}/cancel"))

    def test_an_attached_adult_comes_instead_and_nobody_else(self):
        registration = self._create_shift()._book(self.member)
        url = f"/my/shifts/{registration.id}/substitute"
        self.authenticate("alix", "alix")
        self._assert_gone(
            self._post(url, {"person_id": self.bo.id}, allow_redirects=False)
        )
        self._post(url, {"person_id": self.sam.id})
        registration.invalidate_recordset()
        self.assertEqual(registration.substitute_id, self.sam)
        self._post(url, {"person_id": ""})
        registration.invalidate_recordset()
        self.assertFalse(registration.substitute_id)

    def test_attached_people_read_and_change_nothing(self):
        registration = self._create_shift()._book(self.member)
        shift = self._create_shift(days=12)
        self.authenticate("sam", "sam")
        page = self._page("/my/shifts")
        self.assertIn("Bakery", page.text_content())
        self.assertIn("Alix Roche", page.text_content())
        main = page.xpath("//div[@id='wrap']")[0]
        self.assertFalse(main.xpath(".//form[starts-with(@action, '/my/shifts')]"))
        self._post(f"/my/shifts/{registration.id}/cancel")
        self._book(shift)
        self._post("/my/shifts/feed", {"action": "make"})
        self._post("/my/shifts/preferences", {"reminder_days": "3"})
        registration.invalidate_recordset()
        self.assertEqual(registration.state, "booked")
        self.assertFalse(self._registrations(shift))
        self.assertFalse(self.env["supermarket.shift.feed"].search([]))
        self.assertEqual(self.member.reminder_days, -1)

    def test_a_stranger_reads_one_sentence(self):
        self._create_shift()
        self.authenticate("stranger", "stranger")
        for page in ("", "/book", "/ledger", "/leaves", "/preferences"):
            text = self._page(f"/my/shifts{page}").text_content()
            self.assertIn("Vous n’avez pas de créneaux ici", text)
            self.assertNotIn("Bakery", text)

    def test_the_ledger_shows_reversals_and_balances(self):
        Point = self.env["supermarket.shift.point"]
        today = self.company._supermarket_today()
        ids = Point._post(
            [
                {
                    "member_id": self.member.id,
                    "date": today,
                    "kind": "correction",
                    "points": points,
                    "note": "Help <b>moving</b>",
                }
                for points in (3, -1)
            ]
        )
        Point._post([], Point.browse(ids[1]), "A mistake.")
        self.authenticate("alix", "alix")
        page = self._page("/my/shifts/ledger")
        rows = page.xpath("//table[hasclass('o_supermarket_ledger')]/tbody/tr")
        self.assertGreaterEqual(len(rows), 3)
        self.assertEqual(rows[0].xpath("normalize-space(td[4])"), "+3")
        self.assertEqual(self.member.balance, 3)
        self.assertIn("Annulation", page.text_content())
        self.assertIn("<b>moving</b>", page.text_content())

    def test_preferences_are_kept_and_checked(self):
        foreign = self.env["supermarket.shift.section"].create(
            {
                "name": "Elsewhere",
                "company_id": self.env["res.company"].create({"name": "Other"}).id,
            }
        )
        self.authenticate("alix", "alix")
        url = "/my/shifts/preferences"
        self._post(
            url,
            {"reminder_days": "2", "section_ids": [self.section.id, foreign.id, "x"]},
        )
        self.member.invalidate_recordset()
        self.assertEqual(self.member.reminder_days, 2)
        self.assertEqual(self.member.section_ids, self.section)
        for days in ("-1", "31", "soon", "2.5"):
            self._assert_refused(self._post(url, {"reminder_days": days}))
        self.member.invalidate_recordset()
        self.assertEqual(self.member.reminder_days, 2)
        refused = self._post(url, {"reminder_days": "31", "section_ids": []})
        page = html.fromstring(refused.content)
        self.assertEqual(page.xpath("//input[@name='reminder_days']/@value"), ["31"])
        self.assertFalse(page.xpath("//input[@name='section_ids'][@checked]"))
        self._post(url, {"reminder_days": ""})
        self.member.invalidate_recordset()
        self.assertEqual(self.member.reminder_days, -1)
        self.assertFalse(self.member.section_ids)

    def test_the_page_takes_few_statements(self):
        for days in range(10, 60, 9):
            self._create_shift(days=days)._book(self.member)
        self._create_shift(days=-1, coordinator_ids=self.alix.ids)
        self.authenticate("alix", "alix")
        self._page("/my/shifts")
        with self.assertQueryCount(60):
            self._page("/my/shifts")

    def test_the_home_page_counts_and_the_membership_shows_the_status(self):
        self._create_shift()._book(self.member)
        self.authenticate("alix", "alix")
        name = "supermarket_shift_count"
        answer = self.make_jsonrpc_request("/my/counters", {"counters": [name]})
        self.assertEqual(answer, {name: 1})
        page = self._page("/my/membership")
        self.assertTrue(
            page.xpath(
                "//section[@aria-labelledby='supermarket_working_time']"
                "//a[@href='/my/shifts']"
            )
        )


@tagged("post_install", "-at_install")
class TestShiftPortalLeave(ShiftPortalCommon):
    def _ask(self, document=None, **values):
        today = self.company._supermarket_today()
        token = self._page("/my/membership").xpath("//input[@name='csrf_token']/@value")
        data = {
            "csrf_token": token[0],
            "key": KEY,
            "kind": "leave_temporary",
            "date_start": today + timedelta(days=7),
            "date_stop": today + timedelta(days=80),
            **values,
        }
        files = {"document": ("scan.pdf", document)} if document else None
        return self.url_open("/my/shifts/leaves", data=data, files=files)

    def _leaves(self):
        self.env.invalidate_all()
        return self.env["supermarket.shift.leave"].search(
            [("member_id", "in", (self.member | self.other).ids)]
        )

    def test_a_leave_is_asked_for_once(self):
        self.authenticate("alix", "alix")
        for __ in range(2):
            page = html.fromstring(self._ask(reason="Away", state="validated").content)
            self.assertFalse(page.xpath("//*[@role='alert']"))
        leave = self._leaves()
        self.assertEqual(
            (leave.member_id, leave.state, leave.reason),
            (self.member, "requested", "Away"),
        )
        self.assertEqual(self.member.status, "up_to_date")

    def test_incapacity_needs_its_certificate(self):
        today = self.company._supermarket_today()
        sick = {
            "kind": "leave_incapacity",
            "date_start": today - timedelta(days=3),
            "date_stop": today + timedelta(days=20),
        }
        self.authenticate("alix", "alix")
        self._assert_refused(self._ask(**sick))
        self._assert_refused(self._ask(document=b"<script>1</script>", **sick))
        with patch(
            "odoo.addons.clapier_supermarket.models.supermarket_shift_leave_portal"
            ".DOCUMENT_MAX_BYTES",
            10,
        ):
            self._assert_refused(self._ask(document=PDF, **sick))
        self.assertFalse(self._leaves())
        self._ask(document=PDF, **sick)
        leave = self._leaves()
        self.assertEqual(leave.document_ids.raw, PDF)
        self.assertEqual(leave.document_ids.mimetype, "application/pdf")
        with self.assertRaises(AccessError):
            leave.document_ids.with_user(self.bo.user_ids).read(["raw"])

    def test_bad_leaves_are_refused_and_nothing_is_kept(self):
        today = self.company._supermarket_today()
        self.authenticate("alix", "alix")
        for values in (
            {"kind": "exemption"},
            {"kind": "nonsense"},
            {"date_start": "", "date_stop": ""},
            {"date_start": "2026-02-31"},
            {"date_start": today - timedelta(days=1)},
            {"date_stop": today},
            {"date_stop": today + timedelta(days=20)},
            {"kind": "leave_parental", "date_stop": today + timedelta(days=800)},
            {"key": ""},
        ):
            with self.subTest(values):
                self._assert_refused(self._ask(**values))
        self.assertFalse(self._leaves())

    def test_a_request_is_taken_back_by_its_own_member_until_answered(self):
        self.authenticate("alix", "alix")
        self._ask()
        leave = self._leaves()
        self._assert_refused(self._ask(key=KEY[::-1]))
        url = f"/my/shifts/leaves/{leave.id}/cancel"
        self.authenticate("bo", "bo")
        self._assert_gone(self._post(url, allow_redirects=False))
        self.assertEqual(self._leaves().state, "requested")
        self.authenticate("alix", "alix")
        self._post(url)
        self.assertEqual(self._leaves().state, "cancelled")
        self._ask(key=KEY[::-1])
        asked = self._leaves().filtered(lambda item: item.state == "requested")
        asked.action_validate()
        self._assert_refused(self._post(f"/my/shifts/leaves/{asked.id}/cancel"))
        self.assertIn("validated", self._leaves().mapped("state"))


@tagged("post_install", "-at_install")
class TestShiftPortalFeed(ShiftPortalCommon):
    def _feed_path(self):
        [url] = self._page("/my/shifts").xpath(
            "//input[@id='supermarket_feed_url']/@value"
        )
        return url[url.index("/shift/feed/") :]

    def _feed_action(self, action):
        return self._post("/my/shifts/feed", {"action": action})

    def test_calendar_programs_read_the_shifts_without_a_login(self):
        shift = self._create_shift()
        booked = shift._book(self.member)
        self._create_shift(days=12)._book(self.member)._change_state("cancelled")
        self._create_shift(days=14)._book(self.other)
        self.authenticate("alix", "alix")
        self._feed_action("make")
        self._feed_action("make")
        path = self._feed_path()
        self.assertGreaterEqual(len(path), len("/shift/feed/.ics") + 43)
        self.logout()
        response = self.url_open(path)
        self.assertEqual(response.status_code, 200)
        self.assertIn("text/calendar", response.headers["Content-Type"])
        [event] = vobject.readOne(response.text).vevent_list
        self.assertEqual(event.dtstart.value.replace(tzinfo=None), shift.start)
        self.assertIn(f"DTSTART:{shift.start:%Y%m%dT%H%M%S}Z", response.text)
        self.assertTrue(event.uid.value.startswith(f"supermarket-shift-{booked.id}@"))
        self.assertEqual(self.url_open(path).text, response.text)

    def test_the_calendar_follows_the_standard_and_the_shift(self):
        note = "Bring gloves, boots; the yard is muddy.\nAsk Bo \\ Noor: " + "é" * 60
        shift = self._create_shift(note=note)
        gone = self._create_shift(days=12)
        for each in (shift, gone):
            each._book(self.member)
        feed = self.env["supermarket.shift.feed"]._make(self.member)
        path = f"/shift/feed/{feed.token}.ics"
        before = {
            event.uid.value: event
            for event in vobject.readOne(self.url_open(path).text).vevent_list
        }
        self.assertEqual(len(before), 2)
        gone.action_cancel()
        moved = shift.start + timedelta(hours=2)
        shift.write({"start": moved, "stop": moved + timedelta(hours=3)})
        self.env.flush_all()
        content = self.url_open(path).content
        self.assertEqual(content.count(b"\n"), content.count(b"\r\n"))
        self.assertLessEqual(max(map(len, content.split(b"\r\n"))), 75)
        calendar = vobject.readOne(content.decode())
        self.assertTrue(calendar.validate())
        [event] = calendar.vevent_list
        self.assertIn(event.uid.value, before)
        self.assertEqual(event.dtstart.value.replace(tzinfo=None), moved)
        self.assertFalse(event.dtstart.value.utcoffset())
        self.assertEqual(event.description.value, note)

    def test_a_new_address_makes_the_old_one_void(self):
        self.authenticate("alix", "alix")
        self._feed_action("make")
        old = self._feed_path()
        self._feed_action("renew")
        new = self._feed_path()
        self.assertNotEqual(old, new)
        self.assertEqual(self.url_open(old).status_code, 404)
        self.assertEqual(self.url_open(new).status_code, 200)
        self._feed_action("revoke")
        self.assertEqual(self.url_open(new).status_code, 404)
        self.assertFalse(self.env["supermarket.shift.feed"].search([]))

    def test_unknown_addresses_are_not_found(self):
        self.env["supermarket.shift.feed"]._make(self.member)
        for token in ("x", "False", "%00", "0" * 43):
            self.assertEqual(
                self.url_open(f"/shift/feed/{token}.ics").status_code, 404, token
            )
        response = self.url_open(f"/shift/feed/{'0' * 43}.ics")
        self.assertIn("text/plain", response.headers["Content-Type"])
        self.assertIn("page of your shifts", response.text)

    def test_one_members_feed_is_not_changed_by_another(self):
        feed = self.env["supermarket.shift.feed"]._make(self.member)
        token = feed.token
        self.authenticate("bo", "bo")
        self._feed_action("renew")
        self._feed_action("revoke")
        feed.invalidate_recordset()
        self.assertEqual(feed.token, token)

    def test_nobody_but_the_system_reads_feeds(self):
        feed = self.env["supermarket.shift.feed"]._make(self.member)
        office = self._create_user(
            "office", "clapier_supermarket.group_supermarket_user"
        )
        for user in (self.alix.user_ids, self.bo.user_ids, office):
            with self.assertRaises(AccessError):
                feed.with_user(user).read(["token"])


@tagged("post_install", "-at_install")
class TestShiftPortalCoordination(ShiftPortalCommon):
    def _sheet(self, shift):
        return f"/my/shifts/coordination/{shift.id}"

    def test_the_coordinator_sees_the_phones_of_this_shift_only(self):
        shift = self._create_shift(days=1, coordinator_ids=self.alix.ids)
        shift._book(self.other)
        elsewhere = self._create_shift(days=2)
        elsewhere._book(self.other)
        self.authenticate("alix", "alix")
        page = self._page(self._sheet(shift))
        self.assertIn("Bo Morel", page.text_content())
        self.assertIn("+33 477 11 22 33", page.text_content())
        self.assertFalse(page.xpath("//button[@value='attended']"), "not begun")
        response = self.url_open(self._sheet(elsewhere), allow_redirects=False)
        self._assert_gone(response)
        self.assertTrue(
            self._page("/my/shifts").xpath(f"//a[@href='{self._sheet(shift)}']")
        )

    def test_the_coordinator_learns_that_nobody_knows(self):
        shift = self._create_shift(days=1, coordinator_ids=self.alix.ids)
        shift._book(self.other)
        self.authenticate("alix", "alix")
        alert = "//p[hasclass('alert-warning')]"
        self.assertFalse(self._page(self._sheet(shift)).xpath(alert))
        skill = self.env["supermarket.shift.skill"].create({"name": "Cold chain"})
        shift.skill_ids = skill
        self.assertTrue(shift.beginner_alone)
        self.env.flush_all()
        [warned] = self._page(self._sheet(shift)).xpath(alert)
        self.assertIn("Cold chain", warned.text_content())
        self.assertTrue(
            self._page("/my/shifts").xpath("//span[hasclass('text-bg-warning')]")
        )

    def test_anyone_else_is_sent_home(self):
        shift = self._create_shift(days=1, coordinator_ids=self.alix.ids)
        registration = shift._book(self.other)
        for login in ("bo", "sam", "stranger"):
            self.authenticate(login, login)
            response = self.url_open(self._sheet(shift), allow_redirects=False)
            self._assert_gone(response)
            self._assert_gone(
                self._post(
                    self._sheet(shift),
                    {"registration_id": registration.id, "state": "absent"},
                    allow_redirects=False,
                )
            )
        self.assertEqual(self._registrations(shift).state, "booked")

    def test_the_coordinator_ticks_from_the_start_on(self):
        shift = self._create_shift(days=1, coordinator_ids=self.alix.ids)
        registration = shift._book(self.other)
        tick = {"registration_id": registration.id, "state": "attended"}
        self.authenticate("alix", "alix")
        self._assert_refused(self._post(self._sheet(shift), tick))
        self.assertEqual(self._registrations(shift).state, "booked")
        start = fields.Datetime.now() - timedelta(minutes=10)
        shift.write({"start": start, "stop": start + timedelta(hours=3)})
        self._post(self._sheet(shift), tick)
        self.assertEqual(self._registrations(shift).state, "attended")
        self._post(self._sheet(shift), {**tick, "state": "booked"})
        self.assertEqual(self._registrations(shift).state, "booked")

    def test_people_of_other_shifts_and_other_states_are_refused(self):
        shift = self._create_shift(days=1, coordinator_ids=self.alix.ids)
        registration = shift._book(self.other)
        foreign = self._create_shift(days=3)._book(self.other)
        start = fields.Datetime.now() - timedelta(minutes=10)
        shift.write({"start": start, "stop": start + timedelta(hours=3)})
        self.authenticate("alix", "alix")
        for values in (
            {"registration_id": foreign.id, "state": "absent"},
            {"registration_id": registration.id, "state": "cancelled"},
            {"registration_id": registration.id, "state": "closure"},
            {"registration_id": "x", "state": "attended"},
        ):
            self._assert_refused(self._post(self._sheet(shift), values))
        self.assertEqual((registration | foreign).mapped("state"), ["booked"] * 2)
