from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import SupermarketCommon

PRIVATE_FIELDS = (
    "supermarket_age",
    "supermarket_birth_date",
    "supermarket_block_reason",
    "supermarket_duplicate_ids",
    "supermarket_is_minor",
)
SYSTEM_VALUES = {
    "supermarket_is_member": True,
    "supermarket_member_number": "00042",
    "supermarket_member_since": "2020-01-01",
    "supermarket_member_until": "2020-01-01",
    "supermarket_verdict": "allowed",
    "supermarket_verdict_next_change": "2020-01-01",
    "supermarket_attached_adult_count": 0,
    "supermarket_attached_adult_limit": 9,
    "supermarket_seat_holder_id": False,
}


@tagged("post_install", "-at_install")
class TestMemberSecurity(SupermarketCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office = cls._create_user(
            "office", "clapier_supermarket.group_supermarket_user"
        )
        cls.manager = cls._create_user(
            "manager", "clapier_supermarket.group_supermarket_manager"
        )
        cls.social = cls._create_user(
            "social", "clapier_supermarket.group_supermarket_social"
        )
        # A cashier who may also edit contacts: the most a cashier can be.
        cls.cashier = cls._create_user(
            "cashier",
            "base.group_user",
            "base.group_partner_manager",
            "point_of_sale.group_pos_user",
        )
        cls.till_manager = cls._create_user(
            "till_manager",
            "base.group_user",
            "clapier_supermarket.group_supermarket_till_manager",
        )
        cls.portal = cls._create_user("portal", "base.group_portal")
        cls.member = cls._create_member(
            supermarket_birth_date="1990-05-02", supermarket_block_reason="Argument"
        )
        cls.right = cls.env["supermarket.low.income"].create(
            {"partner_id": cls.member.id}
        )

    def test_private_fields_stay_in_the_member_office(self):
        self.portal.partner_id.supermarket_birth_date = "1990-01-01"
        for user, person in (
            (self.cashier, self.member),
            (self.till_manager, self.member),
            (self.portal, self.portal.partner_id),
        ):
            for name in PRIVATE_FIELDS:
                with self.subTest(user=user.login, field=name):
                    with self.assertRaises(AccessError):
                        person.with_user(user).read([name])
                    with self.assertRaises(AccessError):
                        person.with_user(user).search([(name, "!=", False)])
        read = self.member.with_user(self.office).read(PRIVATE_FIELDS)
        self.assertEqual(read[0]["supermarket_block_reason"], "Argument")

    def test_the_till_reads_number_verdict_reason_and_household(self):
        attached = self._create_person("Sam", supermarket_holder_id=self.member.id)
        member = self.member.with_user(self.cashier)
        self.assertTrue(member.supermarket_member_number)
        self.assertEqual(member.supermarket_verdict, "refused")
        self.assertIn("desk", member.supermarket_verdict_reason)
        self.assertEqual(member.supermarket_household_ids, attached)

    def test_nobody_writes_what_the_software_alone_writes(self):
        for user in (self.cashier, self.office, self.manager):
            for name, value in SYSTEM_VALUES.items():
                with self.subTest(user=user.login, field=name):
                    with self.assertRaises(AccessError):
                        self.member.with_user(user).write({name: value})
                    with self.assertRaises(AccessError):
                        self.env["res.partner"].with_user(user).create(
                            {"name": "Cheat", name: value}
                        )

    def test_a_cashier_edits_contacts_but_makes_no_household(self):
        stranger = self._create_person("Stranger").with_user(self.cashier)
        stranger.phone = "+33 4 77 00 00 00"
        for vals in (
            {"supermarket_holder_id": self.member.id},
            {"supermarket_legal_representative_id": self.member.id},
            {"supermarket_company_id": self.company.id},
            {"supermarket_birth_date": "1990-01-01"},
            {"supermarket_block_reason": False},
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                stranger.write(vals)

    def test_a_cashier_still_creates_a_contact(self):
        person = self.env["res.partner"].with_user(self.cashier).create({"name": "New"})
        self.assertFalse(person.supermarket_company_id)

    def test_the_member_office_registers_a_household(self):
        Partner = self.env["res.partner"].with_user(self.office)
        holder = Partner.with_context(supermarket_new_member=True).create(
            {"name": "Camille", "supermarket_birth_date": "1990-01-01"}
        )
        child = Partner.create(
            {
                "name": "Noé",
                "supermarket_birth_date": "2019-01-01",
                "supermarket_holder_id": holder.id,
            }
        )
        adult = Partner.create({"name": "Sam", "supermarket_holder_id": holder.id})
        adult.action_supermarket_new_card()
        self.assertTrue(adult.barcode)
        self.assertEqual(child.supermarket_legal_representative_id, holder)

    def test_whoever_cannot_edit_a_contact_gives_no_card(self):
        with self.assertRaises(AccessError):
            self.member.with_user(self.till_manager).action_supermarket_new_card()

    def test_low_income_rights_are_for_their_group_alone(self):
        for user in (self.office, self.manager, self.cashier, self.portal):
            right = self.right.with_user(user)
            with self.subTest(user=user.login):
                for refused in (
                    lambda right=right: right.read(["partner_id"]),
                    lambda right=right: right.search([]),
                    lambda right=right: right.write({"note": "x"}),
                    lambda right=right: right.unlink(),
                    lambda right=right: right.create({"partner_id": self.member.id}),
                ):
                    with self.assertRaises(AccessError):
                        refused()
        self.assertEqual(self.right.with_user(self.social).partner_id, self.member)
        menu = self.env.ref("clapier_supermarket.supermarket_low_income_menu")
        self.assertFalse(menu.with_user(self.manager)._filter_visible_menus())
        self.assertTrue(menu.with_user(self.social)._filter_visible_menus())

    def test_the_person_bears_no_trace_of_a_low_income_right(self):
        names = self.env["res.partner"]._fields
        self.assertFalse([name for name in names if "low_income" in name])
        self.assertFalse(
            self.member.message_ids.filtered(lambda message: "income" in message.body)
        )

    def test_low_income_rights_and_policies_stay_in_their_company(self):
        other = self.env["res.company"].create({"name": "Another cooperative"})
        right = self.env["supermarket.low.income"].create(
            {"partner_id": self.member.id, "company_id": other.id}
        )
        policy = self.env["supermarket.policy"].create({"company_id": other.id})
        with self.assertRaises(AccessError):
            right.with_user(self.social).read(["note"])
        with self.assertRaises(AccessError):
            policy.with_user(self.manager).read(["note"])

    def test_only_the_manager_changes_the_policy(self):
        self.policy.with_user(self.manager).attached_adult_max = 3
        for user in (self.office, self.till_manager, self.cashier):
            self.assertEqual(self.policy.with_user(user).attached_adult_max, 3)
            with self.assertRaises(AccessError):
                self.policy.with_user(user).attached_adult_max = 9

    def test_blocking_is_tracked_for_the_office_only(self):
        member = self._create_member("Tracked").with_context(tracking_disable=False)
        self.cr.flush()
        member.with_user(self.office).supermarket_block_reason = "Stole"
        self.cr.flush()
        values = member.message_ids.sudo().tracking_value_ids
        self.assertEqual(values.new_value_char, "Stole")
        self.assertFalse(
            values._filter_has_field_access(self.env(user=self.cashier, su=False))
        )

    def test_administrator_creates_a_user(self):
        admin = self._create_user("settings", "base.group_system")
        user = (
            self.env["res.users"]
            .with_user(admin)
            .create({"name": "Nadia", "login": "nadia"})
        )
        self.assertFalse(user.partner_id.supermarket_company_id)
