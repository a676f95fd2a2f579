"""Which town a person means: TOWN_ROOT, else the nearest folder above with a town.toml."""

import json

import pytest

from gastown.errors import ConfigError, JsonlError, NotFoundError
from gastown.town.store import make_store
from gastown.town.town import Town, find_root


@pytest.fixture
def root(tmp_path):
    (tmp_path / "town.toml").write_text('[town]\nname = "oak"\n')
    (tmp_path / ".beads").mkdir()
    return tmp_path


def test_the_nearest_folder_above_with_a_town_toml_is_the_town(root):
    deep = root / "attic" / "crew" / "ann"

    assert find_root(deep, {}) == root


def test_town_root_goes_before_the_folder_one_stands_in(root, tmp_path):
    assert find_root(root, {"TOWN_ROOT": "/srv/elm"}).as_posix() == "/srv/elm"


def test_outside_of_any_town_the_message_names_the_ways_in(tmp_path):
    with pytest.raises(NotFoundError, match=r"--town DIR.*TOWN_ROOT.*town install"):
        find_root(tmp_path, {})


def test_an_opened_town_has_its_configuration_and_its_ledger(root):
    town = Town.open(root)

    assert town.config.town.name == "oak"
    assert town.ledger.find() == []
    assert town.layout.store.is_file()


def test_a_folder_without_a_town_says_how_to_make_one(tmp_path):
    with pytest.raises(ConfigError, match="town install"):
        Town.open(tmp_path)


def a_line(bead: str, **more: object) -> str:
    at = "2026-01-02T03:04:05Z"
    given = {"id": bead, "title": bead, "created_at": at, "updated_at": at, **more}
    return json.dumps(given) + "\n"


@pytest.fixture
def carried(root):
    """A town as git carries it: with beads of its own and of a rig, and without a store."""
    rig = '[rigs.core]\nprefix = "sk"\norigin = "o"\n[rigs.core.gauge]\nkind = "pytest"\n'
    (root / "town.toml").write_text('[town]\nname = "oak"\n' + rig)
    (root / ".beads" / "issues.jsonl").write_text(a_line("hq-1"))
    theirs = root / "core" / "mayor" / "rig" / ".beads" / "issues.jsonl"
    theirs.parent.mkdir(parents=True)
    theirs.write_text(a_line("sk-1"))
    return root


def test_a_town_that_came_by_git_has_its_beads_at_once(carried):
    assert [bead.id for bead in Town.open(carried).ledger.find()] == ["hq-1", "sk-1"]
    assert {path.name for path in (carried / ".beads").iterdir()} >= {"beads.db", "issues.jsonl"}


def test_a_store_that_is_there_is_never_filled_again(carried):
    ledger = Town.open(carried).ledger
    ledger.close("hq-1", "done")
    (carried / ".beads" / "issues.jsonl").write_text(a_line("hq-2"))

    assert [bead.status for bead in Town.open(carried).ledger.find()] == ["closed", "open"]


def test_lines_that_cannot_be_read_are_told_and_no_store_is_made(carried):
    (carried / ".beads" / "issues.jsonl").write_text(a_line("hq-1") + "{cut")

    with pytest.raises(JsonlError, match=r"issues\.jsonl:2"):
        Town.open(carried)

    assert [path.name for path in (carried / ".beads").iterdir()] == ["issues.jsonl"]


def test_of_two_stores_made_at_once_the_first_stays(carried):
    first = Town.open(carried)
    first.ledger.close("hq-1", "done")

    make_store(first.layout.store, [first.layout.shared])

    assert Town.open(carried).ledger.show("hq-1").status == "closed"


def test_formulas_are_looked_for_in_the_town_then_in_the_rig_that_is_named(root):
    with (root / "town.toml").open("a") as file:
        file.write(
            '[rigs.api]\norigin = "https://example.org/api.git"\nprefix = "api"\n'
            '[rigs.api.gauge]\nkind = "pytest"\n'
        )
    town = Town.open(root)
    clone = root / "api" / "mayor" / "rig"

    assert town.shelf().folders == town.formula_folders
    assert town.shelf("api").folders == (
        *(root / "formulas", root / ".beads" / "formulas"),
        *(clone / ".beads" / "formulas", clone / "formulas"),
    )
    assert town.shelf().overlays == (root / "formula-overlays",)
    assert town.shelf("api").overlays == (
        root / "api" / "formula-overlays",
        root / "formula-overlays",
    )
    assert town.directives("api") == (root / "directives", root / "api" / "directives")
    with pytest.raises(NotFoundError, match="no rig 'shop'"):
        town.shelf("shop")
