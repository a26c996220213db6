"""Figures of spaces and bookings: 50 spaces, bookings spread over two years and a quarter."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tools import SQL

from . import baseline
from .figure import Figure, measure

SPACES = 50
ROOMS = 10
# Opening hours of every space, Monday to Saturday; each hour of them can be one booking
FIRST_HOUR, LAST_HOUR = 8, 20
SIZES = (500, 5000, 20000, 200000)
# Which hours are booked follows from a multiplication that meets each of them once.
BOOKINGS = """
    INSERT INTO coworking_booking
        (name, partner_id, space_id, company_id, start, stop, hours, attendee_count,
         state, source, payment, check_in_code)
    SELECT 'BENCH-' || n, %(partner)s, (%(spaces)s::int[])[1 + slot %% 50],
        %(company)s, at, at + interval '1 hour', 1, 1, 'confirmed', 'office', 'free',
        lpad((n %% 1000000)::text, 6, '0')
    FROM (
        SELECT n, (n::bigint * 7919) %% (50 * 12 * %(days)s) AS slot
        FROM generate_series(1, %(size)s) AS n
    ) draw
    CROSS JOIN LATERAL (
        SELECT %(first)s::timestamp
            + (slot / 600) * interval '1 day'
            + (8 + slot / 50 %% 12) * interval '1 hour' AS at
    ) hour
"""
CLAIMS = """
    INSERT INTO coworking_claim
        (space_id, company_id, start, stop, use_start, use_stop, state, kind, name,
         active, booking_id)
    SELECT space_id, company_id, start, stop, start, stop, 'confirmed', 'booking', name,
        TRUE, id
    FROM coworking_booking WHERE company_id = %(company)s
"""


def free_month(env, size):
    """Time the free times of ten rooms in the month that comes, among ``size`` bookings.

    Baseline: the same bookings, rooms and hours in OCA's ``resource_booking``.
    """
    spaces = _create_bookings(env, size)
    rooms = spaces[:ROOMS]
    start = _tomorrow()
    seconds, statements = measure(
        env, lambda: rooms._free(start, start + timedelta(days=30), 60)
    )
    one, _statements = measure(
        env, lambda: rooms[0]._free(start, start + timedelta(days=30), 60)
    )
    return {
        "seconds": seconds,
        "statements": statements,
        "one_room_seconds": one,
        **baseline.measure("free-month", size),
    }


def free_week(env, size):
    """Time the free times of 50 spaces in the week that comes, among ``size`` bookings."""
    spaces = _create_bookings(env, size)
    start = _tomorrow()
    seconds, statements = measure(
        env, lambda: spaces._free(start, start + timedelta(days=7), 60)
    )
    return {"seconds": seconds, "statements": statements, "spaces": len(spaces)}


def book(env, size):
    """Time one booking paid by invoice, from the request to the claim, among ``size``.

    Baseline: one booking confirmed in OCA's ``resource_booking``.
    """
    spaces = _create_bookings(env, size)
    partner = env["res.partner"].create({"name": "Bench"})
    start, _stop = spaces[0]._free(_tomorrow(), _tomorrow() + timedelta(days=30), 60)[
        spaces[0]
    ][0]

    def work():
        savepoint = env.cr.savepoint()
        env["coworking.booking"]._request(
            partner,
            [{"space": spaces[0], "start": start, "stop": start + timedelta(hours=1)}],
        )
        env.flush_all()
        savepoint.close(rollback=True)

    work()
    seconds, statements = measure(env, work)
    return {
        "seconds": seconds,
        # The savepoint and its undoing are not the booking's.
        "statements": statements - 2,
        **baseline.measure("book", size),
    }


def _tomorrow():
    return fields.Datetime.now().replace(
        hour=0, minute=0, second=0, microsecond=0
    ) + timedelta(days=1)


def _create_bookings(env, size):
    """Make 50 spaces and ``size`` bookings of one hour, two years back and 90 days ahead."""
    company = env["res.company"].create({"name": "Bench of spaces"})
    company.partner_id.tz = "UTC"
    calendar = env["resource.calendar"].create(
        {
            "name": "Bench",
            "tz": "UTC",
            "company_id": company.id,
            "attendance_ids": [Command.clear()]
            + [
                Command.create(
                    {
                        "name": "Open",
                        "dayofweek": str(day),
                        "hour_from": FIRST_HOUR,
                        "hour_to": LAST_HOUR,
                        "day_period": "full_day",
                    }
                )
                for day in range(6)
            ],
        }
    )
    spaces = env["coworking.space"].create(
        [
            {
                "name": f"Space {number}",
                "company_id": company.id,
                "capacity": 8,
                "resource_calendar_id": calendar.id,
                "payment": "invoice",
                "price_ids": [Command.create({"unit": "hour", "amount": 10})],
            }
            for number in range(SPACES)
        ]
    )
    env.flush_all()
    values = {
        "partner": company.partner_id.id,
        "company": company.id,
        "spaces": spaces.ids,
        "size": size,
        "first": _tomorrow() - timedelta(days=730),
        "days": 820,
    }
    env.cr.execute(SQL(BOOKINGS, **values))
    env.cr.execute(SQL(CLAIMS, **values))
    # As autovacuum does in a database that is not made in one transaction
    for table in ("coworking_booking", "coworking_claim", "coworking_space_leaf_rel"):
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
    env.invalidate_all()
    return spaces


FIGURES = (
    Figure("free-month", free_month, sizes=SIZES, quick=SIZES[:2]),
    Figure("free-week", free_week, sizes=SIZES, quick=SIZES[:2]),
    Figure("book", book, sizes=SIZES, quick=SIZES[:2]),
)
