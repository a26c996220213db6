from datetime import datetime, timedelta

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .desk_common import MONDAY, SATURDAY, TUESDAY, DeskCommon


@tagged("post_install", "-at_install")
class TestDeskPlaces(DeskCommon):
    def test_a_day_takes_a_place_of_both_half_days(self):
        self._book()
        self._book(self._create_person(), half="am")
        self.assertEqual(self._left(), [0, 1])
        self.assertFalse(self.env["coworking.desk.slot"]._differences(self.area))

    def test_who_comes_when_all_is_taken_is_refused(self):
        for _place in range(2):
            self._book(self._create_person(), half="am")
        with self.assertRaisesRegex(UserError, "is full on Tuesday"):
            self._book(half="day")
        self.assertEqual(self._left(), [0, 2])
        self._book(half="pm")

    def test_the_counter_itself_refuses(self):
        slots = self.env["coworking.desk.slot"]
        for _place in range(2):
            slots._take(self.area, TUESDAY, ("am",))
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(UserError, "No place is left"),
        ):
            slots._take(self.area, TUESDAY, ("am", "pm"))
        self.assertEqual(self._left(), [0, 2])
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(CheckViolation),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute("UPDATE coworking_desk_slot SET taken = seats + 1")

    def test_places_follow_the_area_but_never_below_what_is_taken(self):
        for _place in range(2):
            self._book(self._create_person(), half="pm")
        with self.assertRaisesRegex(
            UserError, "2 places of .Desks. are taken on Tuesday"
        ):
            self.area.capacity = 1
        self.area.invalidate_recordset()
        self.area.capacity = 5
        self.assertEqual(self._left(), [5, 3])
        self.area.capacity = 2
        self.assertEqual(self._left(), [2, 0])

    def test_an_area_in_use_stays_an_area(self):
        visit = self._book()
        with self.assertRaisesRegex(UserError, "cancel their visits"):
            self.area.kind = "room"
        visit._cancel()
        self.area.kind = "room"

    def test_opening_hours_and_closures_close_half_days(self):
        self.assertEqual(self._left(SATURDAY), [None, None])
        with self.assertRaisesRegex(UserError, "is closed on Saturday"):
            self._book(day=SATURDAY)
        self.env["coworking.closure"].create(
            {
                "name": "Works",
                "company_id": self.organisation.id,
                "space_ids": self.area.ids,
                "start": datetime(2027, 3, 2, 15, 0),
                "stop": datetime(2027, 3, 2, 16, 0),
            }
        )
        self.assertEqual(self._left(), [2, None])
        with self.assertRaisesRegex(
            UserError, "is closed on Tuesday 2 March, afternoon"
        ):
            self._book()
        self._book(half="am")

    def test_what_cannot_be_had_is_refused(self):
        for day, half, words in (
            (MONDAY - timedelta(days=1), "day", "is over"),
            (MONDAY + timedelta(days=61), "day", "60 days ahead"),
            (TUESDAY, "night", "Choose the morning"),
        ):
            with self.subTest(words=words), self.assertRaisesRegex(UserError, words):
                self._book(day=day, half=half)
        room = self._create_space()
        for space in (room, self.area.browse(), self.area.browse(9**9)):
            with self.assertRaisesRegex(UserError, "no desk area"):
                self.visits._book(self.person, space, TUESDAY, "am")
        self.assertFalse(self.visits.search([("partner_id", "=", self.person.id)]))

    def test_the_morning_that_is_over_is_no_longer_had(self):
        self._freeze(datetime(2027, 3, 1, 13, 0))
        self.assertEqual(self._left(MONDAY), [None, 2])
        with self.assertRaisesRegex(UserError, "the morning is over"):
            self._book(day=MONDAY)
        self._book(day=MONDAY, half="pm")

    def test_an_area_for_members_is_theirs(self):
        self.area.public_ids = self.env.ref("clapier_coworking.public_member")
        with self.assertRaisesRegex(UserError, "kept for others"):
            self._book()
        self.area.public_ids |= self.person._coworking_public()
        self._book()

    def test_one_person_sits_once(self):
        self._book(half="am")
        self._book(half="pm")
        for half in ("am", "pm", "day"):
            with self.assertRaisesRegex(UserError, "already has a place"):
                self._book(half=half)
        self.assertEqual(self._left(), [1, 1])

    def test_a_form_sent_twice_books_once(self):
        visits = [self._book(key="form") for _time in range(2)]
        self.assertEqual(visits[0], visits[1])
        self.assertEqual(self._left(), [1, 1])
        other = self._book(self._create_person(), key="form")
        self.assertNotEqual(other, visits[0])


@tagged("post_install", "-at_install")
class TestDeskPaid(DeskCommon):
    def test_days_of_the_pass_come_before_the_invoice(self):
        person = self._create_person(days=1.5)
        visits = [
            self._book(person, day=TUESDAY + timedelta(days=rank), half=half)
            for rank, half in enumerate(("day", "am", "pm"))
        ]
        self.assertEqual([visit.paid_by for visit in visits], ["pass", "pass", "bill"])
        self.assertEqual([visit.amount for visit in visits], [0, 0, 10])
        self.assertEqual(self._days(person), 0)
        self.assertEqual(visits[0].hours_row_id.quantity, -1)

    def test_a_day_costs_less_than_its_halves(self):
        self.assertEqual(self._book().amount, 16)

    def test_a_plan_with_desks_pays_all(self):
        partners = self.env.registry["res.partner"]
        self.patch(partners, "_coworking_desk_right", lambda self, company, day: True)
        visit = self._book(self._create_person(days=1))
        self.assertEqual((visit.paid_by, visit.amount), ("plan", 0))

    def test_an_area_without_price_says_so(self):
        self.area.price_ids.unlink()
        with (
            self.assertRaisesRegex(UserError, "has no price for you"),
            self.env.cr.savepoint(),
        ):
            self._book()
        self.assertEqual(self._left(), [2, 2])

    def test_cancelled_in_time_gives_all_back(self):
        person = self._create_person(days=1)
        visit = self._book(person)
        billed = self._book()
        visit._cancel()
        billed._cancel()
        self.assertEqual(self._days(person), 1)
        self.assertEqual(billed.amount, 0)
        self.assertEqual(self._left(), [2, 2])
        refund = self.env["coworking.hours"].search(
            [("reversal_of_id", "=", visit.hours_row_id.id)]
        )
        self.assertEqual((refund.kind, refund.quantity), ("refund", 1))
        visit._cancel()
        self.assertEqual(self._days(person), 1)
        self._book(person)

    def test_cancelled_late_frees_the_place_alone(self):
        person = self._create_person(days=1)
        visits = self._book(person) | self._book()
        # Tuesday, eight in the evening before is 12 hours ahead of eight: one minute late.
        self._freeze(datetime(2027, 3, 1, 19, 1))
        self.assertFalse(visits[0]._is_in_time())
        visits._cancel()
        self.assertEqual(self._left(), [2, 2])
        self.assertEqual(self._days(person), 0)
        self.assertEqual(visits[1].amount, 8)

    def test_the_team_gives_back_at_any_time(self):
        person = self._create_person(days=1)
        visit = self._book(person)
        self._freeze(datetime(2027, 3, 2, 7, 0))
        visit.with_user(self.user).action_cancel_free()
        self.assertEqual(self._days(person), 1)

    def test_several_are_cancelled_at_once_each_by_its_own_day(self):
        self.area.capacity = 30
        people = [self._create_person(days=2) for _rank in range(20)]
        late, billed = self._book(people[0]), self._book()
        in_time = self._book(people[1], day=TUESDAY + timedelta(days=1))
        self._freeze(datetime(2027, 3, 1, 19, 1))
        visits = (late | billed | in_time).with_user(self.user)
        visits.action_cancel()
        self.assertEqual(set(visits.mapped("state")), {"cancelled"})
        self.assertEqual([self._days(person) for person in people[:2]], [1, 2])
        self.assertEqual(billed.amount, 8)
        self.assertFalse(self.env["coworking.desk.slot"]._differences(self.area))
        counts = []
        for count in (1, 18):
            visits = self.visits.union(
                *(
                    self._book(person, day=TUESDAY + timedelta(days=2))
                    for person in people[:count]
                )
            ).with_user(self.user)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            visits.action_cancel()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2, counts)

    def test_one_that_took_place_cancels_none(self):
        present, coming = self._book(day=MONDAY), self._book(self._create_person())
        present._check_in()
        with self.assertRaisesRegex(UserError, "has taken place"):
            (present | coming)._cancel()
        self.assertEqual(coming.state, "booked")

    def test_what_took_place_is_not_cancelled(self):
        visit = self._book(day=MONDAY)
        visit._check_in()
        with self.assertRaisesRegex(UserError, "has taken place"):
            visit._cancel()

    def test_who_did_not_come_is_noted_and_the_day_stays_used(self):
        person = self._create_person(days=1)
        missed = self._book(person, day=MONDAY)
        present = self._book(day=MONDAY)
        present._check_in()
        self._run_cron("ir_cron_visit_no_show")
        self.assertEqual(missed.state, "booked")
        self._freeze(datetime(2027, 3, 2, 4, 0))
        for _time in range(2):
            self._run_cron("ir_cron_visit_no_show")
        self.assertEqual((missed.state, present.state), ("no_show", "present"))
        self.assertEqual(self._days(person), 0)

    def test_the_policy_may_give_missed_days_back(self):
        self.policy.write({"desk_late_keeps_day": False, "no_show_fee_percent": 25})
        person = self._create_person(days=1)
        self._book(person, day=MONDAY)
        billed = self._book(day=MONDAY)
        self._freeze(datetime(2027, 3, 2, 4, 0))
        self._run_cron("ir_cron_visit_no_show")
        self.assertEqual(self._days(person), 1)
        self.assertEqual(billed.amount, 4)

    def test_statements_of_the_night_do_not_grow_with_people(self):
        self.area.capacity = 30
        counts = []
        for day, people in ((MONDAY, 2), (TUESDAY, 20)):
            for _person in range(people):
                self._book(self._create_person(days=1), day=day)
            self.env.flush_all()
            self.env.invalidate_all()
            self._freeze(datetime(day.year, day.month, day.day, 4) + timedelta(days=1))
            before = self.env.cr.sql_log_count
            self._run_cron("ir_cron_visit_no_show")
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    def test_each_person_gets_one_order_once(self):
        other = self._create_person("Other")
        for person, day, half in (
            (self.person, MONDAY, "day"),
            (self.person, TUESDAY, "am"),
            (other, MONDAY, "pm"),
        ):
            self._book(person, day=day, half=half)
        self._freeze(datetime(2027, 3, 3, 8, 0))
        self._run_cron("ir_cron_visit_no_show")
        orders = self.visits._bill_visits(self.organisation, TUESDAY)
        self.assertEqual(orders.partner_id, self.person | other)
        self.assertEqual(orders.company_id, self.organisation)
        order = orders.filtered(lambda order: order.partner_id == self.person)
        self.assertEqual(order.state, "draft")
        self.assertEqual(order.order_line.mapped("price_unit"), [16, 10])
        self.assertIn("Monday 1 March, whole day", order.order_line[0].name)
        self.assertFalse(self.visits._bill_visits(self.organisation, TUESDAY))

    def test_the_team_bills_what_it_chose(self):
        visit = self._book(day=MONDAY).with_user(self.user)
        with self.assertRaisesRegex(UserError, "Nothing of these"):
            visit.action_bill()
        visit.action_check_in()
        action = visit.action_bill()
        self.assertEqual(action["tag"], "display_notification")
        self.assertEqual(visit.sudo().sale_line_ids.order_id.partner_id, self.person)
        to_bill = [("sale_line_ids", "=", False), ("id", "=", visit.id)]
        self.assertFalse(visit.search(to_bill))


@tagged("post_install", "-at_install")
class TestDeskSecurity(DeskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = new_test_user(
            cls.env, login="desk_member", groups="base.group_portal"
        )

    def test_people_read_their_own_visits_and_write_nothing(self):
        mine = self._book(self.member.partner_id)
        other = self._book()
        seen = self.visits.with_user(self.member).search([])
        self.assertEqual(seen, mine)
        seen.invalidate_recordset()
        self.assertEqual(seen.code, mine.code)
        with self.assertRaises(AccessError):
            other.with_user(self.member).read(["state"])
        for call in (
            lambda: seen.write({"state": "present"}),
            seen.action_check_in,
            seen.action_cancel_free,
            seen.action_bill,
            lambda: self.visits.with_user(self.member).create({}),
            lambda: self.env["coworking.desk.slot"].with_user(self.member).search([]),
            lambda: self.env["coworking.wifi.code"].with_user(self.member).search([]),
            lambda: self.env["coworking.kiosk"].with_user(self.member).search([]),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_the_key_of_a_form_is_nobodys(self):
        visit = self._book(self.member.partner_id, key="secret")
        with self.assertRaises(AccessError):
            visit.with_user(self.member).read(["key"])

    def test_the_team_changes_visits_by_buttons_alone(self):
        visit = self._book(day=MONDAY).with_user(self.user)
        with self.assertRaisesRegex(UserError, "Use the buttons"):
            visit.write({"state": "cancelled"})
        visit.action_check_in()
        self.assertEqual(visit.state, "present")
        visit.action_undo_check_in()
        self.assertEqual(visit.state, "booked")

    def test_another_organisations_team_sees_nothing(self):
        visit = self._book()
        stranger = new_test_user(
            self.env,
            login="desk_stranger",
            groups="clapier_coworking.group_coworking_user",
        )
        self.assertFalse(self.visits.with_user(stranger).search([]) & visit)
        with self.assertRaises(AccessError):
            visit.with_user(stranger).action_check_in()
        with self.assertRaises(AccessError):
            self.env["coworking.visit.wizard"].with_user(stranger).create(
                {
                    "partner_id": self.person.id,
                    "space_id": self.area.id,
                    "day": TUESDAY,
                    "half": "am",
                }
            ).action_book()

    def test_the_token_of_a_kiosk_is_the_managers(self):
        kiosk = self.env["coworking.kiosk"].create(
            {"name": "Door", "company_id": self.organisation.id}
        )
        for field in ("token", "link", "qr"):
            with self.assertRaises(AccessError):
                kiosk.with_user(self.user).read([field])
        old = kiosk.token
        kiosk.with_user(self.manager).action_renew_token()
        self.assertNotEqual(kiosk.token, old)

    def test_the_team_books_for_people(self):
        wizard = self.env["coworking.visit.wizard"].with_user(self.user)
        action = wizard.create(
            {
                "partner_id": self.person.id,
                "space_id": self.area.id,
                "day": MONDAY,
                "half": "pm",
                "is_here": True,
            }
        ).action_book()
        visit = self.visits.browse(action["res_id"])
        self.assertEqual((visit.partner_id, visit.state), (self.person, "present"))

    def test_only_todays_visits_are_checked_in(self):
        visit = self._book().with_user(self.user)
        with self.assertRaisesRegex(UserError, "come today"):
            visit.action_check_in()

    def test_the_board_shows_the_open_half_days(self):
        slots = self.env["coworking.desk.slot"].with_user(self.user)
        for _time in range(2):
            slots.action_open_board()
        # Two weeks of five days, two half-days each.
        self.assertEqual(slots.search_count([("space_id", "=", self.area.id)]), 20)
