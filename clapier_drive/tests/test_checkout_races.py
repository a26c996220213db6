import re
import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import requests

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.clapier_supermarket.tests.race_common import RaceCommon

CLIENTS = 50
ROUNDS = 3
# At one moment, as many as a server has workers: each waits for the others' rows.
RUSH = 6
TOKEN = re.compile(r'csrf_token: "(\w+)"')


@tagged("post_install", "-at_install")
class TestCheckoutRaces(RaceCommon):
    """Fifty families order the last unit, or the last crate: real clients, real data.

    Baskets are kept: the rows stay, in a company named for the test.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        mark = secrets.token_hex(3)
        cls.address = HttpCase.base_url()
        with cls._transaction() as env:
            company = env["res.company"].create(
                {"name": f"Races of checkouts (test) {mark}"}
            )
            cls.company_id = company.id
            website = env["website"].create(
                {
                    "name": "Raced",
                    "company_id": company.id,
                    "drive_is_shop": True,
                    "domain": cls.address,
                }
            )
            cls.website_id = website.id
            users = (
                env["res.users"]
                .with_context(no_reset_password=True, tracking_disable=True)
                .create(
                    [
                        {
                            "name": f"Racer {rank}",
                            "login": f"racer_{mark}_{rank}",
                            "password": f"racer_{mark}_{rank}",
                            "email": "racer@example.com",
                            "phone": "0600000000",
                            "company_id": company.id,
                            "company_ids": [Command.set(company.ids)],
                            "group_ids": [
                                Command.set([env.ref("base.group_portal").id])
                            ],
                        }
                        for rank in range(CLIENTS)
                    ]
                )
            )
            cls.logins = users.mapped("login")
            cls.family_ids = users.partner_id.ids
            cls.product_id = (
                env["product.product"]
                .create(
                    {"name": "Raced", "type": "consu", "taxes_id": [Command.clear()]}
                )
                .id
            )
            cls.point_id = (
                env["drive.point"]
                .create(
                    {
                        "name": "Raced",
                        "company_id": company.id,
                        "partner_id": company.partner_id.id,
                    }
                )
                .id
            )
        with ThreadPoolExecutor(6) as pool:
            cls.clients = list(pool.map(cls._open, cls.logins))

    @classmethod
    def tearDownClass(cls):
        with cls._transaction() as env:
            env["website"].browse(cls.website_id).write(
                {"domain": False, "drive_is_shop": False, "sequence": 1000}
            )
        super().tearDownClass()

    @classmethod
    def _open(cls, login):
        """Return a client that has logged in, and its token for forms."""
        client = requests.Session()
        page = client.get(f"{cls.address}/web/login", timeout=120)
        client.post(
            f"{cls.address}/web/login",
            data={
                "login": login,
                "password": login,
                "csrf_token": TOKEN.search(page.text)[1],
            },
            timeout=120,
        ).raise_for_status()
        page = client.get(f"{cls.address}/my/credit", timeout=120)
        page.raise_for_status()
        return client, TOKEN.search(page.text)[1]

    def _create_baskets(self, crates=100, **offer):
        """Return the ids of a cycle and of one basket per family that can be ordered."""
        now = fields.Datetime.now()
        with self._transaction() as env:
            env = env(context={"allowed_company_ids": [self.company_id]})
            cycle = env["drive.cycle"].create(
                {
                    "company_id": self.company_id,
                    "date_pickup": now.date() + timedelta(days=3),
                    "open_at": now - timedelta(days=1),
                    "cutoff_at": now + timedelta(days=1),
                    "preparation_at": now + timedelta(days=2),
                    "point_ids": [
                        Command.create(
                            {
                                "point_id": self.point_id,
                                "start": now + timedelta(days=3),
                                "stop": now + timedelta(days=3, hours=2),
                                "crate_max": crates,
                                "cold_max": 0,
                            }
                        )
                    ],
                    "offer_ids": [
                        Command.create(
                            {
                                "product_id": self.product_id,
                                "producer_id": self.family_ids[0],
                                "price": 2,
                                "purchase_price": 1,
                                **offer,
                            }
                        )
                    ],
                }
            )
            baskets = env["sale.order"].create(
                [
                    {
                        "partner_id": family_id,
                        "company_id": self.company_id,
                        "website_id": self.website_id,
                        "drive_cycle_id": cycle.id,
                        "drive_cycle_point_id": cycle.point_ids.id,
                        "order_line": [
                            Command.create(
                                {
                                    "product_id": self.product_id,
                                    "product_uom_qty": 1,
                                    "price_unit": 2,
                                    "drive_offer_id": cycle.offer_ids.id,
                                }
                            )
                        ],
                    }
                    for family_id in self.family_ids
                ]
            )
            return cycle.id, baskets.ids

    def _order_at_once(self, basket_ids):
        """Let each family order its basket at one moment.

        :return: list of (status code, where to)
        """
        barrier = threading.Barrier(len(basket_ids), timeout=60)

        def order(item):
            (client, token), basket_id = item
            barrier.wait()
            answer = client.post(
                f"{self.address}/shop/drive/order",
                data={"csrf_token": token, "order_id": basket_id},
                allow_redirects=False,
                timeout=120,
            )
            return answer.status_code, answer.headers.get("Location", "")

        with (
            mute_logger("odoo.sql_db", "odoo.service.model", "odoo.http"),
            ThreadPoolExecutor(CLIENTS) as pool,
        ):
            return list(pool.map(order, zip(self.clients, basket_ids, strict=False)))

    def _check_one(self, cycle_id, basket_ids):
        answers = self._order_at_once(basket_ids)
        self.assertFalse([code for code, _url in answers if code >= 400], answers)
        won = [url for _code, url in answers if "done=ordered" in url]
        self.assertEqual(len(won), 1, answers)
        with self._transaction() as env:
            ordered = env["sale.order"].search(
                [("drive_cycle_id", "=", cycle_id), ("state", "=", "sale")]
            )
            self.assertEqual(len(ordered), 1)
            self.assertEqual(ordered.drive_cycle_point_id.crate_held, 1)

    def test_exactly_one_of_fifty_gets_the_last_unit(self):
        for number in range(ROUNDS):
            with self.subTest(round=number):
                self._check_one(*self._create_baskets(quantity_max=1))

    def test_exactly_one_of_fifty_gets_the_last_crate(self):
        for number in range(ROUNDS):
            with self.subTest(round=number):
                self._check_one(*self._create_baskets(crates=1))

    def test_a_rush_is_served_where_there_is_enough(self):
        cycle_id, basket_ids = self._create_baskets(quantity_max=100)
        answers = self._order_at_once(basket_ids[:RUSH])
        self.assertFalse([code for code, _url in answers if code >= 400], answers)
        with self._transaction() as env:
            cycle = env["drive.cycle"].browse(cycle_id)
            self.assertEqual(cycle.offer_ids.quantity_held, RUSH)
            self.assertEqual(cycle.point_ids.crate_held, RUSH)
