"""setup/backup and setup/restore, on a small database, with the real pg_dump, age and files."""

import io
import json
import os
import resource
import shlex
import signal
import subprocess
import sys
import tarfile
import time

import pytest
from hub import (
    archive,
    backup,
    figures,
    operations,
    restore,
    rotation,
)
from hub.console import Failure

from .repository import ROOT
from .small_hub import at, silent


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
    file = small_hub.backup("--recipients", public)
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
    name, manifest = _restore(small_hub, small_hub.backup("--plain"))
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
    small_hub.backup("--plain")
    printed = capsys.readouterr().out
    assert "ATTENTION: 1 files" in printed and lost.name in printed
    history = (small_hub.folder / "backups" / backup.HISTORY).read_text()
    assert json.loads(history)["missing"] == 1


def test_neutralized_copy_is_quiet_and_another_database(small_hub):
    name, _manifest = _restore(small_hub, small_hub.backup("--plain"), neutralize=True)
    assert small_hub.sql("SELECT DISTINCT active FROM ir_cron", name) == [["f"]]
    ((identity,),) = small_hub.sql(
        "SELECT value FROM ir_config_parameter WHERE key = 'database.uuid'", name
    )
    assert identity != "the-first"
    assert small_hub.sql("SELECT DISTINCT active FROM ir_cron") == [["t"]]


# --- What is refused


def test_restore_never_touches_what_exists(small_hub):
    file = small_hub.backup("--plain")
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
    file = _altered(small_hub.backup("--plain"), change)
    with pytest.raises(Failure, match=sentence):
        _restore(small_hub, file)
    assert not small_hub.beside()
    assert small_hub.stores() == {small_hub.name}


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
    file = small_hub.backup("--recipients", public)
    key.unlink()
    other, _public = small_hub.key()
    with pytest.raises(Failure, match="another key opens it"):
        _restore(small_hub, file, key=other)
    with pytest.raises(Failure, match="name the file of its private key"):
        _restore(small_hub, file)


def test_damaged_encrypted_backup_is_told(small_hub):
    key, public = small_hub.key()
    file = small_hub.backup("--recipients", public)
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
    with pytest.raises(Failure, match="Another backup or restoration"):
        backup.main(small_hub.arguments("--plain"))
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not rotation.backups(folder)
    assert list(folder.glob(f"{backup.PARTIAL}*"))
    small_hub.backup("--plain")
    assert not list(folder.glob(f"{backup.PARTIAL}*"))


@pytest.mark.parametrize("encrypted", [False, True])
def test_full_disk_leaves_nothing_and_one_sentence(small_hub, encrypted):
    """A limit on the size of files refuses as a full disk does."""
    small_hub.store(os.urandom(1_000_000))
    words = ("--recipients", small_hub.key()[1]) if encrypted else ("--plain",)
    limit = 400_000
    result = subprocess.run(
        [sys.executable, "-m", "hub", "backup", *small_hub.arguments(*words)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "setup")},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "the disk" in result.stderr.lower()
    assert "Traceback" not in result.stderr
    left = [x.name for x in (small_hub.folder / "backups").iterdir()]
    assert left == [".lock"]


def test_what_a_killed_restoration_left_goes(small_hub):
    file = small_hub.backup("--plain")
    left = small_hub.data / f"filestore/{backup.PARTIAL}killed"
    left.mkdir()
    (left / "clear").touch()
    small_hub.databases.query(f'CREATE DATABASE "{small_hub.name}_copy_partial"')
    name, _manifest = _restore(small_hub, file)
    assert not left.exists()
    assert small_hub.beside() == {name}


def test_backup_is_sent_by_the_keepers_command(small_hub):
    (small_hub.folder / "off site").mkdir()
    target = shlex.quote(str(small_hub.folder / "off site"))
    file = small_hub.backup("--plain", "--send", f"cp {{file}} {target}/{{name}}")
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
    # Those of 24 hours; the last of three days; of the week before (Sunday 29 is one of
    # these); of January.
    assert kept == ["0331-03", "0331-02", "0330-02", "0329-02", "0131-02"]
    assert len(rotation.superfluous(found, 0, 0, 0)) == 61


def test_backup_removes_what_is_no_longer_kept(small_hub):
    folder = small_hub.folder / "backups"
    folder.mkdir()
    old = folder / f"{small_hub.name}-20200101T020000Z.tar"
    foreign = folder / "elsewhere-20200101T020000Z.tar"
    old.touch(), foreign.touch()
    small_hub.backup("--plain", "--monthly", "1", "--weekly", "1", "--daily", "1")
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
