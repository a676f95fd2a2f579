"""Verdicts: code judges what it can, leaves the rest to the eye, and never passes in doubt."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from gastown.rigs.truth.check import check, judged
from gastown.rigs.truth.control import seeded_defect
from gastown.rigs.truth.model import Truth
from gastown.rigs.truth.sighting import Capture
from tests.gastown.rigs.truth.given import CLAIM, flat, png, put

PIXEL = {"kind": "pixel", "text": "Looks so", "frame": "card.png"}
EYE = {"kind": "vision", "text": "Looks good"}


def _truth(*claims: Mapping[str, object], **pictures: bytes):
    scenario = {"id": "s", "frames": ["card.png"], "claims": list(claims)}
    named = {name.replace("__", "/") + ".png": data for name, data in pictures.items()}
    return Truth.model_validate({"scenario": [scenario], "pictures": named})


def _check(folder, truth, output="", **frames: bytes):
    put(folder, {f"{name}.png": data for name, data in frames.items()})
    return _claims(check(truth, {"s": Capture(output, folder)}))


def _claims(sightings):
    """What a person claimed; test_vitals.py is about what must hold of every capture."""
    return [one for one in sightings if one.number]


@pytest.mark.parametrize(
    ("rule", "output", "verdict", "evidence"),
    [
        ({"contains": "hello"}, "x\n  hello world\n", "pass", "the output says 'hello world'"),
        ({"contains": "hello"}, "bye", "fail", "the output nowhere says 'hello'"),
        ({"absent": "ERROR"}, "fine", "pass", "the output nowhere says 'ERROR'"),
        ({"absent": "ERROR"}, "a\nERROR 5", "fail", "the output says 'ERROR 5'"),
        ({"matches": r"^Grade: [A-F]$"}, "x\nGrade: B\n", "pass", "the output says 'Grade: B'"),
        ({"matches": r"^Grade: [A-F]$"}, "Grade: BB", "fail", "nowhere says '^Grade"),
    ],
)
def test_a_claim_on_the_log(tmp_path, rule, output, verdict, evidence):
    truth = _truth({"kind": "log", "text": "t", **rule})

    (sighting,) = _check(tmp_path, truth, output)

    assert (sighting.verdict, evidence in sighting.evidence) == (verdict, True)


def test_a_pattern_that_takes_too_long_shows_nothing():
    truth = _truth({"kind": "log", "text": "t", "matches": "(a+)+$"}, CLAIM)

    capture = Capture("a" * 60 + "! hello", Path())

    slow, other = _claims(check(truth, {"s": capture}, pattern_s=0.5))

    assert (slow.verdict, other.verdict) == ("unsure", "pass")
    assert slow.evidence == "not shown: '(a+)+$' took over 0.5 s; use a simpler one"
    assert judged([slow], {("s", 1): ("pass", "I say so")})[0].verdict == "unsure"


def test_a_frame_like_its_reference_passes(tmp_path):
    (sighting,) = _check(tmp_path, _truth(PIXEL, s__card=png()), card=png())

    assert (sighting.verdict, sighting.box) == ("pass", None)


def test_a_frame_that_differs_fails_with_share_and_box(tmp_path):
    moved = png(boxes=((2, 2, 10, 10), (20, 5, 30, 12)))

    (sighting,) = _check(tmp_path, _truth(PIXEL, s__card=png()), card=moved)

    assert (sighting.verdict, sighting.box) == ("fail", (20, 4, 31, 5))
    assert sighting.evidence.startswith("card.png: 1.3750% of its pixels differ by more than 16")
    assert sighting.evidence.endswith("in 11 x 1 at 20, 4; none may")


def test_what_may_differ_may(tmp_path):
    moved = png(boxes=((2, 2, 10, 10), (20, 5, 30, 12)))
    mask = png(boxes=((18, 3, 32, 6),), ground=(0, 0, 0))

    tolerant = _check(tmp_path, _truth({**PIXEL, "share": 0.02}, s__card=png()), card=moved)
    masked = _truth({**PIXEL, "mask": "m.png"}, s__card=png(), m=mask)

    assert tolerant[0].verdict == "pass"
    assert _check(tmp_path, masked, card=moved)[0].verdict == "pass"


@pytest.mark.parametrize(
    ("frame", "evidence"),
    [
        (png((41, 20)), "card.png is 41 x 20, the reference 40 x 20"),
        (flat(), "card.png is blank"),
        (b"not a picture", "card.png cannot be read as PNG"),
    ],
)
def test_a_frame_of_the_wrong_kind_fails_whatever_may_differ(tmp_path, frame, evidence):
    (sighting,) = _check(tmp_path, _truth({**PIXEL, "share": 0.99}, s__card=png()), card=frame)

    assert sighting.verdict == "fail"
    assert evidence in sighting.evidence


def test_a_scene_that_is_meant_to_be_blank_may_be(tmp_path):
    (sighting,) = _check(tmp_path, _truth(PIXEL, s__card=flat()), card=flat())

    assert sighting.verdict == "pass"


def test_the_control_fails(tmp_path):
    (sighting,) = _check(tmp_path, _truth(PIXEL, s__card=png()), card=seeded_defect(png()))

    assert sighting.verdict == "fail"


def test_a_frame_that_was_not_captured_fails_every_claim_on_it(tmp_path):
    sightings = _check(tmp_path, _truth(PIXEL, EYE, CLAIM, s__card=png()), "hello")

    assert [s.verdict for s in sightings] == ["fail", "fail", "pass"]
    assert sightings[0].evidence == "card.png was not captured"


def test_a_frame_that_is_a_link_was_not_captured(tmp_path):
    put(tmp_path, {"elsewhere.png": png()})
    (tmp_path / "frames").mkdir()
    (tmp_path / "frames" / "card.png").symlink_to(tmp_path / "elsewhere.png")

    (sighting,) = _check(tmp_path / "frames", _truth(PIXEL, s__card=png()))

    assert sighting.verdict == "fail"


def test_what_needs_eyes_is_unsure_until_one_has_looked(tmp_path):
    sightings = _check(tmp_path, _truth(CLAIM, EYE, EYE), card=png())

    assert [s.verdict for s in sightings] == ["fail", "unsure", "unsure"]
    done = judged(sightings, {("s", 1): ("pass", "I say so"), ("s", 2): ("pass", "I see it")})
    assert [s.verdict for s in done] == ["fail", "pass", "unsure"]
    assert done[1].evidence == "I see it"


def test_a_model_cannot_pass_a_frame_that_is_not_there(tmp_path):
    sightings = _check(tmp_path, _truth(EYE))

    assert judged(sightings, {("s", 1): ("pass", "lovely")})[0].verdict == "fail"


def test_the_same_capture_always_gets_the_same_verdicts(tmp_path):
    truth = _truth(PIXEL, CLAIM, EYE, s__card=png())

    runs = [_check(tmp_path, truth, "hello", card=png()) for _ in range(2)]

    assert runs[0] == runs[1]
