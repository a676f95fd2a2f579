"""Trip: the three parts of a stage that is carried out elsewhere, of which two happen here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from gastown.burst.parcel import Spot
from gastown.burst.report import BurstReport
from gastown.errors import StageFailedError
from gastown.rigs.git import Repo
from gastown.rigs.violations import violations
from gastown.stage import StageResult
from tasks.desk import Desk


@dataclass(frozen=True, slots=True)
class Departure:
    """Where the work starts: commits for the parcel, and the worktree that waits for it here.

    `reasons` are what a model elsewhere must be told besides the request's own.
    """

    refs: Mapping[Spot, str]
    repo: Repo
    base: str
    reasons: tuple[str, ...] = ()


class Trip(Protocol):
    """One role's way. `leave` and `arrive` run in the town, `camp` on the other machine."""

    def leave(self, desk: Desk) -> Departure | None:
        """Prepare the ground; None when an earlier attempt left nothing to be done elsewhere."""
        ...

    def camp(self, desk: Desk) -> StageResult:
        """Do what takes a model; `evidence["commit"]` is what comes back, none for a rework."""
        ...

    def arrive(self, desk: Desk, left: Departure, report: BurstReport) -> StageResult:
        """Take the work over, and check it with code as if it had been done here."""
        ...


def adopt(
    left: Departure,
    commit: str,
    *,
    base: str = "",
    allowed: Sequence[str] = ("**",),
    protected: Sequence[str] = (),
) -> None:
    """Bring a worktree to a commit that was fetched, if that goes on from here within bounds.

    Raises StageFailedError, and leaves the worktree as it was sent.
    """
    repo, head = left.repo, left.repo.head()
    if not repo.is_ancestor(head, commit):
        raise StageFailedError(f"what came back, {commit[:10]}, does not go on from {head[:10]}")
    repo.discard()
    repo.run("merge", "--quiet", "--ff-only", commit)
    broken = violations(repo.path, base or left.base, allowed, protected)
    if broken:
        repo.run("reset", "--quiet", "--hard", head)
        raise StageFailedError(f"what came back is refused: {'; '.join(broken)}")


def require(repo: Repo, stage: str, span_of: str) -> None:
    """Raise StageFailedError when no commit of `span_of` says that it is this stage's work."""
    if repo.find_trailer("Stage", stage, span_of) is None:
        raise StageFailedError(f"what came back holds no commit of the stage {stage!r}")
