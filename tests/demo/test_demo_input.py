"""The demo's input is what its board will claim: red, green, sent back, a real key found."""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from detect_secrets.core.secrets_collection import SecretsCollection
from detect_secrets.settings import default_settings
from gdtoolkit.parser import parser  # pyright: ignore[reportMissingTypeStubs] - it has none
from pydantic import BaseModel

from examples.demo.plant import PLACEHOLDER, plant
from gastown.agents.answers import Review, SecurityReading, Sightings, Submission
from gastown.rehearsal.images import pixels
from gastown.rehearsal.script import Script
from gastown.rehearsal.turn import Cue, settle
from gastown.rehearsal.wire import message_of, output_tokens
from gastown.rigs.truth.check import check
from gastown.rigs.truth.look import make_look
from gastown.rigs.truth.parse import load_truth
from gastown.rigs.truth.sighting import Capture
from tests.demo.rehearsed import (
    BEADS,
    DEMO,
    RIGS,
    Walk,
    copied,
    defended,
    finished,
    git,
    run,
    say,
    walk,
)

SENT_BACK, IMPROVED, RED_AT_FIRST = "beat-grid", "grade", "accuracy-bar"

rigs = pytest.mark.parametrize("rig", sorted(RIGS))
beads = pytest.mark.parametrize("bead", BEADS, ids=[bead["slug"] for bead in BEADS])


@pytest.fixture(scope="session")
def script() -> Script:
    return Script.load(DEMO / "answers")


@pytest.fixture(scope="session")
def walks(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Walk]:
    """Each rig is walked once, when it is first asked for."""
    known: dict[str, Walk] = {}

    def walked(rig: str) -> Walk:
        if rig not in known:
            known[rig] = walk(rig, tmp_path_factory.mktemp(rig))
        return known[rig]

    return walked


def submitted(script: Script, role: str, key: str, round_: int = 1) -> Mapping[str, Any]:
    last = script.sessions[role, key, round_][-1].calls[-1]
    assert last.name == "submit"
    return last.arguments


@rigs
def test_a_rigs_own_tests_are_green_at_the_start(walks: Callable[[str], Walk], rig: str):
    start = walks(rig).at_start

    assert start.green
    assert len({case.file for case in start.cases}) >= 3


@beads
def test_the_defenders_tests_are_red_for_the_right_reason(
    walks: Callable[[str], Walk], bead: Mapping[str, Any]
):
    found = walks(bead["rig"]).redness[bead["slug"]]

    assert found.red
    assert found.right, found.reasons
    assert {case.file for case in found.cases} == {defended(bead)}


@beads
def test_everything_is_green_after_the_last_submission(
    walks: Callable[[str], Walk], bead: Mapping[str, Any]
):
    last = walks(bead["rig"]).submitted[bead["slug"]][-1]

    assert last.green
    assert defended(bead) in {case.file for case in last.cases}


def test_one_polecats_first_attempt_fails_its_tests_and_its_second_does_not(
    walks: Callable[[str], Walk],
):
    first, second, *_ = walks("scorekeeper").submitted[RED_AT_FIRST]

    assert {case.file for case in first.red} == {"tests/test_accuracy_bar.py"}
    assert "ZeroDivisionError" in first.tail
    assert second.green


def test_one_bead_is_sent_back_with_reasons_and_the_next_round_answers_them(script: Script):
    verdicts = {
        (key, round_): submitted(script, role, key, round_)
        for role, key, round_ in script.sessions
        if role == "refinery"
    }
    back = {session for session, said in verdicts.items() if said["verdict"] == "rework"}

    assert back == {(SENT_BACK, 1)}
    assert len(verdicts[SENT_BACK, 1]["findings"]) >= 2
    assert verdicts[SENT_BACK, 2]["verdict"] == "approve"
    assert script.sessions["polecat", SENT_BACK, 1] != script.sessions["polecat", SENT_BACK, 2]


def test_one_refinery_improves_the_diff_before_it_approves(script: Script):
    changing = {
        key
        for (role, key, _), turns in script.sessions.items()
        if role == "refinery" and any(call.name != "submit" for t in turns for call in t.calls)
    }

    assert changing == {IMPROVED}
    assert submitted(script, "refinery", IMPROVED)["verdict"] == "approve"


def test_two_beads_need_another_and_one_of_them_across_rigs():
    home = {bead["slug"]: bead["rig"] for bead in BEADS}
    edges = [(bead["rig"], home[need]) for bead in BEADS for need in bead.get("needs", [])]

    assert sorted(edges) == [("beatlane", "scorekeeper"), ("scorekeeper", "scorekeeper")]
    assert len(BEADS) == 5


def test_every_session_of_the_convoy_has_an_answer_and_no_answer_lies_unused(script: Script):
    slugs = [bead["slug"] for bead in BEADS]
    expected = {(role, slug, 1) for role in ("defender", "polecat", "refinery") for slug in slugs}
    expected |= {(role, SENT_BACK, 2) for role in ("polecat", "refinery")}
    expected |= {(role, rig, 1) for role in ("watchdog", "librarian") for rig in RIGS}

    assert set(script.sessions) == expected | {("spotter", "card", 1)}


def test_the_answers_know_every_bead_by_its_title(script: Script):
    assert script.titles == {bead["title"]: bead["slug"] for bead in BEADS}


def test_no_message_takes_a_local_model_longer_than_five_seconds(script: Script):
    said = {
        (*session, n): output_tokens(message_of(turn, Cue(*session)))
        for session, turns in script.sessions.items()
        for n, turn in enumerate(turns)
    }

    assert {where: count for where, count in said.items() if count > 500} == {}


def test_every_answer_is_one_that_its_role_may_hand_in(script: Script):
    shapes: dict[str, type[BaseModel]] = {
        "defender": Submission,
        "polecat": Submission,
        "librarian": Submission,
        "refinery": Review,
        "watchdog": SecurityReading,
        "spotter": Sightings,
    }
    for (role, key, round_), turns in script.sessions.items():
        for turn in turns:
            texts = [turn.text, *(case.text for case in turn.cases)] if not turn.calls else []
            said = texts or [json.dumps(submitted(script, role, key, round_))]
            for text in said:
                shapes[role].model_validate_json(text)


@rigs
def test_the_watchdogs_findings_point_at_what_they_speak_of(
    script: Script, tmp_path: Path, rig: str
):
    said = json.loads(script.sessions["watchdog", rig, 1][0].text)
    lines = {
        finding["file"]: (finished(rig, tmp_path) / finding["file"])
        .read_text("utf-8")
        .splitlines()[finding["line"] - 1]
        for finding in said["findings"]
    }

    marks = {"scorekeeper/upload.py": "http://", "src/beat_chart.gd": "get_file_as_string"}
    assert lines
    assert all(marks[file] in line for file, line in lines.items())


def captured(rig: Path) -> dict[str, Capture]:
    """What the card shows, built and run as the Gauger and the Spotter do it."""
    run(rig, sys.executable, "build.py", "out")
    output = run(rig, sys.executable, "out/card.pyz", "frames")
    return {"sample": Capture(output, rig / "frames")}


def test_the_finished_card_keeps_every_promise_that_code_can_judge(tmp_path: Path):
    rig = finished("scorekeeper", tmp_path)
    truth = load_truth(rig / ".truth")

    verdicts = [(one.kind, one.verdict) for one in check(truth, captured(rig))]

    left = [(kind, verdict) for kind, verdict in verdicts if verdict != "pass"]
    assert left == [("vision", "unsure")] * 2
    assert {kind for kind, _ in verdicts} == {"capture", "log", "pixel", "vision"}


def test_the_card_keeps_them_only_once_the_beads_are_done(tmp_path: Path):
    rig = copied("scorekeeper", tmp_path)

    shown = check(load_truth(rig / ".truth"), captured(rig))

    assert {one.kind for one in shown if one.verdict == "fail"} == {"log", "pixel"}


def test_the_rehearsed_spotter_passes_the_card_and_fails_its_seeded_defect(
    script: Script, tmp_path: Path
):
    rig = finished("scorekeeper", tmp_path)
    truth, capture = load_truth(rig / ".truth"), captured(rig)["sample"]
    (turn,) = script.sessions["spotter", "card", 1]
    eye = {one.number for one in truth.for_the_eye}

    def said(*, control: bool) -> dict[int, str]:
        look = make_look(truth, truth.scenario[0], capture, eye, control=control)
        text = settle(turn, [pixels(image) for image in look.images]).text
        answer = Sightings.model_validate_json(text)
        return {claim.claim: claim.verdict for claim in answer.claims}

    assert said(control=False) == dict.fromkeys({0, *eye}, "pass")
    assert said(control=True) == dict.fromkeys({0, *eye}, "fail")


def test_a_planted_key_is_found_and_the_checkout_holds_none(tmp_path: Path):
    rig = copied("scorekeeper", tmp_path)
    before = found_secrets(rig)

    planted = plant(rig)

    place = (planted.file, planted.line)
    kinds = {kind for file, line, kind in found_secrets(rig) if (file, line) == place}
    assert before == set()
    assert "AWS Access Key" in kinds
    assert planted.key in (rig / planted.file).read_text("utf-8").splitlines()[planted.line - 1]


def test_a_key_is_planted_once_and_is_another_each_time(tmp_path: Path):
    one = copied("scorekeeper", tmp_path / "one")
    first = plant(one)
    second = plant(copied("scorekeeper", tmp_path / "two"))

    with pytest.raises(ValueError, match=PLACEHOLDER):
        plant(one)
    assert first.key != second.key


def found_secrets(rig: Path) -> set[tuple[str, int, str]]:
    found = SecretsCollection(root=str(rig))
    with default_settings():
        for file in sorted(rig.rglob("*.py")):
            found.scan_file(str(file.relative_to(rig)))
    return {(name, secret.line_number, secret.type) for name, secret in found}


def test_every_script_of_beatlane_parses_before_and_after(tmp_path: Path):
    scripts = [*(DEMO / "rigs" / "beatlane").rglob("*.gd")]
    scripts += finished("beatlane", tmp_path).rglob("*.gd")

    assert len(scripts) >= 8 + 12
    for file in scripts:
        parser.parse(file.read_text("utf-8"))


def test_pairs_that_touch_one_file_rebase_without_conflict(script: Script, tmp_path: Path):
    """combo-bonus and accuracy-bar both change score.py; the second to merge is rebased."""
    rig = copied("scorekeeper", tmp_path)
    git(rig, "init -q -b main", "add -A", "commit -q -m start")
    for slug in ("combo-bonus", "accuracy-bar"):
        git(rig, f"checkout -q -b {slug} main")
        say(script, rig, ("polecat", slug, 1))
        git(rig, "add -A", f"commit -q -m {slug}")

    git(rig, "rebase -q combo-bonus")

    both = (rig / "scorekeeper" / "score.py").read_text("utf-8")
    assert "def combo_multiplier" in both
    assert "def accuracy" in both
