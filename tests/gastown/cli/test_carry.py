"""`town bead import` and `export` carry beads between the ledger and git's files."""

import json

import pytest

from tests.gastown.cli.test_bead import ids, new


@pytest.fixture
def shared(oak):
    return oak / ".beads" / "issues.jsonl"


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_what_is_exported_is_imported_again(cli, oak, shared):
    mason = new(cli, "Call the mason")
    roses = new(cli, "Water the roses", "-r", "garden")
    theirs = oak / "garden" / "mayor" / "rig" / ".beads" / "issues.jsonl"

    done = cli("bead", "export", "--all", "--json").json
    assert [(one["file"], one["beads"], one["changed"]) for one in done] == [
        (str(shared), 1, True),
        (str(theirs), 1, True),
    ]
    assert [one["id"] for one in (*lines(shared), *lines(theirs))] == [mason, roses]
    assert "up to date" in cli("bead", "export").out

    (oak / ".beads" / "beads.db").unlink()
    assert ids(cli("bead", "list", "--json")) == [mason, roses]


def test_import_takes_the_towns_file_a_rigs_or_any(cli, oak, shared, tmp_path):
    bead = new(cli, "Dig", "-r", "garden")
    cli("bead", "export", "--rig", "garden")
    theirs = oak / "garden" / "mayor" / "rig" / ".beads" / "issues.jsonl"
    newer = (
        theirs.read_text().replace("Dig", "Dig on").replace('"updated_at":"20', '"updated_at":"29')
    )
    theirs.write_text(newer)
    copy = tmp_path / "copy.jsonl"
    copy.write_text(newer.replace("Dig on", "Dig for ever").replace('"29', '"30'))

    assert cli("bead", "import", "--rig", "garden", "--json").json == {
        "file": str(theirs), "read": 1, "changed": 1, "deleted": [],
    }  # fmt: skip
    assert cli("bead", "show", bead, "--json").json["title"] == "Dig on"
    assert "1 beads read, 1 changed" in cli("bead", "import", str(copy)).out
    assert cli("bead", "show", bead, "--json").json["title"] == "Dig for ever"


def test_a_bad_line_is_told_and_nothing_is_taken(cli, oak, shared):
    new(cli, "Dig")
    cli("bead", "export")
    good = shared.read_text()
    shared.write_text(good.replace("Dig", "Plant") + good[:40])

    answer = cli("bead", "import")

    assert answer.code == 2
    assert f"{shared}:2: " in answer.err
    assert [bead["title"] for bead in cli("bead", "list", "--json").json] == ["Dig"]


def test_export_drops_nothing_that_only_the_file_has(cli, oak, shared):
    new(cli, "Dig")
    cli("bead", "export")
    there = shared.read_text().replace('"hq-', '"hq-other')
    shared.write_text(there)

    answer = cli("bead", "export")

    assert answer.code == 2
    assert "Import it first" in answer.err
    assert shared.read_text() == there


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (("import",), "no such file"),
        (("import", "--rig", "barn"), "no rig 'barn'"),
        (("import", "x.jsonl", "--rig", "garden"), "not both"),
        (("export", "--rig", "garden", "--all"), "not both"),
    ],
)
def test_what_makes_no_sense_is_refused(cli, oak, tokens, said):
    answer = cli("bead", *tokens)

    assert answer.code == 2
    assert said in answer.err
