from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.http import Request
from odoo.tests import BaseCase, HttpCase, new_test_user, tagged

from ..shift_exchange import shortest_cycle
from .common import SupermarketCommon


@tagged("post_install", "-at_install")
class TestShortestCycle(BaseCase):
    def test_cycles_of_two_to_five_are_found(self):
        for length in (2, 3, 4, 5):
            wants = {rank: {(rank + 1) % length} for rank in range(length)}
            self.assertEqual(shortest_cycle(0, wants, 5), list(range(length)))

    def test_nothing_closes_no_cycle(self):
        self.assertIsNone(shortest_cycle(1, {1: {2}, 2: {3}, 3: set()}, 5))
        self.assertIsNone(shortest_cycle(1, {}, 5))
        self.assertIsNone(shortest_cycle(1, {1: {1}}, 5))

    def test_a_cycle_elsewhere_is_not_one_of_the_offer(self):
        self.assertIsNone(shortest_cycle(1, {1: {2}, 2: {3}, 3: {2}}, 5))

    def test_longer_than_the_policy_allows_is_none(self):
        wants = {rank: {(rank + 1) % 4} for rank in range(4)}
        self.assertIsNone(shortest_cycle(0, wants, 3))
        self.assertEqual(len(shortest_cycle(0, wants, 4)), 4)

    def test_the_shortest_cycle_is_chosen(self):
        wants = {1: {2, 4}, 2: {3}, 3: {1}, 4: {1}}
        self.assertEqual(shortest_cycle(1, wants, 5), [1, 4])

    def test_nobody_is_twice_in_a_cycle(self):
        wants = {1: {2}, 2: {3}, 3: {1}}
        owners = {1: "A", 2: "B", 3: "A"}
        self.assertIsNone(shortest_cycle(1, wants, 5, owners))
        # Another way round, a longer one
        wants = {1: {2, 4}, 2: {3}, 3: {1}, 4: {5}, 5: {6}, 6: {1}}
        owners = {1: "A", 2: "B", 3: "A", 4: "D", 5: "E", 6: "F"}
        self.assertEqual(shortest_cycle(1, wants, 5, owners), [1, 4, 5, 6])


class ExchangeCommon(SupermarketCommon):
    """Members on shifts of their own, a few days ahead."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.section = cls.env["supermarket.shift.section"].create(
            {"name": "Till (test)"}
        )
        cls.skill = cls.env["supermarket.shift.skill"].create({"name": "Cold chain"})
        cls.Exchange = cls.env["supermarket.shift.exchange"]
        cls.Watch = cls.env["supermarket.shift.watch"]
        cls.Registration = cls.env["supermarket.shift.registration"]
        # At noon, far from the days' ends.
        cls.noon = fields.Datetime.now().replace(hour=12, minute=0, second=0)

    @classmethod
    def _worker(cls, name, team=None, skilled=False):
        member = cls._create_member(name)
        if skilled:
            cls.env["supermarket.shift.skill.holding"].create(
                {
                    "partner_id": member.id,
                    "skill_id": cls.skill.id,
                    "date_start": "2024-01-01",
                }
            )
        worker = cls.env["supermarket.shift.member"].search(
            [("partner_id", "=", member.id)]
        )
        if team:
            worker._join_team(team)
        return worker

    @classmethod
    def _shift(cls, days=7, seat_count=4, start=None, **vals):
        start = start or cls.noon + timedelta(days=days)
        return cls.env["supermarket.shift"].create(
            {
                "company_id": cls.company.id,
                "section_id": cls.section.id,
                "start": start,
                "stop": start + timedelta(hours=3),
                "seat_count": seat_count,
                **vals,
            }
        )

    @classmethod
    def _own(cls, shift, worker, basis="own", **vals):
        registration = cls.Registration.create(
            {
                "shift_id": shift.id,
                "member_id": worker.id,
                "partner_id": worker.partner_id.id,
                "company_id": cls.company.id,
                "kind": "standard" if basis == "own" else basis,
                "basis": basis,
                **vals,
            }
        )
        shift._recount_seats()
        return registration

    def _chain(self, count):
        """Return ``count`` registrations of as many members on as many shifts."""
        return self.Registration.union(
            *(
                self._own(self._shift(5 + rank), self._worker(f"Member {rank}"))
                for rank in range(count)
            )
        )

    def _run_cron(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(
                "clapier_supermarket.ir_cron_shift_offers"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def assertSeatsCounted(self, *shifts):
        self.assertFalse(
            self.env["supermarket.shift"].union(*shifts)._seat_differences()
        )


@tagged("post_install", "-at_install")
class TestShiftOffer(ExchangeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.giver = cls._worker("Giver")
        cls.taker = cls._worker("Taker")
        cls.shift = cls._shift(seat_count=1)
        cls.seat = cls._own(cls.shift, cls.giver)

    def test_an_offered_seat_stays_booked_until_it_is_taken(self):
        self.seat._offer_seat()
        self.assertEqual(self.seat.state, "booked")
        self.assertTrue(self.seat.offered_on)
        self.assertEqual(self.shift.seats_taken, 1)

    def test_offering_again_keeps_the_hour_of_the_first_time(self):
        self.seat.offered_on = before = self.noon - timedelta(days=2)
        self.seat._offer_seat()
        self.assertEqual(self.seat.offered_on, before)

    def test_a_withdrawn_offer_is_not_to_be_had(self):
        self.seat._offer_seat()
        self.seat._withdraw_offer()
        self.assertFalse(self.seat.offered_on)
        with self.assertRaisesRegex(UserError, "no longer offered"):
            self.seat._take_over(self.taker)

    def test_who_takes_over_has_a_make_up_and_the_giver_no_debt(self):
        self.seat._offer_seat()
        taken = self.seat._take_over(self.taker)
        self.assertEqual(self.seat.state, "exchanged")
        self.assertEqual(self.seat._ledger_kind(), "own_exchanged")
        self.assertFalse(self.seat.offered_on)
        self.assertEqual((taken.kind, taken.basis), ("replacement", "make_up"))
        self.assertEqual((taken.state, taken.replaces_id), ("booked", self.seat))
        self.assertEqual(self.shift.seats_taken, 1)
        self.assertSeatsCounted(self.shift)

    def test_a_flying_member_who_takes_over_works_a_flying_shift(self):
        self.seat._offer_seat()
        taken = self.seat._take_over(self._worker("Flying", "flying"))
        self.assertEqual(taken.basis, "flying")

    def test_the_exchange_of_today_is_in_the_ledger_at_once(self):
        now = fields.Datetime.now()
        if self.company._supermarket_local(now + timedelta(minutes=5)).date() != (
            self.company._supermarket_today()
        ):
            self.skipTest("at midnight, today's shift to come is tomorrow's")
        seat = self._own(self._shift(start=now + timedelta(minutes=5)), self.giver)
        seat._offer_seat()
        seat._take_over(self.taker)
        self.assertEqual(seat.point_id.kind, "own_exchanged")
        self.assertEqual(self.giver.balance, 0)

    def test_a_seat_is_taken_once(self):
        self.seat._offer_seat()
        self.seat._take_over(self.taker)
        late = self._worker("Late")
        with self.assertRaisesRegex(UserError, "already taken"):
            self.seat._take_over(late)
        self.assertFalse(late.registration_ids)

    def test_what_arrives_twice_with_one_key_counts_once(self):
        self.seat._offer_seat()
        first = self.seat._take_over(self.taker, "key")
        self.assertEqual(self.seat._take_over(self.taker, "key"), first)
        self.assertEqual(len(self.taker.registration_ids), 1)

    def test_nobody_takes_their_own_seat(self):
        self.seat._offer_seat()
        with self.assertRaisesRegex(UserError, "This seat is yours"):
            self.seat._take_over(self.giver)

    def test_who_has_a_shift_at_that_time_is_refused(self):
        self._own(self._shift(), self.taker)
        self.seat._offer_seat()
        self.assertNotIn(self.seat, self.Registration._offered_to(self.taker))
        with self.assertRaisesRegex(UserError, "already has a shift at that time"):
            self.seat._take_over(self.taker)

    def test_the_waiting_list_does_not_get_the_seat_in_between(self):
        waiting = self.shift._book(self._worker("Waiting"), wait=True)
        self.seat._offer_seat()
        self.seat._take_over(self.taker)
        self.assertEqual(waiting.state, "waiting")
        self.assertSeatsCounted(self.shift)

    def test_who_waits_may_take_over(self):
        waiting = self.shift._book(self.taker, wait=True)
        self.seat._offer_seat()
        taken = self.seat._take_over(self.taker)
        self.assertEqual((waiting.state, taken.state), ("cancelled", "booked"))
        self.assertSeatsCounted(self.shift)

    def test_a_beginner_does_not_get_the_only_skilled_seat(self):
        shift = self._shift(9, skill_ids=[Command.link(self.skill.id)])
        seat = self._own(shift, self._worker("Skilled", skilled=True))
        self._own(shift, self._worker("Beginner"))
        seat._offer_seat()
        self.assertNotIn(seat, self.Registration._offered_to(self.taker))
        with (
            self.assertRaisesRegex(UserError, "Cold chain"),
            self.cr.savepoint(),
        ):
            seat._take_over(self.taker)
        seat.invalidate_recordset()
        self.assertEqual(seat.state, "booked")
        able = self._worker("Able", skilled=True)
        self.assertIn(seat, self.Registration._offered_to(able))
        self.assertTrue(seat._take_over(able).is_skilled)
        self.assertEqual((shift.seats_taken, shift.skilled_taken), (2, 1))
        self.assertSeatsCounted(shift)

    def _asked(self, shift):
        """Return who is told that a seat of ``shift`` is to be had."""
        return (
            self.env["supermarket.shift.message"]
            .search(
                [
                    ("shift_id", "=", shift.id),
                    ("kind", "in", ("invitation", "seat_freed")),
                ]
            )
            .member_id
        )

    def test_the_seat_of_the_only_skilled_member_goes_to_who_knows_at_once(self):
        able, busy, beginner, watcher = (
            self._worker(name, "flying", skilled=name in ("Able", "Busy"))
            for name in ("Able", "Busy", "Beginner", "Watcher")
        )
        for worker in able | busy | beginner | watcher:
            worker.partner_id.email = f"{worker.id}@example.com"
        for way in ("_cancel_by_member", "_offer_seat"):
            with self.subTest(way):
                shift = self._shift(
                    9 if way == "_offer_seat" else 11,
                    skill_ids=[Command.link(self.skill.id)],
                )
                self._own(
                    self._shift(start=shift.start + timedelta(hours=1)),
                    busy,
                    basis="flying",
                )
                seat = self._own(shift, self._worker("Skilled", skilled=True))
                self._own(shift, self._worker("Already there"))
                self.Watch._watch_shift(watcher, shift)
                waiting = self._own(shift, beginner, "flying", state="waiting")
                self.assertFalse(self._asked(shift))
                getattr(seat, way)()
                self.assertEqual(self._asked(shift), able)
                self.assertEqual(waiting.state, "waiting")
                if way == "_offer_seat":
                    with self.assertRaises(UserError), self.cr.savepoint():
                        seat._take_over(watcher)
                    seat.invalidate_recordset()
                    seat._take_over(able)
                else:
                    self.assertTrue(shift.beginner_alone)
                    with self.assertRaisesRegex(UserError, "needs somebody who knows"):
                        shift._book(watcher)
                    shift._book(able)
                self.assertFalse(shift.beginner_alone)
                self.assertSeatsCounted(shift)

    def test_a_skilled_member_in_place_of_a_beginner_is_counted(self):
        shift = self._shift(9, skill_ids=[Command.link(self.skill.id)])
        seat = self._own(shift, self._worker("Beginner"))
        seat._offer_seat()
        seat._take_over(self._worker("Able", skilled=True))
        self.assertEqual((shift.seats_taken, shift.skilled_taken), (1, 1))

    def test_another_cooperative_does_not_see_the_seat(self):
        other = self.env["res.company"].create({"name": "Other shop"})
        member = self._create_member("Elsewhere", supermarket_company_id=other.id)
        worker = self.env["supermarket.shift.member"].search(
            [("partner_id", "=", member.id)]
        )
        self.seat._offer_seat()
        self.assertFalse(self.Registration._offered_to(worker))
        with self.assertRaisesRegex(UserError, "not a member of this cooperative"):
            self.seat._take_over(worker)

    def _begun(self, hours_before, basis="own"):
        """Return an offered seat of a shift just begun, offered so many hours before."""
        start = fields.Datetime.now().replace(microsecond=0) - timedelta(minutes=1)
        return self._own(
            self._shift(start=start),
            self._worker(f"Away {hours_before} {basis}"),
            basis,
            offered_on=start - timedelta(hours=hours_before),
        )

    def test_an_offer_in_time_that_nobody_took_is_excused(self):
        seat, make_up, late, late_make_up = (
            self._begun(24),
            self._begun(24, "make_up"),
            self._begun(23),
            self._begun(23, "make_up"),
        )
        self.seat._offer_seat()
        self._run_cron()
        self.assertEqual((seat.state, seat.points), ("excused", -1))
        self.assertEqual((make_up.state, make_up.points), ("excused", 0))
        self.assertEqual((late.state, late.points), ("absent", -2))
        self.assertEqual(late_make_up.state, "absent")
        self.assertEqual(self.seat.state, "booked", "its shift is to come")
        self.assertSeatsCounted(seat.shift_id, late.shift_id)

    def test_all_present_does_not_mark_who_offered_the_seat(self):
        away = self._begun(24)
        there = self._own(away.shift_id, self.taker)
        away.shift_id.action_all_present()
        self.assertEqual((away.state, there.state), ("excused", "attended"))

    def test_a_shift_that_has_begun_is_not_offered(self):
        seat = self._begun(1)
        with self.assertRaisesRegex(UserError, "already begun"):
            seat._withdraw_offer()


@tagged("post_install", "-at_install")
class TestShiftExchange(ExchangeCommon):
    def test_two_members_who_want_each_others_shift_have_it(self):
        first, second = self._chain(2)
        self.Exchange._propose(first, second.shift_id)
        self.assertEqual(first.state, "booked")
        exchange = self.Exchange._propose(second, first.shift_id)
        self.assertEqual((exchange.state, first.state), ("done", "exchanged"))
        received = exchange.received_id
        self.assertEqual(received.shift_id, first.shift_id)
        self.assertEqual((received.kind, received.basis), ("exchange", "own"))
        self.assertEqual(received.replaces_id, first)

    def test_a_cycle_of_three_is_made_at_once(self):
        seats = self._chain(3)
        shifts = seats.shift_id
        for seat, wanted in zip(seats, [*shifts[1:], shifts[0]], strict=True):
            exchange = self.Exchange._propose(seat, wanted)
        exchanges = self.Exchange.search(
            [("cycle_reference", "=", exchange.cycle_reference)], order="id"
        )
        self.assertEqual(exchanges.registration_id, seats)
        self.assertEqual(set(seats.mapped("state")), {"exchanged"})
        for one, wanted in zip(exchanges, [*shifts[1:], shifts[0]], strict=True):
            self.assertEqual(one.received_id.shift_id, wanted)
            self.assertEqual(one.received_id.member_id, one.member_id)
        self.assertEqual(shifts.mapped("seats_taken"), [1, 1, 1])
        self.assertSeatsCounted(shifts)

    def test_the_policy_says_how_many_exchange_at_most(self):
        self.policy.shift_exchange_length = 2
        seats = self._chain(3)
        shifts = seats.shift_id
        for seat, wanted in zip(seats, [*shifts[1:], shifts[0]], strict=True):
            exchange = self.Exchange._propose(seat, wanted)
        self.assertEqual(exchange.state, "open")

    def test_flying_members_exchange_flying_shifts(self):
        first = self._own(self._shift(5), self._worker("F", "flying"), "flying")
        second = self._own(self._shift(6), self._worker("S"))
        self.Exchange._propose(first, second.shift_id)
        self.Exchange._propose(second, first.shift_id)
        bases = {
            item.replaces_id: item.basis
            for item in self.Registration.search(
                [("replaces_id", "in", (first | second).ids)]
            )
        }
        self.assertEqual(bases, {second: "flying", first: "own"})

    def test_any_shift_of_a_section_or_of_some_days(self):
        first, second = self._chain(2)
        self.Exchange._propose(first, sections=self.section)
        day = first.shift_id.date
        exchange = self.Exchange._propose(second, period=(day, day))
        self.assertEqual(exchange.state, "done")

    def test_an_offer_is_extended_and_matched_anew(self):
        first, second, third = self._chain(3)
        self.Exchange._propose(second, first.shift_id)
        one = self.Exchange._propose(first, third.shift_id)
        self.assertEqual(one.state, "open")
        self.assertEqual(self.Exchange._propose(first, second.shift_id), one)
        self.assertEqual(one.wanted_shift_ids, (second | third).shift_id)
        self.assertEqual(one.state, "done")

    def test_who_is_busy_at_that_time_is_left_out(self):
        first, second, third = self._chain(3)
        # The first member has another shift when the second one works.
        self._own(self._shift(6), first.member_id)
        self.Exchange._propose(second, first.shift_id)
        self.Exchange._propose(third, first.shift_id)
        one = self.Exchange._propose(first, (second | third).shift_id)
        self.assertEqual(one.received_id.shift_id, third.shift_id)
        self.assertEqual(second.state, "booked")

    def test_the_shift_given_away_is_no_obstacle(self):
        first = self._own(self._shift(5), self._worker("A"))
        second = self._own(self._shift(5), self._worker("B"))
        self.Exchange._propose(first, second.shift_id)
        self.assertEqual(self.Exchange._propose(second, first.shift_id).state, "done")

    def test_the_only_skilled_member_is_not_exchanged_for_a_beginner(self):
        shift = self._shift(5, skill_ids=[Command.link(self.skill.id)])
        skilled = self._own(shift, self._worker("Skilled", skilled=True))
        other = self._own(self._shift(6), self._worker("Beginner"))
        self.Exchange._propose(skilled, other.shift_id)
        exchange = self.Exchange._propose(other, shift)
        self.assertEqual(exchange.state, "open")
        able = self._own(self._shift(7), self._worker("Able", skilled=True))
        self.Exchange._propose(skilled, able.shift_id)
        done = self.Exchange._propose(able, shift)
        self.assertEqual(done.state, "done")
        self.assertEqual((shift.seats_taken, shift.skilled_taken), (1, 1))
        self.assertSeatsCounted(shift, able.shift_id)

    def test_the_notice_is_kept(self):
        start = fields.Datetime.now() + timedelta(hours=23)
        seat = self._own(self._shift(start=start), self._worker("Late"))
        with self.assertRaisesRegex(UserError, "less than 24 hours"):
            self.Exchange._propose(seat, self._shift(9))

    def test_something_to_come_must_be_wanted(self):
        seat = self._chain(1)
        past = self._shift(-3)
        for wanted, words in (
            (self.env["supermarket.shift"], "at least one shift"),
            (seat.shift_id, "other shifts"),
            (past, "already begun"),
        ):
            with self.assertRaisesRegex(UserError, words):
                self.Exchange._propose(seat, wanted)
        self.assertFalse(self.Exchange.search([("registration_id", "=", seat.id)]))

    def test_what_arrives_twice_with_one_key_counts_once(self):
        first, second = self._chain(2)
        one = self.Exchange._propose(first, second.shift_id, key="k")
        one._withdraw()
        self.assertEqual(self.Exchange._propose(first, second.shift_id, key="k"), one)
        self.assertEqual(one.state, "withdrawn")

    def test_a_withdrawn_offer_is_not_exchanged(self):
        first, second = self._chain(2)
        self.Exchange._propose(first, second.shift_id)._withdraw()
        exchange = self.Exchange._propose(second, first.shift_id)
        self.assertEqual(exchange.state, "open")

    def test_offers_that_did_not_see_each_other_are_matched_by_the_cron(self):
        first, second, third = self._chain(3)
        for seat, wanted in ((first, second), (second, first), (third, first)):
            self.Exchange.create(
                {
                    "registration_id": seat.id,
                    "wanted_shift_ids": wanted.shift_id.ids,
                }
            )
        third._change_state("cancelled")
        self._run_cron()
        self.assertEqual(
            self.Exchange.search(
                [("registration_id", "in", (first | second | third).ids)], order="id"
            ).mapped("state"),
            ["done", "done", "expired"],
        )

    def test_an_exchange_that_fails_changes_nothing(self):
        first, second = self._chain(2)
        exchanges = self.Exchange.create(
            [{"registration_id": seat.id} for seat in (first, second)]
        )
        second._change_state("cancelled")
        self.assertFalse(exchanges._exchange())
        self.assertEqual(first.state, "booked")
        self.assertEqual(first.shift_id.seats_taken, 1)

    def test_one_open_exchange_for_a_shift(self):
        seat = self._chain(1)
        self.Exchange.create({"registration_id": seat.id})
        self.assertDatabaseRefuses(
            "already offered for an exchange",
            self.Exchange.create,
            {"registration_id": seat.id},
        )


@tagged("post_install", "-at_install")
class TestShiftWatch(ExchangeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.watcher = cls._worker("Watcher")
        cls.shift = cls._shift(seat_count=1)
        cls.seat = cls._own(cls.shift, cls._worker("Holder"))

    def test_a_freed_seat_is_noted_once(self):
        watch = self.Watch._watch_shift(self.watcher, self.shift)
        self.seat._change_state("cancelled")
        self.assertEqual(watch.told_shift_ids, self.shift)
        told_on = watch.told_on
        watch.told_on = told_on - timedelta(days=1)
        self.shift._seat_freed()
        self.assertEqual(watch.told_on, told_on - timedelta(days=1))

    def test_an_offered_seat_is_told_too(self):
        watch = self.Watch._watch_shift(self.watcher, self.shift)
        self.seat._offer_seat()
        self.assertTrue(watch.told_on)

    def test_watches_of_sections_and_days(self):
        weekday = str(self.shift.date.weekday())
        other_day = str((self.shift.date.weekday() + 1) % 7)
        section = self.env["supermarket.shift.section"].create({"name": "Other"})
        due = [
            {"section_id": self.section.id},
            {"weekday": weekday},
            {"date_start": self.shift.date, "date_stop": self.shift.date},
        ]
        silent = [
            {"section_id": section.id},
            {"weekday": other_day},
            {"date_stop": self.shift.date - timedelta(days=1)},
            {"section_id": self.section.id, "active": False},
            {"shift_id": self._shift(9).id},
        ]
        watches = self.Watch.create(
            [{**vals, "member_id": self.watcher.id} for vals in due + silent]
        )
        self.assertEqual(self.Watch._due_for(self.shift) & watches, watches[:3][::-1])

    def test_who_is_registered_is_not_told(self):
        watch = self.Watch._watch_shift(self.seat.member_id, self.shift)
        self.assertNotIn(watch, self.Watch._due_for(self.shift))

    def test_watching_twice_is_watching_once(self):
        watch = self.Watch._watch_shift(self.watcher, self.shift)
        self.assertEqual(self.Watch._watch_shift(self.watcher, self.shift), watch)
        watch = self.Watch._watch_any(self.watcher, self.section, "2")
        self.assertEqual(self.Watch._watch_any(self.watcher, self.section, "2"), watch)

    def test_a_watch_watches_something(self):
        with self.assertRaisesRegex(UserError, "Choose a section"):
            self.Watch._watch_any(self.watcher, self.section.browse(), False)
        with self.assertRaisesRegex(UserError, "already begun"):
            self.Watch._watch_shift(self.watcher, self._shift(-1))


@tagged("post_install", "-at_install")
class TestShiftExchangeSecurity(ExchangeCommon):
    def test_rows_are_of_ones_own_company_and_on_the_portal_ones_own(self):
        seat = self._chain(1)
        exchange = self.Exchange._propose(seat, sections=self.section)
        watch = self.Watch._watch_any(seat.member_id, self.section, False)
        records = (exchange, watch)
        stranger = new_test_user(self.env, "stranger_x", groups="base.group_portal")
        other = self.env["res.company"].create({"name": "Other shop"})
        staff = new_test_user(
            self.env,
            "staff_x",
            groups="clapier_supermarket.group_supermarket_user",
            company_id=other.id,
            company_ids=other.ids,
        )
        for user in (stranger, staff):
            for record in records:
                seen = record.with_user(user).with_context(allowed_company_ids=None)
                self.assertFalse(seen.search([("id", "=", record.id)]))
                with self.assertRaises(AccessError):
                    seen.check_access("read")
        owner = new_test_user(
            self.env,
            "owner_x",
            groups="base.group_portal",
            partner_id=seat.partner_id.id,
        )
        for record in records:
            record.with_user(owner).check_access("read")
            for operation in ("write", "create", "unlink"):
                with self.assertRaises(AccessError):
                    record.with_user(owner).check_access(operation)


@tagged("post_install", "-at_install")
class TestShiftExchangePortal(HttpCase, ExchangeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env, "exchanger", groups="base.group_portal", name="Exchanger"
        )
        cls.user.partner_id.write(
            {
                "supermarket_company_id": cls.company.id,
                "supermarket_is_member": True,
                "supermarket_member_since": "2024-01-15",
            }
        )
        cls.me = cls.env["supermarket.shift.member"].search(
            [("partner_id", "=", cls.user.partner_id.id)]
        )
        cls.mine = cls._own(cls._shift(5), cls.me)
        cls.theirs = cls._own(cls._shift(6), cls._worker("Somebody Else"))

    def setUp(self):
        super().setUp()
        self.authenticate("exchanger", "exchanger")

    def _do(self, action, **vals):
        response = self.url_open(
            f"/my/shifts/exchange/{action}",
            data={**vals, "csrf_token": Request.csrf_token(self)},
        )
        self.assertEqual(response.status_code, 200)
        self.env.invalidate_all()
        return response

    def test_the_page_shows_what_there_is_and_no_names(self):
        self.theirs._offer_seat()
        page = self.url_open(f"/my/shifts/exchange?give={self.mine.id}").text
        self.assertIn("o_supermarket_exchange_own", page)
        self.assertIn("o_supermarket_exchange_offer", page)
        self.assertIn(f'id="supermarket_wanted_{self.theirs.shift_id.id}"', page)
        self.assertNotIn("Somebody Else", page)

    def test_one_tap_offers_the_seat_and_another_one_keeps_it(self):
        self._do("offer", registration_id=self.mine.id)
        self.assertTrue(self.mine.offered_on)
        self._do("withdraw", registration_id=self.mine.id)
        self.assertFalse(self.mine.offered_on)

    def test_a_seat_is_taken_over_once(self):
        self.theirs._offer_seat()
        self._do("take", registration_id=self.theirs.id, key="a")
        self._do("take", registration_id=self.theirs.id, key="a")
        self.assertEqual(self.theirs.state, "exchanged")
        self.assertEqual(len(self.me.registration_ids), 2)

    def test_who_is_too_late_is_told(self):
        self.theirs._offer_seat()
        self.theirs._take_over(self._worker("Faster"))
        page = self._do("take", registration_id=self.theirs.id, key="a").text
        self.assertIn("déjà prise", page)

    def test_an_exchange_is_offered_made_and_withdrawn(self):
        response = self._do(
            "propose", registration_id=self.mine.id, shift_ids=[self.theirs.shift_id.id]
        )
        self.assertIn("said=proposed", response.url)
        exchange = self.Exchange.search([("registration_id", "=", self.mine.id)])
        self._do("cancel", exchange_id=exchange.id)
        self.assertEqual(exchange.state, "withdrawn")
        self.Exchange._propose(self.theirs, self.mine.shift_id)
        response = self._do(
            "propose", registration_id=self.mine.id, section_ids=[self.section.id]
        )
        self.assertIn("said=exchanged", response.url)
        self.assertEqual(self.mine.state, "exchanged")
        self.assertIn("o_supermarket_exchange_done", response.text)

    def test_bad_wishes_are_refused_in_words(self):
        for vals in (
            {},
            {"shift_ids": ["x", "-1", "99999999999999999999"]},
            {"date_from": "2026-13-45"},
            {"date_from": "2026-10-02", "date_until": "2026-10-01"},
            {"shift_ids": [self._shift(-2).id]},
        ):
            page = self._do("propose", registration_id=self.mine.id, **vals).text
            self.assertIn("alert-danger", page)
        self.assertFalse(self.Exchange.search([("member_id", "=", self.me.id)]))

    def test_the_ids_of_others_are_refused(self):
        exchange = self.Exchange._propose(self.theirs, sections=self.section)
        watch = self.Watch._watch_shift(self.theirs.member_id, self.mine.shift_id)
        other = self.env["res.company"].create({"name": "Other shop"})
        foreign = self._shift(8, company_id=other.id)
        for action, vals in (
            ("offer", {"registration_id": self.theirs.id}),
            ("withdraw", {"registration_id": self.theirs.id}),
            ("take", {"registration_id": self.theirs.id}),
            ("take", {"registration_id": "0 OR 1=1"}),
            ("propose", {"registration_id": self.theirs.id}),
            ("cancel", {"exchange_id": exchange.id}),
            ("unwatch", {"watch_id": watch.id}),
            ("watch", {"shift_id": foreign.id}),
            ("watch", {"shift_id": "none"}),
        ):
            self.assertIn("said=gone", self._do(action, **vals).url, action)
        self.assertFalse(self.theirs.offered_on)
        self.assertEqual(self.theirs.state, "booked")
        self.assertEqual(exchange.state, "open")
        self.assertTrue(watch.active)
        page = self._do(
            "propose", registration_id=self.mine.id, shift_ids=[foreign.id]
        ).text
        self.assertIn("pas de votre coopérative", page)

    def test_a_shift_is_watched_and_no_longer(self):
        self._do("watch", shift_id=self.theirs.shift_id.id)
        self._do("watch", section_id=self.section.id, weekday="3")
        watches = self.Watch.search([("member_id", "=", self.me.id)])
        self.assertEqual(watches.shift_id, self.theirs.shift_id)
        self.assertEqual(len(watches), 2)
        for watch in watches:
            self._do("unwatch", watch_id=watch.id)
        self.assertFalse(any(watches.mapped("active")))
        self.assertIn("alert-danger", self._do("watch", weekday="8").text)

    def test_who_works_no_shifts_is_sent_home(self):
        new_test_user(self.env, "visitor_x", groups="base.group_portal")
        self.authenticate("visitor_x", "visitor_x")
        self.assertTrue(self.url_open("/my/shifts/exchange").url.endswith("/my"))
        self.assertTrue(
            self._do("take", registration_id=self.theirs.id).url.endswith("/my")
        )
