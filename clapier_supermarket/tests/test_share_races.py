import threading

from odoo.exceptions import UserError
from odoo.tests import tagged

from .race_common import RaceCommon

COMPANY = "Races of the share register (test)"
NAIVE_TABLE = "supermarket_test_naive_shares"


@tagged("post_install", "-at_install")
class TestShareRaces(RaceCommon):
    """Movements at the same time, on committed data.

    An append-only table cannot be cleaned: the rows stay, in a company named for it.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls._transaction() as env:
            company = env["res.company"].search([("name", "=", COMPANY)])
            if not company:
                company = env["res.company"].create({"name": COMPANY})
                env["supermarket.share.type"].create(
                    {
                        "name": "Parts",
                        "code": "R",
                        "price": 10,
                        "company_id": company.id,
                    }
                )
            share_type = env["supermarket.share.type"].search(
                [("company_id", "=", company.id)]
            )
            people = env["res.partner"].create(
                [{"name": name} for name in ("Giver", "First", "Second")]
            )
            cls.company_id = company.id
            cls.type_id = share_type.id
            cls.giver_id, *cls.taker_ids = people.ids
            cls._record(env, "subscription", 1, None, cls.giver_id)

    @classmethod
    def _record(cls, env, kind, quantity, giver_id, taker_id):
        return env["supermarket.share.movement"]._record(
            [
                {
                    "type_id": cls.type_id,
                    "kind": kind,
                    "quantity": quantity,
                    "from_partner_id": giver_id,
                    "to_partner_id": taker_id,
                }
            ]
        )

    def test_the_last_share_is_transferred_once(self):
        results = self._at_once(
            *(
                lambda env, taker_id=taker_id: (
                    self._record(env, "transfer", 1, self.giver_id, taker_id).number
                )
                for taker_id in self.taker_ids
            )
        )
        refusals = [result for result in results if isinstance(result, UserError)]
        self.assertEqual(len(refusals), 1, results)
        self.assertIn("Giver holds 0 shares", str(refusals[0]))
        self._assert_proven()

    def test_movements_at_once_get_consecutive_numbers(self):
        before = self._last_number()
        results = self._at_once(
            *(
                lambda env: (
                    self._record(env, "subscription", 1, None, self.taker_ids[0]).number
                )
                for _rank in range(4)
            )
        )
        self.assertEqual(sorted(results), list(range(before + 1, before + 5)))
        self._assert_proven()

    def test_counting_before_inserting_would_give_the_last_share_twice(self):
        self._create_naive_table(NAIVE_TABLE, "quantity")
        with self._transaction() as env:
            env.cr.execute(f"INSERT INTO {NAIVE_TABLE} VALUES (1)")
        counted = threading.Barrier(2, timeout=30)

        def give_naively(env):
            env.cr.execute(f"SELECT SUM(quantity) FROM {NAIVE_TABLE}")
            [held] = env.cr.fetchone()
            counted.wait()
            if held < 1:
                raise RuntimeError("none left")
            env.cr.execute(f"INSERT INTO {NAIVE_TABLE} VALUES (-1)")

        self.assertEqual(self._at_once(give_naively, give_naively), [None, None])
        with self._transaction() as env:
            env.cr.execute(f"SELECT SUM(quantity) FROM {NAIVE_TABLE}")
            self.assertEqual(env.cr.fetchone(), (-1,))

    def _register(self, env):
        company = env["res.company"].browse(self.company_id)
        return env["supermarket.share.register"]._for_company(company)

    def _last_number(self):
        with self._transaction() as env:
            return self._register(env).last_number

    def _assert_proven(self):
        with self._transaction() as env:
            self.assertEqual(self._register(env)._differences(), [])
