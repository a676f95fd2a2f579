"""Bindings: what a fanned step stands for, one rig, bead, assembly or item of the scope."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gastown.formula.graph import chain_text, cycles
from gastown.formula.plan import Scope, Work
from gastown.formula.values import items

RIGS, BEADS, ASSEMBLIES = "rigs", "beads", "assemblies"
SCOPES = (RIGS, BEADS, ASSEMBLIES)


@dataclass(frozen=True, slots=True)
class Binding:
    """What one node stands for; none of it where the step has no `each`."""

    name: str = ""
    rig: str | None = None
    bead: Work | None = None
    assembly: str | None = None
    item: str | None = None

    def names(self) -> dict[str, str]:
        """The names a text of the node may use."""
        found = {"rig": self.rig, "assembly": self.assembly, "item": self.item}
        if self.bead:
            found |= {"bead": self.bead.id, "bead_title": self.bead.title}
        return {name: value for name, value in found.items() if value is not None}


def scope_problems(scope: Scope) -> Iterator[str]:
    """Why nothing can be cooked over a scope: names that are double, unknown, or in a cycle."""
    beads = {bead.id: bead for bead in scope.beads}
    yield from _doubles("rig", scope.rigs)
    yield from _doubles("bead", [bead.id for bead in scope.beads])
    yield from _doubles("assembly", [f"{one.rig}/{one.name}" for one in scope.assemblies])
    for bead in scope.beads:
        for need in bead.needs:
            if need not in beads:
                yield f"bead {bead.id} needs {need}, which is not in the scope"
    for kind, name, rig in [
        *(("bead", bead.id, bead.rig) for bead in scope.beads),
        *(("assembly", one.name, one.rig) for one in scope.assemblies),
    ]:
        if rig not in scope.rigs:
            yield f"{kind} {name} is of rig {rig}, which is not in the scope"
    for chain in cycles({b.id: [n for n in b.needs if n in beads] for b in beads.values()}):
        yield f"the beads need each other: {chain_text(chain)}"


def _doubles(kind: str, names: Sequence[str]) -> Iterator[str]:
    for name in sorted(name for name, count in Counter(names).items() if count > 1):
        yield f"{kind} {name} is in the scope twice"


def bindings(each: str, scope: Scope, values: Mapping[str, str]) -> list[Binding]:
    """What a step with this `each` fans out over, in the scope's order."""
    if not each:
        return [Binding()]
    if each == RIGS:
        return [Binding(name=rig, rig=rig) for rig in scope.rigs]
    if each == BEADS:
        return [Binding(name=bead.id, rig=bead.rig, bead=bead) for bead in scope.beads]
    if each == ASSEMBLIES:
        return _assemblies(scope)
    return [Binding(name=item, item=item) for item in items(values[each])]


def _assemblies(scope: Scope) -> list[Binding]:
    """An assembly goes by its name; by `<rig>/<name>` where two rigs have one of that name."""
    count = Counter(one.name for one in scope.assemblies)
    return [
        Binding(
            name=one.name if count[one.name] == 1 else f"{one.rig}/{one.name}",
            rig=one.rig,
            assembly=one.name,
        )
        for one in scope.assemblies
    ]
