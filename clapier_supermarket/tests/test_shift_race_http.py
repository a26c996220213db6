import re
import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import requests

import odoo.http
from odoo import SUPERUSER_ID, Command, api, fields
from odoo.modules.registry import Registry
from odoo.service import security
from odoo.tests import BaseCase, HttpCase, get_db_name, tagged
from odoo.tools import mute_logger

COMPANY = "Races of shifts (test)"
NAIVE_TABLE = "supermarket_test_naive_seats"
CLIENTS = 50
ROUNDS = 20
TOKEN = re.compile(r'csrf_token: "(\w+)"')


@tagged("post_install", "-at_install")
class TestShiftRaceHttp(BaseCase):
    """Fifty people at once on the last seat: real HTTP clients, committed data.

    A ledger cannot be cleaned: the rows stay, in a company named for it.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        with cls._transaction() as env:
            company = env["res.company"].create(
                {"name": f"{COMPANY} {secrets.token_hex(3)}"}
            )
            env["supermarket.policy"].create(
                {"company_id": company.id, "date_start": "2020-01-01"}
            )
            members = env["res.partner"].create(
                [
                    {
                        "name": f"Runner {rank}",
                        "supermarket_company_id": company.id,
                        "supermarket_is_member": True,
                    }
                    for rank in range(CLIENTS)
                ]
            )
            users = (
                env["res.users"]
                .with_context(no_reset_password=True)
                .create(
                    [
                        {
                            "name": member.name,
                            "login": f"runner{member.id}",
                            "partner_id": member.id,
                            "group_ids": [
                                Command.set([env.ref("base.group_portal").id])
                            ],
                            "company_id": company.id,
                            "company_ids": [Command.set(company.ids)],
                        }
                        for member in members
                    ]
                )
            )
            members.supermarket_shift_member_ids._join_team("flying")
            cls.company_id = company.id
            cls.section_id = env.ref("clapier_supermarket.shift_section_shelves").id
            cls.session_ids = [cls._log_in(env, user) for user in users]
        cls.address = HttpCase.base_url()
        with ThreadPoolExecutor(CLIENTS) as pool:
            cls.clients = list(pool.map(cls._open, cls.session_ids))

    @classmethod
    @contextmanager
    def _transaction(cls):
        with cls.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    @classmethod
    def _log_in(cls, env, user):
        """Return the id of a session of ``user``; their password is not what is tested."""
        session = odoo.http.root.session_store.new()
        session.update(
            odoo.http.get_default_session(), db=get_db_name(), _trace_disable=True
        )
        session.uid = user.id
        session.login = user.login
        session.context = dict(env(user=user.id)["res.users"].context_get())
        session.session_token = security.compute_session_token(
            session, env(user=user.id)
        )
        odoo.http.root.session_store.save(session)
        return session.sid

    @classmethod
    def _open(cls, session_id):
        """Return a client that has read their page of shifts, and its token for forms."""
        client = requests.Session()
        client.cookies.set("session_id", session_id)
        page = client.get(f"{cls.address}/my/shifts", timeout=120)
        page.raise_for_status()
        return client, TOKEN.search(page.text)[1]

    def _last_seat(self, day):
        with self._transaction() as env:
            start = fields.Datetime.now() + timedelta(days=day)
            return (
                env["supermarket.shift"]
                .create(
                    {
                        "company_id": self.company_id,
                        "section_id": self.section_id,
                        "start": start,
                        "stop": start + timedelta(hours=3),
                        "seat_count": 1,
                    }
                )
                .id
            )

    def _book_at_once(self, shift_id):
        """Let every client ask for the seat at one moment; return their status codes."""
        barrier = threading.Barrier(CLIENTS, timeout=60)

        def book(item):
            client, token = item
            barrier.wait()
            answer = client.post(
                f"{self.address}/my/shifts/book",
                data={
                    "csrf_token": token,
                    "key": secrets.token_urlsafe(24),
                    "shift_id": shift_id,
                },
                allow_redirects=False,
                timeout=120,
            )
            return answer.status_code

        with (
            mute_logger("odoo.sql_db", "odoo.service.model", "odoo.http"),
            ThreadPoolExecutor(CLIENTS) as pool,
        ):
            return list(pool.map(book, self.clients))

    def test_the_last_seat_goes_to_exactly_one_of_fifty(self):
        for number in range(ROUNDS):
            with self.subTest(round=number):
                # Four weeks apart: nobody reaches the limit of bookings.
                shift_id = self._last_seat(1 + 29 * number)
                codes = self._book_at_once(shift_id)
                self.assertFalse([code for code in codes if code >= 500], codes)
                with self._transaction() as env:
                    shift = env["supermarket.shift"].browse(shift_id)
                    self.assertEqual(len(shift.registration_ids), 1)
                    self.assertEqual(shift.seats_taken, 1)
                    self.assertFalse(shift._seat_differences())
                self.assertEqual(codes.count(303), 1, codes)

    def test_counting_before_inserting_would_oversell(self):
        with self._transaction() as env:
            env.cr.execute(f"DROP TABLE IF EXISTS {NAIVE_TABLE}")
            env.cr.execute(f"CREATE TABLE {NAIVE_TABLE} (member_id int)")
        self.addCleanup(self._drop_naive_table)
        counted = threading.Barrier(2, timeout=30)

        def book_naively(member_id):
            with self._transaction() as env:
                env.cr.execute(f"SELECT count(*) FROM {NAIVE_TABLE}")
                [taken] = env.cr.fetchone()
                counted.wait()
                if taken < 1:
                    env.cr.execute(
                        f"INSERT INTO {NAIVE_TABLE} VALUES (%s)", [member_id]
                    )

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(book_naively, (1, 2)))
        with self._transaction() as env:
            env.cr.execute(f"SELECT count(*) FROM {NAIVE_TABLE}")
            self.assertEqual(env.cr.fetchone(), (2,))

    def _drop_naive_table(self):
        with self._transaction() as env:
            env.cr.execute(f"DROP TABLE IF EXISTS {NAIVE_TABLE}")
