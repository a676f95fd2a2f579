"""Fan-out: one node per rig, bead, assembly or item for each step that says `each`.

Which nodes an edge between two fanned steps joins is decided by what they are bound to
(`_Instances.related`); docs/formulas.md has the rules as a table.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gastown.errors import FormulaError
from gastown.formula.binding import BEADS, RIGS, Binding, bindings
from gastown.formula.cooking.drop import without
from gastown.formula.cooking.waits import fan_out_id
from gastown.formula.graph import ordered
from gastown.formula.plan import Scope
from gastown.formula.step import Prepared, Step


@dataclass(slots=True)
class Node:
    """One instance of a step.

    `needs`, `members`, `parent`, `any_of` and `fan_out`, the join that grows from its output, are
    keys of other nodes.
    """

    step: Prepared
    binding: Binding
    needs: dict[str, None] = field(default_factory=dict[str, None])
    members: list[str] = field(default_factory=list[str])
    parent: str | None = None
    any_of: str | None = None
    fan_out: str | None = None
    key: str = field(init=False)
    """`<step id>[<binding>]`, or just the id."""

    def __post_init__(self) -> None:
        self.key = f"{self.step.id}[{self.binding.name}]" if self.step.each else self.step.id


class _Instances:
    """The nodes of one step, found by what they are bound to."""

    def __init__(self, step: Prepared, bound: Sequence[Binding]) -> None:
        self.step = step
        self.nodes = [Node(step, binding) for binding in bound]
        self._by_rig: dict[str | None, list[Node]] = {}
        for node in self.nodes:
            self._by_rig.setdefault(node.binding.rig, []).append(node)
        self._by_name = {node.binding.name: node for node in self.nodes}

    def of_bead(self, bead: str) -> Node:
        """The node of a bead; the step has one for every bead of the scope."""
        return self._by_name[bead]

    def around(self, member: Node) -> Node:
        """The node of a parent that a member belongs to."""
        return self._by_name[member.binding.name] if self.step.each else self.nodes[0]

    def related(self, dependent: Node) -> list[Node]:
        """The nodes that a dependent waits for when it needs this step."""
        here, there = self.step.each, dependent.step.each
        if here == there and here:
            return [self._by_name[dependent.binding.name]]
        if {here, there} == {RIGS, BEADS}:
            return self._by_rig.get(dependent.binding.rig, [])
        return self.nodes


def fan_out(steps: Sequence[Prepared], scope: Scope, values: Mapping[str, str]) -> list[Node]:
    """All nodes with their needs, step by step in the formula's order.

    `steps` are acyclic and need only each other; `scope` has no problems. A step that has nothing
    to fan out over vanishes, and its dependents inherit its needs.

    Raises FormulaError where one of several joins would have to be chosen.
    """
    bound = {step.id: bindings(step.each, scope, values) for step in steps}
    left = without(steps, {name for name, found in bound.items() if not found})
    table = {step.id: _Instances(step, bound[step.id]) for step in left}
    for instances in table.values():
        for node in instances.nodes:
            for need in _needs(node, table):
                node.needs[need.key] = None
            _place(node, table)
    _join_beads(left, scope, table)
    return [node for instances in table.values() for node in instances.nodes]


def _needs(node: Node, table: Mapping[str, _Instances]) -> Iterator[Node]:
    """The nodes to wait for; where a needed step has none of our rig, those that it needs."""
    waiting, seen = list(reversed(node.step.edges)), set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        related = table[name].related(node)
        yield from related
        if not related:
            waiting += reversed(table[name].step.edges)


def _place(node: Node, table: Mapping[str, _Instances]) -> None:
    """Make the node a member of its parent, and name the join of which one member is enough."""
    step = node.step
    if step.parent:
        parent = table[step.parent].around(node)
        node.parent = parent.key
        parent.members.append(node.key)
    if step.on_complete:
        grows = table[fan_out_id(step.id)].around(node)
        grows.needs[node.key] = None  # also where others need what advice put after the step
        node.fan_out = grows.key
    if step.any_of:
        node.any_of = _only(table[step.any_of], node)


def _only(joins: _Instances, node: Node) -> str | None:
    found = joins.related(node)
    if len(found) > 1:
        name, each = joins.step.id, joins.step.each
        many = f"{name} is {len(found)} steps, one for each of its {each}"
        raise FormulaError([f"steps.{node.step.id}: waits for any of {name}, but {many}"])
    return found[0].key if found else None


def _join_beads(steps: Sequence[Step], scope: Scope, table: Mapping[str, _Instances]) -> None:
    """Let a bead's work begin when the work on the beads it needs is done."""
    for firsts, lasts in _rounds(steps):
        for bead in scope.beads:
            for need in bead.needs:
                for first in firsts:
                    node = table[first].of_bead(bead.id)
                    node.needs |= {table[last].of_bead(need).key: None for last in lasts}


def _rounds(steps: Sequence[Step]) -> list[tuple[list[str], list[str]]]:
    """First and last steps of each round of work on a bead, by id.

    A round ends where the formula gathers beads in a step that is not a bead's own and then comes
    back to them: waiting for a later round of another bead would be a cycle through that step.
    """
    fanned = {step.id: step.edges for step in steps if step.each == BEADS}
    number = _round_of(steps)
    found: dict[int, tuple[list[str], list[str]]] = {}
    needed = {(number[name], need) for name, edges in fanned.items() for need in edges}
    for name, edges in fanned.items():
        mine = number[name]
        firsts, lasts = found.setdefault(mine, ([], []))
        if not any(need in fanned and number[need] == mine for need in edges):
            firsts.append(name)
        if (mine, name) not in needed:
            lasts.append(name)
    return list(found.values())


def _round_of(steps: Sequence[Step]) -> dict[str, int]:
    """For each step, how often the path to it left the beads and came back."""
    by_id = {step.id: step for step in steps}
    gathers: dict[str, bool] = {}
    number: dict[str, int] = {}
    for name in ordered({step.id: step.edges for step in steps}):
        mine = by_id[name].each == BEADS
        edges = by_id[name].edges
        back = ((number[need], mine and gathers[need]) for need in edges)
        number[name] = max((before + came_back for before, came_back in back), default=0)
        gathers[name] = not mine and any(by_id[e].each == BEADS or gathers[e] for e in edges)
    return number
