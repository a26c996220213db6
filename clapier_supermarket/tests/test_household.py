import threading
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import Error
from psycopg2.errors import SerializationFailure

from odoo import api
from odoo.exceptions import UserError, ValidationError
from odoo.modules.registry import Registry
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from ..models.res_partner_household import ResPartner
from .common import SupermarketCommon


@tagged("post_install", "-at_install")
class TestHousehold(SupermarketCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = cls._create_member()

    def _attach(self, name, **vals):
        return self._create_person(name, supermarket_holder_id=self.member.id, **vals)

    def test_adults_are_attached_up_to_the_policy(self):
        self._attach("First")
        self._attach("Second")
        self.assertEqual(self.member.supermarket_attached_adult_count, 2)
        with self.assertRaisesRegex(ValidationError, "the policy allows 2"):
            self._attach("Third")

    def test_minors_do_not_count(self):
        for rank in range(4):
            self._attach(f"Child {rank}", supermarket_birth_date="2020-01-01")
        self.assertEqual(self.member.supermarket_attached_adult_count, 0)
        self._attach("First")
        self._attach("Second")

    def test_a_detached_or_deleted_or_archived_adult_frees_a_place(self):
        first, second = self._attach("First"), self._attach("Second")
        first.supermarket_holder_id = False
        third = self._attach("Third")
        second.unlink()
        self._attach("Fourth")
        third.active = False
        self._attach("Fifth")
        self.assertEqual(self.member.supermarket_attached_adult_count, 2)
        with self.assertRaises(ValidationError):
            third.active = True

    def test_moving_to_another_member_moves_the_place(self):
        other = self._create_member("Other")
        person = self._attach("Sam")
        person.supermarket_holder_id = other
        self.assertEqual(self.member.supermarket_attached_adult_count, 0)
        self.assertEqual(other.supermarket_attached_adult_count, 1)

    def test_a_birth_date_that_makes_an_adult_takes_a_place(self):
        self._attach("First")
        self._attach("Second")
        child = self._attach("Child", supermarket_birth_date="2020-01-01")
        with self.assertRaisesRegex(ValidationError, "detach"):
            child.supermarket_birth_date = "1990-01-01"

    def test_a_policy_with_more_places_opens_them(self):
        self._attach("First")
        self._attach("Second")
        self.policy.attached_adult_max = 3
        self._attach("Third")
        self.policy.attached_adult_max = 1
        self.assertEqual(self.member.supermarket_attached_adult_count, 3)
        with self.assertRaises(ValidationError):
            self._attach("Fourth")

    def test_nobody_is_attached_to_themself(self):
        person = self._create_person()
        with self.assertRaisesRegex(ValidationError, "themself"):
            person.supermarket_holder_id = person

    def test_an_attached_person_holds_no_household(self):
        attached = self._attach("Attached")
        with self.assertRaisesRegex(ValidationError, "attach Sam to"):
            self._create_person("Sam", supermarket_holder_id=attached.id)

    def test_a_holder_is_attached_to_nobody(self):
        other = self._create_person("Other")
        self._create_person("Sam", supermarket_holder_id=other.id)
        with self.assertRaisesRegex(ValidationError, "has attached people"):
            other.supermarket_holder_id = self.member

    def test_a_member_is_attached_to_nobody(self):
        other = self._create_member("Other")
        with self.assertRaisesRegex(ValidationError, "is a member"):
            other.supermarket_holder_id = self.member

    def test_an_attached_person_who_becomes_a_member_leaves_the_household(self):
        attached = self._attach("Sam")
        attached.supermarket_is_member = True
        self.assertFalse(attached.supermarket_holder_id)
        self.assertEqual(self.member.supermarket_attached_adult_count, 0)

    def test_an_attached_person_is_known_to_the_same_cooperative(self):
        self.assertEqual(self._attach("Sam").supermarket_company_id, self.company)

    def test_the_household_is_the_same_seen_by_everybody(self):
        adult = self._attach("Adult")
        child = self._attach("Child", supermarket_birth_date="2020-01-01")
        baby = self._create_person(
            "Baby",
            supermarket_birth_date="2024-01-01",
            supermarket_legal_representative_id=self.member.id,
        )
        self.assertEqual(self.member.supermarket_household_ids, adult | child | baby)
        self.assertEqual(adult.supermarket_household_ids, self.member | child | baby)

    def test_an_attached_minor_is_represented_by_the_member(self):
        child = self._attach("Child", supermarket_birth_date="2020-01-01")
        self.assertEqual(child.supermarket_legal_representative_id, self.member)

    def test_a_minor_member_needs_a_representative(self):
        with self.assertRaisesRegex(ValidationError, "Noé is a minor"):
            self._create_member("Noé", supermarket_birth_date="2012-01-01")

    def test_a_minor_cannot_represent_a_minor(self):
        sister = self._create_person("Léa", supermarket_birth_date="2011-01-01")
        with self.assertRaisesRegex(ValidationError, "Léa is a minor"):
            self._create_member(
                "Noé",
                supermarket_birth_date="2012-01-01",
                supermarket_legal_representative_id=sister.id,
            )

    def test_a_representative_cannot_turn_out_to_be_a_minor(self):
        parent = self._create_person("Parent")
        self._create_member(
            "Noé",
            supermarket_birth_date="2012-01-01",
            supermarket_legal_representative_id=parent.id,
        )
        with self.assertRaisesRegex(ValidationError, "Parent is a minor"):
            parent.supermarket_birth_date = "2010-01-01"

    def test_the_age_of_majority_is_the_policy_of_the_day(self):
        self.policy.majority_age = 16
        with freeze_time("2026-06-01"):
            self._create_member("Noé", supermarket_birth_date="2010-05-31")

    def test_coming_of_age_takes_a_place_and_breaks_no_household(self):
        with freeze_time("2026-01-01"):
            child = self._attach("Child", supermarket_birth_date="2008-06-15")
            self._attach("First")
            self._attach("Second")
            self.assertEqual(str(child.supermarket_verdict_next_change), "2026-06-15")
        with freeze_time("2026-06-15"), self.enter_registry_test_mode():
            self.env.ref(
                "clapier_supermarket.ir_cron_refresh_verdicts"
            ).method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.member.supermarket_attached_adult_count, 3)
        self.assertEqual(child.supermarket_holder_id, self.member)
        self.assertFalse(child.supermarket_verdict_next_change)

    def test_attaching_many_people_takes_few_statements(self):
        members = self.env["res.partner"].create(
            [{"name": f"Member {rank}"} for rank in range(40)]
        )
        self.env.flush_all()

        def statements(holders):
            before = self.cr.sql_log_count
            self.env["res.partner"].create(
                [
                    {"name": "Sam", "supermarket_holder_id": holder.id}
                    for holder in holders
                ]
            )
            self.env.flush_all()
            return self.cr.sql_log_count - before

        few = statements(members[:4])
        self.assertLess(statements(members[4:]), few + 40)


@tagged("post_install", "-at_install", "database_breaking")
class TestHouseholdRace(BaseCase):
    """Two desks attach an adult to the same member at the same moment, for real."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            self.member_id = env["res.partner"].create({"name": "Race: member"}).id
            self.people_ids = (
                env["res.partner"]
                .create([{"name": f"Race: person {rank}"} for rank in range(3)])
                .ids
            )
            env["res.partner"].browse(
                self.people_ids[0]
            ).supermarket_holder_id = self.member_id
        self.addCleanup(self._clean_up)

    def _clean_up(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            env["res.partner"].browse(self.people_ids).unlink()
            env["res.partner"].browse(self.member_id).unlink()

    def _attach_both(self):
        """Attach the second and third adult in two transactions that overlap.

        :return: the exceptions raised
        """
        barrier = threading.Barrier(2)
        errors = []

        def attach(person_id):
            try:
                with self.registry.cursor() as cr:
                    env = api.Environment(cr, api.SUPERUSER_ID, {})
                    person = env["res.partner"].browse(person_id)
                    # The snapshot of both is taken before either writes.
                    person.supermarket_holder_id  # noqa: B018
                    barrier.wait(timeout=20)
                    person.supermarket_holder_id = self.member_id
            except (Error, UserError) as error:
                errors.append(error)

        threads = [
            threading.Thread(target=attach, args=(person_id,))
            for person_id in self.people_ids[1:]
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return errors

    def _attached_count(self):
        with db_connect(get_db_name()).cursor() as cr:
            cr.execute(
                "SELECT count(*) FROM res_partner WHERE supermarket_holder_id = %s",
                [self.member_id],
            )
            return cr.fetchone()[0]

    @mute_logger("odoo.sql_db")
    def test_the_last_place_is_given_once(self):
        errors = self._attach_both()
        self.assertEqual(self._attached_count(), 2)
        # The server tries a serialization failure again, and the sentence comes then.
        self.assertIsInstance(errors[0], SerializationFailure)
        self.assertEqual(len(errors), 1)

    def test_counting_before_attaching_would_give_it_twice(self):
        def naive(partners, deltas, beyond_limit=False):
            for holder in deltas:
                holder.flush_model()
                partners.env.cr.execute(
                    "SELECT count(*) FROM res_partner WHERE supermarket_holder_id = %s"
                    " AND id NOT IN %s",
                    [holder.id, partners._ids],
                )
                if partners.env.cr.fetchone()[0] >= 2:
                    raise ValidationError(str(holder))

        with patch.object(ResPartner, "_supermarket_move_seats", naive):
            errors = self._attach_both()
        self.assertFalse(errors)
        self.assertEqual(self._attached_count(), 3)
