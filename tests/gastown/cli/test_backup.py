"""`town backup`: made, listed, and a town made anew from it."""

from pathlib import Path


def test_a_town_is_backed_up_listed_and_restored(cli, oak):
    bead = cli("bead", "create", "Snap beats", "--rig", "garden", "--json").json["id"]
    would = cli("backup", "make", "--dry-run", "--json").json
    assert not (oak / "backups").exists()

    made = cli("backup", "make", "--json").json
    listed = cli("backup", "list", "--json").json
    said = cli("backup", "restore", made["folder"], str(oak.parent / "again"))

    assert (would["files"], would["refs"]) == (made["files"], made["refs"])
    assert [(one["files"], one["refs"]) for one in listed] == [(made["files"], made["refs"])]
    assert said.code == 0
    assert "town doctor --fix && town up" in said.out
    again = str(oak.parent / "again")
    assert cli("bead", "show", bead, "--town", again, "--json").json["title"] == "Snap beats"
    assert cli("doctor", "--town", again).code == 0


def test_a_folder_in_use_is_refused_and_left_as_it_is(cli, oak):
    made = cli("backup", "make", "--json").json

    said = cli("backup", "restore", made["folder"], str(oak))

    assert said.code == 2
    assert "is not empty" in said.err


def test_a_rig_that_cannot_be_cloned_is_named(cli, oak):
    made = cli("backup", "make", "--json").json
    config = oak / "town.toml"
    origin = next(line for line in config.read_text().splitlines() if line.startswith("origin"))
    folder = origin.split('"')[1]
    (oak.parent / "away").mkdir()
    Path(folder).rename(oak.parent / "away" / "garden")

    said = cli("backup", "restore", made["folder"], str(oak.parent / "again"))

    assert said.code == 1
    assert "missing: garden: " in said.out
