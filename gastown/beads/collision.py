"""Collision: two clones gave the same id to different beads; both must live. Pure.

Ids are short, and children are simply counted, so this happens. Beads are the same when they were
created by the same actor at the same moment; that is how `bd` tells them apart too. A bead that got
a new id keeps the old one in its metadata, so that the next merge with a clone that has not heard
of it yet finds it again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from gastown.beads.bead import Bead
from gastown.beads.ids import candidates, child_number, depth, place
from gastown.beads.jsonl import line_of
from gastown.errors import LedgerError

FORMER_ID = "former_id"

Beads = Mapping[str, Bead]


@dataclass(frozen=True, slots=True)
class Apart:
    """Both sides, without an id that means two beads; `renamed` are pairs of old and new id."""

    ours: Beads
    theirs: Beads
    renamed: tuple[tuple[str, str], ...] = ()


def told_apart(base: Beads, ours: Beads, theirs: Beads) -> Apart:
    """Give the younger of two beads with one id a new one, and everything below it."""
    clashes = [
        name
        for name in sorted(set(ours) & set(theirs) - set(base), key=place)
        if _origin(ours[name]) != _origin(theirs[name])
    ]
    ours_named: dict[str, str] = {}
    theirs_named: dict[str, str] = {}
    taken = {*base, *ours, *theirs}
    for name in clashes:
        is_ours = _age(ours[name]) > _age(theirs[name])
        side, other, named = (ours, theirs, ours_named) if is_ours else (theirs, ours, theirs_named)
        if name not in named:
            fresh = _twin(side[name], other, {*base, *side, *named.values()}) or _fresh(
                side[name], taken
            )
            family = [one for one in side if one == name or one.startswith(f"{name}.")]
            named |= {one: fresh + one[len(name) :] for one in family if one not in base}
            taken |= set(named.values())
    renamed = sorted({*ours_named.items(), *theirs_named.items()})
    return Apart(_renamed(ours, ours_named), _renamed(theirs, theirs_named), tuple(renamed))


def _origin(bead: Bead) -> tuple[datetime, str]:
    return bead.created_at, bead.created_by


def _age(bead: Bead) -> tuple[datetime, str, str]:
    return bead.created_at, bead.created_by, line_of(bead)


def _twin(bead: Bead, other: Beads, others: set[str]) -> str | None:
    """The other side's name for the very bead, where an earlier merge told it apart."""
    same = (
        one.id
        for one in other.values()
        if one.id not in others
        and _origin(one) == _origin(bead)
        and one.metadata.get(FORMER_ID) == bead.id
    )
    return min(same, default=None)


def _fresh(bead: Bead, taken: Iterable[str]) -> str:
    if depth(bead.id):
        parent = bead.id.rpartition(".")[0]
        return f"{parent}.{max(child_number(name, parent) for name in taken) + 1}"
    known = set(taken)
    stem = bead.id.rpartition("-")[0]
    tops = sum(depth(name) == 0 for name in known)
    tries = candidates(
        stem, bead.title, bead.description, bead.created_by, bead.created_at, count=tops
    )
    for name in tries:
        if name not in known:
            return name
    raise LedgerError(f"no free id for the second bead {bead.id}, {bead.title!r}")


def _renamed(beads: Beads, names: Mapping[str, str]) -> Beads:
    if not names:
        return beads
    changed = (_moved(bead, names) for bead in beads.values())
    return {bead.id: bead for bead in changed}


def _moved(bead: Bead, names: Mapping[str, str]) -> Bead:
    def new(name: str) -> str:
        return names.get(name, name)

    edges = tuple(
        edge.model_copy(
            update={"issue_id": new(edge.issue_id), "depends_on_id": new(edge.depends_on_id)}
        )
        for edge in bead.dependencies
    )
    comments = tuple(
        comment.model_copy(update={"issue_id": new(comment.issue_id)}) for comment in bead.comments
    )
    former = {FORMER_ID: bead.id} if bead.id in names else {}
    update = {
        "id": new(bead.id),
        "dependencies": edges,
        "comments": comments,
        "metadata": {**bead.metadata, **former},
    }
    return bead.model_copy(update=update)
