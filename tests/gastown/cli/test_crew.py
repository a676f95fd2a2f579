"""`town crew ask`: the answer with its places, *I don't know* as exit code 1, refusals as 2."""

import pytest

from tests.gastown.retrieval.given import FILES, plant
from tests.tasks.test_crew import HONEST, SNAP, asked_at


@pytest.fixture
def crewed(tmp_path, monkeypatch):
    with asked_at(tmp_path) as town:
        monkeypatch.chdir(town.root)
        yield town


def test_an_answer_is_shown_with_file_line_and_words(cli, crewed):
    answer = cli("crew", "ask", "garden", SNAP)

    assert answer.code == 0
    assert answer.out.startswith("`snap` rounds half a grid up.\n")
    assert "src/beat_clock.gd:14  return floor(beat * grid + 0.5) / grid" in answer.out
    assert "near here" in answer.out
    assert "asking the crew of garden" in answer.err


def test_of_several_questions_one_that_is_not_answered_makes_the_exit_code_1(cli, crewed):
    answer = cli("crew", "ask", "garden", SNAP, HONEST, "--json")

    assert answer.code == 1
    assert [one["answered"] for one in answer.json] == [True, False]
    assert answer.json[1]["text"] == "I don't know"
    assert answer.json[0]["citations"][0]["first"] == 14


def test_a_folder_may_be_asked(cli, crewed, tmp_path):
    repo = plant(tmp_path / "elsewhere", FILES)

    assert cli("crew", "ask", str(repo.path), SNAP, "--json").json[0]["rig"] == "elsewhere"


@pytest.mark.parametrize(
    ("rig", "question", "said"),
    [
        ("cellar", SNAP, "'cellar' is neither a rig of this town"),
        ("garden", " ", "the question is empty"),
    ],
)
def test_what_cannot_be_asked_is_refused_and_nothing_is_sent(cli, crewed, rig, question, said):
    answer = cli("crew", "ask", rig, question)

    assert answer.code == 2
    assert said in answer.err
    assert not list(crewed.layout.state.glob("sessions/errand-*"))
