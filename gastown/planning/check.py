"""Check: why an answer cannot be a plan, every fault at once, in words a model can act on."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from gastown.beads.bead import Bead
from gastown.formula.graph import chain_text, cycles
from gastown.planning.answer import PlanAnswer, PlannedBead

MOST_BEADS = 40
"""More is not one plan: nobody reads it before they say yes."""
LONGEST_TITLE = 200
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def faults(answer: PlanAnswer, rigs: Collection[str], asked: Collection[str]) -> list[str]:
    """What must be set right; nothing for an answer that can be a plan.

    Args:
        answer: The Mayor's.
        rigs: Every rig of the town.
        asked: The rigs that a person let it touch.
    """
    found = [*_whole(answer), *_keys(answer.beads), *_titles(answer.beads)]
    found += [fault for bead in answer.beads for fault in _bead(bead, rigs, asked)]
    found += _rigs(answer, rigs, asked)
    return [*found, *_needs(answer.beads)]


def doubles(planned: Iterable[PlannedBead], beads: Iterable[Bead]) -> list[str]:
    """Open beads of the town that have the title of a planned one; a person decides."""
    keys = {_plain(bead.title): bead.key for bead in planned}
    return [
        f"{keys[_plain(bead.title)]}: {bead.id} has that title and is open"
        for bead in beads
        if _plain(bead.title) in keys
    ]


def _whole(answer: PlanAnswer) -> Iterator[str]:
    if not answer.beads:
        yield "beads: there is none; a plan has at least one"
    if len(answer.beads) > MOST_BEADS:
        yield f"beads: there are {len(answer.beads)}; plan at most {MOST_BEADS}, and the rest later"
    if not answer.acceptance:
        yield "acceptance: the plan has none; say when the whole counts as done"


def _keys(beads: Sequence[PlannedBead]) -> Iterator[str]:
    for key, count in Counter(bead.key for bead in beads).items():
        if count > 1:
            yield f"{key}: {count} beads have this key; give each its own"
        if not _KEY.fullmatch(key):
            yield f"{key!r} is no key; write lower case letters, digits and hyphens, at most 40"


def _titles(beads: Sequence[PlannedBead]) -> Iterator[str]:
    keys: dict[str, list[str]] = {}
    for bead in beads:
        keys.setdefault(_plain(bead.title), []).append(bead.key)
    for title, same in keys.items():
        if len(same) > 1:
            yield f"{', '.join(same)}: one title, {title!r}; make them one bead or say what differs"


def _bead(bead: PlannedBead, rigs: Collection[str], asked: Collection[str]) -> Iterator[str]:
    if not bead.acceptance:
        yield f"{bead.key}: no acceptance criteria; say what a test can show when it is done"
    yield from (f"{bead.key}: {fault}" for fault in _rig(bead.rig, rigs, asked))


def _rigs(answer: PlanAnswer, rigs: Collection[str], asked: Collection[str]) -> Iterator[str]:
    named = [part.rig for part in answer.rigs]
    worked = {bead.rig for bead in answer.beads}
    for name in dict.fromkeys(named):
        yield from (f"rigs: {fault}" for fault in _rig(name, rigs, asked))
        if named.count(name) > 1:
            yield f"rigs: {name} is named {named.count(name)} times; once is enough"
        if name not in worked:
            yield f"rigs: {name} is to change and has no bead; add one or leave it out"
    for name in sorted(worked - set(named)):
        yield f"rigs: {name} has beads and is not named; say what changes in it"


def _rig(name: str, rigs: Collection[str], asked: Collection[str]) -> Iterator[str]:
    if name not in rigs:
        yield f"unknown rig {name!r}; rigs of this plan: {', '.join(asked)}"
    elif name not in asked:
        yield f"the rig {name} is not to be touched; rigs of this plan: {', '.join(asked)}"


def _needs(beads: Sequence[PlannedBead]) -> Iterator[str]:
    known = {bead.key for bead in beads}
    for bead in beads:
        for need in bead.needs:
            if need not in known:
                yield f"{bead.key}: needs {need!r}, which is no bead of this plan"
    needs = {bead.key: tuple(need for need in bead.needs if need in known) for bead in beads}
    yield from (f"needs form a cycle: {chain_text(chain)}" for chain in cycles(needs))


def _plain(title: str) -> str:
    return " ".join(title.casefold().split()).rstrip(".")
