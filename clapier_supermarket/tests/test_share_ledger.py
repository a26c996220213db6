from psycopg2 import errors

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .share_common import ShareCommon


@tagged("post_install", "-at_install")
class TestShareLedger(ShareCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.holder = cls._create_holder()
        cls.other = cls._create_person("Nadia Belkacem")
        cls.movement = cls.Movement.search([("to_partner_id", "=", cls.holder.id)])

    def _assert_sql_refused(self, query, *params):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(errors.RestrictViolation, "append-only"),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(SQL(query, *params))

    def _rewrites(self):
        return self.env["supermarket.ledger.rewrite"].search(
            [
                ("ledger", "=", "supermarket_share_movement"),
                ("row_id", "=", self.movement.id),
            ]
        )

    def test_orm_refuses_to_write_and_unlink_with_a_sentence(self):
        with self.assertRaisesRegex(UserError, "never changed"):
            self.movement.sudo().write({"reason": "Edited"})
        with self.assertRaisesRegex(UserError, "never deleted"):
            self.movement.sudo().unlink()

    def test_sql_update_is_refused_to_the_owner_of_the_table(self):
        self.env.cr.execute(
            "SELECT tableowner = current_user FROM pg_tables "
            "WHERE tablename = 'supermarket_share_movement'"
        )
        self.assertTrue(self.env.cr.fetchone()[0])
        self._assert_sql_refused(
            "UPDATE supermarket_share_movement SET quantity = 11 WHERE id = %s",
            self.movement.id,
        )

    def test_sql_update_that_changes_nothing_is_refused(self):
        self._assert_sql_refused(
            "UPDATE supermarket_share_movement SET quantity = quantity WHERE id = %s",
            self.movement.id,
        )

    def test_sql_delete_is_refused(self):
        self._assert_sql_refused(
            "DELETE FROM supermarket_share_movement WHERE id = %s", self.movement.id
        )

    def test_sql_truncate_is_refused(self):
        self._assert_sql_refused("TRUNCATE supermarket_share_movement CASCADE")

    def test_sql_cannot_take_a_person_away(self):
        self._assert_sql_refused(
            "UPDATE supermarket_share_movement SET to_partner_id = NULL WHERE id = %s",
            self.movement.id,
        )

    def test_sql_cannot_replace_a_person_and_anything_else_at_once(self):
        self._assert_sql_refused(
            "UPDATE supermarket_share_movement SET to_partner_id = %s, quantity = 11 "
            "WHERE id = %s",
            self.other.id,
            self.movement.id,
        )

    def test_sql_that_replaces_a_person_alone_passes_and_is_noted(self):
        self.env.cr.execute(
            SQL(
                "UPDATE supermarket_share_movement SET to_partner_id = %s WHERE id = %s",
                self.other.id,
                self.movement.id,
            )
        )
        rewrite = self._rewrites()
        self.assertEqual(rewrite.column_name, "to_partner_id")
        self.assertEqual(rewrite.old_id, self.holder.id)
        self.assertEqual(rewrite.new_id, self.other.id)
        self.env.cr.execute("SELECT session_user")
        self.assertEqual(rewrite.db_user, self.env.cr.fetchone()[0])

    def test_a_replaced_person_who_stays_makes_the_commit_fail(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(
                errors.RestrictViolation, "Record a transfer instead"
            ),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                SQL(
                    "UPDATE supermarket_share_movement SET to_partner_id = %s "
                    "WHERE id = %s",
                    self.other.id,
                    self.movement.id,
                )
            )
            # What PostgreSQL does at commit.
            self.env.cr.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def test_the_note_of_a_replacement_is_itself_append_only(self):
        self.env.cr.execute(
            SQL(
                "UPDATE supermarket_share_movement SET to_partner_id = %s WHERE id = %s",
                self.other.id,
                self.movement.id,
            )
        )
        self._assert_sql_refused("DELETE FROM supermarket_ledger_rewrite")
        self._assert_sql_refused("UPDATE supermarket_ledger_rewrite SET old_id = 1")
        with self.assertRaisesRegex(UserError, "never deleted"):
            self._rewrites().unlink()

    def test_the_triggers_can_be_set_again(self):
        self.Movement.init()
        self.env["supermarket.ledger.rewrite"].init()
        self._assert_sql_refused(
            "DELETE FROM supermarket_share_movement WHERE id = %s", self.movement.id
        )


@tagged("post_install", "-at_install")
class TestShareMerge(ShareCommon):
    def _merge(self, source, destination):
        """Merge as a user does: by the wizard, then as the commit would check it."""
        wizard = (
            self.env["base.partner.merge.automatic.wizard"]
            .with_context(
                active_model="res.partner", active_ids=(source | destination).ids
            )
            .create({})
        )
        wizard.dst_partner_id = destination
        wizard.action_merge()
        self.env.flush_all()
        self.env.cr.execute("SET CONSTRAINTS ALL IMMEDIATE")
        self.env.cr.execute("SET CONSTRAINTS ALL DEFERRED")

    def _supporter(self, name, quantity):
        person = self._create_person(name)
        self._record("subscription", quantity, taker=person, type_id=self.type_b.id)
        return person

    def test_merging_two_holders_of_one_type_adds_up_their_shares(self):
        source, kept = self._supporter("M. Faure", 3), self._supporter("C. Faure", 4)
        source_id = source.id
        movement = self.Movement.search([("to_partner_id", "=", source.id)])
        self._merge(source, kept)
        self.assertFalse(source.exists())
        self.assertEqual(self._held(kept, self.type_b), 7)
        self.assertEqual(movement.to_partner_id, kept)
        rewrite = self.env["supermarket.ledger.rewrite"].search(
            [("old_id", "=", source_id)]
        )
        self.assertEqual(rewrite.row_id, movement.id)
        self._assert_proven()

    def test_merging_a_member_and_their_former_file_keeps_the_membership(self):
        source, kept = self._supporter("C. Faure", 3), self._create_holder()
        number = kept.supermarket_member_number
        self._merge(source, kept)
        self.assertTrue(kept.supermarket_is_member)
        self.assertEqual(kept.supermarket_member_number, number)
        self.assertEqual(self._held(kept, self.type_a), 10)
        self.assertEqual(self._held(kept, self.type_b), 3)
        self._assert_proven()

    def test_merging_giver_and_receiver_of_a_transfer_leaves_the_sum(self):
        giver, taker = self._supporter("M. Faure", 3), self._supporter("C. Faure", 4)
        self._record("transfer", 2, giver, taker, type_id=self.type_b.id)
        self._merge(giver, taker)
        self.assertEqual(self._held(taker, self.type_b), 7)
        self._assert_proven()
