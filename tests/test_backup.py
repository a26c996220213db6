"""setup/backup and setup/restore, on a small database, with the real pg_dump, age and files."""

import io
import json
import os
import shlex
import signal
import subprocess
import sys
import tarfile
import time
from contextlib import nullcontext

import pytest
from hub import (
    archive,
    backup,
    drill,
    environment,
    figures,
    operations,
    restore,
    rotation,
)
from hub.console import Failure

from .repository import ROOT
from .small_hub import at, silent


def _backup(hub, *arguments):
    assert backup.main(hub.arguments(*arguments)) == 0
    return rotation.backups(hub.folder / "backups")[0].path


def _restore(hub, file, *, key=None, name="copy", neutralize=False, inspect=None):
    copy = restore.Copy(key and str(key), f"{hub.name}_{name}", neutralize)
    return restore.restore(hub.site, hub.databases, file, copy, silent(), inspect)


def _altered(file, change):
    """Return a copy of a plain backup whose members went through ``change(name, bytes)``."""
    target = file.with_name(f"altered-{file.name}")
    with tarfile.open(file) as source, tarfile.open(target, "w") as output:
        for member in source:
            content = change(member.name, source.extractfile(member).read())
            if content is not None:
                member.size = len(content)
                output.addfile(member, io.BytesIO(content))
    return target


# --- There and back


def test_encrypted_backup_comes_back_whole(small_hub):
    key, public = small_hub.key()
    file = _backup(small_hub, "--recipients", public)
    assert file.name.startswith(small_hub.name) and file.suffix == ".age"
    assert file.stat().st_mode & 0o777 == 0o600
    assert b"a picture" not in file.read_bytes()
    name, manifest = _restore(small_hub, file, key=key)
    assert manifest["missing"] == []
    with figures.Session(name, small_hub.site.environ) as session:
        found = figures.measure(session)
    assert found == manifest["figures"]
    assert found["sums"] == {
        "account_move_line.credit": "12.50",
        "account_move_line.debit": "12.50",
        "demo_ledger.points": "1.4",
    }
    stored = small_hub.site.filestore
    copied = stored.with_name(name)
    assert {x.relative_to(stored) for x in stored.rglob("*")} == {
        x.relative_to(copied) for x in copied.rglob("*")
    }


def test_a_backup_is_the_state_of_one_moment(small_hub, monkeypatch):
    """What is written while it is made is in neither the figures, the dump nor the files."""
    dump = backup._dump

    def dump_while_someone_writes(*arguments):
        small_hub.sql("INSERT INTO account_move_line (debit) VALUES (99)")
        small_hub.store(b"a late picture")
        dump(*arguments)

    monkeypatch.setattr(backup, "_dump", dump_while_someone_writes)
    name, manifest = _restore(small_hub, _backup(small_hub, "--plain"))
    assert manifest["figures"]["tables"]["account_move_line"][0] == 2
    assert small_hub.sql("SELECT count(*) FROM account_move_line", name) == [["2"]]
    assert sum(x.startswith("filestore/") for x in manifest["files"]) == 2


def test_a_file_deleted_meanwhile_is_no_fault_but_one_lost_before_is_told(
    small_hub, monkeypatch, capsys
):
    lost = small_hub.store(b"lost")
    lost.unlink()
    deleted = small_hub.store(b"deleted meanwhile")
    dump = backup._dump

    def dump_while_someone_deletes(*arguments):
        deleted.unlink()
        small_hub.sql(f"DELETE FROM ir_attachment WHERE checksum = '{deleted.name}'")
        dump(*arguments)

    monkeypatch.setattr(backup, "_dump", dump_while_someone_deletes)
    _backup(small_hub, "--plain")
    printed = capsys.readouterr().out
    assert "ATTENTION: 1 files" in printed and lost.name in printed
    history = (small_hub.folder / "backups" / backup.HISTORY).read_text()
    assert json.loads(history)["missing"] == 1


def test_neutralized_copy_is_quiet_and_another_database(small_hub):
    name, _manifest = _restore(
        small_hub, _backup(small_hub, "--plain"), neutralize=True
    )
    assert small_hub.sql("SELECT DISTINCT active FROM ir_cron", name) == [["f"]]
    ((identity,),) = small_hub.sql(
        "SELECT value FROM ir_config_parameter WHERE key = 'database.uuid'", name
    )
    assert identity != "the-first"
    assert small_hub.sql("SELECT DISTINCT active FROM ir_cron") == [["t"]]


# --- What is refused


def test_restore_never_touches_what_exists(small_hub):
    file = _backup(small_hub, "--plain")
    small_hub.sql("INSERT INTO account_move_line (debit) VALUES (1)")
    copy = restore.Copy(None, None, False)
    with pytest.raises(Failure, match="it is not touched"):
        restore.restore(small_hub.site, small_hub.databases, file, copy, silent())
    assert small_hub.sql("SELECT count(*) FROM account_move_line") == [["3"]]
    orphan = small_hub.site.filestore.with_name(f"{small_hub.name}_copy")
    orphan.mkdir()
    with pytest.raises(Failure, match="it is not touched"):
        _restore(small_hub, file)
    assert orphan.exists() and not small_hub.beside()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda name, text: b"other" if name.startswith("filestore") else text,
            "are not those that were put in",
        ),
        (
            lambda name, text: None if name.startswith("filestore") else text,
            "are not those that were put in",
        ),
        (lambda name, text: None if name == archive.MANIFEST else text, "cut short"),
    ],
    ids=["altered", "left out", "cut short"],
)
def test_altered_backup_is_refused_before_anything_is_made(small_hub, change, sentence):
    file = _altered(_backup(small_hub, "--plain"), change)
    with pytest.raises(Failure, match=sentence):
        _restore(small_hub, file)
    assert not small_hub.beside()
    assert [x.name for x in (small_hub.data / "filestore").iterdir()] == [
        small_hub.name
    ]


@pytest.mark.parametrize(
    "name", ["../outside", "database/../../outside", "/outside", "filestore/x/.bashrc"]
)
def test_backup_that_would_write_elsewhere_is_refused(tmp_path, name):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        tar.addfile(tarfile.TarInfo(name), io.BytesIO())
    stream.seek(0)
    (tmp_path / "in").mkdir()
    with pytest.raises(Failure, match="which no backup of ours does"):
        archive.unpack(stream, tmp_path / "in")
    assert not [x for x in tmp_path.rglob("*") if x.is_file()]


def test_wrong_key_and_damage_are_told(small_hub):
    key, public = small_hub.key()
    file = _backup(small_hub, "--recipients", public)
    key.unlink()
    other, _public = small_hub.key()
    with pytest.raises(Failure, match="another key opens it"):
        _restore(small_hub, file, key=other)
    with pytest.raises(Failure, match="name the file of its private key"):
        _restore(small_hub, file)


def test_damaged_encrypted_backup_is_told(small_hub):
    key, public = small_hub.key()
    file = _backup(small_hub, "--recipients", public)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(Failure, match="damaged"):
        _restore(small_hub, file, key=key)
    file.write_bytes(content[: len(content) // 2])
    with pytest.raises(Failure, match="damaged"):
        _restore(small_hub, file, key=key)
    assert not small_hub.beside()


def test_private_key_is_refused_on_the_server(small_hub):
    key, _public = small_hub.key()
    with pytest.raises(Failure, match="keep it away from this machine"):
        backup.main(small_hub.arguments("--recipients", str(key)))
    with pytest.raises(Failure, match="No public key is named"):
        backup.main(small_hub.arguments())


def test_backup_never_replaces_another(small_hub, tmp_path):
    now = at("2026-03-01T02:00:00")
    path, _entry = backup.make(small_hub.site, tmp_path, None, silent(), now)
    before = path.read_bytes()
    with pytest.raises(Failure, match="is there already"):
        backup.make(small_hub.site, tmp_path, None, silent(), now)
    assert path.read_bytes() == before


def test_full_disk_is_foreseen(small_hub, monkeypatch):
    usage = lambda path: type("Usage", (), {"free": 1000})  # noqa: E731
    monkeypatch.setattr(backup.shutil, "disk_usage", usage)
    with pytest.raises(Failure, match="make room"):
        backup.main(small_hub.arguments("--plain"))
    assert not list((small_hub.folder / "backups").glob("*.tar"))


# --- Killed, sent, rotated


def test_killed_backup_leaves_nothing_that_looks_like_one(small_hub):
    """kill −9 while it encrypts; the next one clears up."""
    slow = small_hub.folder / "slow.py"
    slow.write_text("import time; time.sleep(60)")
    script = (
        "from hub import age, backup; import sys\n"
        f"age.encryption = lambda text: [sys.executable, {str(slow)!r}]\n"
        f"backup.main({small_hub.arguments('--recipients', 'age1x')!r})"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(ROOT / "setup")},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    folder = small_hub.folder / "backups"
    deadline = time.monotonic() + 30
    while not list(folder.glob(f"{backup.PARTIAL}*/*.age")):
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.05)
    with pytest.raises(Failure, match="Another backup"):
        backup.main(small_hub.arguments("--plain"))
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not rotation.backups(folder)
    assert list(folder.glob(f"{backup.PARTIAL}*"))
    _backup(small_hub, "--plain")
    assert not list(folder.glob(f"{backup.PARTIAL}*"))


def test_backup_is_sent_by_the_keepers_command(small_hub):
    (small_hub.folder / "off site").mkdir()
    target = shlex.quote(str(small_hub.folder / "off site"))
    file = _backup(small_hub, "--plain", "--send", f"cp {{file}} {target}/{{name}}")
    copy = small_hub.folder / "off site" / file.name
    assert copy.read_bytes() == file.read_bytes()
    history = (file.parent / backup.HISTORY).read_text()
    assert json.loads(history)["sent"] is True


@pytest.mark.parametrize("command", ["false", "no-such-program {file}"])
def test_backup_that_cannot_be_sent_is_kept_and_told(small_hub, command):
    with pytest.raises(Failure, match="could not be sent off-site"):
        backup.main(small_hub.arguments("--plain", "--send", command))
    (found,) = rotation.backups(small_hub.folder / "backups")
    history = (found.path.parent / backup.HISTORY).read_text()
    assert json.loads(history)["sent"] is False


def test_unknown_braces_are_told():
    with pytest.raises(Failure, match="braces may name file"):
        operations.command("cp {fiel} x", "no", file="y")


def test_rotation_keeps_days_weeks_and_months(tmp_path):
    for day in range(1, 32):
        for month in (1, 3):
            name = rotation.NAME.format(
                database="hub", time=at(f"2026-{month:02}-{day:02}T02:00:00"), suffix=""
            )
            (tmp_path / name).touch()
    (tmp_path / "hub-20260331T030000Z.tar.age").touch()
    (tmp_path / "hub-20260331T030000Z.txt").touch()
    (tmp_path / "other-20260101T030000Z.tar").touch()
    found = rotation.backups(tmp_path, "hub")
    assert len(found) == 63
    stale = rotation.superfluous(found, daily=3, weekly=2, monthly=2)
    kept = [f"{x.time:%m%d-%H}" for x in found if x not in stale]
    # The last of three days; of the week before (Sunday 29 is one of these); of January.
    assert kept == ["0331-03", "0330-02", "0329-02", "0131-02"]
    assert len(rotation.superfluous(found, 0, 0, 0)) == 62


def test_backup_removes_what_is_no_longer_kept(small_hub):
    folder = small_hub.folder / "backups"
    folder.mkdir()
    old = folder / f"{small_hub.name}-20200101T020000Z.tar"
    foreign = folder / "elsewhere-20200101T020000Z.tar"
    old.touch(), foreign.touch()
    _backup(small_hub, "--plain", "--monthly", "1", "--weekly", "1", "--daily", "1")
    assert not old.exists() and foreign.exists()


def test_settings_of_the_keeper(small_hub, monkeypatch):
    path = small_hub.folder / "operations.ini"
    path.write_text("[hub]\ndaily = 3\nsend = s3 put {file}\n")
    monkeypatch.setenv("CLAPIER_OPERATIONS", str(path))
    assert operations.settings()["daily"] == "3"
    assert operations.settings()["weekly"] == "5"
    path.write_text("[hub]\ndayly = 3\n")
    with pytest.raises(Failure, match="“dayly” is no setting"):
        operations.settings()
    path.write_text("[hub]\ndaily = some\n")
    with pytest.raises(Failure, match="daily = some: give a number"):
        backup.main(small_hub.arguments("--plain"))


# --- The drill


def _drill(hub, file, monkeypatch, *more):
    monkeypatch.setattr(environment, "prepare", lambda steps: hub.environment)
    return restore.main(hub.arguments("--drill", *more))


def test_drill_compares_and_drops_the_copy(small_hub, monkeypatch, capsys):
    key, public = small_hub.key()
    file = _backup(small_hub, "--recipients", public)
    # Today's database says something else: that does not matter.
    small_hub.sql("INSERT INTO account_move_line (debit) VALUES (1)")
    assert _drill(small_hub, file, monkeypatch, "--key", str(key)) == 0
    printed = capsys.readouterr().out
    for line in (
        "OK     sum of account_move_line.debit: 12.50",
        "OK     sum of demo_ledger.points: 1.4",
        "OK     attachments: 2 attachments in 2 files",
        "OK     receipts of The hub: 3 sealed",
        "The backup would do: 0 faults",
    ):
        assert line in printed
    assert not small_hub.beside()
    assert [x.name for x in (small_hub.data / "filestore").iterdir()] == [
        small_hub.name
    ]


def test_drill_tells_broken_receipts(small_hub, monkeypatch, capsys):
    file = _backup(small_hub, "--plain")
    monkeypatch.setitem(small_hub.site.environ, "STUB_CORRUPTED", "Ticket 12")
    monkeypatch.setattr(restore.operations, "site", _same_site(small_hub))
    assert _drill(small_hub, file, monkeypatch) == 1
    assert "FAULT  receipts of The hub: altered: Ticket 12" in capsys.readouterr().out
    assert not small_hub.beside()


def _same_site(hub):
    return lambda options: nullcontext(hub.site)


def test_compare_tells_each_difference():
    before = {
        "tables": {"a": [1, "x"], "b": [2, "y"], "c": [3, "z"]},
        "sums": {"a.n": "1", "b.n": "2"},
    }
    after = {
        "tables": {"a": [1, "x"], "b": [2, "other"], "d": [3, "z"]},
        "sums": {"a.n": "1", "b.n": "3"},
    }
    lines = {
        subject: (well, text) for subject, well, text in figures.compare(before, after)
    }
    assert lines["rows per table"] == (False, "c is not in both, d is not in both")
    assert lines["contents per table"] == (False, "b")
    assert lines["sum of a.n"] == (True, "1")
    assert lines["sum of b.n"] == (False, "2 → 3")
    after["tables"] = {"a": [0, "x"], "b": [2, "y"], "c": [3, "z"]}
    assert next(figures.compare(before, after))[2] == "a 1 → 0"


def test_drill_sees_an_attachment_that_is_not_its_checksum(small_hub):
    path = small_hub.store(b"will rot")
    path.write_bytes(b"has rotted")
    rows = small_hub.sql("SELECT store_fname, checksum FROM ir_attachment")
    subject, well, text = drill.attachments(
        rows, small_hub.site.filestore, {"missing": []}
    )
    assert not well and text.startswith("1 are not") and path.name in text
    path.unlink()
    assert not drill.attachments(rows, small_hub.site.filestore, {"missing": []})[1]
    known = {"missing": [f"{path.parent.name}/{path.name}"]}
    assert drill.attachments(rows, small_hub.site.filestore, known)[1]
