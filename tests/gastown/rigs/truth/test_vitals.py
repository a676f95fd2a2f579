"""What must hold of every capture: it ended, it drew, it met no error."""

from typing import Any

import pytest

from gastown.rigs.truth.mishaps import mishaps
from gastown.rigs.truth.model import Truth
from gastown.rigs.truth.sighting import Capture
from gastown.rigs.truth.vitals import vitals
from tests.gastown.rigs.truth.given import flat, png, put

GODOT = {"id": "s", "kind": "godot", "at": [0, 1], "size": "40x20", "allow": ["no such device"]}


def _vitals(tmp_path, frames, output="", scenario=GODOT, **how: Any):
    put(tmp_path, frames)
    truth = Truth.model_validate({"scenario": [scenario]})
    found = vitals(truth, truth.scenario[0], Capture(output, tmp_path, **how))
    return [(one.verdict, one.evidence) for one in found]


def test_a_sound_capture_passes(tmp_path):
    ended, drawn, clean = _vitals(tmp_path, {"0000.png": png(), "0001.png": png()}, seconds=2.04)

    assert ended == ("pass", "exit code 0 after 2.0 s")
    assert drawn == ("pass", "2 frames")
    assert clean == ("pass", "no error in its output")


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (None, "0001.png was not captured"),
        (flat(), "0001.png is blank"),
        (png((41, 20)), "0001.png is 41x20, not 40x20"),
        (b"GIF89a", "0001.png cannot be read as PNG"),
    ],
)
def test_one_bad_frame_is_enough(tmp_path, frame, said):
    frames = {"0000.png": png(), **({"0001.png": frame} if frame is not None else {})}

    _, (verdict, evidence), _ = _vitals(tmp_path, frames)

    assert (verdict, said in evidence) == ("fail", True)


def test_how_it_should_end_is_the_scenarios_to_say(tmp_path):
    frames = {"0000.png": png(), "0001.png": png()}
    wanted = {**GODOT, "exit": 3}

    assert _vitals(tmp_path, frames, rc=3, scenario=wanted)[0][0] == "pass"
    assert _vitals(tmp_path, frames, rc=3)[0][0] == "fail"
    assert _vitals(tmp_path, frames, rc=124, timed_out=True, seconds=60.0)[0] == (
        "fail",
        "stopped after 60.0 s; timeout_s = 60",
    )


def test_an_error_is_quoted_and_one_that_is_allowed_is_none(tmp_path):
    frames = {"0000.png": png(), "0001.png": png()}
    output = "fine\nSCRIPT ERROR: Invalid call.\n   at: x\nERROR: no such device 'mic'\n"

    assert _vitals(tmp_path, frames, output)[2] == ("fail", "SCRIPT ERROR: Invalid call.")


def test_what_a_command_prints_is_its_own_affair(tmp_path):
    scenario = {"id": "s", "frames": ["a.png"]}

    found = _vitals(tmp_path, {"a.png": png()}, "ERROR: x", scenario)

    assert [verdict for verdict, _ in found] == ["pass", "pass"]


@pytest.mark.parametrize(
    ("kind", "line", "bad"),
    [
        ("godot", "\x1b[1;31mUSER ERROR: no save\x1b[0m", True),
        ("godot", "USER SCRIPT ERROR: x", True),
        ("godot", "SHADER ERROR: x", True),
        ("godot", "ERROR: Attempt to disconnect a nonexistent connection", False),
        ("godot", "WARNING: x", False),
        ("godot", "the word ERROR: in the middle", False),
        ("web", "console.error: x", True),
        ("web", "uncaught: Error: boom", True),
        ("web", "failed: 404 http://127.0.0.1:1/a.js", True),
        ("web", "console.log: error", False),
        ("web", "browser.info: x", False),
        ("command", "Traceback (most recent call last):", True),
        ("command", "thread 'main' panicked at src/main.rs", True),
        ("command", "no error", False),
    ],
)
def test_which_lines_are_errors(kind, line, bad):
    assert bool(mishaps(kind, f"before\n{line}\nafter")) == bad
