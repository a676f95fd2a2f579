"""An audition over the wire: a rehearsed model does a task well, badly, or not at all."""

import json
from collections.abc import Generator
from pathlib import Path

import pytest

from gastown.auditions.record import kept, record_of
from gastown.auditions.task import Files, load_tasks
from gastown.errors import ConfigError
from gastown.founding.install import install
from gastown.rehearsal.pace import UNPACED
from gastown.rehearsal.script import Script
from gastown.rehearsal.server import RehearsalServer
from gastown.rehearsal.turn import Call, Turn
from gastown.town.town import Town
from tasks.audition import candidate_of, try_task
from tasks.auditions import programme, run_programme

CLAMP = next(one for one in load_tasks("polecat") if one.key == "python-clamp")
REVIEW = next(one for one in load_tasks("refinery") if one.key == "python-top-three")
MISSING = next(one for one in load_tasks("spotter") if one.key == "missing-button")
SUBMIT = Call("submit", {"summary": "Done."})


def write(name: str, text: str) -> Call:
    return Call("write_file", {"path": name, "content": text})


def answer(files: Files) -> Turn:
    return Turn(calls=(Call("submit", json.loads(files["answer"])),))


GOOD = Turn(calls=(write("meter.py", CLAMP.solution["meter.py"]), SUBMIT))
LAZY = Turn(
    calls=(write("meter.py", CLAMP.solution["meter.py"].replace("low > high", "False")), SUBMIT)
)
CHEAT = Turn(calls=(write("tests/test_meter.py", "def test_it(): pass\n"), SUBMIT))
SCRIPT = Script(
    {
        ("polecat", "polecat python-clamp 1", 1): (GOOD,),
        ("polecat", "polecat python-clamp 2", 1): (LAZY,),
        ("polecat", "polecat python-clamp 3", 1): (CHEAT,) * 20,
        ("polecat", "polecat python-clamp 4", 1): (Turn(text="I would rather not."),) * 20,
        ("spotter", "spotter missing-button 1", 1): (Turn(text=MISSING.solution["answer"]),),
        ("refinery", "refinery python-top-three 1", 1): (answer(REVIEW.solution),),
        ("refinery", "refinery python-top-three 2", 1): (answer(REVIEW.wrong[0]),),
    }
)


@pytest.fixture(scope="module")
def url() -> Generator[str]:
    with RehearsalServer(SCRIPT, pace=UNPACED) as server:
        yield server.url


@pytest.fixture
def town(tmp_path: Path) -> Town:
    install(tmp_path / "oak", "oak")
    file = tmp_path / "oak" / "town.toml"
    file.write_text(file.read_text() + "\n[limits]\nturns = 6\n")
    return Town.open(tmp_path / "oak")


def test_work_that_is_right_passes_the_hidden_tests(town, url):
    trial = try_task(candidate_of(town, "polecat", "rehearsal", url), CLAMP, 1)

    assert (trial.passed, trial.status, trial.where) == (True, "done", "local")
    assert trial.output_tokens > 0
    assert (town.root / trial.session / "errand.json").is_file()


def test_work_that_only_passes_the_tests_it_was_shown_fails(town, url):
    trial = try_task(candidate_of(town, "polecat", "rehearsal", url), CLAMP, 2)

    assert (trial.passed, trial.status) == (False, "done")
    assert "test_limits_the_wrong_way_round" in trial.why


def test_changed_tests_pass_nothing(town, url):
    trial = try_task(candidate_of(town, "polecat", "rehearsal", url), CLAMP, 3)
    assert not trial.passed


def test_a_model_that_does_nothing_fails_and_its_answers_of_no_use_are_counted(town, url):
    trial = try_task(candidate_of(town, "polecat", "rehearsal", url), CLAMP, 4)

    assert not trial.passed
    assert trial.bad_answers > 0


def test_an_answer_is_held_against_the_rules(town, url):
    candidate = candidate_of(town, "refinery", "rehearsal", url)
    right, wrong = (try_task(candidate, REVIEW, number) for number in (1, 2))

    assert (right.passed, wrong.passed) == (True, False)
    assert wrong.why.startswith("verdict should be 'rework'")


def test_a_role_that_sees_is_shown_pictures_and_no_rig(town, url):
    trial = try_task(candidate_of(town, "spotter", "rehearsal", url), MISSING, 1)

    assert trial.passed, trial.why
    (line, *_) = (town.root / trial.session / "session-1.jsonl").read_text().splitlines()
    assert "files of the rig" not in line


def test_every_trial_is_on_record_and_told_as_soon_as_it_ends(town, url):
    told: list[int] = []
    plan = programme([candidate_of(town, "polecat", "rehearsal", url)], [CLAMP], repeat=2)
    trials = run_programme(plan, jobs=2, tell=lambda _, count: told.append(count))

    assert told == [1, 2]
    assert sorted(one.number for one in kept(record_of(town.layout))) == [1, 2]
    assert {one.passed for one in trials} == {True, False}


def test_a_model_that_nobody_serves_is_refused_before_anything_is_tried(town):
    with pytest.raises(ConfigError):
        candidate_of(town, "polecat", "no-such-model")
