"""The checks of setup/doctor: each takes a Patient and yields findings."""

import datetime
import json
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request

from . import backup, modules, operations, rotation
from .health import duration, finding

POSTGRES_LEAST = 13
# Odoo asks for scheduled actions each minute; a long one keeps others waiting.
LATE_MINUTES = 60
BACKUP_HOURS = 26
BACKUP_HOURS_FAULT = 50
CLOCK_SECONDS = 2
CLOCK_SECONDS_FAULT = 60
OPEN = "15 minutes"
HOUR = "now() AT TIME ZONE 'UTC' - interval '1 hour'"


def copy(patient):
    """A neutralized copy, or one that an upgrade left."""
    if patient.neutralized:
        yield finding(
            "copy",
            "this database is a neutralized copy: no mails, no scheduled actions",
            attention="do not open it to the public",
        )
    prefix = f"{patient.site.database}_before_"
    for name in sorted(patient.databases.names()):
        if name.startswith(prefix):
            yield finding(
                "copy",
                f"an upgrade was cut off; {name} is the database before it",
                fault="setup/upgrade --back",
            )


def versions(patient):
    """PostgreSQL, Odoo, and the modules installed beside those on the disk."""
    server = int(patient.value("SHOW server_version_num")) // 10000
    printed = subprocess.run(
        ["pg_dump", "--version"],
        env=patient.site.environ,
        capture_output=True,
        text=True,
    ).stdout
    client = int(re.search(r"(\d+)", printed)[1]) if printed else 0
    yield finding(
        "PostgreSQL",
        f"server {server}, pg_dump {client}",
        attention=client < server
        and "no backup can be made: install the programs of the server's version",
        fault=server < POSTGRES_LEAST
        and f"Odoo 19 needs {POSTGRES_LEAST}: upgrade PostgreSQL",
    )
    present = modules.installed(patient.databases, patient.site.database)
    disk = modules.on_disk(patient.environment)
    absent = sorted(present.keys() - disk.keys())
    waiting = modules.unfinished(patient.databases, patient.site.database)
    yield finding(
        "modules",
        f"{len(present)} installed"
        + (f"; not on the disk: {_some(absent)}" if absent else "")
        + (f"; unfinished: {_some(waiting)}" if waiting else ""),
        fault=absent
        and "put them back on Odoo's addons_path"
        or waiting
        and "setup/upgrade --no-pull, or look in Odoo's log why it stopped",
    )
    older = sorted(
        name for name in present if name in disk and disk[name] != present[name]
    )
    changed = [
        name
        for name in modules.changed(
            patient.environment, patient.databases, patient.site.database
        )
        if name not in older
    ]
    known = modules.remembered(patient.databases, patient.site.database)
    yield finding(
        "addons",
        f"another version on the disk: {_some(older)}"
        if older
        else f"changed since the last upgrade: {_some(changed)}"
        if changed and known
        else "as on the disk",
        attention=(older or changed and known) and "setup/upgrade --no-pull",
    )


def disk(patient):
    """Room where the files and the backups lie."""
    seen = {}
    for path in (patient.site.data, patient.backups):
        while not path.exists():
            path = path.parent
        seen.setdefault(path.stat().st_dev, path)
    for path in seen.values():
        usage = shutil.disk_usage(path)
        share = usage.free / usage.total
        yield finding(
            "disk",
            f"{path}: {backup.size(usage.free)} free, {share:.0%}",
            attention=share < 0.15 and "make room, or take a larger disk, soon",
            fault=(share < 0.05 or usage.free < 1e9)
            and "make room now: PostgreSQL stops when it is full",
        )


def files(patient):
    """Each stored file that the database names is there."""
    rows = patient.rows(
        "SELECT DISTINCT store_fname FROM ir_attachment WHERE store_fname IS NOT NULL"
    )
    lost = [name for (name,) in rows if not (patient.site.filestore / name).exists()]
    yield finding(
        "files",
        f"{len(lost)} of {len(rows)} are missing in {patient.site.filestore}: {_some(lost)}"
        if lost
        else f"{len(rows)}, all there",
        fault=lost and "copy them from a backup restored beside (setup/restore --into)",
    )


def mail(patient):
    """An outgoing server, and what could not be sent."""
    # One that belongs to a person sends that person's mails alone.
    servers = int(
        patient.value(
            "SELECT count(*) FROM ir_mail_server WHERE active AND owner_user_id IS NULL"
        )
    )
    written = operations.odoo_options(patient.site.configuration).get("smtp_server")
    yield finding(
        "mail server",
        f"{servers} set" if servers else written or "none is set: nobody gets a mail",
        fault=not servers
        and not written
        and "Settings, Technical, Outgoing Mail Servers: add one",
    )
    if patient.has("mail_mail"):
        failed = int(
            patient.value("SELECT count(*) FROM mail_mail WHERE state = 'exception'")
        )
        waiting = _old(patient, "mail_mail", "outgoing")
        yield finding(
            "mails",
            f"{failed} failed, {waiting} wait for more than an hour",
            attention=failed
            and "Settings, Technical, Emails: read why, then retry or cancel",
            fault=waiting
            and not patient.neutralized
            and "look at the mail server and at the scheduled actions",
        )


def outboxes(patient):
    """Our own queues of mails, and jobs of queue_job where it is installed."""
    for (table,) in patient.rows(
        "SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid "
        "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
        "AND attname = 'state' AND (relname ~ '_notice$' OR relname = 'queue_job') "
        "ORDER BY relname"
    ):
        queued = "pending" if table == "queue_job" else "queued"
        failed = int(
            patient.value(f"SELECT count(*) FROM {table} WHERE state = 'failed'")
        )
        waiting = _old(patient, table, queued)
        yield finding(
            f"outbox {table}",
            f"{failed} failed, {waiting} wait for more than an hour",
            attention=failed and "open its list, read the error, send them again",
            fault=waiting
            and not patient.neutralized
            and "look at the scheduled actions: nothing takes them",
        )


def scheduled_actions(patient):
    """Actions that fail, that are late, and ours that are switched off."""
    if patient.neutralized:
        return
    failing = patient.rows(
        "SELECT cron_name, failure_count FROM ir_cron WHERE active AND failure_count > 0 "
        "ORDER BY cron_name"
    )
    late = patient.rows(
        "SELECT cron_name FROM ir_cron WHERE active AND nextcall < now() AT TIME ZONE 'UTC' "
        f"- interval '{LATE_MINUTES} minutes' ORDER BY nextcall"
    )
    total = patient.value("SELECT count(*) FROM ir_cron WHERE active")
    yield finding(
        "scheduled actions",
        f"{total} active"
        + (f"; late: {_some([name for (name,) in late])}" if late else "")
        + (f"; failing: {_some([name for name, _n in failing])}" if failing else ""),
        attention=failing
        and "read the error in Odoo's log: after five failures Odoo switches one off",
        fault=late and "is Odoo running, with max_cron_threads of 1 or more?",
    )
    off = patient.rows(
        "SELECT cron_name FROM ir_cron JOIN ir_model_data d ON d.res_id = ir_cron.id "
        "AND d.model = 'ir.cron' WHERE NOT active AND d.module LIKE 'clapier\\_%' "
        "ORDER BY cron_name"
        if patient.has("ir_model_data")
        else "SELECT 1 WHERE false"
    )
    if off:
        yield finding(
            "scheduled actions",
            f"switched off: {_some([name for (name,) in off])}",
            attention="switch them on, unless someone meant it",
        )


def clock(patient):
    """The database's clock beside the system's, and whether that one is kept right."""
    before = time.time()
    there = float(patient.value("SELECT extract(epoch FROM clock_timestamp())"))
    # The answer was given somewhere in between.
    apart = max(before - there, there - time.time(), 0)
    yield finding(
        "clock",
        f"database and system {apart:.1f} s apart",
        attention=apart > CLOCK_SECONDS and "set both by NTP",
        fault=apart > CLOCK_SECONDS_FAULT
        and "set both by NTP: shifts and bookings go by it",
    )
    if shutil.which("timedatectl"):
        shown = subprocess.run(
            ["timedatectl", "show", "--property=NTPSynchronized", "--value"],
            capture_output=True,
            text=True,
        ).stdout.strip()
        if shown:
            yield finding(
                "clock",
                "kept right by NTP" if shown == "yes" else "not kept right by NTP",
                attention=shown != "yes" and "timedatectl set-ntp true",
            )


def backups(patient):
    """Age and size of the newest backup, and whether it left this machine."""
    found = rotation.backups(patient.backups, patient.site.database)
    if not found:
        yield finding(
            "backups",
            f"none in {patient.backups}",
            fault="run setup/backup, and let cron do so each night",
        )
        return
    now = datetime.datetime.now(datetime.UTC)
    age = (now - found[0].time).total_seconds()
    sizes = [backup.path.stat().st_size for backup in found[:2]]
    yield finding(
        "backups",
        f"{len(found)}, the newest {duration(age)} old, {backup.size(sizes[0])}",
        attention=age > BACKUP_HOURS * 3600 and "why did last night's not run?",
        fault=age > BACKUP_HOURS_FAULT * 3600
        and "run setup/backup now, read its error",
    )
    if sizes[0] * 2 < sizes[-1]:
        yield finding(
            "backups",
            f"the newest is less than half of the one before ({backup.size(sizes[1])})",
            attention="setup/restore --drill shows whether it is whole",
        )
    if patient.options.send and not _sent(patient.backups, found[0].path.name):
        yield finding(
            "backups",
            "the newest was not sent off-site",
            fault="mend the command of --send, then send that file by hand",
        )


def _sent(folder, name):
    path = folder / backup.HISTORY
    lines = path.read_text().splitlines() if path.exists() else []
    return any(
        entry["sent"] for entry in map(json.loads, lines) if entry["name"] == name
    )


def connections(patient):
    """Room for more connections, and transactions that someone left open."""
    used, most, idle = map(
        int,
        patient.rows(
            "SELECT count(*), current_setting('max_connections')::int, "
            "count(*) FILTER (WHERE datname = current_database() "
            "AND state = 'idle in transaction' "
            f"AND state_change < now() - interval '{OPEN}') "
            "FROM pg_stat_activity WHERE backend_type = 'client backend'"
        )[0],
    )
    yield finding(
        "connections",
        f"{used} of {most}"
        + (f", {idle} in a transaction left open for {OPEN}" if idle else ""),
        attention=(used > most * 0.8 or idle)
        and "lower db_maxconn or workers; end what was left open",
    )


def website(patient):
    """The hub answers on the port that its configuration names."""
    written = operations.odoo_options(patient.site.configuration)
    if not written.get("http_port"):
        return
    host = written.get("http_interface") or "127.0.0.1"
    host = "127.0.0.1" if host == "0.0.0.0" else host
    address = f"http://{host}:{written['http_port']}/web/health"
    start = time.monotonic()
    try:
        with urllib.request.urlopen(address, timeout=20):
            spent = time.monotonic() - start
    except (urllib.error.URLError, ConnectionError, TimeoutError) as error:
        yield finding(
            "answer",
            f"{address}: {getattr(error, 'reason', error)}",
            fault="start the hub (systemctl start clapier), read its log",
        )
        return
    yield finding(
        "answer",
        f"{address} in {spent * 1000:.0f} ms",
        attention=spent > 5 and "all workers are busy: look at the load, raise workers",
    )


def _old(patient, table, state):
    """Return how many rows of ``table`` have been in ``state`` for more than an hour."""
    return int(
        patient.value(
            f"SELECT count(*) FROM {table} WHERE state = '{state}' AND create_date < {HOUR}"
        )
    )


def _some(names, limit=4):
    more = len(names) - limit
    return ", ".join(names[:limit]) + (f" and {more} more" if more > 0 else "")


CHECKS = (
    copy,
    versions,
    website,
    connections,
    disk,
    files,
    mail,
    outboxes,
    scheduled_actions,
    clock,
    backups,
)
