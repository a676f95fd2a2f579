"""The Spotter's report."""

import json

from gastown.rigs.truth.report import Report, line, render
from gastown.rigs.truth.sighting import Sighting

SIGHTINGS = [
    Sighting(number=1, scenario="a", kind="log", claim="Says hi", verdict="pass", evidence="hi"),
    Sighting(number=2, scenario="a", kind="vision", claim="Good", verdict="unsure", evidence="-"),
    Sighting(number=3, scenario="b", kind="pixel", claim="So", verdict="fail", evidence="50 %"),
]


def test_a_line_for_the_board():
    assert line(SIGHTINGS) == "1 of 3 claims hold; 1 fails; 1 not shown"
    assert line(SIGHTINGS[:1]) == "1 of 1 claims hold"


def test_a_person_sees_every_claim_with_its_verdict_and_what_else_matters():
    text = render(Report("card", SIGHTINGS, ["The judge passed the control."]))["report.md"]

    assert text.startswith("# card\n\n1 of 3 claims hold")
    assert "> The judge passed the control." in text
    for said in (
        "1. **holds** (log)",
        "2. **NOT SHOWN** (vision)",
        "3. **FAILS** (pixel) So\n   50",
    ):
        assert said in text
    assert text.index("## a") < text.index("## b")


def test_a_program_reads_the_same():
    data = json.loads(render(Report("card", SIGHTINGS))["report.json"])

    assert [claim["verdict"] for claim in data["claims"]] == ["pass", "unsure", "fail"]
    assert data["notes"] == []
