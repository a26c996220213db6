"""Figures of members' shifts: half the members hold a slot, half are flying, for two years."""

import threading
from datetime import timedelta

from odoo import Command
from odoo.http import Response
from odoo.tools import SQL

from .figure import Figure, measure
from .shop import _create_members

WEEKS_OF_HISTORY = 104
SEATS = 20
STANDARD_A_SLOT = 10
# Members whose two years enter the ledger in one call
BATCH = 2000
SIZES = (1200, 12000)
# Slot and member of every place: standard members in tens, flying members beside them.
PLACES = """
    CREATE TEMPORARY TABLE bench_place ON COMMIT DROP AS
    SELECT m.id AS member_id, m.partner_id, m.rank %% 2 = 0 AS is_standard,
        (%(templates)s::int[])[1 + (m.rank / 2) / %(seats)s] AS template_id
    FROM (
        SELECT id, partner_id, row_number() OVER (ORDER BY id) - 1 AS rank
        FROM supermarket_shift_member WHERE company_id = %(company)s
    ) m
"""
TEAMS = """
    INSERT INTO supermarket_shift_team
        (member_id, partner_id, company_id, kind, template_id, date_start, holds_seat)
    SELECT member_id, partner_id, %(company)s,
        CASE WHEN is_standard THEN 'standard' ELSE 'flying' END,
        CASE WHEN is_standard THEN template_id END, %(since)s, TRUE
    FROM bench_place ORDER BY member_id
"""
# Of 100 shifts 2 are excused and 1 is missed; each draw follows from member and cycle.
REGISTRATIONS = """
    INSERT INTO supermarket_shift_registration
        (shift_id, member_id, partner_id, company_id, section_id, start, date, kind,
         basis, state, is_skilled)
    SELECT s.id, p.member_id, p.partner_id, s.company_id, s.section_id, s.start, s.date,
        CASE WHEN p.is_standard THEN 'standard' ELSE 'flying' END,
        CASE WHEN p.is_standard THEN 'own' ELSE 'flying' END,
        CASE WHEN d.draw = 0 THEN 'absent' WHEN d.draw <= 2 AND p.is_standard
            THEN 'excused' ELSE 'attended' END, FALSE
    FROM supermarket_shift s
    JOIN bench_place p ON p.template_id = s.template_id
    CROSS JOIN LATERAL (
        SELECT (p.member_id * 7919 + s.cycle_id * 104729) %% 100 AS draw
    ) d
    WHERE s.company_id = %(company)s AND s.date < %(today)s
    ORDER BY s.id, p.member_id
"""
# What they were worth: the registrations, what most who owe do 4 weeks later, closings.
EVENTS = """
    SELECT member_id, date, basis || '_' || state, shift_id, id, NULL::int
    FROM supermarket_shift_registration WHERE member_id = ANY(%(members)s)
    UNION ALL
    SELECT r.member_id, r.date + 28,
        CASE r.basis WHEN 'own' THEN 'make_up_attended' ELSE 'flying_attended' END,
        NULL, NULL, NULL
    FROM supermarket_shift_registration r
    CROSS JOIN generate_series(1, CASE WHEN r.state = 'excused' THEN 1
        WHEN r.basis = 'own' THEN 2 ELSE 3 END)
    WHERE r.member_id = ANY(%(members)s) AND r.state IN ('absent', 'excused')
        AND r.id %% 5 != 0 AND r.date + 28 < %(today)s
    UNION ALL
    SELECT p.member_id, c.date_stop, 'closing', NULL, NULL, c.id
    FROM bench_place p JOIN supermarket_shift_cycle c ON c.state = 'closed'
    WHERE p.member_id = ANY(%(members)s) AND NOT p.is_standard
        AND c.company_id = %(company)s
"""


def generate(env, size):
    """Time the shifts of 90 days and the status of every one of ``size`` members."""
    company = env.company
    members = _create_history(env, size)
    seconds, statements = _measure_undone(
        env,
        lambda: (env["supermarket.shift"]._generate(company), members._refresh()),
        # Every status is written again.
        before=lambda: env.cr.execute(
            "UPDATE supermarket_shift_member SET status = 'blocked', next_change = NULL"
        ),
    )
    made = env["supermarket.shift"]._generate(company)
    return {
        "seconds": seconds,
        "statements": statements,
        "shifts": len(made),
        "registrations": sum(made.mapped("seats_taken")),
        "ledger_rows": env["supermarket.shift.point"].search_count([]),
    }


def close(env, size):
    """Time the closing of the last cycle of ``size`` members, half of them flying."""
    _create_history(env, size)
    cycle = _past_cycles(env)[-1]
    seconds, statements = _measure_undone(env, cycle._close)
    cycle._close()
    return {
        "seconds": seconds,
        "statements": statements,
        "charged": cycle.charged_count,
    }


def register(env, size):
    """Time one registration of a flying member for a shift to come."""
    members = _create_history(env, size)
    shift = env["supermarket.shift"]._generate(env.company)[-1]
    member = members.filtered(
        lambda item: item.team == "flying" and item.status == "up_to_date"
    )[0]
    seconds, statements = _measure_undone(env, lambda: shift._book(member))
    return {"seconds": seconds, "statements": statements}


def portal(env, size):
    """Time the page of a standard member's own shifts, rendered, among ``size`` members.

    Baseline: the home of the stock portal, for the same person. Neither counts HTTP, the
    session or the log-in; templates are compiled before. The request is the one of Odoo's
    tests, so addresses in other languages and the cart are not looked up.
    """
    # Addons can be imported only once the registry is loaded.
    from odoo.addons.clapier_supermarket.controllers.portal_shifts import (
        SupermarketShiftsPortal,
    )
    from odoo.addons.portal.controllers.portal import CustomerPortal

    members = _create_history(env, size)
    env["supermarket.shift"]._generate(env.company)
    member = members.filtered(
        lambda item: item.team == "standard" and item.status == "up_to_date"
    )[0]
    user = _create_portal_user(env, member.partner_id)
    shifts = SupermarketShiftsPortal().supermarket_shifts
    home = CustomerPortal().home
    seconds, statements, page = _measure_page(env, user, "/my/shifts", shifts)
    baseline_seconds, baseline_statements, _page = _measure_page(env, user, "/my", home)
    return {
        "seconds": seconds,
        "statements": statements,
        "baseline": "stock /my",
        "baseline_seconds": baseline_seconds,
        "baseline_statements": baseline_statements,
        "shifts_shown": len(member._portal_coming()),
        "bytes": len(page.encode()),
    }


def _create_portal_user(env, partner):
    """Let ``partner`` use the portal."""
    return (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "login": partner.email,
                "partner_id": partner.id,
                "group_ids": [Command.set(env.ref("base.group_portal").ids)],
            }
        )
    )


def _measure_page(env, user, path, method):
    """Measure what ``method`` of a controller answers to ``user``, rendered.

    :return: (median seconds, statements of the last run, the page)
    """
    from odoo.addons.http_routing.tests.common import MockRequest

    # As Odoo's server does for each request
    threading.current_thread().dbname = env.cr.dbname
    env_user = env(user=user.id)
    website = "website" in env and env["website"].get_current_website()
    with MockRequest(
        env_user,
        path=path,
        url_root="http://localhost/",
        website=website and website.with_env(env_user),
    ) as request:
        request.httprequest.method = "GET"
        request.csrf_token = lambda *_args: "token"
        request.render = lambda template, qcontext=None: Response(
            template=template, qcontext=qcontext
        )
        page = str(method().render())
        return *measure(env, lambda: method().render()), page


def _measure_undone(env, work, before=None):
    """Measure ``work`` as often as :func:`measure` does, undone after each run."""

    def run():
        savepoint = env.cr.savepoint()
        if before:
            before()
        work()
        env.flush_all()
        savepoint.close(rollback=True)

    return measure(env, run)


def _past_cycles(env):
    """Return the cycles that are over, oldest first."""
    return env["supermarket.shift.cycle"].search(
        [
            ("company_id", "=", env.company.id),
            ("date_stop", "<", env.company._supermarket_today()),
        ],
        order="date_start",
    )


def _create_history(env, size):
    """Give ``size`` members two years of shifts; the last cycle that is over is open.

    :return: supermarket.shift.member records
    """
    company = env.company
    _create_members(env, size)
    today = company._supermarket_today()
    since = env["supermarket.shift.cycle"]._first_start(
        company, today - timedelta(weeks=WEEKS_OF_HISTORY)
    )
    templates = _create_templates(env, size, since)
    # Cycles first: shifts are made within them.
    Shift = env["supermarket.shift"]
    Shift._generate(company, until=today - timedelta(days=1), since=since)
    _past_cycles(env)[:-1].write({"state": "closed"})
    env.flush_all()
    ids = {"company": company.id, "today": today, "since": since}
    env.cr.execute(SQL(PLACES, templates=templates.ids, seats=STANDARD_A_SLOT, **ids))
    env.cr.execute(SQL(TEAMS, **ids))
    env.cr.execute(SQL(REGISTRATIONS, **ids))
    # As autovacuum does in a database that is not made in one transaction
    for model in ("", ".registration", ".team", ".member"):
        table = env[f"supermarket.shift{model}"]._table
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
    env.cr.execute("ANALYZE res_partner")
    env.cr.execute(
        """
        UPDATE supermarket_shift s SET seats_taken = r.taken FROM (
            SELECT shift_id, count(*) FILTER (WHERE state != 'excused') AS taken
            FROM supermarket_shift_registration GROUP BY shift_id
        ) r WHERE r.shift_id = s.id
        """
    )
    env.invalidate_all()
    members = env["supermarket.shift.member"].search(
        [("company_id", "=", company.id)], order="id"
    )
    members._sync_teams()
    for start in range(0, len(members), BATCH):
        _post_history(env, members[start : start + BATCH], ids)
    env.cr.execute("DROP TABLE bench_place")
    env.cr.execute("ANALYZE supermarket_shift_point")
    env.invalidate_all()
    return members


def _create_templates(env, size, since):
    """Make the slots in which half the members find a seat, all over the cycle."""
    section = env.ref("clapier_supermarket.shift_section_shelves")
    count = -(-size // (2 * STANDARD_A_SLOT))
    return env["supermarket.shift.template"].create(
        [
            {
                "section_id": section.id,
                "week": 1 + number % 4,
                "weekday": str(number // 4 % 6),
                "start_time": 6 + number // 24 % 14,
                "seat_count": SEATS,
                "seats_taken": STANDARD_A_SLOT,
                "date_start": since,
            }
            for number in range(count)
        ]
    )


def _post_history(env, members, ids):
    """Enter two years of ``members`` in the ledger, as the core does."""
    env.cr.execute(SQL(EVENTS, members=members.ids, **ids))
    names = ("member_id", "date", "kind", "shift_id", "registration_id", "cycle_id")
    events = [dict(zip(names, row, strict=True)) for row in env.cr.fetchall()]
    points = env["supermarket.shift.point"]._post(events)
    env["supermarket.shift.registration"]._store_points(
        {
            vals["registration_id"]: point
            for vals, point in zip(events, points, strict=True)
            if vals["registration_id"]
        }
    )


FIGURES = (
    Figure("generate", generate, sizes=SIZES, quick=SIZES[:1]),
    Figure("close", close, sizes=SIZES, quick=SIZES[:1]),
    Figure("register", register, sizes=SIZES, quick=SIZES[:1]),
    Figure("portal", portal, sizes=SIZES, quick=SIZES[:1]),
)
