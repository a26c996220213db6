import random
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

from ..coworking_use import format_use
from .race_common import RaceCase

CLIENTS = 50
ROUNDS = 20
TOKEN = re.compile(r'csrf_token: "(\w+)"')


@tagged("post_install", "-at_install")
class TestClaimRaceHttp(RaceCase):
    """Fifty people at once on one space: real HTTP clients, committed data.

    Claims and bookings are kept: the rows stay, in a company named for the test.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls._transaction() as env:
            company = env["res.company"].create(
                {"name": f"Races of claims by HTTP (test) {secrets.token_hex(3)}"}
            )
            company.partner_id.tz = "UTC"
            room, hall = env["coworking.space"].create(
                [
                    cls._space_vals(name, company)
                    for name in ("Raced Room", "Raced Hall")
                ]
            )
            parts = env["coworking.space"].create(
                [
                    cls._space_vals(name, company, parent_id=hall.id)
                    for name in ("Raced Left", "Raced Right")
                ]
            )
            cls.room_id, cls.hall_id, cls.part_ids = room.id, hall.id, parts.ids
            cls.first = fields.Datetime.now().replace(
                hour=9, minute=0, second=0, microsecond=0
            ) + timedelta(days=5)
        cls.address = HttpCase.base_url()
        with ThreadPoolExecutor(8) as pool:
            cls.clients = list(pool.map(cls._open, range(CLIENTS)))

    @classmethod
    def tearDownClass(cls):
        # Other tests list what the public page shows.
        with cls._transaction() as env:
            spaces = env["coworking.space"].browse(
                [cls.room_id, cls.hall_id, *cls.part_ids]
            )
            spaces.is_published = False
        super().tearDownClass()

    @classmethod
    def _space_vals(cls, name, company, **vals):
        return {
            "name": name,
            "company_id": company.id,
            "capacity": 10,
            "payment": "invoice",
            "price_ids": [Command.create({"unit": "hour", "amount": 10})],
            **vals,
        }

    @classmethod
    def _open(cls, _rank):
        """Return a client that has read a page, and its token for forms."""
        client = requests.Session()
        page = client.get(f"{cls.address}/spaces/search", timeout=120)
        page.raise_for_status()
        return client, TOKEN.search(page.text)[1]

    def _book_at_once(self, uses):
        """Let client n ask for use n at one moment.

        :return: list of status codes
        """
        barrier = threading.Barrier(CLIENTS, timeout=60)

        def book(item):
            (client, token), use = item
            barrier.wait()
            answer = client.post(
                f"{self.address}/spaces/book",
                data={
                    "csrf_token": token,
                    "key": secrets.token_hex(24),
                    "use": use,
                    "name": "Racer",
                    "email": "racer@example.com",
                    "phone": "0600000000",
                },
                allow_redirects=False,
                timeout=120,
            )
            return answer.status_code

        with (
            mute_logger("odoo.sql_db", "odoo.service.model", "odoo.http"),
            ThreadPoolExecutor(CLIENTS) as pool,
        ):
            return list(pool.map(book, zip(self.clients, uses, strict=True)))

    def _use(self, space_id, start, hours=2):
        return format_use(space_id, start, start + timedelta(hours=hours))

    def _claims(self, env, space_ids, day):
        return env["coworking.claim"].search(
            [
                ("space_id", "in", space_ids),
                ("start", ">=", day.replace(hour=0)),
                ("start", "<", day.replace(hour=0) + timedelta(days=1)),
            ]
        )

    def test_exactly_one_of_fifty_gets_the_room(self):
        for number in range(ROUNDS):
            day = self.first + timedelta(days=number)
            codes = self._book_at_once(
                [
                    self._use(self.room_id, day + timedelta(minutes=30 * (rank % 4)))
                    for rank in range(CLIENTS)
                ]
            )
            with self.subTest(round=number):
                self.assertFalse([code for code in codes if code >= 500], codes)
                self.assertEqual(codes.count(303), 1, codes)
                with self._transaction() as env:
                    self.assertEqual(len(self._claims(env, [self.room_id], day)), 1)

    def test_hall_and_parts_never_overlap(self):
        draw = random.Random(9)
        for number in range(ROUNDS // 4):
            day = self.first + timedelta(days=number)
            codes = self._book_at_once(
                [
                    self._use(
                        draw.choice([self.hall_id, *self.part_ids]),
                        day + timedelta(minutes=30 * draw.randrange(10)),
                    )
                    for _rank in range(CLIENTS)
                ]
            )
            with self.subTest(round=number):
                self.assertFalse([code for code in codes if code >= 500], codes)
                self.assertGreaterEqual(codes.count(303), 1, codes)
                with self._transaction() as env:
                    for space_id in self.part_ids:
                        claims = self._claims(env, [space_id], day).sorted("start")
                        for before, after in zip(claims, claims[1:], strict=False):
                            self.assertLessEqual(before.stop, after.start)
