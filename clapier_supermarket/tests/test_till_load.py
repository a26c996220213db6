from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL

from ..models.res_partner_till import PRIVATE_POS_FIELDS
from .till_common import TillCommon


@tagged("post_install", "-at_install")
class TestTillLoad(TillCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = cls._create_member(
            "Ahmed Belkacem",
            barcode="0420000000017",
            street="3 rue du Puits",
            phone="04 77 00 00 00",
            email="ahmed@example.org",
        )
        cls.till = cls.config.with_user(cls.cashier)

    def _loaded(self, config=None):
        session = self.session if config is None else config.current_session_id
        return session.with_user(self.cashier).load_data([])

    def test_till_of_a_company_with_a_policy_checks_members(self):
        self.assertTrue(self.config.supermarket_member_till)
        other = self.env["res.company"].create({"name": "Zoomacom"})
        self.assertFalse(
            self.env["pos.config"].new({"company_id": other.id}).supermarket_member_till
        )

    def test_cashier_receives_what_the_till_needs(self):
        data = self._loaded()
        config = data["pos.config"][0]
        self.assertTrue(config["supermarket_member_till"])
        self.assertTrue(config["_supermarket_requires_member"])
        self.assertIn(
            {"id": self.manager.id, "name": self.manager.name},
            config["_supermarket_managers"],
        )
        self.assertTrue(data["res.partner"])
        self.assertIn("supermarket_member_number", data["res.partner"][0])

    def test_no_address_phone_or_email_reaches_a_member_till(self):
        data = self._loaded()
        for partner in data["res.partner"]:
            self.assertFalse(PRIVATE_POS_FIELDS.intersection(partner))
        found = self.till.supermarket_find_members("0420000000017")
        for partner in found["records"]["res.partner"]:
            self.assertFalse(PRIVATE_POS_FIELDS.intersection(partner))
        self.assertNotIn("Puits", str(found))

    def test_till_that_checks_no_member_is_stock(self):
        self.config.supermarket_member_till = False
        data = self._loaded()
        self.assertNotIn("_supermarket_managers", data["pos.config"][0])
        self.assertIn("street", data["res.partner"][0])

    def test_member_is_found_by_card(self):
        found = self.till.supermarket_find_members("0420000000017")
        self.assertEqual(found["records"]["res.partner"][0]["id"], self.member.id)
        card = found["cards"][0]
        self.assertEqual(card["id"], self.member.id)
        self.assertEqual(card["card"], "0420000000017")
        self.assertEqual(card["verdict"], "allowed")
        self.assertEqual(card["number"], self.member.supermarket_member_number or "")

    def test_member_is_found_by_part_of_the_name(self):
        found = self.till.supermarket_find_members("belka")
        self.assertEqual([card["id"] for card in found["cards"]], self.member.ids)

    def test_who_is_no_member_is_not_found_where_only_members_shop(self):
        person = self._create_person("Ahmed Nobody")
        found = self.till.supermarket_find_members("Ahmed")
        self.assertNotIn(person.id, [card["id"] for card in found["cards"]])
        self.policy.sale_requires_member = False
        found = self.till.supermarket_find_members("Ahmed")
        self.assertIn(person.id, [card["id"] for card in found["cards"]])

    def test_member_of_another_cooperative_is_unknown(self):
        self.member.supermarket_company_id = self.env["res.company"].create(
            {"name": "Another shop"}
        )
        card = self.till.supermarket_member(self.member.id)["cards"][0]
        self.assertEqual(card["verdict"], "unknown")
        self.assertIn("Ahmed Belkacem", card["reason"])

    def test_household_is_told_by_names_alone(self):
        child = self._create_person("Lina Belkacem", street="3 rue du Puits")
        child.write(
            {
                "supermarket_holder_id": self.member.id,
                "supermarket_company_id": self.company.id,
            }
        )
        card = self.till.supermarket_member(child.id)["cards"][0]
        self.assertIn(
            {"id": self.member.id, "name": "Ahmed Belkacem", "role": "holder"},
            card["household"],
        )

    def test_table_of_verdicts_holds_every_member_in_one_answer(self):
        refused = self._create_member("Zoé Bernard")
        self._refuse(refused)
        table = self.till.supermarket_members()
        cards = {card[0]: card for card in table["cards"]}
        self.assertTrue(table["complete"])
        self.assertEqual(cards[self.member.id][1], "0420000000017")
        self.assertEqual(cards[self.member.id][4], "allowed")
        self.assertEqual(cards[refused.id][4], refused.supermarket_verdict)
        self.assertEqual(
            table["reasons"][cards[refused.id][5]],
            refused.supermarket_verdict_reason or "",
        )
        self.assertNotIn("Puits", str(table))

    def test_refresh_tells_only_what_changed_and_who_left(self):
        since = self.till.supermarket_members()["date"]
        self._age()
        newcomer = self._create_member("Noor Haddad")
        leaver = self._create_member("Yann Le Goff")
        leaver.action_archive()
        self.env.flush_all()
        refreshed = self.till.supermarket_members(since)
        self.assertFalse(refreshed["complete"])
        self.assertEqual([card[0] for card in refreshed["cards"]], newcomer.ids)
        self.assertIn(leaver.id, refreshed["gone"])

    def _age(self):
        """Let all that tills know have been known since yesterday; forget what was told."""
        self.env.cr.precommit.run()
        self.env.flush_all()
        for table in ("res_partner", "supermarket_shift_member"):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET write_date = write_date - interval '1 day'",
                    SQL.identifier(table),
                )
            )
        self.env["bus.bus"].sudo().search([]).unlink()

    def _told(self):
        """Return how many times open tills were told to refresh."""
        self.env.cr.precommit.run()
        messages = self.env["bus.bus"].sudo().search([]).mapped("message")
        return len([item for item in messages if "SUPERMARKET_MEMBERS" in item])

    def test_new_words_under_the_same_verdict_reach_the_till(self):
        worker = self.member.supermarket_shift_member_ids
        other = self._create_member("Zoé Bernard").supermarket_shift_member_ids
        (worker | other)._join_team("flying")
        today = self.company._supermarket_today()

        def owe(points):
            self.env["supermarket.shift.point"]._post(
                [
                    {
                        "member_id": worker.id,
                        "date": today,
                        "kind": "correction",
                        "points": points,
                    }
                ]
            )

        def extend():
            self.env["supermarket.shift.extension"].create(
                {"member_id": worker.id, "date_stop": today + timedelta(days=7)}
            )

        owe(-1)
        for change, words in (
            (lambda: owe(-1), "book and attend 2 shifts"),
            (extend, "Extension until"),
            (lambda: owe(1), "book and attend 1 shift by"),
        ):
            since = self.till.supermarket_members()["date"]
            self._age()
            change()
            self.assertEqual(self.member.supermarket_verdict, "warned")
            self.assertEqual(self._told(), 1)
            refreshed = self.till.supermarket_members(since)
            [card] = refreshed["cards"]
            self.assertEqual(card[0], self.member.id)
            self.assertIn(words, refreshed["reasons"][card[5]])
        self._age()
        owe(0)
        self.assertEqual(self._told(), 0, "Nothing is new.")

    def test_statements_do_not_grow_with_members(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.till.supermarket_members()
            return self.env.cr.sql_log_count - start

        count()
        few = count()
        for index in range(60):
            self._create_member(f"Member {index}")
        self.assertLessEqual(count(), few)

    def test_changed_verdict_tells_open_tills_once(self):
        self._age()
        self._refuse(self.member)
        self._refuse(self._create_member("Zoé Bernard"))
        self.env.cr.precommit.run()
        self.assertEqual(self._told(), 1)

    def test_who_is_no_cashier_learns_nothing(self):
        employee = self._create_user("till_employee", "base.group_user")
        till = self.config.with_user(employee)
        for ask in (
            lambda: till.supermarket_members(),
            lambda: till.supermarket_find_members("Ahmed"),
            lambda: till.supermarket_member(self.member.id),
        ):
            with self.assertRaises(AccessError):
                ask()
