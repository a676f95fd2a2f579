"""Plan: the frozen graph that will run. Cooking is pure: the same inputs give the same plan."""

from functools import cached_property
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


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
    """What a formula is cooked over: `each` fans out over its rigs, beads and assemblies."""

    convoy: str = ""
    rigs: tuple[str, ...] = ()
    beads: tuple[Work, ...] = ()
    assemblies: tuple[Assembly, ...] = ()


class PlannedStep(_Value):
    """One node that will run. `key` is unique in the plan: `polecat[sk-a1b]`, or just the id."""

    key: str
    step: str = Field(description="Id of the formula's step it came from.")
    title: str
    description: str = ""
    notes: str = ""
    acceptance: str = ""
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


class Plan(_Value):
    """Steps in topological order. `digest` covers formula, variables and scope."""

    formula: str
    digest: str
    convoy: str = ""
    vars: dict[str, str] = Field(default_factory=dict)
    steps: tuple[PlannedStep, ...] = ()

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
