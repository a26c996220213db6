"""setup/upgrade, on a small database and repositories of its own; Odoo is played by a program."""

import json
import subprocess

import pytest
from hub import environment, figures, manifests, modules, places, rotation, upgrade
from hub.console import Failure

ADDON = "clapier_supermarket"


def _git(folder, *words):
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    return subprocess.run(
        ["git", *identity, *words],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()


def _write(root, version, text="x = 1\n"):
    folder = root / ADDON
    folder.mkdir(exist_ok=True)
    (folder / "__manifest__.py").write_text(repr({"version": version, "depends": []}))
    (folder / "models.py").write_text(text)


@pytest.fixture
def clone(small_hub, monkeypatch):
    """A clone that runs the first version, its origin one commit ahead."""
    origin = small_hub.folder / "origin"
    origin.mkdir()
    _git(origin, "init", "--quiet", "--initial-branch=main")
    _write(origin, "19.0.1.0.0")
    _git(origin, "add", "--all")
    _git(origin, "commit", "--quiet", "-m", "first")
    root = small_hub.folder / "clone"
    _git(small_hub.folder, "clone", "--quiet", str(origin), str(root))
    _write(origin, "19.0.1.1.0", "x = 2\n")
    _git(origin, "commit", "--quiet", "--all", "-m", "second")
    monkeypatch.setattr(places, "ROOT", root)
    monkeypatch.setattr(places, "ADDONS", (ADDON,))
    monkeypatch.setattr(environment, "prepare", lambda steps: small_hub.environment)
    monkeypatch.setattr(upgrade, "answers", lambda databases, name: None)
    small_hub.install(ADDON, "19.0.1.0.0")
    return root


def _upgrade(hub, *arguments):
    return upgrade.main(hub.arguments(*arguments))


def _versions(hub, root):
    """Return the versions of the database and of the clone."""
    ((stored,),) = hub.sql("SELECT latest_version FROM ir_module_module")
    return stored, manifests.read(ADDON)["version"]


def test_upgrade_updates_what_changed_and_remembers_it(small_hub, clone, capsys):
    key, public = small_hub.key()
    assert _upgrade(small_hub, "--recipients", public) == 0
    assert _versions(small_hub, clone) == ("19.0.1.1.0", "19.0.1.1.0")
    assert f"-u {ADDON} " in small_hub.calls.read_text()
    assert not small_hub.beside()
    assert len(rotation.backups(small_hub.folder / "backups")) == 1
    assert small_hub.stores() == {small_hub.name}
    small_hub.calls.write_text("")
    assert _upgrade(small_hub, "--recipients", public) == 0
    assert "Nothing has changed" in capsys.readouterr().out
    assert not small_hub.calls.read_text()


def test_same_version_with_other_content_is_updated(small_hub, clone):
    assert _upgrade(small_hub, "--no-backup") == 0
    small_hub.calls.write_text("")
    (clone / ADDON / "models.py").write_text("x = 3\n")
    (clone / ADDON / "static").mkdir()
    assert _upgrade(small_hub, "--no-backup", "--no-pull") == 0
    assert small_hub.calls.read_text().count(f"-u {ADDON} ") == 1
    # Browsers fetch these anew anyway: no reason to stop the hub.
    (clone / ADDON / "static/app.js").write_text("")
    assert not modules.changed(
        small_hub.environment, small_hub.databases, small_hub.name
    )


def test_other_build_of_odoo_updates_everything(small_hub, clone):
    assert _upgrade(small_hub, "--no-backup") == 0
    release = small_hub.environment.odoo_library / "odoo/release.py"
    release.write_text("another build")
    changed = modules.changed(
        small_hub.environment, small_hub.databases, small_hub.name
    )
    assert changed == ["base"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda hub, patch: hub.play(STUB_UPDATE="fails"),
        lambda hub, patch: hub.play(STUB_UPDATE="stays"),
        lambda hub, patch: patch.setattr(upgrade, "answers", _refuses),
        lambda hub, patch: patch.setattr(upgrade, "answers", _interrupted),
    ],
    ids=["odoo fails", "module stays old", "no page", "Ctrl-C"],
)
def test_failed_upgrade_goes_back(small_hub, clone, monkeypatch, spoil):
    before = _git(clone, "rev-parse", "HEAD")
    spoil(small_hub, monkeypatch)
    with pytest.raises(Failure, match="back as they were"):
        _upgrade(small_hub, "--no-backup")
    assert _git(clone, "rev-parse", "HEAD") == before
    assert _versions(small_hub, clone) == ("19.0.1.0.0", "19.0.1.0.0")
    # Odoo had begun: what it wrote is gone, what was there is there.
    assert small_hub.sql("SELECT count(*) FROM account_move_line") == [["2"]]
    assert small_hub.sql("SELECT count(*) FROM ir_attachment") == [["2"]]
    assert sum(x.is_file() for x in small_hub.site.filestore.rglob("*")) == 2
    assert not small_hub.beside()
    assert not modules.remembered(small_hub.databases, small_hub.name)


def _refuses(databases, name):
    raise Failure("The server does not answer.")


def _interrupted(databases, name):
    raise KeyboardInterrupt


def test_upgrade_that_was_cut_off_can_go_back(small_hub, clone, monkeypatch):
    """kill −9 in the middle: nothing of ours runs afterwards."""
    before = _git(clone, "rev-parse", "HEAD")
    monkeypatch.setattr(upgrade, "answers", _refuses)
    restore = upgrade.Upgrade._restore
    monkeypatch.setattr(upgrade.Upgrade, "_restore", lambda *arguments: None)
    with pytest.raises(Failure):
        _upgrade(small_hub, "--no-backup")
    assert _versions(small_hub, clone) == ("19.0.1.1.0", "19.0.1.1.0")
    monkeypatch.setattr(upgrade.Upgrade, "_restore", restore)
    with pytest.raises(Failure, match="setup/upgrade --back"):
        _upgrade(small_hub, "--no-backup")
    assert _upgrade(small_hub, "--back") == 0
    assert _git(clone, "rev-parse", "HEAD") == before
    assert _versions(small_hub, clone) == ("19.0.1.0.0", "19.0.1.0.0")
    assert not small_hub.beside()
    with pytest.raises(Failure, match="No upgrade was cut off"):
        _upgrade(small_hub, "--back")


def test_upgrade_refuses_what_it_could_not_undo(small_hub, clone):
    (clone / ADDON / "models.py").write_text("by hand\n")
    with pytest.raises(Failure, match="changed by hand"):
        _upgrade(small_hub, "--no-backup")
    _git(clone, "commit", "--quiet", "--all", "-m", "own")
    with pytest.raises(Failure, match="commits that its origin has not"):
        _upgrade(small_hub, "--no-backup")
    with pytest.raises(Failure, match="No public key"):
        _upgrade(small_hub)
    assert not small_hub.calls.read_text()
    assert _versions(small_hub, clone) == ("19.0.1.0.0", "19.0.1.0.0")


def test_hub_is_stopped_and_started_by_the_keepers_commands(small_hub, clone):
    log = small_hub.folder / "service"
    say = f"""sh -c 'echo "$0" >> "{log}"' """
    with figures.Session(small_hub.name, small_hub.site.environ):
        with pytest.raises(Failure, match="1 programs use the database"):
            _upgrade(small_hub, "--no-backup")
        assert not small_hub.beside()
    small_hub.alone()
    small_hub.play(STUB_UPDATE="fails")
    words = ("--stop", f"{say} stopped", "--start", f"{say} started")
    with pytest.raises(Failure, match="back as they were"):
        _upgrade(small_hub, "--no-backup", *words)
    assert log.read_text().split() == ["stopped", "started"]
    with pytest.raises(Failure, match="could not be stopped"):
        _upgrade(small_hub, "--no-backup", "--stop", "false")


def test_versions_are_those_that_odoo_stores():
    assert modules._adapted("1.2") == "19.0.1.2"
    assert modules._adapted("19.0.1.2.0") == "19.0.1.2.0"


def test_checksums_are_kept_in_the_database(small_hub, clone):
    marks = {"a": "0f", "odoo": "1e"}
    modules.remember(small_hub.databases, small_hub.name, marks)
    modules.remember(small_hub.databases, small_hub.name, {**marks, "a": "2d"})
    ((value,),) = small_hub.sql(
        f"SELECT value FROM ir_config_parameter WHERE key = '{modules.CHECKSUMS}'"
    )
    assert json.loads(value) == {"a": "2d", "odoo": "1e"}
