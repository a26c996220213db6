from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..utils import birthday, ean13
from .common import SupermarketCommon


@tagged("post_install", "-at_install")
class TestMember(SupermarketCommon):
    def test_numbers_follow_each_other_without_a_gap(self):
        people = self.env["res.partner"].create(
            [{"name": f"Person {rank}"} for rank in range(5)]
        )
        people[:2]._supermarket_assign_number()
        people._supermarket_assign_number()
        numbers = [int(number) for number in people.mapped("supermarket_member_number")]
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + 5)))

    def test_a_rolled_back_number_is_given_to_the_next_person(self):
        savepoint = self.env.cr.savepoint()
        lost = self._create_member("Lost").supermarket_member_number
        savepoint.close(rollback=True)
        self.env.invalidate_all()
        self.assertEqual(self._create_member().supermarket_member_number, lost)

    def test_each_cooperative_counts_its_own_members(self):
        other = self.env["res.company"].create({"name": "Another cooperative"})
        here = self._create_member("Here")
        there = self._create_person("There", supermarket_company_id=other.id)
        there._supermarket_assign_number()
        self.assertEqual(there.supermarket_member_number, "00001")
        self.assertTrue(here.supermarket_member_number)

    def test_two_people_never_have_the_same_number(self):
        first, second = self._create_member("First"), self._create_member("Second")
        self.assertDatabaseRefuses(
            "given once and never again",
            second.write,
            {"supermarket_member_number": first.supermarket_member_number},
        )

    def test_numbers_given_elsewhere_are_kept_and_counted_from(self):
        newcomer = self._create_person("From another tool")
        newcomer._supermarket_adopt_numbers({newcomer: "07120"})
        self.assertEqual(newcomer.supermarket_member_number, "07120")
        self.assertEqual(self._create_member("Next").supermarket_member_number, "07121")

    def test_a_number_given_elsewhere_that_is_lower_changes_nothing(self):
        first = self._create_member("First")
        old = self._create_person("Old")
        old._supermarket_adopt_numbers({old: "A-12"})
        following = self._create_member("Second")
        self.assertEqual(
            int(following.supermarket_member_number),
            int(first.supermarket_member_number) + 1,
        )

    def test_a_company_has_one_sequence_of_member_numbers(self):
        self._create_member()
        self.assertDatabaseRefuses(
            "use that one",
            self.env["ir.sequence"].create,
            {
                "name": "Second",
                "code": "supermarket.member",
                "company_id": self.company.id,
            },
        )

    def test_numbering_many_people_takes_few_statements(self):
        few = self.env["res.partner"].create([{"name": "Few"}] * 2)
        many = self.env["res.partner"].create([{"name": "Many"}] * 50)
        self.env.flush_all()
        few._supermarket_assign_number()
        self.env.flush_all()
        before = self.cr.sql_log_count
        many._supermarket_assign_number()
        self.env.flush_all()
        self.assertLess(self.cr.sql_log_count - before, 50)

    def test_a_numbered_person_cannot_be_deleted(self):
        member = self._create_member()
        with self.assertRaisesRegex(UserError, "archive"):
            member.unlink()

    def test_a_member_gets_a_card_that_the_till_reads_as_a_customer(self):
        card = self._create_member().with_company(self.company).barcode
        self.assertEqual(card, ean13(card[:12]))
        nomenclature = self.env.ref("barcodes.default_barcode_nomenclature")
        self.assertEqual(nomenclature.parse_barcode(card)["type"], "client")

    def test_a_card_scanned_before_the_number_is_kept(self):
        member = self._create_member(barcode="0420000000017")
        self.assertEqual(member.barcode, "0420000000017")

    def test_a_new_card_replaces_the_old_one(self):
        member = self._create_member()
        old = member.barcode
        member.action_supermarket_new_card()
        self.assertNotEqual(member.barcode, old)

    def test_a_card_taken_by_an_archived_person_is_refused_by_name(self):
        self._create_member("Zoé Blanc", barcode="0420000000017").active = False
        other = self._create_member("Other")
        self.assertDatabaseRefuses(
            "0420000000017 belongs to Zoé Blanc",
            other.write,
            {"barcode": "0420000000017"},
        )

    def test_many_people_without_a_card_do_not_collide(self):
        members = self._create_member("First") | self._create_member("Second")
        members.barcode = False
        self.env.flush_all()
        self.assertEqual(members.mapped("barcode"), [False, False])

    @freeze_time("2026-03-01")
    def test_age_counts_whole_years_and_can_be_searched(self):
        born = {"2008-03-01": 18, "2008-03-02": 17, "1960-01-01": 66}
        people = {
            age: self._create_person(f"Age {age}", supermarket_birth_date=birth)
            for birth, age in born.items()
        }
        everybody = self._create_person("Unknown").union(*people.values())
        for age, person in people.items():
            self.assertEqual(person.supermarket_age, age)

        def found(operator, value):
            return everybody.search(
                [("id", "in", everybody.ids), ("supermarket_age", operator, value)]
            )

        self.assertEqual(found(">=", 18), people[18] | people[66])
        self.assertEqual(found(">", 18), people[66])
        self.assertEqual(found("<", 18), people[17])
        self.assertEqual(found("<=", 18), people[17] | people[18])
        self.assertEqual(found("=", 66), people[66])

    @freeze_time("2026-03-01")
    def test_minors_can_be_searched(self):
        minor = self._create_person("Minor", supermarket_birth_date="2010-01-01")
        adult = self._create_person("Adult", supermarket_birth_date="1990-01-01")
        unknown = self._create_person("Unknown")
        everybody = minor | adult | unknown
        inside = ("id", "in", everybody.ids)
        search = everybody.search
        self.assertEqual(search([inside, ("supermarket_is_minor", "=", True)]), minor)
        self.assertEqual(
            search([inside, ("supermarket_is_minor", "=", False)]), adult | unknown
        )

    def test_somebody_born_on_29_february_is_18_on_1_march(self):
        self.assertEqual(birthday(date(2008, 2, 29), 18), date(2026, 3, 1))
        with freeze_time("2026-02-28"):
            person = self._create_person(supermarket_birth_date="2008-02-29")
            self.assertTrue(person.supermarket_is_minor)

    def test_the_same_email_or_name_and_birth_date_warns(self):
        known = self._create_member(
            "Éloïse Martin",
            email="eloise@example.org",
            supermarket_birth_date="1990-05-02",
        )
        form = Form(self.env["res.partner"].with_context(supermarket_new_member=True))
        form.name = "martin eloise"
        self.assertFalse(form.supermarket_duplicate_ids[:])
        form.supermarket_birth_date = "1990-05-02"
        self.assertEqual(form.supermarket_duplicate_ids[:], known)
        form.supermarket_birth_date = False
        form.email = "Eloise@Example.org"
        self.assertEqual(form.supermarket_duplicate_ids[:], known)

    def test_a_household_may_share_an_email(self):
        member = self._create_member(email="home@example.org")
        partner = self._create_person(
            "Sam", email="home@example.org", supermarket_holder_id=member.id
        )
        self.assertFalse(partner.supermarket_duplicate_ids)
        self.assertFalse(member.supermarket_duplicate_ids)

    def test_whoever_is_registered_in_the_members_screens_belongs_to_the_cooperative(
        self,
    ):
        Partner = self.env["res.partner"].with_context(supermarket_new_member=True)
        person = Partner.create({"name": "Just arrived"})
        self.assertEqual(person.supermarket_company_id, self.company)
        self.assertFalse(person.supermarket_verdict)

    @freeze_time("2026-05-12")
    def test_memberships_are_dated(self):
        person = self._create_person()
        person.supermarket_is_member = True
        self.assertEqual(person.supermarket_member_since, date(2026, 5, 12))
        person.write(
            {"supermarket_is_member": False, "supermarket_member_until": "2026-05-10"}
        )
        self.assertEqual(person.supermarket_member_until, date(2026, 5, 10))
        person.supermarket_is_member = True
        self.assertFalse(person.supermarket_member_until)


@tagged("post_install", "-at_install")
class TestMerge(SupermarketCommon):
    def _merge(self, kept, *others):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        people = kept.union(*others)
        wizard._merge(people.ids, kept)

    def test_a_member_is_kept_with_number_and_household(self):
        member = self._create_member()
        number = member.supermarket_member_number
        twin = self._create_person("Camille Faure bis", email="camille@example.org")
        attached = self._create_person("Sam", supermarket_holder_id=twin.id)
        self._merge(member, twin)
        self.assertEqual(member.supermarket_member_number, number)
        self.assertEqual(member.email, "camille@example.org")
        self.assertEqual(attached.supermarket_holder_id, member)
        self.assertEqual(member.supermarket_attached_adult_count, 1)

    def test_a_member_never_disappears_into_another_person(self):
        member = self._create_member()
        with self.assertRaisesRegex(UserError, "destination"):
            self._merge(self._create_person("Twin"), member)

    def test_a_person_merged_with_their_attached_twin_is_attached_to_nobody(self):
        member = self._create_member()
        twin = self._create_person("Twin", supermarket_holder_id=member.id)
        self._merge(member, twin)
        self.assertFalse(member.supermarket_holder_id)
        self.assertEqual(member.supermarket_attached_adult_count, 0)
        self.assertEqual(member.supermarket_verdict, "allowed")

    def test_the_only_card_of_two_twins_is_kept(self):
        person = self._create_person("One")
        twin = self._create_person("Two", barcode="0420000000017")
        self._merge(person, twin)
        self.assertEqual(person.barcode, "0420000000017")
