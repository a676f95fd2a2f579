"""Drafting: ids and edges for drafts that are written together. Reads the store, writes nothing."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from gastown.beads import ids, laws
from gastown.beads.bead import BLOCKING, Bead, Draft
from gastown.beads.store import Store
from gastown.errors import LedgerError
from gastown.formula.graph import chain_text, cycles

ONCE = "once"
"""Key of the metadata under which a bead that is made once keeps what it was made of."""


def beads_of(drafts: Sequence[Draft], store: Store, actor: str, at: datetime) -> list[Bead]:
    """The beads that the drafts become. Raises LedgerError for what does not exist, or a cycle.

    Each is a microsecond younger than the one before, so that their order is kept wherever beads
    are sorted by age.
    """
    names = _names(drafts, store, actor, at)
    made: list[Bead] = []
    for number, (name, draft) in enumerate(zip(names, drafts, strict=True)):
        asked = [(kind, _resolved(one, names)) for kind, one in laws.asked_edges(draft)]
        _check_targets(draft, [one for _, one in asked if one not in names], store)
        edges = [laws.edge(name, target, kind, actor, at) for kind, target in asked]
        born = at + timedelta(microseconds=number)
        made.append(laws.drafted(draft, name, edges, actor, born))
    _refuse_cycles(made)
    return made


def bead_once(draft: Draft, key: str, store: Store, actor: str, at: datetime) -> Bead:
    """The bead of a key: the one that the store has, else what the draft becomes.

    Raises LedgerError for an empty key, a parent, or an edge to what does not exist.
    """
    if not key or draft.parent is not None:
        raise LedgerError(f"{draft.title!r}: a key, and no parent, makes a bead that is made once")
    free = ""
    for name in ids.keyed(ids.stem_of(draft.prefix, draft.infix), key):
        found = store.get(name)
        if found is not None and found.metadata.get(ONCE) == key:
            return found
        if not free and not store.is_taken(name):
            free = name
    if not free:
        raise LedgerError(f"no free id for the key {key!r}: say it in other words")
    asked = laws.asked_edges(draft)
    _check_targets(draft, [target for _, target in asked], store)
    edges = [laws.edge(free, target, kind, actor, at) for kind, target in asked]
    keyed = draft.model_copy(update={"metadata": {**draft.metadata, ONCE: key}})
    return laws.drafted(keyed, free, edges, actor, at)


def _check_targets(draft: Draft, targets: Iterable[str], store: Store) -> None:
    for target in targets:
        if not store.has(target):
            raise LedgerError(f"{draft.title!r} names {target!r}: there is no such bead")


def _names(drafts: Sequence[Draft], store: Store, actor: str, at: datetime) -> list[str]:
    names: dict[str, None] = {}
    tops: dict[str, int] = {}
    last: dict[str, int] = {}
    for draft in drafts:
        if draft.parent is None:
            name = _top_name(draft, store, actor, at, names, tops)
        else:
            name = _child_name(_resolved(draft.parent, list(names)), store, names, last)
        names[name] = None
    return list(names)


def _top_name(
    draft: Draft,
    store: Store,
    actor: str,
    at: datetime,
    given: dict[str, None],
    tops: dict[str, int],
) -> str:
    stem = ids.stem_of(draft.prefix, draft.infix)
    if draft.prefix not in tops:
        tops[draft.prefix] = store.top_count(draft.prefix)
    count = tops[draft.prefix]
    tops[draft.prefix] += 1
    for name in ids.candidates(stem, draft.title, draft.description, actor, at, count=count):
        if name not in given and not store.is_taken(name):
            return name
    raise LedgerError(f"no free id for {draft.title!r}: say it in other words")


def _child_name(parent: str, store: Store, given: dict[str, None], last: dict[str, int]) -> str:
    if parent not in given and not store.has(parent):
        raise LedgerError(f"there is no parent {parent!r}")
    number = (last[parent] if parent in last else store.last_child(parent)) + 1
    while store.is_taken(ids.child_id(parent, number)):
        number += 1
    last[parent] = number
    return ids.child_id(parent, number)


def _resolved(name: str, names: Sequence[str]) -> str:
    """`@N` as the id of the N-th draft; any other name as it is."""
    if not name.startswith("@"):
        return name
    number = name[1:]
    if not (number.isascii() and number.isdigit() and int(number) < len(names)):
        raise LedgerError(f"{name}: no draft of that number stands there; the first is @0")
    return names[int(number)]


def _refuse_cycles(made: Sequence[Bead]) -> None:
    known = {bead.id for bead in made}
    needs = {
        bead.id: tuple(
            edge.depends_on_id
            for edge in bead.dependencies
            if edge.type in BLOCKING and edge.depends_on_id in known
        )
        for bead in made
    }
    if found := cycles(needs):
        raise LedgerError(f"the drafts form a cycle: {'; '.join(map(chain_text, found))}")
