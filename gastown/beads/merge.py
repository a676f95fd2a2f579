"""Merge: two clones' beads made one, field by field, with what they both started from. Pure.

The laws: the order of the two sides does not matter, merging once more changes nothing, and nothing
that a side added is lost. In detail:

- A change that only one side made stands. This holds for a reopened bead too: `bd` up to 0.50 lets
  closed win over everything, and so closes again what was found not to be done.
- Both changed: closed wins over open, the more urgent priority wins, notes are joined, and of any
  other field the value of the side that was updated later is kept and the other reported.
- Labels, edges and keys of the metadata go only when one side removed what both had. Comments
  never go.
- A bead goes only by a tombstone, which wins over every edit; one that is just missing from a side
  is kept. Gone from both is gone.
- Two beads that happened to get the same id in the two clones are both kept: the younger one gets a
  new id, and its side's edges follow.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gastown.beads.bead import CLOSED, TOMBSTONE, Bead, Comment, Dependency
from gastown.beads.collision import told_apart
from gastown.beads.laws import EVIDENCE
from gastown.beads.threeway import by_text, first_of, joined, keys_kept, pick

Beads = Mapping[str, Bead]
Values = Mapping[str, Any]

CLOSING = ("status", "closed_at", "close_reason", "closed_by_session")
"""These go together, with the evidence: a reason without its close would be a lie."""
SCARCE_HISTORY = ("ephemeral", "no_history")
"""These go together: one excludes the other."""
_OWN_RULE = frozenset(
    {"id", "created_at", "updated_at", "labels", "dependencies", "comments", "metadata"}
    | {*CLOSING, *SCARCE_HISTORY}
)


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a person may want to know of: what was decided about a bead, and why."""

    bead: str
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The beads of both sides by id, tombstones included, and what was decided on the way."""

    beads: Mapping[str, Bead]
    notes: tuple[Note, ...] = ()


def merge(base: Beads, ours: Beads, theirs: Beads) -> Merged:
    """The beads of both sides; `base` is what both started from, empty when that is not known."""
    apart = told_apart(base, ours, theirs)
    notes = [
        Note(old, "id", f"two beads had this id; the younger is now {new}")
        for old, new in apart.renamed
    ]
    beads: dict[str, Bead] = {}
    for name in sorted({*apart.ours, *apart.theirs}):
        sides = [side[name] for side in (apart.ours, apart.theirs) if name in side]
        beads[name] = _merged(base.get(name), sides, notes)
    gone = sorted(set(base) - set(beads))
    notes += [Note(name, "id", "gone from both sides") for name in gone]
    return Merged(beads, tuple(notes))


def _merged(base: Bead | None, sides: list[Bead], notes: list[Note]) -> Bead:
    first, last = sides[0], sides[-1]
    if len(sides) == 1:
        if base is not None:
            notes.append(Note(first.id, "id", "missing from one side without a tombstone; kept"))
        return first
    if TOMBSTONE in (first.status, last.status):
        return _deleted(base, sides, notes)
    return first if first == last else _Pair(base, first, last, notes).merged()


def _deleted(base: Bead | None, sides: list[Bead], notes: list[Note]) -> Bead:
    dead = [bead for bead in sides if bead.status == TOMBSTONE]
    if any(bead.status != TOMBSTONE and bead != base for bead in sides):
        notes.append(
            Note(dead[0].id, "status", "deleted on one side, edited on the other; deleted")
        )
    return max(dead, key=lambda bead: (bead.updated_at, by_text(bead)))


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two versions of one bead, and their base."""

    base: Bead | None
    ours: Bead
    theirs: Bead
    notes: list[Note]

    def merged(self) -> Bead:
        """The bead of both."""
        made: dict[str, Any] = {
            "id": self.ours.id,
            "created_at": min(self.ours.created_at, self.theirs.created_at),
            "updated_at": max(self.ours.updated_at, self.theirs.updated_at),
            "labels": self._labels(),
            "dependencies": self._edges(),
            "comments": self._comments(),
        }
        base, ours, theirs = self._values(dict)
        for name in sorted({*ours, *theirs} - _OWN_RULE):
            made[name] = self._picked(name, (base.get(name), ours.get(name), theirs.get(name)))
        made |= self._together(SCARCE_HISTORY, self._later)
        closing = self._together((*CLOSING, EVIDENCE), self._closed)
        evidence = {EVIDENCE: closing.pop(EVIDENCE)}
        made |= closing
        made["metadata"] = _given(self._metadata() | evidence)
        return Bead.model_validate(_given(made))

    def _labels(self) -> tuple[str, ...]:
        base, ours, theirs = self._values(lambda bead: dict.fromkeys(bead.labels))
        kept = keys_kept(base, ours, theirs)
        self._tell_removed("labels", {*ours, *theirs} - kept)
        return tuple(sorted(kept))

    def _edges(self) -> tuple[Dependency, ...]:
        base, ours, theirs = self._values(_edges_by_key)
        kept = keys_kept(base, ours, theirs)
        self._tell_removed("dependencies", {" ".join(key) for key in {*ours, *theirs} - kept})
        return tuple(first_of(ours, theirs, key) for key in sorted(kept))

    def _comments(self) -> tuple[Comment, ...]:
        _, ours, theirs = self._values(_comments_by_key)
        return tuple(first_of(ours, theirs, key) for key in sorted({*ours, *theirs}))

    def _metadata(self) -> dict[str, Any]:
        base, ours, theirs = self._values(lambda bead: bead.metadata)
        names = sorted({*ours, *theirs} - {EVIDENCE})
        return {
            name: self._picked(
                f"metadata.{name}", (base.get(name), ours.get(name), theirs.get(name))
            )
            for name in names
        }

    def _together(self, names: tuple[str, ...], rule: Callable[[Any, Any], Any]) -> dict[str, Any]:
        def row(bead: Bead) -> Values:
            return {**dict(bead), EVIDENCE: bead.metadata.get(EVIDENCE)}

        base, ours, theirs = (
            tuple(values.get(name) for name in names) for values in self._values(row)
        )
        return dict(zip(names, self._picked(names[0], (base, ours, theirs), rule), strict=True))

    def _picked(
        self,
        name: str,
        values: tuple[Any, Any, Any],
        rule: Callable[[Any, Any], Any] | None = None,
    ) -> Any:
        base, ours, theirs = values
        kept, clash = pick(base, ours, theirs, rule or _RULES.get(name, self._later))
        if clash:
            lost = [by_text(value) for value in (ours, theirs) if value != kept]
            text = f"both sides changed it; kept {by_text(kept)}, not {' nor '.join(sorted(lost))}"
            self.notes.append(Note(self.ours.id, name, text))
        return kept

    def _later(self, ours: Any, theirs: Any) -> Any:
        """The value of the side that was updated later."""
        return max(
            ((self.ours.updated_at, by_text(ours)), ours),
            ((self.theirs.updated_at, by_text(theirs)), theirs),
            key=lambda pair: pair[0],
        )[1]

    def _closed(self, ours: tuple[Any, ...], theirs: tuple[Any, ...]) -> tuple[Any, ...]:
        """The closed one; of two the one that was closed later."""
        closed = [row for row in (ours, theirs) if row[0] == CLOSED]
        if not closed:
            return self._later(ours, theirs)
        return max(closed, key=lambda row: (row[1], by_text(row)))

    def _tell_removed(self, name: str, gone: Iterable[str]) -> None:
        self.notes.extend(
            Note(self.ours.id, name, f"{item} was taken out on one side") for item in sorted(gone)
        )

    def _values(self, view: Callable[[Bead], Mapping[Any, Any]]) -> list[Mapping[Any, Any]]:
        base: Mapping[Any, Any] = {} if self.base is None else view(self.base)
        return [base, view(self.ours), view(self.theirs)]


_RULES: Mapping[str, Callable[[Any, Any], Any]] = {"priority": min, "notes": joined}


def _edges_by_key(bead: Bead) -> dict[tuple[str, str], Dependency]:
    return {(edge.depends_on_id, edge.type): edge for edge in bead.dependencies}


def _comments_by_key(bead: Bead) -> dict[tuple[str, str, str], Comment]:
    return {
        (by_text(comment.created_at), comment.author, comment.text): comment
        for comment in bead.comments
    }


def _given(values: Values) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
