from datetime import timedelta

from psycopg2.errors import ExclusionViolation

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.coworking_claim import ClaimRefused
from .common import CoworkingCommon


@tagged("post_install", "-at_install")
class TestClaim(CoworkingCommon):
    def test_second_claim_of_the_time_is_refused(self):
        room = self._create_space()
        self._claim(room, self._at(1, 9), self._at(1, 10))
        with self.assertRaisesRegex(ClaimRefused, "Room"):
            self._claim(room, self._at(1, 9, 30), self._at(1, 11))

    def test_claims_may_touch(self):
        room = self._create_space()
        self._claim(room, self._at(1, 9), self._at(1, 10))
        self.assertTrue(self._claim(room, self._at(1, 10), self._at(1, 11)))

    def test_the_database_itself_refuses(self):
        room = self._create_space()
        claims = self._claim(room, self._at(1, 9), self._at(1, 10))
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(ExclusionViolation),
            self.env.cr.savepoint(),
        ):
            claims.sudo().copy({"state": "pending"}).flush_recordset()

    def test_buffers_are_claimed_too(self):
        room = self._create_space(buffer_before=15, buffer_after=30)
        claims = self._claim(room, self._at(1, 9), self._at(1, 10))
        self.assertEqual(claims.start, self._at(1, 8, 45))
        self.assertEqual(claims.stop, self._at(1, 10, 30))
        with self.assertRaises(ClaimRefused):
            self._claim(room, self._at(1, 10, 30), self._at(1, 11))
        self.assertTrue(self._claim(room, self._at(1, 10, 45), self._at(1, 11)))

    def test_released_time_can_be_claimed(self):
        room = self._create_space()
        self._claim(room, self._at(1, 9), self._at(1, 10))._release()
        self.assertTrue(self._claim(room, self._at(1, 9), self._at(1, 10)))

    def test_whole_and_parts_exclude_each_other_but_not_two_parts(self):
        hall = self._create_space(name="Hall", kind="hall")
        left = self._create_space(name="Left", parent_id=hall.id)
        right = self._create_space(name="Right", parent_id=hall.id)
        self._claim(left, self._at(1, 9), self._at(1, 10))
        self.assertTrue(self._claim(right, self._at(1, 9), self._at(1, 10)))
        with self.assertRaises(ClaimRefused):
            self._claim(hall, self._at(1, 9), self._at(1, 10))
        self.assertEqual(
            self._claim(hall, self._at(1, 10), self._at(1, 11)).space_id, left | right
        )
        with self.assertRaises(ClaimRefused):
            self._claim(left, self._at(1, 10), self._at(1, 11))

    def test_all_or_nothing(self):
        room = self._create_space()
        self._claim(room, self._at(2, 9), self._at(2, 10))
        uses = [
            {
                "space": room,
                "start": self._at(day, 9),
                "stop": self._at(day, 10),
                "kind": "booking",
                "name": "Series",
            }
            for day in (1, 2, 3)
        ]
        self.assertEqual(self.env["coworking.claim"]._conflicts(uses), [1])
        with self.assertRaises(ClaimRefused) as refusal:
            self.env["coworking.claim"]._claim(uses)
        self.assertEqual(refusal.exception.numbers, (1,))
        self.assertEqual(len(room.claim_ids), 1)

    def test_uses_of_one_request_exclude_each_other(self):
        room = self._create_space()
        uses = [
            {
                "space": room,
                "start": self._at(1, hour),
                "stop": self._at(1, hour + 2),
                "kind": "booking",
                "name": "Twice",
            }
            for hour in (9, 10)
        ]
        with self.assertRaises(ClaimRefused):
            self.env["coworking.claim"]._claim(uses)

    def test_space_with_claims_cannot_be_divided(self):
        hall = self._create_space()
        start = self.env.cr.now() + timedelta(days=3)
        self._claim(hall, start, start + timedelta(hours=1))
        with self.assertRaises(ValidationError):
            self._create_space(parent_id=hall.id)

    def test_closure_claims_and_frees(self):
        room = self._create_space()
        closure = self.env["coworking.closure"].create(
            {
                "name": "Works",
                "company_id": self.organisation.id,
                "space_ids": room.ids,
                "start": self._at(1, 0),
                "stop": self._at(2, 0),
            }
        )
        with self.assertRaises(ClaimRefused):
            self._claim(room, self._at(1, 9), self._at(1, 10))
        closure.stop = self._at(1, 6)
        self._claim(room, self._at(1, 9), self._at(1, 10))
        with self.assertRaises(ClaimRefused):
            closure.stop = self._at(1, 12)
        closure.active = False
        self.assertFalse(closure.claim_ids)
