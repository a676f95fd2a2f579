"""The Polecat's trip: a bead's branch goes out with its tests, and comes back implemented."""

from dataclasses import replace

from gastown.agents.brief import material
from gastown.beads.bead import IN_PROGRESS
from gastown.burst.parcel import Spot
from gastown.burst.report import BurstReport
from gastown.rigs.git import Repo
from gastown.rigs.slots import Slot, take
from gastown.stage import StageResult
from tasks.desk import Desk
from tasks.polecat import Ground, committed, needless, polecat, prepare
from tasks.rigs import convoy_branch, fixed, main_ref
from tasks.trips.trip import Departure, adopt, require


class PolecatTrip:
    """Tests and bounds are judged again here, by the stage itself: it finds its commit done."""

    def leave(self, desk: Desk) -> Departure | None:
        """The bead's slot and worktree, as for work that is done here."""
        Repo(desk.layout.canonical).fetch()
        slot = take(desk.layout, desk.bead.id)
        holds = {"status": IN_PROGRESS, "assignee": f"{desk.rig}/{slot.name}"}
        desk.town.ledger.update(desk.bead.id, holds, actor=holds["assignee"])
        ground = prepare(desk, slot)
        if committed(desk, ground) or needless(desk, ground):
            return None
        lost = material("your earlier change, which no longer fits main", ground.lost)
        return replace(departure(desk, ground), reasons=(lost,) if ground.lost else ())

    def camp(self, desk: Desk) -> StageResult:
        """The whole stage."""
        return polecat(desk)

    def arrive(self, desk: Desk, left: Departure, report: BurstReport) -> StageResult:
        """The stage again, which finds its own commit and only judges it."""
        adopt(left, report.commit, protected=fixed(desk))
        require(left.repo, f"polecat {desk.request.round}", f"{left.base}..HEAD")
        judged = polecat(desk)
        red = report.result.evidence.get("red", 0)
        return judged.model_copy(update={"evidence": {**judged.evidence, "red": red}})


def departure(desk: Desk, ground: Ground) -> Departure:
    """A bead's ground, with main and the convoy's tests that belong to it."""
    repo = Repo(desk.layout.canonical)
    tests = repo.find(f"refs/heads/{convoy_branch(desk.request.convoy)}")
    refs: dict[Spot, str] = {"main": repo.rev(main_ref(desk)), "work": ground.repo.head()}
    if tests:
        refs["tests"] = tests
    return Departure(refs, ground.repo, ground.base)


def pitched(desk: Desk) -> Slot:
    """The slot of a camp's only bead."""
    return take(desk.layout, desk.bead.id)
