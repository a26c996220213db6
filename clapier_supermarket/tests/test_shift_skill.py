from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .common import SupermarketCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 09:00:00")
class TestShiftSkill(SupermarketCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.skill = cls.env["supermarket.shift.skill"].create(
            {"name": "Cold chain", "validity_months": 12}
        )
        cls.partner = cls._create_member("Camille Faure", email="camille@example.com")
        cls.training = cls.env["event.event"].create(
            {
                "name": "Cold chain",
                "date_begin": "2026-03-01 08:00:00",
                "date_end": "2026-03-01 23:30:00",
                "supermarket_skill_id": cls.skill.id,
            }
        )

    def _register(self, **vals):
        return self.env["event.registration"].create(
            {"event_id": self.training.id, "partner_id": self.partner.id, **vals}
        )

    def _holdings(self, partner=None):
        return self.env["supermarket.shift.skill.holding"].search(
            [
                ("partner_id", "=", (partner or self.partner).id),
                ("skill_id", "=", self.skill.id),
            ]
        )

    def test_skill_ends_after_its_months(self):
        holding = self.env["supermarket.shift.skill.holding"].create(
            {
                "partner_id": self.partner.id,
                "skill_id": self.skill.id,
                "date_start": "2026-01-15",
            }
        )
        self.assertEqual(str(holding.date_stop), "2027-01-14")
        day = fields.Date.to_date("2027-01-14")
        self.assertEqual(self.skill._skilled(self.partner, day), self.partner)
        day += timedelta(days=1)
        self.assertFalse(self.skill._skilled(self.partner, day))

    def test_training_attended_grants_its_skill_once(self):
        registration = self._register()
        self.assertFalse(self._holdings())
        registration.action_set_done()
        holding = self._holdings()
        # The last day, by the shop's clock.
        self.assertEqual(str(holding.date_start), "2026-03-02")
        self.assertEqual(str(holding.date_stop), "2027-03-01")
        registration.action_set_done()
        self.assertEqual(self._holdings(), holding)

    def test_training_attended_from_the_start_grants_its_skill(self):
        self._register(state="done")
        self.assertEqual(len(self._holdings()), 1)

    def test_cancelled_training_takes_the_skill_back(self):
        registration = self._register()
        registration.action_set_done()
        registration.action_cancel()
        self.assertFalse(self._holdings())
        registration.action_set_done()
        self.assertEqual(len(self._holdings()), 1)

    def test_expired_skill_is_kept_when_the_training_is_cancelled(self):
        registration = self._register()
        registration.action_set_done()
        with freeze_time("2027-06-01 09:00:00"):
            registration.action_cancel()
        self.assertEqual(len(self._holdings()), 1)

    def test_skill_goes_to_the_person_of_the_household_who_came(self):
        attached = self._create_person(
            "Noé Faure", supermarket_holder_id=self.partner.id
        )
        self._register(name="Noé Faure").action_set_done()
        self.assertFalse(self._holdings())
        self.assertEqual(len(self._holdings(attached)), 1)

    def test_event_without_skill_grants_none(self):
        self.training.supermarket_skill_id = False
        self._register().action_set_done()
        self.assertFalse(self._holdings())

    def test_event_user_marks_attendance_without_rights_on_skills(self):
        user = self._create_user("trainer", "event.group_event_user")
        self._register().with_user(user).action_set_done()
        self.assertEqual(len(self._holdings()), 1)

    def test_skill_learnt_counts_on_shifts_already_booked(self):
        member = self.partner.supermarket_shift_member_ids
        member._join_team("flying")
        start = fields.Datetime.now() + timedelta(days=5)
        shift = self.env["supermarket.shift"].create(
            {
                "section_id": self.env.ref(
                    "clapier_supermarket.shift_section_shelves"
                ).id,
                "start": start,
                "stop": start + timedelta(hours=3),
            }
        )
        shift._book(member)
        shift.skill_ids = self.skill
        self.assertTrue(shift.beginner_alone)
        registration = self._register()
        registration.action_set_done()
        self.assertFalse(shift.beginner_alone)
        registration.action_cancel()
        self.assertTrue(shift.beginner_alone)
