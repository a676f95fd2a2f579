"""clones: a rig's clone that is missing, or has what would keep it from following its origin."""

from collections.abc import Iterator

from gastown.doctor.finding import Ailment, Check, Finding
from gastown.doctor.rescue import keep
from gastown.doctor.scene import Rig, Scene
from gastown.rigs.git import Repo

NAME = "clones"


def _look(scene: Scene) -> Iterator[Ailment]:
    there = {rig.name for rig in scene.rigs}
    for name, table in scene.town.config.rigs.items():
        if name not in there:
            place = scene.town.layout.rig(name).canonical
            yield _found(
                name,
                f"has no clone in {place}",
                f"git clone --branch {table.branch} -- {table.origin} {place}",
            )
    for rig in scene.rigs:
        yield from _of(rig)


def _of(rig: Rig) -> Iterator[Ailment]:
    repo = Repo(rig.layout.canonical)
    branch, place = rig.table.branch, rig.layout.canonical
    if repo.find(rig.target) is None:
        yield _found(rig.name, f"knows no {rig.target}", f"git -C {place} fetch origin")
    elif repo.branch() != branch:
        at = repo.branch() or "no branch"
        yield _found(rig.name, f"is on {at}, not on {branch}", f"git -C {place} switch {branch}")
    elif changed := repo.status():
        said = f"has changes that are not committed: {', '.join(changed[:5])}"
        yield _found(
            rig.name, said, f"move them to a clone of your own, then: git -C {place} stash"
        )
    elif own := _own(rig, repo):
        yield _diverged(rig, repo, len(own))


def _own(rig: Rig, repo: Repo) -> list[str]:
    """Commits of the clone's branch that origin, as last seen, has not."""
    return repo.ask("rev-list", f"{rig.target}..refs/heads/{rig.table.branch}", "--").split()


def _found(rig: str, said: str, advice: str) -> Ailment:
    return Ailment(Finding(check=NAME, subject=rig, said=said, severity="error", advice=advice))


def _diverged(rig: Rig, repo: Repo, count: int) -> Ailment:
    finding = Finding(
        check=NAME,
        subject=rig.name,
        said=f"has commits of its own ({count}) on {rig.table.branch}, so it cannot follow origin",
        severity="error",
        mend=f"keep them under refs/rescue, then set {rig.table.branch} to origin's",
    )
    return Ailment(finding, lambda: _set_back(rig, repo))


def _set_back(rig: Rig, repo: Repo) -> str:
    with repo.shared():
        if repo.branch() != rig.table.branch or repo.status() or not _own(rig, repo):
            return ""
        ref = keep(repo, rig.table.branch)
        repo.run("reset", "--quiet", "--keep", repo.rev(rig.target))
    return f"follows origin again; its own commits are {ref}"


CHECK = Check(NAME, "clones that are missing or cannot follow their origin", _look)
