"""OCA's ``resource_booking`` beside ours: ``python -m benchmarks.baseline NAME SIZE``.

It runs in a process and a database of its own (``setup/bench`` makes them), with the same
rooms, hours and bookings as ``benchmarks.coworking``.
"""

import json
import os
import subprocess
import sys
from datetime import UTC, timedelta

DATABASE = "CLAPIER_BENCH_BASELINE"
ADDONS = "CLAPIER_BENCH_ADDONS"
NAME = "OCA resource_booking"
# Beyond, filling the calendar of the baseline takes longer than all other figures.
LARGEST = 20000
EVENTS = """
    WITH draw AS (
        SELECT n, (n::bigint * 7919) %% (50 * 12 * %(days)s) AS slot
        FROM generate_series(1, %(size)s) AS n
    ), hour AS (
        SELECT n, (%(combinations)s::int[])[1 + slot %% 50] AS combination_id,
            %(first)s::timestamp + (slot / 600) * interval '1 day'
                + (8 + slot / 50 %% 12) * interval '1 hour' AS at
        FROM draw
    ), event AS (
        INSERT INTO calendar_event
            (name, start, stop, duration, active, show_as, privacy, user_id, location)
        SELECT combination_id, at, at + interval '1 hour', 1, TRUE, 'busy', 'public',
            %(user)s, n
        FROM hour
        RETURNING id, start, stop, name::int AS combination_id
    )
    INSERT INTO resource_booking
        (active, meeting_id, combination_id, combination_auto_assign, type_id, state,
         start, stop, duration, user_id)
    SELECT TRUE, id, combination_id, FALSE, %(type)s, 'confirmed', start, stop, 1,
        %(user)s
    FROM event
"""


def measure(name, size):
    """Measure the baseline of one figure.

    :return: dict for the figure; empty where there is no baseline (its database is not
        there, or the size is too large for it)
    """
    if DATABASE not in os.environ or size > LARGEST:
        return {}
    result = subprocess.run(
        [sys.executable, "-m", "benchmarks.baseline", name, str(size)],
        capture_output=True,
        text=True,
    )
    if result.returncode:
        raise RuntimeError(f"The baseline failed: {result.stderr[-2000:]}")
    row = json.loads(result.stdout.splitlines()[-1])
    return {
        "baseline": NAME,
        "baseline_seconds": row["seconds"],
        "baseline_statements": row["statements"],
    }


def main(name, size):
    """Print ``{"seconds": …, "statements": …}`` of one figure of the baseline."""
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry
    from odoo.tools import config

    from .figure import measure as take

    config.parse_config(
        ["-d", os.environ[DATABASE], "--addons-path", os.environ[ADDONS]]
        + ["--no-http", "--log-level=error"],
        setup_logging=True,
    )
    with Registry(os.environ[DATABASE]).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"tz": "UTC", "tracking_disable": True})
        figures = {"free-month": _free_month, "book": _book}
        seconds, statements = take(env, figures[name](env, size))
        cr.rollback()
    print(json.dumps({"seconds": seconds, "statements": statements}))


def _free_month(env, size):
    booking = _create_bookings(env, size)
    start = _tomorrow().replace(tzinfo=UTC)
    return lambda: booking._get_available_slots(start, start + timedelta(days=30))


def _book(env, size):
    booking = _create_bookings(env, size)
    start = _tomorrow().replace(tzinfo=UTC)
    slots = booking._get_available_slots(start, start + timedelta(days=30))
    slot = next(iter(slots.values()))[0]

    def work():
        savepoint = env.cr.savepoint()
        booking.write({"start": slot.astimezone(UTC).replace(tzinfo=None)})
        booking.action_confirm()
        env.flush_all()
        savepoint.close(rollback=True)

    work()
    return work


def _tomorrow():
    from odoo import fields

    return fields.Datetime.now().replace(
        hour=0, minute=0, second=0, microsecond=0
    ) + timedelta(days=1)


def _create_bookings(env, size):
    """Make 50 rooms and ``size`` bookings; return one that is to be scheduled.

    It may take any of ten rooms.
    """
    from odoo import Command
    from odoo.tools import SQL

    calendar = env["resource.calendar"].create(
        {
            "name": "Bench",
            "tz": "UTC",
            "attendance_ids": [Command.clear()]
            + [
                Command.create(
                    {
                        "name": "Open",
                        "dayofweek": str(day),
                        "hour_from": 8,
                        "hour_to": 20,
                        "day_period": "full_day",
                    }
                )
                for day in range(6)
            ],
        }
    )
    rooms = env["resource.resource"].create(
        [
            {
                "name": f"Room {number}",
                "calendar_id": calendar.id,
                "resource_type": "material",
                "tz": "UTC",
            }
            for number in range(50)
        ]
    )
    combinations = env["resource.booking.combination"].create(
        [{"resource_ids": [Command.set(room.ids)]} for room in rooms]
    )
    kind = env["resource.booking.type"].create(
        {
            "name": "Bench",
            "duration": 1,
            "slot_duration": 1,
            "modifications_deadline": 0,
            "resource_calendar_id": calendar.id,
            "combination_assignment": "sorted",
            "combination_rel_ids": [
                Command.create({"sequence": rank, "combination_id": combination.id})
                for rank, combination in enumerate(combinations[:10])
            ],
        }
    )
    env.flush_all()
    env.cr.execute(
        SQL(
            EVENTS,
            size=size,
            combinations=combinations.ids,
            type=kind.id,
            user=env.uid,
            first=_tomorrow() - timedelta(days=730),
            days=820,
        )
    )
    for table in ("calendar_event", "resource_booking"):
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
    env.invalidate_all()
    partner = env["res.partner"].create({"name": "Bench"})
    return env["resource.booking"].create(
        {"type_id": kind.id, "partner_ids": [Command.set(partner.ids)]}
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
