"""Refinery: reviews a bead's change, may improve it, then merges it or sends it back."""

from collections.abc import Mapping
from typing import Any

from gastown.agents.brief import bead_text
from gastown.agents.prose import one_line
from gastown.agents.tools import WorktreeTools
from gastown.beads.bead import CLOSED
from gastown.errors import StageFailedError
from gastown.queue.outcome import Outcome, Red
from gastown.rigs.git import Repo
from gastown.rigs.rebase import Conflict
from gastown.rigs.review.criteria import criteria_of
from gastown.rigs.slots import Slot, retire, slot_of
from gastown.rigs.violations import violations
from gastown.stage import StageResult
from tasks.desk import Desk
from tasks.dispatches import heard, merge_failed, merged, sent_back
from tasks.merge_queue import enqueue
from tasks.polecat import Ground, judge, prepare
from tasks.reviewing import Change, Reading, read_change
from tasks.rigs import CONFLICT, describe, fixed, merged_as, red_text, trailers


def refinery(desk: Desk) -> StageResult:
    """Review the bead's branch, then merge it through the rig's queue."""
    Repo(desk.layout.canonical).fetch()
    heard(desk)
    slot, standing = slot_of(desk.layout, desk.bead.id), merged_as(desk)
    if standing is not None:
        return _finished(desk, standing)
    if slot is None:
        raise StageFailedError(f"{desk.bead.id} has no slot; its Polecat must run first")
    return _judged(desk, slot)


def _judged(desk: Desk, slot: Slot) -> StageResult:
    ground = prepare(desk, slot)
    reviewed = review(desk, ground)
    if reviewed.verdict == "rework":
        return sent_back(desk, slot.branch, reviewed)
    seen = reviewed.evidence
    return approve(desk, slot, ground, improved=seen["improved"], facts=seen["review"])


def review(desk: Desk, ground: Ground) -> StageResult:
    """The model's verdict; what it improved is committed, and nothing is merged yet."""
    reading = _read(desk, ground)
    read, facts = reading.review, {"review": reading.facts}
    if read.verdict == "rework":
        ground.repo.discard()
        sent = _sent_back(read.summary, *reading.reasons)
        return sent.model_copy(update={"evidence": facts})
    improved = bool(ground.repo.status())
    message = f"Improve: {one_line(read.summary)}\n\n{trailers(desk.bead, desk)}"
    commit = ground.repo.commit_all(message, desk.author)
    evidence = {"commit": commit, "improved": improved, **facts}
    return StageResult(summary=f"approved: {read.summary}", evidence=evidence)


def approve(
    desk: Desk, slot: Slot, ground: Ground, *, improved: bool, facts: Mapping[str, Any]
) -> StageResult:
    """Merge what was approved, unless code sees a fault in it; `facts` of its review are kept."""
    broken = violations(ground.repo.path, ground.base, protected=fixed(desk))
    if broken:  # what a test run wrote behind everybody's back
        raise StageFailedError("; ".join(broken))
    settled = _settle(desk, slot, enqueue(desk, slot.branch, slot.bead), improved=improved)
    return settled.model_copy(update={"evidence": {**settled.evidence, "review": facts}})


def _read(desk: Desk, ground: Ground) -> Reading:
    """The model's reading; an approval stands only if what it improved is green and in bounds."""
    ground.repo.discard()
    tools = WorktreeTools(
        ground.repo.path,
        read_only=fixed(desk),
        verbs={"run_tests": lambda: red_text(desk.gauge(ground.repo.path))},
        focus=tuple(ground.repo.changed_files(ground.base)),
    )
    return read_change(desk, change_of(desk, ground), tools, lambda: judge(desk, ground))


def change_of(desk: Desk, ground: Ground) -> Change:
    """A bead's work as it is read."""
    return Change(
        ground.repo,
        ground.base,
        desk.table,
        describe(desk, ground.repo.path),
        bead_text(desk.bead),
        criteria_of(desk.bead.acceptance_criteria),
    )


def _settle(desk: Desk, slot: Slot, outcome: Outcome, *, improved: bool) -> StageResult:
    """Close the bead and give its slot back, or say what stands in the way of the merge."""
    if isinstance(outcome, Conflict):
        back = _sent_back(f"{CONFLICT} in {', '.join(outcome.files)}", outcome.text)
        return sent_back(desk, slot.branch, back)
    if isinstance(outcome, Red):
        back = _sent_back("red on top of main", red_text(outcome.report))
        return merge_failed(desk, slot.branch, back)
    close_bead(desk, outcome.commit, slot.name)
    merged(desk, slot.branch, outcome.commit)
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


def _finished(desk: Desk, commit: str) -> StageResult:
    """What an attempt that died had merged: closed, and its slot given back, if it had not yet."""
    slot = slot_of(desk.layout, desk.bead.id)
    close_bead(desk, commit, slot.name if slot else desk.bead.assignee.rpartition("/")[2])
    merged(desk, slot.branch if slot else "(removed)", commit)
    retire(desk.layout, desk.bead.id)
    return StageResult(
        summary=f"merged as {commit[:10]} by an attempt that died", evidence={"commit": commit}
    )


def _sent_back(summary: str, *reasons: str) -> StageResult:
    return StageResult(
        verdict="rework", summary=f"sent back: {summary}", reasons=(summary, *reasons)
    )
