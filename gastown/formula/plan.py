"""Plan: the frozen graph that will run. Cooking is pure: the same inputs give the same plan.

A plan grows while it runs, where an until loop goes round again or a step's output is fanned out;
what may grow from it is frozen with it.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from gastown.formula.compose import BondPoint
from gastown.formula.model import Formula


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Work(_Value):
    """One bead of a convoy as the cook sees it; `needs` are beads of the same convoy."""

    id: str
    rig: str
    title: str
    needs: tuple[str, ...] = ()


class Assembly(_Value):
    """A build target of a rig, e.g. one export preset."""

    name: str
    rig: str


class Scope(_Value):
    """What a formula is cooked over: `each` fans out over its rigs, beads and assemblies.

    A step that says no `role` is done by `role`; one that is bound to no rig works on the only one.
    """

    convoy: str = ""
    rigs: tuple[str, ...] = ()
    beads: tuple[Work, ...] = ()
    assemblies: tuple[Assembly, ...] = ()
    role: str = ""

    @property
    def only_rig(self) -> str | None:
        """The rig, where there is one alone."""
        return self.rigs[0] if len(self.rigs) == 1 else None


class PlannedGate(_Value):
    """What a gate step waits for; a person may always open it."""

    type: str = Field(description="human, timer, gh:run, gh:pr, mail, bead or conditional.")
    await_id: str = Field(default="", description="Run, pull request, bead; or the condition.")
    timeout_s: float | None = Field(default=None, description="After it a person is told.")


class PlannedLoop(_Value):
    """An until loop: its body is run again until the condition holds, `max` times at most."""

    until: str
    max: int
    body: tuple["PlannedStep", ...] = Field(description="Keys and needs within the body.")
    var: str = Field(default="", description="Name of the counter in the body's texts: {var}.")


class PlannedFanOut(_Value):
    """What a step's output is fanned out to: one plan of `bond` for each of its items."""

    for_each: str = Field(description="Path of a list in the step's output, `items` or `a.b`.")
    bond: str = Field(description="A formula of the plan's library.")
    vars: dict[str, str] = Field(default_factory=dict)
    sequential: bool = False
    join: str = Field(default="", description="Key of the join that grows.")


class PlannedStep(_Value):
    """One node that will run. `key` is unique in the plan: `polecat[sk-a1b]`, or just the id.

    A *gate* waits for what happens outside. A *join* stands for steps that were one in the file: a
    parent, a loop, a fan-out. It runs nothing and closes when what it needs is closed.
    """

    key: str
    step: str = Field(description="Id of the formula's step it came from.")
    title: str
    description: str = ""
    notes: str = ""
    acceptance: str = ""
    design: str = ""
    type: str = "task"
    priority: int = 2
    labels: tuple[str, ...] = ()
    assignee: str = ""
    metadata: dict[str, Any] = Field(default_factory=dict)
    role: str = ""
    needs: tuple[str, ...] = Field(default=(), description="Keys; each stands earlier in the plan.")
    rig: str | None = None
    bead: str | None = None
    assembly: str | None = None
    item: str | None = None
    kind: Literal["work", "join", "gate"] = "work"
    parent: str | None = Field(default=None, description="Key of the join it is a member of.")
    members: tuple[str, ...] = Field(default=(), description="Of a join: keys of its members.")
    any_of: str | None = Field(
        default=None, description="Key of a join: it or one of its members must be closed, too."
    )
    gate: PlannedGate | None = None
    loop: PlannedLoop | None = Field(default=None, description="Of a join.")
    fan_out: PlannedFanOut | None = Field(
        default=None, description="Of the step whose output it is."
    )

    @property
    def bound(self) -> bool:
        """Whether it is one instance of a step that says `each`: no id holds a bracket."""
        return self.key.endswith("]")


class Plan(_Value):
    """Steps in topological order. `digest` covers formula, variables and scope."""

    formula: str
    digest: str
    convoy: str = ""
    vars: dict[str, str] = Field(default_factory=dict)
    steps: tuple[PlannedStep, ...] = ()
    library: dict[str, Formula] = Field(
        default_factory=dict, description="What fan-outs bond, with all that those build on."
    )
    scope: Scope = Field(default=Scope(), description="What fan-outs are cooked over.")
    bond_points: tuple[BondPoint, ...] = ()
    squash: dict[str, Any] = Field(default_factory=dict, description="When it is made a digest.")

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy that does not remember what was worked out from the steps of this one."""
        copy = super().model_copy(update=update, deep=deep)
        for name in ("by_key", "dependents"):
            vars(copy).pop(name, None)
        return copy

    @cached_property
    def by_key(self) -> dict[str, PlannedStep]:
        """The steps by their key."""
        return {step.key: step for step in self.steps}

    @cached_property
    def dependents(self) -> dict[str, tuple[str, ...]]:
        """For each key, the keys that need it."""
        found: dict[str, list[str]] = {step.key: [] for step in self.steps}
        for step in self.steps:
            for need in step.needs:
                found[need].append(step.key)
        return {key: tuple(keys) for key, keys in found.items()}
