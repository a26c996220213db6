from datetime import timedelta

from freezegun import freeze_time
from lxml import html

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, TransactionCase, new_test_user, tagged

from .common import CoworkingCommon


class DoorCommon(CoworkingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.organisation.partner_id.lang = "en_US"
        cls.room = cls._create_space(
            name="Blue room",
            payment="invoice",
            price_ids=[Command.create({"unit": "hour", "amount": 10})],
        )
        cls.person = cls.env["res.partner"].create(
            {"name": "Camille Secret", "email": "camille@clapier.example"}
        )

    def _book(self, start, stop, space=None, partner=None, **vals):
        return self.env["coworking.booking"].create(
            {
                "partner_id": (partner or self.person).id,
                "space_id": (space or self.room).id,
                "start": start,
                "stop": stop,
                "title": "Private meeting",
                **vals,
            }
        )

    def _door(self, space=None):
        return self.env["coworking.space"]._for_door((space or self.room).access_token)


@tagged("post_install", "-at_install")
@freeze_time("2027-03-01 09:10:00")
class TestDoorState(DoorCommon, TransactionCase):
    def _times(self, state):
        return [[use[2][1][11:], use[3][1][11:]] for use in state["uses"]]

    def test_uses_and_free_times_on_the_clock_of_the_place(self):
        self.room.write(
            {"resource_calendar_id": self._create_calendar().id, "buffer_after": 15}
        )
        self._book(self._at(1, 9), self._at(1, 11))
        self._book(self._at(1, 14), self._at(1, 15))
        state = self._door()._door_state()
        self.assertEqual(self._times(state), [["10:00", "12:00"], ["15:00", "16:00"]])
        free = [[first[1][11:], last[1][11:]] for first, last in state["free"][:3]]
        self.assertEqual(
            free, [["08:00", "09:45"], ["12:15", "14:45"], ["16:15", "20:00"]]
        )
        self.assertEqual(state["free"][0][0][2], "Monday 1 March")
        self.assertEqual(state["offset"], 60)

    def test_a_part_makes_the_whole_busy_and_not_the_other_part(self):
        whole = self._create_space(name="Hall")
        left, right = (
            self._create_space(name=name, parent_id=whole.id) for name in ("L", "R")
        )
        self._book(self._at(1, 9), self._at(1, 10), left)
        uses = [
            len(self._door(space)._door_state()["uses"])
            for space in (whole, left, right)
        ]
        self.assertEqual(uses, [1, 1, 0])
        self._book(self._at(1, 11), self._at(1, 12), whole)
        self.assertEqual(len(self._door(whole)._door_state()["uses"]), 2)

    def test_answer_is_the_same_while_nothing_changes(self):
        booking = self._book(self._at(1, 10), self._at(1, 11))
        tag = self._door()._door_answer()[1]
        with freeze_time("2027-03-01 09:40:00"):
            self.assertEqual(self._door()._door_answer()[1], tag)
        booking._cancel()
        self.assertNotEqual(self._door()._door_answer()[1], tag)

    def test_statements_do_not_grow_with_the_uses(self):
        for hour in range(10, 22):
            self._book(self._at(1, hour), self._at(1, hour + 1))
        token = self.room.access_token
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(8):
            self.env["coworking.space"]._for_door(token)._door_answer()

    def test_codes_are_tried_five_times(self):
        booking = self._book(self._at(1, 9), self._at(1, 11))
        wrong = "000001" if booking.check_in_code == "000000" else "000000"
        door = self._door()
        for _try in range(5):
            self.assertFalse(door._check_in_by_code(wrong))
        with self.assertRaisesRegex(UserError, "10"):
            door._check_in_by_code(booking.check_in_code)
        self.assertEqual(booking.state, "confirmed")
        other = self._create_space(name="Other")
        self.assertFalse(self._door(other)._check_in_by_code(wrong), "another door")
        with freeze_time("2027-03-01 09:21:00"):
            self.assertEqual(door._check_in_by_code(booking.check_in_code), booking)
        self.assertEqual(booking.state, "present")

    def test_the_policy_says_how_many_wrong_codes_and_for_how_long(self):
        self.env["coworking.policy"].create(
            {
                "company_id": self.organisation.id,
                "date_start": "2027-01-01",
                "door_try_max": 2,
                "door_try_minutes": 3,
            }
        )
        booking = self._book(self._at(1, 9), self._at(1, 11))
        wrong = "000001" if booking.check_in_code == "000000" else "000000"
        door = self._door()
        for _try in range(2):
            self.assertFalse(door._check_in_by_code(wrong))
        with self.assertRaisesRegex(UserError, "3 minutes"):
            door._check_in_by_code(wrong)
        now = fields.Datetime.now()
        with freeze_time(now + timedelta(minutes=4)):
            self.assertFalse(door._check_in_by_code(wrong))

    def test_right_codes_are_not_counted(self):
        booking = self._book(self._at(1, 9), self._at(1, 11))
        door = self._door()
        for _try in range(8):
            self.assertEqual(door._check_in_by_code(booking.check_in_code), booking)

    def test_code_opens_its_own_door_and_time_only(self):
        booking = self._book(self._at(1, 12), self._at(1, 13))
        other = self._create_space(name="Other")
        code = booking.check_in_code
        self.assertFalse(self._door(other)._check_in_by_code(code))
        with self.assertRaisesRegex(UserError, "12:45"):
            self._door()._check_in_by_code(code)
        with freeze_time("2027-03-01 13:30:00"), self.assertRaises(UserError):
            self._door()._check_in_by_code(code)
        with freeze_time("2027-03-02 12:00:00"):
            self.assertFalse(self._door()._check_in_by_code(code))
        booking._cancel()
        with freeze_time("2027-03-01 12:00:00"):
            self.assertFalse(self._door()._check_in_by_code(code))

    def test_code_of_an_unpaid_booking_says_so(self):
        booking = self._book(self._at(1, 9), self._at(1, 11), payment="online")
        self.assertEqual(booking.state, "awaiting")
        sentences = set()
        for state in ("awaiting", "pending", "awaiting"):
            booking.state = state
            with self.assertRaises(UserError) as refusal:
                self._door()._check_in_by_code(booking.check_in_code)
            sentences.add(refusal.exception.args[0])
            # The second time it waits for a transfer.
            self.patch(
                self.env.registry["coworking.booking"],
                "_is_transfer_awaited",
                lambda self: True,
            )
        self.assertEqual(len(sentences), 3)

    def test_offers_end_before_the_next_use(self):
        self._book(self._at(1, 10, 30), self._at(1, 12))
        offers = self._door()._door_offers(self.person)
        self.assertEqual(
            offers,
            [
                (self._at(1, 9), self._at(1, 10), 10),
                (self._at(1, 9), self._at(1, 10, 30), 15),
            ],
        )

    def test_nothing_is_offered_while_it_is_used_or_kept_for_others(self):
        use = self._book(self._at(1, 9), self._at(1, 10))
        self.assertFalse(self._door()._door_offers(self.person))
        use._cancel(waive=True)
        self.room.public_ids = self.env.ref("clapier_coworking.public_company")
        self.assertFalse(self._door()._door_offers(self.person))

    def test_booking_at_the_door_is_checked_in_and_counts_once(self):
        door = self._door()
        booking = door._book_at_door(self.person, self._at(1, 10), "key")
        self.assertEqual(
            (booking.state, booking.source, booking.start, booking.amount),
            ("present", "door", self._at(1, 9), 10),
        )
        self.assertEqual(
            door._book_at_door(self.person, self._at(1, 10), "key"), booking
        )
        with self.assertRaises(UserError):
            door._book_at_door(self.person, self._at(1, 10), "other key")
        with self.assertRaises(UserError):
            door._book_at_door(self.person, self._at(1, 9, 5), "third key")

    def test_counts_of_codes_are_kept_from_people(self):
        self._door()._check_in_by_code("000000")
        with self.assertRaises(AccessError):
            self.env["coworking.door.try"].with_user(self.outsider).search([])


@tagged("post_install", "-at_install")
class TestDoorPages(DoorCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(
            cls.env, login="door_portal", groups="base.group_portal", name="Door Portal"
        )
        cls.hour = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)

    def _url(self, path="", space=None):
        return f"/space/{(space or self.room).access_token}{path}"

    def _now(self, partner=None, **vals):
        """Return a booking that goes on now."""
        return self._book(
            self.hour - timedelta(hours=1),
            self.hour + timedelta(hours=2),
            partner=partner,
            **vals,
        )

    def _post(self, **data):
        return self.url_open(
            self._url("/check-in"), {"csrf_token": self.csrf(), **data}
        )

    def csrf(self):
        """Return the token that the page's forms carry."""
        page = self.url_open(self._url("/check-in")).text
        return (
            page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"')[0]
        )

    def test_page_tells_times_and_nobody(self):
        booking = self._now()
        self.authenticate(None, None)
        for path in ("", "/state"):
            answer = self.url_open(self._url(path))
            self.assertEqual(answer.status_code, 200)
            self.assertIn("Blue room", answer.text)
            self.assertIn("no-store", answer.headers["Cache-Control"])
            for word in (
                "Camille",
                "Secret",
                "camille@",
                "Private meeting",
                booking.name,
                booking.check_in_code,
            ):
                self.assertNotIn(word, answer.text)
        self.assertEqual(len(self.url_open(self._url("/state")).json()["uses"]), 1)

    def test_state_is_not_sent_again(self):
        tag = self.url_open(self._url("/state")).headers["ETag"]
        answer = self.url_open(self._url("/state"), headers={"If-None-Match": tag})
        self.assertEqual((answer.status_code, answer.text), (304, ""))
        self.assertTrue(answer.headers["X-Now"])

    def test_forged_tokens_find_nothing(self):
        old = self._url()
        desks = self._create_space(kind="desk")
        gone = self._create_space(active=False)
        self.room.with_user(self.manager).action_renew_door()
        for url in (
            old,
            self._url(space=desks),
            self._url(space=gone),
            "/space/" + "A" * 43,
            "/space/1",
            f"/space/{self.room.id}",
        ):
            for path in ("", "/state", "/check-in"):
                with self.subTest(url=url, path=path):
                    self.assertEqual(self.url_open(url + path).status_code, 404)

    def test_page_speaks_the_language_of_the_organisation(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.organisation.partner_id.lang = "fr_FR"
        self._now()
        state = self.url_open(self._url("/state")).json()
        self.assertRegex(state["free"][0][0][2], "^[a-z]+di |^dimanche ")

    def test_worker_stays_in_its_folder(self):
        answer = self.url_open("/space/sw.js")
        self.assertIn("javascript", answer.headers["Content-Type"])
        self.assertEqual(answer.headers["Service-Worker-Allowed"], "/space/")

    def test_own_booking_is_checked_in(self):
        booking = self._now(self.portal.partner_id)
        self.authenticate("door_portal", "door_portal")
        page = self.url_open(self._url("/check-in"))
        self.assertIn(booking.name, page.text)
        self.assertEqual(booking.state, "confirmed", "looking changes nothing")
        self._post(action="check_in", booking=booking.id)
        self.assertEqual(booking.state, "present")

    def test_own_unpaid_booking_leads_to_its_page_and_offers_no_other(self):
        booking = self._now(self.portal.partner_id, payment="online")
        self.assertEqual(booking.state, "awaiting")
        self.authenticate("door_portal", "door_portal")
        page = html.fromstring(self.url_open(self._url("/check-in")).content)
        [card] = page.xpath("//form[.//*[hasclass('o_coworking_unconfirmed')]]")
        self.assertIn(f"/my/bookings/{booking.id}", card.xpath(".//a/@href")[0])
        self.assertFalse(page.xpath("//button[@value='check_in' or @value='book']"))

    def test_booking_of_another_is_neither_shown_nor_checked_in(self):
        booking = self._now()
        self.authenticate("door_portal", "door_portal")
        self.assertNotIn(booking.name, self.url_open(self._url("/check-in")).text)
        for number in (booking.id, "x", "9" * 30, "-1"):
            self.assertEqual(
                self._post(action="check_in", booking=number).status_code, 200
            )
        self.assertEqual(booking.state, "confirmed")

    def test_visitor_cannot_act_without_code(self):
        booking = self._now()
        self.authenticate(None, None)
        self._post(action="check_in", booking=booking.id)
        self._post(action="book", stop="1", key="0" * 36)
        self.assertEqual(booking.state, "confirmed")
        self._post(action="code", code=booking.check_in_code)
        self.assertEqual(booking.state, "present")

    def test_post_needs_its_token(self):
        booking = self._now()
        with self.assertLogs("odoo.http", "WARNING"):
            answer = self.url_open(
                self._url("/check-in"),
                {"action": "code", "code": booking.check_in_code},
            )
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(booking.state, "confirmed")

    def test_wrong_codes_stay_counted(self):
        self.authenticate(None, None)
        for _try in range(6):
            answer = self._post(action="code", code="000000")
        self.assertIn('role="alert"', answer.text)
        tries = self.env["coworking.door.try"].search([("space_id", "=", self.room.id)])
        self.assertEqual(tries.count, 6)

    def test_unpaid_booking_leads_to_its_payment(self):
        self.room.payment = "online"
        self.authenticate("door_portal", "door_portal")
        offers = self._door()._door_offers(self.portal.partner_id)
        stop = int(
            (offers[0][1] - fields.Datetime.to_datetime("1970-01-01")).total_seconds()
        )
        answer = self.url_open(
            self._url("/check-in"),
            {
                "csrf_token": self.csrf(),
                "action": "book",
                "stop": stop,
                "key": "01234567-89ab-cdef-0123-456789abcdef",
            },
            allow_redirects=False,
        )
        booking = self.env["coworking.booking"].search(
            [("space_id", "=", self.room.id)]
        )
        self.assertEqual(booking.state, "awaiting")
        self.assertIn(f"/my/bookings/{booking.id}", answer.headers["Location"])

    def test_tour_with_a_code(self):
        booking = self._now()
        self.start_tour(
            f"{self._url('/check-in')}#{booking.check_in_code}", "coworking_door_code"
        )
        self.assertEqual(booking.state, "present")

    def test_tour_books_at_the_door(self):
        self.start_tour(
            self._url("/check-in"), "coworking_door_book", login="door_portal"
        )
        booking = self.env["coworking.booking"].search(
            [("space_id", "=", self.room.id)]
        )
        self.assertEqual((booking.state, booking.source), ("present", "door"))
