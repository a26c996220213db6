"""Figures of the shop."""

import json
import random

from odoo import Command

from .figure import Figure, measure

BATCH = 1000
STREETS = ("rue du Puits", "rue de la Richelandière", "place Jacquard", "cours Fauriel")
FIRST_NAMES = ("Ahmed", "Camille", "Fatou", "Jeanne", "Lina", "Noor", "Yann", "Zoé")
LAST_NAMES = ("Belkacem", "Bernard", "Diallo", "Faure", "Garnier", "Haddad", "Le Goff")


def till_open(env, size):
    """Time the server's data for opening a member till of ``size`` members.

    Baseline: the same call of the same till as stock Odoo, every partner loaded. What
    our till asks for once it is open, the table of last known verdicts, is in
    ``table_seconds``, ``table_statements`` and ``table_bytes``.
    """
    # Odoo lets nobody open a till as superuser.
    env = env(user=env.ref("base.user_admin"))
    _create_members(env, size)
    config = _open_till(env)
    limit = "point_of_sale.limited_customer_count"
    everybody = env["res.partner"].search_count([])

    def load():
        return config.current_session_id.load_data([])

    config.supermarket_member_till = True
    env["ir.config_parameter"].set_param(limit, 100)
    seconds, statements = measure(env, load)
    table_seconds, table_statements = measure(env, config.supermarket_members)
    table = config.supermarket_members()
    bytes_loaded = _size(load())

    config.supermarket_member_till = False
    env["ir.config_parameter"].set_param(limit, everybody)
    baseline_seconds, _statements = measure(env, load)
    return {
        "seconds": seconds,
        "statements": statements,
        "baseline": "stock, all partners loaded",
        "baseline_seconds": baseline_seconds,
        "bytes": bytes_loaded,
        "baseline_bytes": _size(load()),
        "table_seconds": table_seconds,
        "table_statements": table_statements,
        "table_bytes": _size(table),
    }


def till_find(env, size):
    """Time one member found by their card among ``size`` members.

    The same by a part of the name is in ``name_seconds`` and ``name_statements``.
    """
    env = env(user=env.ref("base.user_admin"))
    _create_members(env, size)
    config = _open_till(env)
    config.supermarket_member_till = True
    member = env["res.partner"].search(
        [("supermarket_company_id", "=", env.company.id)], limit=1, offset=size // 2
    )
    card, name = member.barcode, member.name[2:9]
    seconds, statements = measure(env, lambda: config.supermarket_find_members(card))
    name_seconds, name_statements = measure(
        env, lambda: config.supermarket_find_members(name)
    )
    return {
        "seconds": seconds,
        "statements": statements,
        "name_seconds": name_seconds,
        "name_statements": name_statements,
    }


def _size(answer):
    """Return how many bytes an answer takes on its way to the browser."""
    return len(json.dumps(answer, default=str).encode())


def _create_members(env, size):
    """Complete the members of the current company to ``size``."""
    Policy = env["supermarket.policy"]
    if not Policy.search([("company_id", "=", env.company.id)], limit=1):
        Policy.create({"company_id": env.company.id, "date_start": "2020-01-01"})
    Partner_sudo = env["res.partner"].sudo().with_context(tracking_disable=True)
    known = Partner_sudo.search_count([("supermarket_company_id", "=", env.company.id)])
    for start in range(known, size, BATCH):
        numbers = range(start, min(start + BATCH, size))
        members_sudo = Partner_sudo.create(
            [_prepare_member_vals(env, number) for number in numbers]
        )
        members_sudo._supermarket_assign_number()
        env.flush_all()
        env.invalidate_all()


def _prepare_member_vals(env, number):
    """Return an invented member, always the same for one number."""
    draw = random.Random(number)
    name = f"{draw.choice(FIRST_NAMES)} {draw.choice(LAST_NAMES)}"
    return {
        "name": name,
        "street": f"{draw.randint(1, 99)} {draw.choice(STREETS)}",
        "zip": "42000",
        "city": "Saint-Étienne",
        "country_id": env.ref("base.fr").id,
        "email": f"member{number}@example.org",
        "phone": f"04 77 {draw.randint(0, 99):02} {draw.randint(0, 99):02} 00",
        "supermarket_company_id": env.company.id,
        "supermarket_is_member": True,
        "supermarket_member_since": f"20{draw.randint(15, 25)}-0{draw.randint(1, 9)}-10",
    }


def _open_till(env):
    """Return a till of the current company with an open session."""
    config = env["pos.config"].search([("name", "=", "Bench till")], limit=1)
    if not config:
        journal = env["account.journal"].create(
            {"name": "Bench bank", "type": "bank", "code": "BNCH"}
        )
        method = env["pos.payment.method"].create(
            {"name": "Bench bank", "journal_id": journal.id}
        )
        config = env["pos.config"].create(
            {"name": "Bench till", "payment_method_ids": [Command.set(method.ids)]}
        )
    if not config.current_session_id:
        config.open_ui()
    return config


FIGURES = (
    Figure("till-open", till_open, sizes=(1200, 12000), quick=(1200,)),
    Figure("till-find", till_find, sizes=(1200, 12000), quick=(1200,)),
)
