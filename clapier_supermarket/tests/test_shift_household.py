from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .shift_common import ShiftCommon


@tagged("post_install", "-at_install")
class TestShiftHousehold(ShiftCommon):
    """Who works together, and who comes in whose place, as the member office notes it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office = cls._create_user(
            "shift_office", "clapier_supermarket.group_supermarket_user"
        )
        cls.one, cls.two, cls.three, cls.four = cls._create_workers(4, team="flying")

    def _pair(self, member, other=None, user=None):
        action = member.with_user(user or self.office).action_pair()
        dialog = Form(
            self.env[action["res_model"]]
            .with_user(user or self.office)
            .with_context(**action["context"])
        )
        dialog.shift_partner_id = other or self.env[member._name]
        dialog.save().action_pair()

    def _partners(self):
        members = self.one | self.two | self.three | self.four
        return [member.shift_partner_id for member in members]

    def test_both_members_of_a_pair_know_it(self):
        none = self.one.browse()
        self._pair(self.one, self.two)
        self.assertEqual(self._partners(), [self.two, self.one, none, none])
        self._pair(self.one, self.two)
        self.assertEqual(self._partners(), [self.two, self.one, none, none])

    def test_a_new_partner_frees_the_former_ones(self):
        none = self.one.browse()
        self._pair(self.one, self.two)
        self._pair(self.three, self.four)
        self._pair(self.two, self.three)
        self.assertEqual(self._partners(), [none, self.three, self.two, none])

    def test_an_empty_choice_ends_a_pair(self):
        self._pair(self.one, self.two)
        self._pair(self.two)
        self.assertEqual(self._partners(), [self.one.browse()] * 4)

    def test_nobody_works_with_themself_or_with_another_cooperative(self):
        with self.assertRaisesRegex(UserError, "cannot work with themself"):
            self.one._pair(self.one)
        elsewhere = self.env["res.company"].create({"name": "Another house"})
        stranger = self._create_worker(supermarket_company_id=elsewhere.id)
        with self.assertRaisesRegex(UserError, "another cooperative"):
            self.one._pair(stranger)
        self.assertEqual(self._partners(), [self.one.browse()] * 4)

    def test_pairing_is_for_the_member_office(self):
        clerk = self._create_user("clerk", "base.group_user")
        with self.assertRaises(AccessError):
            self._pair(self.one, self.two, user=clerk)

    # --- An attached adult comes instead

    def _attach(self, name, birth_date):
        self.one.partner_id.supermarket_attached_adult_limit = 2
        return self._create_person(
            name,
            supermarket_holder_id=self.one.partner_id.id,
            supermarket_birth_date=birth_date,
        )

    def _substitution(self, registration):
        action = registration.with_user(self.office).action_substitute()
        return Form(
            self.env[action["res_model"]]
            .with_user(self.office)
            .with_context(**action["context"])
        )

    def test_the_office_says_which_adult_comes_instead(self):
        adult = self._attach("Noa Petit", "1990-01-01")
        child = self._attach("Lou Petit", "2018-01-01")
        registration = self._register(self._create_shift(), self.one)
        self.assertEqual(registration.attached_adult_count, 1)
        dialog = self._substitution(registration)
        self.assertEqual(dialog.adult_ids.ids, adult.ids)
        dialog.person_id = adult
        dialog.save().action_substitute()
        self.assertEqual(registration.substitute_id, adult)
        dialog = self._substitution(registration)
        self.assertEqual(dialog.person_id, adult)
        dialog.person_id = child
        with self.assertRaisesRegex(UserError, "Only an adult"):
            dialog.save().action_substitute()
        dialog.person_id = self.env["res.partner"]
        dialog.save().action_substitute()
        self.assertFalse(registration.substitute_id)

    def test_nobody_comes_instead_to_a_shift_that_is_over(self):
        adult = self._attach("Noa Petit", "1990-01-01")
        registration = self._register(self._create_shift(days=-2), self.one)
        dialog = self._substitution(registration)
        dialog.person_id = adult
        with self.assertRaisesRegex(UserError, "over or cancelled"):
            dialog.save().action_substitute()
        self.assertFalse(registration.substitute_id)
