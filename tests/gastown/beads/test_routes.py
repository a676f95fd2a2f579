"""Routes: the longest prefix wins, and what we cannot read is kept."""

from pathlib import Path

import pytest

from gastown.beads.routes import Route, add_route, read_routes, remove_route, route_of
from gastown.errors import LedgerError

GT = Route("gt-", "gastown/mayor/rig")
HQ = Route("hq-", ".")
FILE = """# who lives where
{"prefix":"hq-","path":"."}

{"prefix":"gt-","path":"gastown/mayor/rig"}
{"prefix":"gt-","pa
[1]
{"prefix":7,"path":"x"}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / ".beads" / "routes.jsonl"
    made.parent.mkdir()
    made.write_text(FILE)
    return made


def test_comments_and_lines_that_are_none_are_skipped(path: Path):
    assert read_routes(path) == [HQ, GT]


def test_no_file_holds_no_routes(tmp_path: Path):
    assert read_routes(tmp_path / "none") == []
    remove_route(tmp_path / "none", "gt-")
    assert not (tmp_path / "none").exists()


def test_a_folder_is_no_file(tmp_path: Path):
    with pytest.raises(LedgerError, match="cannot be read"):
        read_routes(tmp_path)


def test_a_route_is_added_and_all_other_lines_stay(path: Path):
    bd = Route("bd-", "beads/mayor/rig")
    add_route(path, bd)

    assert path.read_text() == f"{FILE}{bd.line}\n"
    assert read_routes(path) == [HQ, GT, bd]


def test_a_prefix_has_one_route_the_last_one_set(path: Path):
    moved = Route("gt-", "other/mayor/rig")
    add_route(path, moved)

    assert read_routes(path) == [HQ, moved]
    remove_route(path, "gt-")
    assert read_routes(path) == [HQ]
    assert "# who lives where" in path.read_text()


@pytest.mark.parametrize(
    "route", [Route("gt", "x"), Route("-", "x"), Route("", "x"), Route("gt-", "")]
)
def test_no_real_route_is_refused_and_changes_nothing(path: Path, route: Route):
    with pytest.raises(LedgerError, match="a route is a prefix with its hyphen and a path"):
        add_route(path, route)
    assert path.read_text() == FILE


def test_the_longest_prefix_wins():
    main = Route("gt-main-", "main/mayor/rig")
    routes = [GT, main, HQ]

    assert route_of("gt-main-idj", routes) == main
    assert route_of("gt-mainidj", routes) == GT
    assert route_of("gt-abc.1", routes) == GT
    assert route_of("bd-abc", routes) is None


def test_the_first_part_of_the_path_is_the_rig():
    assert (GT.rig, HQ.rig) == ("gastown", "")
