"""doubled: one change of a bead that is on main twice; nothing of the town's may do that."""

from collections.abc import Iterator, Sequence

from gastown.doctor.finding import Ailment, Check, Finding
from gastown.doctor.scene import Rig, Scene
from gastown.rigs.commit import Commit
from gastown.rigs.git import Repo
from gastown.rigs.landed import STAGE, TRAILER, change_of

NAME = "doubled"
_REVERTS = "This reverts commit "


def _look(scene: Scene) -> Iterator[Ailment]:
    for rig in scene.rigs:
        repo = Repo(rig.layout.canonical)
        for several in _alike(repo.log(rig.target)):
            yield from _twice(rig, repo, several)


def _alike(commits: Sequence[Commit]) -> list[list[Commit]]:
    """Commits that say the same of themselves: bead, stage and subject; oldest first."""
    found: dict[tuple[str, ...], list[Commit]] = {}
    for commit in reversed(commits):
        trailers = dict(commit.trailers)
        if TRAILER in trailers:
            key = (trailers[TRAILER], trailers.get(STAGE, ""), commit.subject)
            found.setdefault(key, []).append(commit)
    return [several for several in found.values() if len(several) > 1]


def _twice(rig: Rig, repo: Repo, several: Sequence[Commit]) -> Iterator[Ailment]:
    first: dict[object, Commit] = {}
    for commit in several:
        change = change_of(repo, commit.id)
        standing = first.setdefault(change, commit)
        if change and standing is not commit and not _is_reverted(repo, rig, standing):
            bead = dict(commit.trailers)[TRAILER]
            yield Ailment(
                Finding(
                    check=NAME,
                    subject=f"{rig.name}/{commit.id[:10]}",
                    said=f"is the change of {standing.id[:10]} once more, for {bead}",
                    severity="error",
                    advice=f"if it is wrong to have it twice: git revert {commit.id[:10]}",
                )
            )


def _is_reverted(repo: Repo, rig: Rig, commit: Commit) -> bool:
    args = ("log", "-1", "--format=%H", "--fixed-strings", f"--grep={_REVERTS}{commit.id}")
    return bool(repo.ask(*args, rig.target))


CHECK = Check(NAME, "changes that are on main twice", _look)
