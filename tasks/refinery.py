"""Refinery: reviews a bead's change, may improve it, then merges it or sends it back."""

from pydantic import BaseModel

from gastown.agents.answers import Finding, Review
from gastown.agents.brief import bead_text, material
from gastown.agents.protocols import Check
from gastown.agents.tools import WorktreeTools
from gastown.beads.bead import CLOSED
from gastown.errors import StageFailedError
from gastown.rigs.diff import diff_text
from gastown.rigs.git import Repo
from gastown.rigs.merge import Outcome, Red
from gastown.rigs.rebase import Conflict
from gastown.rigs.slots import Slot, retire, slot_of
from gastown.stage import StageResult
from tasks.desk import Desk
from tasks.merge_queue import enqueue
from tasks.polecat import Ground, judge, prepare
from tasks.rigs import CONFLICT, describe, fixed, main_ref, red_text, trailers

DIFF_CHARS = 16_000


def refinery(desk: Desk) -> StageResult:
    """Review the bead's branch, then merge it through the rig's queue."""
    bead = desk.bead
    slot = slot_of(desk.layout, bead.id)
    if slot is None:
        return _merged_before(desk)
    ground = prepare(desk, slot)
    review = _review(desk, ground)
    if review.verdict == "rework":
        ground.repo.discard()
        return _sent_back(review.summary, *map(_point, review.findings))
    improved = bool(ground.repo.status())
    message = f"Improve: {review.summary}\n\n{trailers(bead, desk)}"
    ground.repo.commit_all(message, desk.author)
    return _settle(desk, slot, enqueue(desk, slot.branch, bead.id), improved=improved)


def _review(desk: Desk, ground: Ground) -> Review:
    """The model's reading; an approval stands only if what it improved is green and in bounds."""
    ground.repo.discard()

    def verify(answer: BaseModel | None) -> Check:
        approved = isinstance(answer, Review) and answer.verdict == "approve"
        return judge(desk, ground) if approved and ground.repo.status() else Check(ok=True)

    tools = WorktreeTools(
        ground.repo.path,
        read_only=fixed(desk),
        verbs={"run_tests": lambda: red_text(desk.gauge(ground.repo.path))},
        focus=tuple(ground.repo.changed_files(ground.base)),
    )
    outcome = desk.session(_task(desk, ground), environment=tools, output=Review, verify=verify)
    assert isinstance(outcome.answer, Review)  # noqa: S101 — the loop validated it
    return outcome.answer


def _settle(desk: Desk, slot: Slot, outcome: Outcome, *, improved: bool) -> StageResult:
    """Close the bead and give its slot back, or say what stands in the way of the merge."""
    if isinstance(outcome, Conflict):
        return _sent_back(f"{CONFLICT} in {', '.join(outcome.files)}", outcome.text)
    if isinstance(outcome, Red):
        return _sent_back("red on top of main", red_text(outcome.report))
    close_bead(desk, outcome.commit, slot.name)
    retire(desk.layout, slot.bead)
    how = "improved and merged" if improved else "approved and merged"
    return StageResult(
        summary=f"{how} as {outcome.commit[:10]}",
        evidence={"commit": outcome.commit, "improved": improved, "slot": slot.name},
    )


def close_bead(desk: Desk, commit: str, slot: str) -> None:
    """Close the work bead with its commit; one that is closed already stays as it is."""
    bead = desk.bead
    if bead.status != CLOSED:
        evidence = {"commit": commit, "rig": desk.rig, "slot": slot}
        desk.town.ledger.close(bead.id, f"Merged in {commit}", evidence=evidence, actor="refinery")


def _merged_before(desk: Desk) -> StageResult:
    """The slot was given back, so an attempt that died had merged; git and the ledger say where."""
    bead = desk.bead
    commit = Repo(desk.layout.canonical).find_trailer("Bead", bead.id, main_ref(desk))
    if bead.status != CLOSED or commit is None:
        raise StageFailedError(f"{bead.id} has no slot and is not merged; its Polecat must run")
    return StageResult(
        summary=f"merged as {commit[:10]} by an attempt that died", evidence={"commit": commit}
    )


def _sent_back(summary: str, *reasons: str) -> StageResult:
    return StageResult(
        verdict="rework", summary=f"sent back: {summary}", reasons=(summary, *reasons)
    )


def _point(finding: Finding) -> str:
    place = f"{finding.file}:{finding.line}" if finding.line else finding.file
    return f"{place} ({finding.severity}): {finding.text}"


def _task(desk: Desk, ground: Ground) -> str:
    change = diff_text(ground.repo.path, ground.base, "HEAD", chars=DIFF_CHARS)
    duty = "Review this change. All tests are green on it; that is checked by code."
    return "\n\n".join(
        [
            duty,
            bead_text(desk.bead),
            material("the diff under review", change),
            describe(desk, ground.repo.path),
        ]
    )
