"""`town readme --check` and `town digest`: what code alone can say."""

import json

import pytest

from gastown.town.layout import TownLayout
from tests.gastown.cli.conftest import git


@pytest.fixture
def work(oak, tmp_path):
    folder = tmp_path / "clone"
    git(tmp_path, "clone", "-q", str(tmp_path / "garden.git"), str(folder))
    return folder


def push(work, text: str) -> None:
    (work / "README.md").write_text(text)
    git(work, "add", ".")
    git(work, "commit", "-q", "-m", "More")
    git(work, "push", "-q", "origin", "HEAD:main")


def test_a_sound_documentation_is_exit_code_0(cli, oak):
    answer = cli("readme", "garden", "--check")

    assert answer.code == 0
    assert "every link leads somewhere" in answer.out


def test_faults_are_listed_with_file_and_line_and_are_exit_code_1(cli, oak, work):
    push(work, "# Garden\n\n[x](gone.md)\n\n```json\n{\n```\n")

    answer = cli("readme", "garden", "--check")

    assert answer.code == 1
    assert "README.md:3: link to gone.md: there is no such file" in answer.out
    assert "2 faults in the documentation of garden" in answer.out
    told = cli("readme", str(work), "--check", "--json").json
    assert [fault["kind"] for fault in told["faults"]] == ["link", "code"]


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (("readme", "nowhere", "--check"), "neither a rig"),
        (("readme", "garden", "--check", "--apply"), "--check only looks"),
        (("readme", "garden"), "no seat for the librarian"),
        (("digest", "--day", "someday"), "--day someday"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(cli, oak, tokens, said):
    answer = cli(*tokens)

    assert answer.code == 2
    assert said in answer.err


def test_a_digest_is_printed_and_kept_in_git(cli, oak, work, tmp_path):
    push(work, "# Garden\n")
    out = tmp_path / "today.md"

    answer = cli("digest", "--out", str(out))

    assert "- garden: 2 commits (0 by the town)" in answer.out
    (kept,) = (TownLayout(oak).private("librarian") / "days").glob("*.md")
    assert kept.read_text() == out.read_text()
    assert json.loads(kept.with_suffix(".json").read_text())["rigs"][0]["commits"] == 2
    assert git(kept.parent, "status", "--porcelain") == ""


def test_a_quiet_day_says_so_and_a_program_gets_its_facts(cli, oak):
    assert "Nothing happened." in cli("digest", "--day", "2020-01-01").out

    told = cli("digest", "--day", "2020-01-01", "--json").json
    assert (told["day"], told["merged"]) == ("2020-01-01", [])


def test_an_origin_that_is_away_is_told_and_the_rest_is_counted(cli, oak, tmp_path):
    (tmp_path / "garden.git").rename(tmp_path / "away.git")

    answer = cli("digest")

    assert answer.code == 0
    assert "garden: as it was last seen" in answer.err
    assert "- garden: 1 commit" in answer.out
