"""The Librarian on any repository: what it proposes, what code sends back, what it may touch."""

import json
from pathlib import Path

import pytest

from gastown.errors import ConfigError, NotFoundError, StageFailedError
from gastown.rehearsal.script import Script
from gastown.rehearsal.turn import Call, Turn
from gastown.rigs.git import Repo
from gastown.town.town import Town
from tasks.readme_alone import check_alone, readme_alone
from tests.tasks.scanned import commit, town_of

ASKED = "readme of garden"
README = "# Garden\n\nIt grows.\n\n[guide](docs/guide.md)\n"
FILES = {
    "README.md": README,
    "docs/guide.md": "# Guide\n",
    "rose.py": "rose = 1\n",
    "tests/test_a.py": "def test_a(): pass\n",
}
SECTION = "[rigs.garden.readme]\nkept = 'section'\ntitle = 'News'\n"


def edited(search: str, replace: str, summary: str = "README: the rose.") -> Turn:
    edit = {"path": "README.md", "search": search, "replace": replace}
    return Turn(calls=(Call("edit_file", edit), Call("submit", {"summary": summary})))


def section(body: str) -> Turn:
    return Turn(json.dumps({"body": body, "summary": "README: the rose."}))


def script(*turns: Turn) -> Script:
    return Script({("librarian", ASKED, 1): turns})


GOOD = edited("It grows.", "It grows a rose:\n\n```python\nrose = 1\n```")


def configured(town: Town, more: str) -> Town:
    file = town.layout.config
    file.write_text(f"{file.read_text()}\n{more}")
    return Town.open(town.root)


def main_readme(tmp_path: Path) -> str:
    return Repo(tmp_path / "garden.git").show_file("main", "README.md") or ""


def test_it_shows_what_it_would_change_and_changes_nothing(tmp_path):
    with town_of(tmp_path, script(GOOD), FILES) as town:
        made = readme_alone(town, "garden")

    assert (made.files, made.summary, made.applied) == (("README.md",), "README: the rose.", "")
    assert "+It grows a rose:" in made.patch
    assert main_readme(tmp_path) == README


def test_applied_it_is_merged_into_a_rig_and_then_there_is_nothing_to_tell(tmp_path):
    with town_of(tmp_path, script(GOOD), FILES) as town:
        made = readme_alone(town, "garden", apply=True)
        again = readme_alone(town, "garden")

    assert made.applied.startswith("merged as ")
    assert "It grows a rose" in main_readme(tmp_path)
    assert (again.files, again.patch) == ((), "")
    assert Repo(tmp_path / "garden.git").run("branch", "--list")[1].split() == ["*", "main"]


def test_links_that_lead_nowhere_and_code_that_does_not_parse_go_back_to_the_model(tmp_path):
    bad = edited("It grows.", "See [more](docs/more.md).\n\n```python\nrose = (\n```")
    good = edited(
        "See [more](docs/more.md).\n\n```python\nrose = (\n```", "See [more](docs/guide.md)."
    )
    with town_of(tmp_path, script(bad, good), FILES) as town:
        made = readme_alone(town, "garden")
        told = next(town.layout.state.glob("sessions/*/*/session-1.jsonl")).read_text()

    assert "docs/more.md" not in made.patch
    assert "README.md:3: link to docs/more.md: there is no such file" in told
    assert "is no Python" in told


def test_a_model_that_does_not_mend_its_faults_leaves_them_to_a_person(tmp_path):
    bad = edited("It grows.", "See [more](docs/more.md).")
    again = edited("See [more](docs/more.md).", "See [more](docs/more.md)!")
    with (
        town_of(tmp_path, script(bad, again), FILES) as town,
        pytest.raises(StageFailedError, match=r"docs/more\.md"),
    ):
        readme_alone(town, "garden")


def test_what_was_wrong_before_is_told_and_not_held_against_the_model(tmp_path):
    files = {**FILES, "docs/guide.md": "# Guide\n\n[old](gone.md)\n"}
    with town_of(tmp_path, script(GOOD), files) as town:
        made = readme_alone(town, "garden")
        told = next(town.layout.state.glob("sessions/*/*/session-1.jsonl")).read_text()

    assert [str(fault) for fault in made.faults] == [
        "docs/guide.md:3: link to gone.md: there is no such file"
    ]
    assert "faults of the documentation now" in told


def test_a_section_is_written_between_its_comments_and_nothing_else_changes(tmp_path):
    answers = (
        section("x\n<!-- town:end -->"),
        section("[a](gone.md), as of 99abcdef99"),
        section("- A rose."),
    )
    with town_of(tmp_path, script(*answers), FILES) as town:
        made = readme_alone(configured(town, SECTION), "garden", apply=True)
        told = next(town.layout.state.glob("sessions/*/*/session-1.jsonl")).read_text()

    assert made.files == ("README.md",)
    assert "99abcdef99: the material names no such commit or bead" in told
    assert "gone.md: there is no such file" in told
    assert main_readme(tmp_path) == (
        f"{README}\n## News\n\n<!-- town:begin changes -->\n- A rose.\n<!-- town:end -->\n"
    )


def test_comments_that_a_person_broke_are_left_to_the_person(tmp_path):
    files = {**FILES, "README.md": "# Garden\n<!-- town:begin changes -->\n"}
    with (
        town_of(tmp_path, script(), files) as town,
        pytest.raises(ConfigError, match=r"README\.md: line 2: .*mend it by hand"),
    ):
        readme_alone(configured(town, SECTION), "garden")


def test_a_checkout_gets_the_change_uncommitted_unless_a_persons_own_is_in_the_way(tmp_path):
    turns = Script({("librarian", "readme of source", 1): (GOOD, GOOD)})
    folder = tmp_path / "source"
    with town_of(tmp_path, turns, FILES) as town:
        (folder / "README.md").write_text("mine\n")
        with pytest.raises(ConfigError, match=r"README\.md: has changes of yours"):
            readme_alone(town, str(folder), apply=True)
        Repo(folder).discard()


def test_a_checkout_gets_the_change_uncommitted(tmp_path):
    turns = Script({("librarian", "readme of source", 1): (GOOD,)})
    folder = tmp_path / "source"
    with town_of(tmp_path, turns, FILES) as town:
        made = readme_alone(town, str(folder), apply=True)

    assert "not committed" in made.applied
    assert Repo(folder).status() == ["README.md"]
    assert "It grows a rose" in (folder / "README.md").read_text()


def test_only_what_happened_since_a_commit_is_told(tmp_path):
    with town_of(tmp_path, script(GOOD), FILES) as town:
        first = Repo(tmp_path / "garden.git").rev("main")
        commit(town, {"rose.py": "rose = 2\n"}, "Redden the rose")
        made = readme_alone(town, "garden", since=first)
        told = next(town.layout.state.glob("sessions/*/*/session-1.jsonl")).read_text()

    assert made.since == first
    assert "Redden the rose" in told
    assert "First commit" not in told


def test_faults_are_found_without_a_model(tmp_path):
    with town_of(tmp_path, script(), {**FILES, "docs/a.md": "[x](y.md)\n"}) as town:
        name, faults = check_alone(town, "garden")
        with pytest.raises(NotFoundError):
            check_alone(town, "nowhere")

    assert (name, [fault.file for fault in faults]) == ("garden", ["docs/a.md"])
