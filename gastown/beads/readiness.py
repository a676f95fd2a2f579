"""Readiness: which beads can be worked on now, by the semantics of `bd ready`. Pure.

A bead is held back by an open target of `blocks` or `conditional-blocks`, by a parent that is
itself held back, and by `waits-for` while the target's children are open (with gate `any-children`:
while none is closed). An open parent does not hold its children; nor does a target nobody knows.
Where `bd` would make a bead that waits for its own siblings wait for itself, ours does not.
"""

import json
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from gastown.beads.bead import (
    BLOCKING,
    BLOCKS,
    CLOSED,
    CONDITIONAL_BLOCKS,
    DEFERRED,
    OPEN,
    PARENT_CHILD,
    PINNED,
    TOMBSTONE,
    WAITS_FOR,
    Bead,
    Dependency,
)
from gastown.beads.ids import has_prefix, place
from gastown.formula.graph import cycles

DONE = frozenset({CLOSED, PINNED, TOMBSTONE})
"""Statuses that hold nobody back."""
HARD = frozenset({BLOCKS, CONDITIONAL_BLOCKS})
NEVER_READY = frozenset({"merge-request", "gate", "molecule", "message", "agent", "role", "rig"})
"""Types that are not work of their own."""
RECENT = timedelta(hours=48)
"""Younger beads go by priority, older ones by age: nothing starves behind a stream of urgent."""

Look = Callable[[str], Bead | None]
Children = Callable[[str], Sequence[Bead]]


@dataclass(frozen=True, slots=True)
class Query:
    """What `ready` is asked for; `parent` takes in everything below it."""

    prefix: str | None = None
    parent: str | None = None
    assignee: str | None = None
    limit: int | None = None


def is_done(bead: Bead) -> bool:
    """Whether a bead holds back nobody."""
    return bead.status in DONE


def any_children(edge: Dependency) -> bool:
    """Whether a `waits-for` edge is content with the first closed child."""
    said: Any = (edge.model_extra or {}).get("metadata")
    if isinstance(said, str):
        try:
            said = json.loads(said)
        except ValueError:
            return False
    return isinstance(said, dict) and cast("dict[str, Any]", said).get("gate") == "any-children"


def parents(bead: Bead) -> tuple[str, ...]:
    """Every bead this one is a child of."""
    return tuple(edge.depends_on_id for edge in bead.dependencies if edge.type == PARENT_CHILD)


def blockers(bead: Bead, look: Look, children: Children) -> tuple[str, ...]:
    """Open beads that hold this one back, itself or through its parents; none: it can go."""
    found: dict[str, None] = {}
    seen: set[str] = set()
    rest = [bead]
    while rest:
        current = rest.pop()
        if current.id in seen or is_done(current):
            continue
        seen.add(current.id)
        found.update(dict.fromkeys(_own_blockers(current, look, children)))
        rest.extend(parent for parent in map(look, parents(current)) if parent is not None)
    return tuple(found)


def _own_blockers(bead: Bead, look: Look, children: Children) -> Iterable[str]:
    for edge in bead.dependencies:
        if edge.type in HARD:
            target = look(edge.depends_on_id)
            if target is not None and not is_done(target):
                yield target.id
        elif edge.type == WAITS_FOR:
            awaited = [child for child in children(edge.depends_on_id) if child.id != bead.id]
            still_open = [child.id for child in awaited if not is_done(child)]
            if not any_children(edge) or len(still_open) == len(awaited):
                yield from still_open


def ready(beads: Mapping[str, Bead], now: datetime, query: Query | None = None) -> list[Bead]:
    """Beads that can be worked on, best first."""
    asked = query or Query()
    below = _children_of(beads.values())

    def children(bead: str) -> Sequence[Bead]:
        return below.get(bead, ())

    wanted = [
        bead
        for bead in beads.values()
        if is_work(bead)
        and _is_asked_for(bead, asked, beads.get)
        and not _is_deferred(bead, now, beads.get)
        and not blockers(bead, beads.get, children)
    ]
    limit = None if asked.limit is None else max(asked.limit, 0)
    return sorted(wanted, key=lambda bead: rank(bead, now))[:limit]


def rank(bead: Bead, now: datetime) -> tuple[bool, int, datetime, str]:
    """Where a bead stands in the order `hybrid`; smaller is sooner."""
    old = bead.created_at < now - RECENT
    return old, 0 if old else bead.priority, bead.created_at, place(bead.id)


def find_cycles(beads: Mapping[str, Bead]) -> list[list[str]]:
    """Cycles of blocking edges, each as a chain that ends where it began."""
    needs = {
        bead.id: tuple(
            edge.depends_on_id
            for edge in bead.dependencies
            if edge.type in BLOCKING and edge.depends_on_id in beads
        )
        for bead in beads.values()
    }
    return cycles(needs)


def path(start: str, goal: str, targets: Callable[[str], Sequence[str]]) -> list[str]:
    """A shortest way from one bead to another along its edges, both included; [] for none."""
    came: dict[str, str] = {start: start}
    rest = deque([start])
    while rest and goal not in came:
        current = rest.popleft()
        for target in targets(current):
            if target not in came:
                came[target] = current
                rest.append(target)
    way = [goal] if goal in came else []
    while way and way[-1] != start:
        way.append(came[way[-1]])
    return way[::-1]


def is_work(bead: Bead) -> bool:
    """Whether a bead is open work of its own, blocked or not."""
    return (
        bead.status == OPEN
        and bead.issue_type not in NEVER_READY
        and not bead.pinned
        and not bead.ephemeral
    )


def _is_asked_for(bead: Bead, query: Query, look: Look) -> bool:
    return (
        (query.prefix is None or has_prefix(bead.id, query.prefix))
        and (query.assignee is None or bead.assignee == query.assignee)
        and (query.parent is None or query.parent in ancestors(bead, look))
    )


def ancestors(bead: Bead, look: Look) -> set[str]:
    """Every bead above this one, by parent edges."""
    found: set[str] = set()
    rest = list(parents(bead))
    while rest:
        name = rest.pop()
        if name not in found:
            found.add(name)
            above = look(name)
            rest.extend(parents(above) if above is not None else ())
    return found


def _is_deferred(bead: Bead, now: datetime, look: Look) -> bool:
    above = [found for found in map(look, ancestors(bead, look)) if found is not None]
    return any(
        one.status == DEFERRED or (one.defer_until is not None and one.defer_until > now)
        for one in (bead, *above)
    )


def _children_of(beads: Iterable[Bead]) -> dict[str, list[Bead]]:
    below: dict[str, list[Bead]] = {}
    for bead in beads:
        for parent in parents(bead):
            below.setdefault(parent, []).append(bead)
    return below
