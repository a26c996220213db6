"""setup/restore --drill: what it compares, and that it sees what is wrong."""

from hub import drill, environment, figures, restore


def _drill(hub, file, monkeypatch, *more):
    monkeypatch.setattr(environment, "prepare", lambda steps: hub.environment)
    return restore.main(hub.arguments("--drill", *more))


def test_drill_compares_and_drops_the_copy(small_hub, monkeypatch, capsys):
    key, public = small_hub.key()
    file = small_hub.backup("--recipients", public)
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
    assert small_hub.stores() == {small_hub.name}


def test_drill_tells_broken_receipts(small_hub, monkeypatch, capsys):
    file = small_hub.backup("--plain")
    small_hub.play(STUB_CORRUPTED="Ticket 12")
    assert _drill(small_hub, file, monkeypatch) == 1
    assert "FAULT  receipts of The hub: altered: Ticket 12" in capsys.readouterr().out
    assert not small_hub.beside()


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
