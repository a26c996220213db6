"""setup/doctor on a small database: what is well, and each thing that can ail it."""

import datetime
import http.server
import json
import threading
import time
from types import SimpleNamespace

import pytest
from hub import backup, checks, doctor, figures, health, modules, places, rotation

LONG_AGO = "now() AT TIME ZONE 'UTC' - interval '3 hours'"


def _backup(hub, hours=1, size=1000):
    """Leave a file that looks like a backup of so many hours ago."""
    folder = hub.folder / "backups"
    folder.mkdir(exist_ok=True)
    now = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=hours)
    path = folder / rotation.NAME.format(database=hub.name, time=now, suffix=".age")
    path.write_bytes(b"x" * size)
    return path


def _examine(hub, capsys, *arguments):
    """Return the exit code and the findings."""
    code = doctor.main(hub.arguments("--json", *arguments))
    return code, json.loads(capsys.readouterr().out)


@pytest.fixture(autouse=True)
def calm(request, monkeypatch):
    """The host of the tests has a disk, a clock and an Odoo of its own."""
    if "small_hub" in request.fixturenames:
        library = request.getfixturevalue("small_hub").environment.odoo_library
        monkeypatch.setenv("ODOO", str(library))
    monkeypatch.setattr(checks.shutil, "which", lambda name: None)
    usage = SimpleNamespace(free=50e9, total=100e9)
    monkeypatch.setattr(checks.shutil, "disk_usage", lambda path: usage)


def test_healthy_hub_gets_no_remedy(small_hub, capsys):
    _backup(small_hub)
    code, found = _examine(small_hub, capsys)
    assert not [finding for finding in found if finding["level"] != "OK"]
    assert code == 0
    subjects = {finding["subject"] for finding in found}
    assert subjects >= {
        *("database", "PostgreSQL", "modules", "addons", "connections", "disk"),
        *("files", "mail server", "mails", "outbox coworking_notice"),
        *("scheduled actions", "clock", "backups"),
    }
    assert doctor.main(small_hub.arguments()) == 0
    printed = capsys.readouterr().out
    assert "OK        files: 2, all there\n" in printed
    assert "0 faults, 0 need attention." in printed


@pytest.mark.parametrize(
    ("statement", "level", "subject", "text"),
    [
        ("DELETE FROM ir_mail_server", "FAULT", "mail server", "none is set"),
        (
            "UPDATE ir_mail_server SET owner_user_id = 1",
            *("FAULT", "mail server", "none is set"),
        ),
        (
            "INSERT INTO mail_mail (state) VALUES ('exception'), ('outgoing')",
            *("ATTENTION", "mails", "1 failed, 0 wait"),
        ),
        (
            f"INSERT INTO mail_mail (state, create_date) SELECT 'outgoing', {LONG_AGO}",
            *("FAULT", "mails", "0 failed, 1 wait"),
        ),
        (
            "INSERT INTO coworking_notice (state) VALUES ('failed'), ('queued')",
            *("ATTENTION", "outbox coworking_notice", "1 failed, 0 wait"),
        ),
        (
            f"INSERT INTO coworking_notice (state, create_date) SELECT 'queued', {LONG_AGO}",
            *("FAULT", "outbox coworking_notice", "1 wait"),
        ),
        (
            "CREATE TABLE queue_job (state varchar, create_date timestamp); "
            "INSERT INTO queue_job VALUES ('failed', now())",
            *("ATTENTION", "outbox queue_job", "1 failed"),
        ),
        (
            f"UPDATE ir_cron SET nextcall = {LONG_AGO}",
            *("FAULT", "scheduled actions", "late: Send e-mails"),
        ),
        (
            "UPDATE ir_cron SET failure_count = 2",
            *("ATTENTION", "scheduled actions", "failing: Send e-mails"),
        ),
        (
            "CREATE TABLE ir_model_data (model varchar, res_id int, module varchar); "
            "INSERT INTO ir_model_data VALUES ('ir.cron', 1, 'clapier_drive'); "
            "UPDATE ir_cron SET active = false",
            *("ATTENTION", "scheduled actions", "switched off: Send e-mails"),
        ),
        (
            "INSERT INTO ir_module_module (name, state) VALUES ('gone', 'installed')",
            *("FAULT", "modules", "not on the disk: gone"),
        ),
        (
            "INSERT INTO ir_module_module (name, state) VALUES ('half', 'to upgrade')",
            *("FAULT", "modules", "unfinished: half"),
        ),
        (
            "INSERT INTO ir_module_module (name, state, latest_version) "
            "VALUES ('clapier_supermarket', 'installed', '19.0.0.0.1')",
            *("ATTENTION", "addons", "another version on the disk: clapier_superm"),
        ),
        (
            "INSERT INTO ir_config_parameter (key, value) "
            "VALUES ('database.is_neutralized', 'true')",
            *("ATTENTION", "copy", "neutralized copy"),
        ),
        (
            "INSERT INTO ir_attachment (store_fname) VALUES ('ab/abcd')",
            *("FAULT", "files", "1 of 3 are missing"),
        ),
        ("DROP TABLE ir_attachment", "FAULT", "files", "cannot be checked: ERROR"),
    ],
    ids=[
        *(
            "no server",
            "own server",
            "failed mail",
            "waiting mail",
            "failed notice",
            "waiting notice",
        ),
        *("failed job", "late action", "failing action", "action off", "module gone"),
        *("unfinished", "old version", "neutralized", "lost file", "no table"),
    ],
)
def test_what_ails_is_told_with_a_remedy(
    small_hub, capsys, statement, level, subject, text
):
    _backup(small_hub)
    small_hub.sql(statement)
    code, found = _examine(small_hub, capsys)
    (told,) = [x for x in found if x["level"] != "OK"]
    assert (told["level"], told["subject"]) == (level, subject)
    assert text in told["text"] and told["remedy"]
    assert code == {"ATTENTION": 1, "FAULT": 2}[level]


def test_queues_of_a_neutralized_copy_may_wait(small_hub, capsys):
    _backup(small_hub)
    small_hub.sql(
        "INSERT INTO ir_config_parameter (key, value) "
        "VALUES ('database.is_neutralized', 'true');"
        f"INSERT INTO mail_mail (state, create_date) SELECT 'outgoing', {LONG_AGO};"
        f"UPDATE ir_cron SET nextcall = {LONG_AGO}"
    )
    code, _found = _examine(small_hub, capsys)
    assert code == 1


def test_changed_content_is_told_once_an_upgrade_noted_it(
    small_hub, capsys, monkeypatch, tmp_path
):
    _backup(small_hub)
    addon = tmp_path / "clone/clapier_drive"
    addon.mkdir(parents=True)
    (addon / "__manifest__.py").write_text(repr({"version": "19.0.1.0.0"}))
    monkeypatch.setattr(places, "ROOT", addon.parent)
    small_hub.install("clapier_drive", "19.0.1.0.0")
    assert _examine(small_hub, capsys)[0] == 0
    marks = modules.checksums(small_hub.environment, ["clapier_drive"])
    modules.remember(small_hub.databases, small_hub.name, marks)
    assert _examine(small_hub, capsys)[0] == 0
    (addon / "views.xml").write_text("<odoo/>")
    code, found = _examine(small_hub, capsys)
    assert code == 1
    texts = [x["text"] for x in found]
    assert "changed since the last upgrade: clapier_drive" in texts


# --- Backups, disk, clock, connections, answer


@pytest.mark.parametrize(
    ("hours", "level"), [([], 2), ([25], 0), ([27], 1), ([51], 2), ([49, 25], 0)]
)
def test_age_of_backups(small_hub, capsys, hours, level):
    for age in hours:
        _backup(small_hub, age)
    assert _examine(small_hub, capsys)[0] == level


def test_shrunken_and_unsent_backups(small_hub, capsys):
    _backup(small_hub, 25, size=1000)
    path = _backup(small_hub, 1, size=400)
    code, found = _examine(small_hub, capsys)
    assert code == 1
    assert any("less than half" in x["text"] for x in found)
    path.write_bytes(b"x" * 900)
    entry = {"name": path.name, "bytes": 900, "sent": False}
    backup.deliver(path, dict(entry), "")
    code, found = _examine(small_hub, capsys, "--send", "true")
    assert code == 2
    assert any("not sent off-site" in x["text"] for x in found)
    backup.deliver(path, dict(entry), "true")
    assert _examine(small_hub, capsys, "--send", "true")[0] == 0


@pytest.mark.parametrize(
    ("free", "level"), [(50e9, 0), (10e9, 1), (4e9, 2), (0.9e9, 2)]
)
def test_room_on_the_disk(small_hub, capsys, monkeypatch, free, level):
    _backup(small_hub)
    usage = SimpleNamespace(free=free, total=100e9)
    monkeypatch.setattr(checks.shutil, "disk_usage", lambda path: usage)
    assert _examine(small_hub, capsys)[0] == level


@pytest.mark.parametrize(("apart", "level"), [(0, 0), (5, 1), (-90, 2)])
def test_clocks_that_differ(small_hub, capsys, monkeypatch, apart, level):
    _backup(small_hub)
    monkeypatch.setattr(
        checks, "time", SimpleNamespace(time=lambda: time.time() + apart)
    )
    assert _examine(small_hub, capsys)[0] == level


def test_transaction_left_open_is_told(small_hub, capsys, monkeypatch):
    _backup(small_hub)
    monkeypatch.setattr(checks, "OPEN", "0 minutes")
    with figures.Session(small_hub.name, small_hub.site.environ) as session:
        session.snapshot()
        code, found = _examine(small_hub, capsys)
    assert code == 1
    assert any("1 in a transaction" in x["text"] for x in found)


def test_copy_of_an_upgrade_that_was_cut_off_is_told(small_hub, capsys):
    _backup(small_hub)
    small_hub.databases.query(f'CREATE DATABASE "{small_hub.name}_before_abc"')
    code, found = _examine(small_hub, capsys)
    assert code == 2
    assert "setup/upgrade --back" in [x["remedy"] for x in found]


def test_hub_that_does_not_answer_is_told(small_hub, capsys):
    _backup(small_hub)

    class Health(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path == "/web/health" else 404)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Health)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with open(small_hub.site.configuration, "a") as configuration:
        configuration.write(f"http_port = {server.server_port}\n")
    code, found = _examine(small_hub, capsys)
    assert code == 0 and "answer" in [x["subject"] for x in found]
    server.shutdown()
    server.server_close()
    code, found = _examine(small_hub, capsys)
    assert code == 2
    assert {x["subject"] for x in found if x["level"] == "FAULT"} == {"answer"}


def test_database_that_is_away_is_a_fault(small_hub, capsys):
    code, (told,) = _examine(small_hub, capsys, "--database", "no_such_database")
    assert code == 2
    assert told["level"] == "FAULT" and "no_such_database" in told["text"]


def test_doctor_changes_nothing(small_hub, capsys):
    before = sorted(x for x in small_hub.folder.rglob("*"))
    with figures.Session(small_hub.name, small_hub.site.environ) as session:
        figures_before = figures.measure(session)
    _examine(small_hub, capsys)
    with figures.Session(small_hub.name, small_hub.site.environ) as session:
        assert figures.measure(session) == figures_before
    assert sorted(x for x in small_hub.folder.rglob("*")) == before


def test_durations_read_well():
    assert health.duration(59) == "59 s"
    assert health.duration(3 * 3600) == "3 hours"
    assert health.duration(50 * 3600) == "2 days"
