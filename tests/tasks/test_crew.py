"""The Crew over the wire: what is shown resolves, what does not is *I don't know*, all at once."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gastown.errors import ConfigError, NotFoundError, StageFailedError
from gastown.founding.rig import add_rig
from gastown.rehearsal.pace import UNPACED, Pace
from gastown.rehearsal.script import Script
from gastown.rehearsal.server import RehearsalServer
from gastown.rehearsal.turn import Turn
from gastown.retrieval.hearing import TRIES
from gastown.rigs.git import Repo
from gastown.town.town import Town
from tasks.crew import REPLY, Question, ask, ask_all, ground_of
from tasks.metering import spend_of
from tests.gastown.retrieval.given import ANN, FILES, plant
from tests.tasks.oak import make_oak, rows

SNAP, ODD, HONEST, ELSEWHERE, BABBLE = (
    "How is a beat snapped to the grid?",
    "How loud is it?",
    "Who wrote it?",
    "When does one score best?",
    "Say something.",
)
QUOTE = "return floor(beat * grid + 0.5) / grid"


def said(verdict: str, answer: str = "", *citations: tuple[str, int, str], look: str = "") -> Turn:
    cited = [
        {"file": file, "first": line, "last": line, "quote": quote}
        for file, line, quote in citations
    ]
    told = {"verdict": verdict, "answer": answer or None, "citations": cited}
    return Turn(json.dumps(told | ({"look": [look]} if look else {})))


GOOD = said("answered", "`snap` rounds half a grid up.", ("src/beat_clock.gd", 14, QUOTE))
BAD = said("answered", "As loud as `AudioServer` says.", ("src/audio.gd", 3, "AudioServer.volume"))
SCRIPT = Script(
    {
        ("crew", SNAP, 1): (GOOD,),
        ("crew", ODD, 1): (BAD,) * TRIES,
        ("crew", HONEST, 1): (said("unknown"),),
        ("crew", ELSEWHERE, 1): (
            said("look", look="perfect"),
            said("answered", "Within 30 ms.", ("score.py", 3, "PERFECT_MS = 30")),
        ),
        ("crew", BABBLE, 1): (Turn("I would say that it depends."),) * TRIES,
    }
)


@contextmanager
def asked_at(folder: Path, pace: Pace = UNPACED) -> Generator[Town]:
    with RehearsalServer(SCRIPT, pace=pace) as server:
        oak = make_oak(folder, rows(server.url, both=["crew"], sandboxes=4, p_cores=6))
        origin = plant(folder / "origin", {**FILES, "pyproject.toml": "", "test_a.py": ""})
        origin.run("config", "receive.denyCurrentBranch", "updateInstead")
        add_rig(oak, "garden", str(origin.path))
        yield Town.open(oak.root)


@pytest.fixture
def town(tmp_path) -> Generator[Town]:
    with asked_at(tmp_path) as town:
        yield town


def asked(town: Town, text: str):
    return ask(town, Question(ground_of(town, "garden"), text))


def test_an_answer_comes_with_places_at_which_its_words_stand(town):
    reply = asked(town, SNAP)

    assert (reply.answered, reply.text) == (True, "`snap` rounds half a grid up.")
    assert [(one.place, one.quote) for one in reply.citations] == [("src/beat_clock.gd:14", QUOTE)]
    assert (reply.model, reply.where) == ("near", "local")
    kept = next(town.layout.state.glob(f"sessions/*/*/{REPLY}"))
    assert json.loads(kept.read_text())["text"] == reply.text


@pytest.mark.parametrize(
    ("question", "because", "requests"),
    [
        (ODD, "no answer held: src/audio.gd: there is no such file", TRIES),
        (HONEST, "the rig does not say it", 1),
        (BABBLE, "bad answers in a row", TRIES),
    ],
)
def test_what_does_not_hold_is_not_known(town, question, because, requests):
    reply = asked(town, question)

    assert (reply.answered, reply.text, reply.citations) == (False, "I don't know", ())
    assert because in reply.because
    assert reply.usage.requests == requests


def test_a_model_may_look_for_other_words(town):
    reply = asked(town, ELSEWHERE)

    assert [one.place for one in reply.citations] == ["score.py:3"]
    assert reply.usage.requests == 2


def test_the_second_of_two_questions_at_once_is_asked_in_the_cloud(tmp_path):
    """One session takes 6 of 8 cores, so two do not fit; each answer takes a while."""
    with asked_at(tmp_path, Pace(200.0, 1.0)) as town:
        ground = ground_of(town, "garden")
        replies = ask_all(town, [Question(ground, SNAP), Question(ground, HONEST)])

    assert [reply.question for reply in replies] == [SNAP, HONEST]
    assert sorted(reply.where for reply in replies) == ["cloud", "local"]
    assert [entry.who.model for entry in spend_of(town).entries() if entry.micro_usd] == ["far"]


def test_a_folder_that_is_no_rig_is_asked_too_and_stays_as_it_is(town, tmp_path):
    repo = plant(tmp_path / "elsewhere", FILES)

    reply = ask(town, Question(ground_of(town, str(repo.path)), SNAP))

    assert (reply.rig, reply.answered, reply.commit) == ("elsewhere", True, repo.head())
    assert repo.status() == []


def test_a_rig_is_known_as_it_was_fetched_last(town, tmp_path):
    origin = Repo(tmp_path / "origin")
    before = ground_of(town, "garden").index.commit
    (origin.path / "new.py").write_text("x = 1\n")
    after = origin.commit_all("More", ANN)

    assert ground_of(town, "garden").index.commit == before
    assert ground_of(town, "garden", fetch=True).index.commit == after


def test_what_is_neither_rig_nor_checkout_is_refused(town, tmp_path):
    with pytest.raises(NotFoundError, match=r"neither a rig of this town \(it has: garden\)"):
        ground_of(town, str(tmp_path))


def test_an_endpoint_that_fails_is_no_answer_but_an_error(town):
    with pytest.raises(StageFailedError, match="no rehearsed answer"):
        asked(town, "What has nobody rehearsed?")


@pytest.mark.parametrize("text", ["", " \n", "x" * 4_001])
def test_a_question_says_something_and_not_too_much(town, text):
    with pytest.raises(ConfigError, match="question"):
        asked(town, text)
    assert spend_of(town).entries() == []
