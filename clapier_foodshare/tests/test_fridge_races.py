import secrets

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.clapier_supermarket.tests.race_common import RaceCommon

TIMES = 6
NAIVE_TABLE = "foodshare_test_naive_deposit"


@tagged("post_install", "-at_install")
class TestFridgeRaces(RaceCommon):
    """The same entry sent several times at once; rows stay, in a company of the test."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls._transaction() as env:
            company = env["res.company"].create(
                {"name": f"Races of fridges (test) {secrets.token_hex(3)}"}
            )
            cls.fridge_id = (
                env["foodshare.fridge"]
                .create({"name": "Raced fridge", "company_id": company.id})
                .id
            )

    def _leave(self, key):
        def leave(env):
            fridge = env["foodshare.fridge"].browse(self.fridge_id)
            return (
                env["foodshare.deposit"]
                ._leave(fridge, key, giver="inhabitant", category="fruit", grams=1000)
                .id
            )

        return leave

    def test_one_key_is_one_deposit(self):
        results = self._at_once(*[self._leave(secrets.token_hex(8))] * TIMES)
        self.assertEqual(len(set(results)), 1, results)
        self.assertIsInstance(results[0], int)

    def test_each_deposit_has_its_label(self):
        ids = self._at_once(*(self._leave(secrets.token_hex(8)) for _ in range(TIMES)))
        with self._transaction() as env:
            labels = env["foodshare.deposit"].browse(ids).mapped("name")
        self.assertEqual(len(set(labels)), TIMES, labels)

    def test_what_is_taken_was_there(self):
        [deposit_id] = self._at_once(self._leave(secrets.token_hex(8)))

        def take(env):
            fridge = env["foodshare.fridge"].browse(self.fridge_id)
            return (
                env["foodshare.taking"]
                ._take(fridge, deposit_id, secrets.token_hex(8))
                .grams
            )

        results = self._at_once(*[take] * TIMES)
        self.assertEqual([grams for grams in results if grams == 1000], [1000])
        self.assertEqual(sum(isinstance(r, UserError) for r in results), TIMES - 1)

    def test_looking_first_counts_twice(self):
        """The naive twin: it shows that the test can fail."""
        self._create_naive_table(NAIVE_TABLE, "key")

        def leave(env):
            env.cr.execute(f"SELECT count(*) FROM {NAIVE_TABLE} WHERE key = 1")
            if env.cr.fetchone()[0]:
                return 0
            env.cr.execute(f"INSERT INTO {NAIVE_TABLE} VALUES (1)")
            return 1

        self.assertGreater(sum(self._at_once(*[leave] * TIMES)), 1)
