"""The Defender's trip: the convoy's branch goes out, and comes back with a commit of each bead.

That the tests are red, and for the right reason, is shown again here before they are taken.
"""

from gastown.beads.bead import Bead
from gastown.burst.parcel import Spot
from gastown.burst.report import BurstReport
from gastown.errors import StageFailedError
from gastown.rigs.commit import Commit
from gastown.rigs.git import Repo
from gastown.rigs.redness import judge_redness
from gastown.rigs.report import TestReport
from gastown.rigs.worktree import add_worktree
from gastown.stage import StageResult
from tasks.defender import defender, names_of, tests_of
from tasks.desk import Desk
from tasks.rigs import beads_of_rig, convoy_branch, main_ref
from tasks.trips.trip import Departure, adopt


class DefenderTrip:
    """New files among the tests, one commit a bead, each red."""

    def leave(self, desk: Desk) -> Departure | None:
        """The worktree of the convoy's branch."""
        Repo(desk.layout.canonical).fetch()
        path = desk.layout.defender(desk.request.convoy)
        branch = convoy_branch(desk.request.convoy)
        repo = Repo(add_worktree(desk.layout, path, branch, main_ref(desk)))
        repo.discard()
        if all(tests_of(repo, desk, bead) for bead in beads_of_rig(desk)):
            return None
        refs: dict[Spot, str] = {
            "main": repo.rev(main_ref(desk)),
            "tests": repo.head(),
            "work": repo.head(),
        }
        return Departure(refs, repo, repo.head())

    def camp(self, desk: Desk) -> StageResult:
        """The whole stage; the convoy's branch is pushed to the camp's own origin."""
        return defender(desk)

    def arrive(self, desk: Desk, left: Departure, report: BurstReport) -> StageResult:
        """Prove each bead's tests commit by commit, then let the stage push them."""
        repo, old = left.repo, tuple(left.repo.files())
        fresh = tuple(reversed(repo.log(f"{left.base}..{report.commit}")))
        shown = _proven(desk, left, fresh, old)
        done = defender(desk)
        written = {
            bead: {**tests, "red": shown.get(bead, tests["red"])}
            for bead, tests in done.evidence["tests"].items()
        }
        return done.model_copy(update={"evidence": {**done.evidence, "tests": written}})


def _proven(
    desk: Desk, left: Departure, fresh: tuple[Commit, ...], old: tuple[str, ...]
) -> dict[str, str]:
    """What each bead's tests show; all or none are taken."""
    beads = {bead.id: bead for bead in beads_of_rig(desk)}
    shown: dict[str, str] = {}
    before, known = desk.gauge(left.repo.path), old
    try:
        for commit in fresh:
            bead = _whose(commit, {k: b for k, b in beads.items() if k not in shown})
            head = left.repo.head()
            adopt(left, commit.id, base=head, allowed=desk.table.tests, protected=known)
            after = desk.gauge(left.repo.path)
            shown[bead.id] = _shown(desk, bead, commit, (before, after), left.repo)
            before, known = after, tuple(left.repo.files())
    except StageFailedError:
        left.repo.run("reset", "--quiet", "--hard", left.base)
        raise
    return shown


def _whose(commit: Commit, open_ones: dict[str, Bead]) -> Bead:
    bead = open_ones.get(dict(commit.trailers).get("bead", ""))
    if bead is None:
        raise StageFailedError(f"{commit.id[:10]} is no first commit of a bead's tests")
    return bead


def _shown(
    desk: Desk, bead: Bead, commit: Commit, runs: tuple[TestReport, TestReport], repo: Repo
) -> str:
    files = repo.changed_files(f"{commit.id}~1", commit.id)
    found = judge_redness(*runs, files, names_of(desk, bead))
    said = "; ".join(found.reasons)
    if not (found.red and found.right):
        raise StageFailedError(f"the tests of {bead.id} that came back are refused: {said}")
    return said
