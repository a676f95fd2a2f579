"""The Librarian's stage: documentation merged with the convoy, and judged again by code."""

import json

import pytest

from gastown.errors import StageFailedError
from gastown.rehearsal.script import Script
from gastown.rehearsal.turn import Turn
from gastown.rigs.git import Repo
from gastown.rigs.worktree import add_worktree
from gastown.town.town import Town
from tasks.desk import Desk
from tasks.librarian import librarian
from tests.tasks.scanned import ANN, commit, desk_of, town_of

FILES = {
    "README.md": "# Garden\n\n[old](gone.md)\n",
    "rose.py": "rose = 1\n",
    "tests/test_a.py": "def test_a(): pass\n",
}
SECTION = "[rigs.garden.readme]\nkept = 'section'\n"
BODY = "- The rose is red."
SCRIPT = Script(
    {("librarian", "garden", 1): (Turn(json.dumps({"body": BODY, "summary": "README: red."})),)}
)


@pytest.fixture
def town(tmp_path):
    with town_of(tmp_path, SCRIPT, FILES) as found:
        file = found.layout.config
        file.write_text(f"{file.read_text()}\n{SECTION}")
        yield Town.open(found.root)


def readme(town: Town) -> str:
    repo = Repo(town.layout.rig("garden").canonical)
    repo.fetch()
    return repo.show_file("origin/main", "README.md") or ""


def left_behind(desk: Desk, text: str) -> None:
    """What an attempt that died had committed: a README of this text."""
    branch, path = f"librarian/{desk.request.convoy}", desk.layout.check("other")
    repo = Repo(add_worktree(desk.layout, path, branch, "origin/main"))
    (path / "README.md").write_text(text)
    stage = f"Stage: librarian {desk.request.convoy}"
    repo.commit_all(f"Write\n\nConvoy: {desk.request.convoy}\n{stage}", ANN)
    repo.run("checkout", "--quiet", "--detach")


def test_the_section_is_merged_and_older_faults_are_told_to_a_person(town):
    desk = desk_of(town, "librarian", "Redden the rose")
    commit(town, {"rose.py": "rose = 2\n"})

    result = librarian(desk)

    assert f"<!-- town:begin changes -->\n{BODY}\n<!-- town:end -->" in readme(town)
    assert result.evidence["files"] == ["README.md"]
    assert result.evidence["faults"] == ["README.md:3: link to gone.md: there is no such file"]
    assert result.summary.endswith("1 older faults in the documentation")
    told = (desk.folder / "session-1.jsonl").read_text()
    assert "Redden the rose" in told
    assert "+rose = 2" in told


def test_what_was_committed_elsewhere_is_merged_when_it_is_sound(town):
    desk = desk_of(town, "librarian", "Redden the rose")
    section = "\n## News\n\n<!-- town:begin changes -->\nred\n<!-- town:end -->\n"
    left_behind(desk, FILES["README.md"] + section.replace("News", "What changed lately"))

    librarian(desk)

    assert "red" in readme(town)
    assert desk.sessions == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# Mine\n\n<!-- town:begin changes -->\nred\n<!-- town:end -->\n", "outside the town's"),
        (
            FILES["README.md"] + "\n## What changed lately\n\n<!-- town:begin changes -->\n"
            "[x](lost.md)\n<!-- town:end -->\n",
            "lost.md: there is no such file",
        ),
    ],
)
def test_what_was_committed_elsewhere_is_refused_when_it_is_not(town, text, said):
    desk = desk_of(town, "librarian", "Redden the rose")
    left_behind(desk, text)

    with pytest.raises(StageFailedError, match=said):
        librarian(desk)

    assert readme(town) == FILES["README.md"]
