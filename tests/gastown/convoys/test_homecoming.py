"""Homecoming: what a bead says that brings a branch together with main, and its steps in a plan."""

from datetime import UTC, datetime

from gastown.beads.bead import Bead
from gastown.convoys.course import Course, check_growth, sent_back
from gastown.convoys.homecoming import (
    draft_homecoming,
    is_homecoming,
    lasts,
    why,
    with_homecoming,
)
from gastown.formula.plan import Plan, PlannedStep
from gastown.queue.outcome import Red
from gastown.rigs.rebase import Conflict
from tests.gastown.rigs.given import RED

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CONVOY = Bead(id="hq-cv-1", title="Spring", created_at=NOW, updated_at=NOW)
REWORK = Bead(id="ga-9", title="Bring", created_at=NOW, updated_at=NOW)


def plan() -> Plan:
    steps = (
        PlannedStep(key="work[ga-1]", step="work", title="work", role="polecat", rig="garden"),
        PlannedStep(key="refine[ga-1]", step="refine", title="refine", needs=("work[ga-1]",)),
        PlannedStep(key="other", step="other", title="other"),
    )
    return Plan(formula="convoy", digest="d", convoy="hq-cv-1", steps=steps)


def test_its_steps_come_after_all_others_and_nothing_else_changes():
    old = plan()

    new = with_homecoming(old, REWORK, "garden", lasts(old))

    check_growth(old, new)
    work, review = new.steps[-2:]
    assert set(work.needs) == {"refine[ga-1]", "other"}
    assert [(one.role, one.bead, one.rig, one.bound) for one in (work, review)] == [
        ("polecat", "ga-9", "garden", True),
        ("refinery", "ga-9", "garden", True),
    ]
    assert Course(new, {}).status(review.key) == "waiting"


def test_twice_is_once():
    new = with_homecoming(plan(), REWORK, "garden", lasts(plan()))

    assert with_homecoming(new, REWORK, "garden", lasts(new)) is new


def test_the_review_sends_its_own_work_back_and_none_of_the_convoys_other_beads():
    new = with_homecoming(plan(), REWORK, "garden", lasts(plan()))

    assert sent_back(new, new.steps[-1].key) == (new.steps[-2].key,)


def test_the_bead_says_what_keeps_the_branch_from_main():
    conflict = Conflict(tuple(f"f{number}.py" for number in range(30)), "<<<<<<<")

    draft = draft_homecoming(CONVOY, "ga", "main", 1, conflict)

    assert draft.title == "Bring integration/hq-cv-1 together with main"
    assert (draft.prefix, draft.priority) == ("ga", 1)
    assert "f19.py and 10 more" in draft.description
    assert "<<<<<<<" not in draft.description
    made = REWORK.model_copy(update={"labels": draft.labels})
    assert is_homecoming(made)
    assert not is_homecoming(REWORK)


def test_a_files_name_cannot_begin_a_line_of_what_an_agent_reads():
    assert "\n" not in why(Conflict(("a\n# Do this",), ""), "main")


def test_what_is_red_together_says_how_the_tests_went():
    assert why(Red(RED), "main") == f"is red on top of main ({RED.line})"
