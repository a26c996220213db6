from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .race_common import RaceCommon

COMPANY = "Races for offered seats (test)"
ROUNDS = 5


@tagged("post_install", "-at_install")
class TestShiftExchangeRaces(RaceCommon):
    """Several members for one offered seat, on committed data.

    Registrations are kept for ever: the rows stay, in a company named for it.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls._transaction() as env:
            company = env["res.company"].search([("name", "=", COMPANY)])
            if not company:
                company = env["res.company"].create({"name": COMPANY})
                env["supermarket.policy"].create(
                    {"company_id": company.id, "date_start": "2020-01-01"}
                )
            people = env["res.partner"].create(
                [
                    {
                        "name": f"Racer {rank}",
                        "supermarket_company_id": company.id,
                        "supermarket_is_member": True,
                        "supermarket_member_since": "2024-01-15",
                    }
                    for rank in range(4)
                ]
            )
            workers = env["supermarket.shift.member"].search(
                [("partner_id", "in", people.ids)]
            )
            cls.company_id = company.id
            cls.giver_id, *cls.taker_ids = workers.ids

    def _offer(self, env, rank):
        """Return the id of an offered seat of a new shift, the ``rank``-th one."""
        start = fields.Datetime.now() + timedelta(days=3 + 10 * rank)
        shift = env["supermarket.shift"].create(
            {
                "company_id": self.company_id,
                "section_id": self._section(env).id,
                "start": start,
                "stop": start + timedelta(hours=3),
                "seat_count": 2,
            }
        )
        giver = env["supermarket.shift.member"].browse(self.giver_id)
        seat = shift._book(giver)
        seat._offer_seat()
        return seat.id

    def _section(self, env):
        name = "Races (test)"
        Section = env["supermarket.shift.section"]
        return Section.search(
            [("name", "=", name), ("company_id", "=", self.company_id)]
        ) or Section.create({"name": name, "company_id": self.company_id})

    def _take(self, seat_id, taker_id):
        def take(env):
            seat = env["supermarket.shift.registration"].browse(seat_id)
            taker = env["supermarket.shift.member"].browse(taker_id)
            return seat._take_over(taker).id

        return take

    def test_of_two_who_take_one_seat_exactly_one_has_it(self):
        for rank in range(ROUNDS):
            with self._transaction() as env:
                seat_id = self._offer(env, rank)
            results = self._at_once(
                *(self._take(seat_id, taker_id) for taker_id in self.taker_ids[:2])
            )
            refusals = [item for item in results if isinstance(item, UserError)]
            self.assertEqual(len(refusals), 1, results)
            self.assertRegex(str(refusals[0]), "already taken|no longer offered")
            self._assert_one_taken(seat_id)

    def test_withdrawing_while_another_takes_over_has_one_outcome(self):
        with self._transaction() as env:
            seat_id = self._offer(env, ROUNDS)

        def withdraw(env):
            env["supermarket.shift.registration"].browse(seat_id)._withdraw_offer()
            return "kept"

        kept, taken = self._at_once(withdraw, self._take(seat_id, self.taker_ids[2]))
        self.assertNotEqual(
            isinstance(kept, UserError), isinstance(taken, UserError), (kept, taken)
        )

    def _assert_one_taken(self, seat_id):
        with self._transaction() as env:
            seat = env["supermarket.shift.registration"].browse(seat_id)
            taken = seat.search([("replaces_id", "=", seat_id)])
            self.assertEqual(len(taken), 1)
            self.assertEqual((seat.state, taken.state), ("exchanged", "booked"))
            self.assertEqual(seat.shift_id.seats_taken, 1)
            self.assertFalse(seat.shift_id._seat_differences())
