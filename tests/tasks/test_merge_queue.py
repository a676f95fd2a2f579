"""A stage's branch in the merge queue: under its claim, to main or to its convoy's own branch."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gastown.beads.bead import CLOSED, Draft
from gastown.convoys.convoy import MERGE, create_convoy
from gastown.convoys.course import Course
from gastown.convoys.planned import plan_for
from gastown.errors import StaleTokenError
from gastown.queue.outcome import Merged
from gastown.queue.requests import Requests
from gastown.rigs.git import Repo
from gastown.rigs.rebase import Conflict
from gastown.rigs.slots import slot_of
from gastown.stage import Placement, StageRequest
from tasks.claims import claimed
from tasks.desk import Desk
from tasks.integration import bring_home
from tasks.merge_queue import enqueue
from tasks.refinery import _settle
from tasks.rigs import main_ref
from tests.tasks.half import ANN, Half


@pytest.fixture
def half(tmp_path: Path) -> Half:
    return Half(tmp_path)


@contextmanager
def refining(half: Half) -> Generator[Desk]:
    """The Refinery's desk, under a claim that stands."""
    step = half.molecule.beads["refine"]
    with claimed(half.town.ledger, step) as claim:
        yield desk(half, step, claim.token)


def desk(half: Half, step: str, token: int) -> Desk:
    request = StageRequest(
        town=str(half.town.root), convoy=half.convoy, step=step, key="refine", role="refinery",
        rig="garden", bead=half.held, token=token,
        placement=Placement(where="local", reason="test"),
    )  # fmt: skip
    return Desk(half.town, request, half.town.root / "session")


def branch(half: Half, name: str = "rose", text: str = "rose = 1\n") -> str:
    """A branch from main with the held bead's work."""
    clone = Repo(half.layout.canonical)
    clone.run("checkout", "--quiet", "-b", f"work/{name}", "origin/main")
    (clone.path / f"{name}.py").write_text(text)
    clone.commit_all(f"Plant\n\nBead: {half.held}\nConvoy: {half.convoy}\nStage: polecat 1", ANN)
    clone.run("checkout", "--quiet", "main")
    return f"work/{name}"


def at_origin(half: Half, ref: str) -> str | None:
    return Repo(half.origin).find(f"refs/heads/{ref}")


def test_a_stage_merges_under_its_claim_and_says_whose_it_is(half: Half):
    with refining(half) as at:
        outcome = enqueue(at, branch(half), half.held)
        (asked,) = Requests.of(half.layout).all()
        assert (asked.step, asked.token) == (at.request.step, at.request.token)

    assert isinstance(outcome, Merged)
    assert at_origin(half, "main") == outcome.commit
    assert (asked.convoy, asked.bead, asked.state) == (half.convoy, half.held, "merged")
    assert asked.convoy_at == half.town.ledger.show(half.convoy).created_at


def test_a_stage_that_was_taken_over_pushes_nothing(half: Half):
    before = at_origin(half, "main")
    with refining(half) as at:
        stale = desk(half, at.request.step, at.request.token - 1)
        with pytest.raises(StaleTokenError, match="another run took"):
            enqueue(stale, branch(half), half.held)

    assert at_origin(half, "main") == before


def test_a_conflict_is_rework_and_keeps_the_bead_open(half: Half):
    slot = slot_of(half.layout, half.held)
    assert slot is not None
    with refining(half) as at:
        settled = _settle(at, slot, Conflict(("rose.py",), "<<<<"), improved=False)

    assert (settled.verdict, settled.reasons[0]) == ("rework", "conflict with main in rose.py")
    assert half.town.ledger.show(half.held).status != CLOSED
    assert slot_of(half.layout, half.held) == slot


def test_work_of_a_convoy_that_lands_later_comes_together_on_its_own_branch_first(half: Half):
    """Dependents begin on top of it; main gets it whole, with its commits, when it lands."""
    half.town.ledger.update(half.convoy, {"metadata": {MERGE: "review-then-land"}})
    before, own = at_origin(half, "main"), f"integration/{half.convoy}"
    with refining(half) as at:
        assert main_ref(at) == "origin/main"
        outcome = enqueue(at, branch(half), half.held)
        assert main_ref(at) == f"origin/{own}"
    assert isinstance(outcome, Merged)
    assert (at_origin(half, "main"), at_origin(half, own)) == (before, outcome.commit)

    landed = bring_home(half.town, half.convoy, "garden")

    origin = Repo(half.origin)
    assert at_origin(half, "main") == landed
    assert origin.is_ancestor(outcome.commit, "main")
    assert origin.show_file("main", "rose.py") == "rose = 1\n"
    assert at_origin(half, own) is None
    assert bring_home(half.town, half.convoy, "garden") == ""


def test_a_dependent_starts_only_when_what_it_needs_is_merged(half: Half):
    """The step that closes with the merge, not the work before it, is what it waits for."""
    ledger = half.town.ledger
    first = ledger.create(Draft(title="Seed", prefix="ga"))
    second = ledger.create(Draft(title="Bloom", prefix="ga", needs=(first.id,)))
    convoy = create_convoy(ledger, half.town.config, "Summer", [first.id, second.id])
    course = Course(plan_for(half.town, convoy, "convoy", {}), {})

    def step(role: str, bead: str) -> str:
        return next(s.key for s in course.plan.steps if (s.role, s.bead) == (role, bead))

    for key in ("defend[garden]", step("polecat", first.id)):
        course.start(key)
        course.close(key)
    dependent = step("polecat", second.id)
    assert course.status(dependent) == "waiting"
    course.start(step("refinery", first.id))
    course.rework(step("refinery", first.id), ("conflict with main in rose.py",))
    assert course.status(dependent) == "waiting"
    for role in ("polecat", "refinery"):
        course.start(step(role, first.id))
        assert course.status(dependent) == "waiting"
        course.close(step(role, first.id))

    assert course.status(dependent) == "ready"
