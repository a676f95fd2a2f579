"""Acceptance criteria one by one."""

import pytest

from gastown.agents.answers import Judged, Review
from gastown.rigs.review.criteria import coverage_of, criteria_of, numbered, objections


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ()),
        ("It snaps.", ("It snaps.",)),
        ("It snaps\nto a grid.\n\nIt is fast.", ("It snaps to a grid.", "It is fast.")),
        ("- It snaps\n  to a grid\n- [ ] It is fast", ("It snaps to a grid", "It is fast")),
        ("Given a clock:\n1. It ticks\n2) It stops", ("It ticks", "It stops")),
    ],
)
def test_a_text_is_a_list_of_criteria(text, found):
    assert criteria_of(text) == found


def review(verdict, *judged: tuple[int, str]) -> Review:
    criteria = [{"number": n, "met": met, "evidence": "a test"} for n, met in judged]
    return Review(
        verdict=verdict,
        summary="s",
        criteria=tuple(Judged.model_validate(one) for one in criteria),
    )


def test_an_approval_of_what_is_not_met_contradicts_itself():
    assert "criterion 2 is not met" in objections(review("approve", (1, "yes"), (2, "no")), 2)[0]
    assert objections(review("rework", (2, "no")), 2) == ()
    assert objections(review("approve", (1, "unsure")), 2) == ()


def test_a_criterion_that_was_not_asked_about_is_refused():
    assert objections(review("approve", (3, "yes")), 2) == ("there is no criterion 3; there are 2",)


def test_what_was_not_judged_is_on_record_too():
    told = coverage_of(review("approve", (2, "yes")), ["It snaps", "It is fast"])

    assert [one["met"] for one in told] == ["not judged", "yes"]
    assert told[1]["evidence"] == "a test"
    assert numbered(["It snaps"]).endswith("\n1. It snaps")
    assert numbered([]) == ""
