"""meeting: where a homecoming's work begins: main merged into the convoy's branch, as it clashes.

The conflicts are committed as git marks them, so that what the Polecat does is a change like any
other: it can be read, judged and lost to a crash. The marks never reach a branch's tip: who leaves
one is not green.
"""

from gastown.agents.globs import matches
from gastown.errors import StageFailedError
from gastown.rigs.clash import marked, merge_as_it_is
from gastown.rigs.git import Repo
from tasks.desk import Desk
from tasks.rigs import fixed, main_ref, trailers

_ROLE = "meeting"
_SHOWN = 20


def met_at(repo: Repo, desk: Desk) -> str | None:
    """The commit at which the two met on this branch; None before they did."""
    for commit in repo.log(f"{main_ref(desk)}..HEAD"):
        if {("stage", f"{_ROLE} 1"), ("bead", desk.bead.id)} <= set(commit.trailers):
            return commit.id
    return None


def meet(repo: Repo, desk: Desk) -> None:
    """Merge the rig's main into the convoy's branch, which is checked out, and commit it so.

    Raises StageFailedError where they clash in what no agent may change, tests above all.
    """
    main, before = f"origin/{desk.table.branch}", repo.head()
    own = trailers(desk.bead, desk).replace(
        f"Stage: {desk.request.role} {desk.request.round}", f"Stage: {_ROLE} 1"
    )
    clashing = merge_as_it_is(repo, main, f"Meet {main}, as it clashes\n\n{own}", desk.author)
    closed = [file for file in clashing if matches(file, fixed(desk))]
    if closed:
        repo.run("reset", "--quiet", "--hard", before)
        raise StageFailedError(
            f"both sides changed {', '.join(closed)}, which no agent may change; merge {main} "
            f"into {main_ref(desk)} by hand, push it, then Retry"
        )


def left_over(repo: Repo, base: str) -> list[str]:
    """What of the conflicts of `base` still stands in the tree, one line for each file."""
    return [f"{file}: conflict markers are left" for file in _clashes(repo, base) & marked(repo)]


def duty_of(repo: Repo, base: str) -> str:
    """What a homecoming's Polecat is told to do."""
    files = sorted(_clashes(repo, base))
    more = f" and {len(files) - _SHOWN} more" if len(files) > _SHOWN else ""
    named = f"Git marked conflicts in {', '.join(files[:_SHOWN])}{more}. " if files else ""
    return (
        f"Two lines of work were merged in this worktree. {named}Resolve what clashes so that the "
        f"changes of both sides hold, remove every conflict marker, and make every test green. "
        f"You may not change tests."
    )


def _clashes(repo: Repo, base: str) -> set[str]:
    """Files that hold markers since the two met."""
    parents = repo.ask("rev-list", "--parents", "-1", base).split()[1:]
    sides = [marked(repo, side) for side in parents]
    return marked(repo, base) - set[str]().union(*sides)
