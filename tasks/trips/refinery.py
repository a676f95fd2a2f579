"""The Refinery's trip: a bead's branch goes out, a verdict comes back; only the town merges."""

from gastown.burst.report import BurstReport
from gastown.rigs.git import Repo
from gastown.rigs.slots import slot_of
from gastown.stage import StageResult
from tasks.desk import Desk
from tasks.dispatches import sent_back
from tasks.polecat import Ground, prepare
from tasks.refinery import approve, review
from tasks.rigs import fixed, merged_as
from tasks.trips.polecat import departure, pitched
from tasks.trips.trip import Departure, adopt


class RefineryTrip:
    """The merge queue's gate runs here, on what was improved too."""

    def leave(self, desk: Desk) -> Departure | None:
        """The Polecat's worktree; nothing to review where the work is merged or has no slot."""
        Repo(desk.layout.canonical).fetch()
        slot = slot_of(desk.layout, desk.bead.id)
        if slot is None or merged_as(desk) is not None:
            return None
        return departure(desk, prepare(desk, slot))

    def camp(self, desk: Desk) -> StageResult:
        """The review alone."""
        return review(desk, prepare(desk, pitched(desk)))

    def arrive(self, desk: Desk, left: Departure, report: BurstReport) -> StageResult:
        """Send back, or merge with what the reviewer improved."""
        if report.result.verdict == "rework":
            slot = slot_of(desk.layout, desk.bead.id)
            return sent_back(desk, slot.branch if slot else "(removed)", report.result)
        improved = report.commit != left.refs["work"]
        adopt(left, report.commit, protected=fixed(desk))
        slot = slot_of(desk.layout, desk.bead.id)
        assert slot is not None  # noqa: S101 — held until the work is merged
        facts = report.result.evidence.get("review", {})
        return approve(desk, slot, Ground(left.repo, left.base), improved=improved, facts=facts)
