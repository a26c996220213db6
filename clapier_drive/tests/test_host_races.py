import uuid
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.clapier_supermarket.tests.race_common import RaceCommon

COMPANY = "Races of hosts (test)"
NAIVE_TABLE = "drive_test_naive_hand_over"


class Killed(BaseException):
    """Stands for a server that is switched off."""


@tagged("post_install", "-at_install")
class TestHostRaces(RaceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls._transaction() as env:
            company = env["res.company"].search([("name", "=", COMPANY)])
            company = company or env["res.company"].create({"name": COMPANY})
            cls.company_id = company.id

    def _evening(self, hours=1):
        """Return (point ids, basket ids) of an evening that began so many hours ago."""
        now = fields.Datetime.now()
        with self._transaction() as env:
            env = env(context={"allowed_company_ids": [self.company_id]})
            company = env["res.company"].browse(self.company_id)
            product = env["product.product"].create(
                {"name": "Raced", "type": "consu", "taxes_id": [Command.clear()]}
            )
            families = env["res.partner"].create([{"name": "A B"}, {"name": "C D"}])
            points = env["drive.point"].create(
                [
                    {
                        "name": name,
                        "company_id": company.id,
                        "partner_id": company.partner_id.id,
                    }
                    for name in ("One", "Two")
                ]
            )
            cycle = env["drive.cycle"].create(
                {
                    "company_id": company.id,
                    "date_pickup": now.date(),
                    "open_at": now - timedelta(days=2),
                    "cutoff_at": now + timedelta(days=1),
                    "preparation_at": now + timedelta(days=1),
                    "point_ids": [
                        Command.create(
                            {
                                "point_id": point.id,
                                "start": now - timedelta(hours=hours),
                                "stop": now - timedelta(hours=hours - 1),
                                "crate_max": 9,
                                "cold_max": 0,
                            }
                        )
                        for point in points
                    ],
                    "offer_ids": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "producer_id": families[0].id,
                                "price": 5,
                                "purchase_price": 1,
                            }
                        )
                    ],
                }
            )
            baskets = env["sale.order"]
            for family, point in zip(families, cycle.point_ids, strict=True):
                basket = baskets.create(
                    {
                        "partner_id": family.id,
                        "company_id": company.id,
                        "drive_cycle_id": cycle.id,
                        "drive_cycle_point_id": point.id,
                    }
                )
                basket._drive_add(cycle.offer_ids, 1)
                basket.action_confirm()
                baskets |= basket
            cycle.action_close()
            return cycle.point_ids.ids, baskets.ids

    def _sending(self, point_id, basket_id, kind, key=None, **vals):
        """Return a function that sends one thing as a phone does."""
        event = {
            "key": key or str(uuid.uuid4()),
            "kind": kind,
            "at": f"{fields.Datetime.now().isoformat()}Z",
            "order_id": basket_id,
            **vals,
        }

        def send(env):
            point = env["drive.cycle.point"].browse(point_id)
            host = point._for_token(point.sudo().token)
            [answer] = host._host_take([event])
            return answer["result"]

        return send

    def _rows(self, env, basket_id, kind):
        return env["drive.handover"].search(
            [("order_id", "=", basket_id), ("kind", "=", kind)]
        )

    def test_two_hosts_at_once_hand_a_basket_over_once(self):
        [point_id, _other], [basket_id, _late] = self._evening()
        results = self._at_once(
            *(self._sending(point_id, basket_id, "handed") for _phone in range(4))
        )
        self.assertEqual(sorted(results), ["already"] * 3 + ["done"])
        with self._transaction() as env:
            basket = env["sale.order"].browse(basket_id)
            self.assertEqual(basket.drive_handover_state, "handed")

    def test_one_sending_that_arrives_twice_at_once_counts_once(self):
        [point_id, _other], [basket_id, _late] = self._evening()
        key = str(uuid.uuid4())
        results = self._at_once(
            *(self._sending(point_id, basket_id, "handed", key) for _turn in range(3))
        )
        self.assertEqual(results, ["done"] * 3)
        with self._transaction() as env:
            self.assertEqual(len(self._rows(env, basket_id, "handed")), 1)

    def test_two_hosts_at_once_take_the_money_once(self):
        [point_id, _other], [basket_id, _late] = self._evening()
        self._at_once(
            *(
                self._sending(point_id, basket_id, "paid", method="cash")
                for _phone in range(3)
            )
        )
        with self._transaction() as env:
            amounts = self._rows(env, basket_id, "paid").mapped("amount")
            self.assertEqual(sum(amounts), 5)

    def test_looking_before_writing_would_hand_it_over_twice(self):
        self._create_naive_table(NAIVE_TABLE, "basket_id")

        def hand_naively(env):
            env.cr.execute(f"SELECT count(*) FROM {NAIVE_TABLE}")
            if not env.cr.fetchone()[0]:
                env.cr.execute(f"INSERT INTO {NAIVE_TABLE} VALUES (1)")

        self._at_once(*[hand_naively] * 4)
        with self._transaction() as env:
            env.cr.execute(f"SELECT count(*) FROM {NAIVE_TABLE}")
            self.assertGreater(env.cr.fetchone()[0], 1)

    # --- The cron of the night

    def _unclaimed(self, basket_ids):
        with self._transaction() as env:
            return [
                (
                    basket.drive_handover_state,
                    env["drive.notice"].search_count(
                        [("order_id", "=", basket.id), ("kind", "=", "unclaimed")]
                    ),
                )
                for basket in env["sale.order"].browse(basket_ids)
            ]

    def _run_night(self):
        with self._transaction() as env:
            env["drive.cycle.point"]._cron_unclaimed()

    def test_killed_in_the_middle_the_night_goes_on(self):
        point_ids, basket_ids = self._evening(hours=5)
        Point = self.registry["drive.cycle.point"]
        note = Point._note_unclaimed

        def killed(point):
            note(point)
            if point.id == point_ids[1]:
                # All of it is written, nothing of it committed.
                raise Killed

        with patch.object(Point, "_note_unclaimed", killed), self.assertRaises(Killed):
            self._run_night()
        self.assertEqual(
            self._unclaimed(basket_ids), [("unclaimed", 1), ("waiting", 0)]
        )
        self._run_night()
        self._run_night()
        self.assertEqual(self._unclaimed(basket_ids), [("unclaimed", 1)] * 2)
