"""Step: one node of a formula as a file writes it, with all that may hang on it."""

from typing import Annotated, Literal

from pydantic import Field

from gastown.formula.table import Metadata, Prose, Table

Number = Annotated[int, Field(strict=True)] | str
"""A whole number, or an expression that gives one."""


class Gate(Table):
    """What must happen outside before a step may begin.

    `type` is human, timer, gh:run, gh:pr, mail, bead or conditional; `await_id` wins over `id`,
    and for a conditional one holds the condition.
    """

    type: str = "human"
    id: str = ""
    await_id: str = ""
    timeout: str = Field(default="", description='"90s", "30m", "1h30m", "2d"; empty: none.')


class Loop(Table):
    """How often a step's body runs: one of `count`, `range` and `until` (with `max`)."""

    count: Number | None = None
    range: str = Field(default="", description='"1..{n}", both ends included; expressions.')
    until: str = Field(default="", description="A run-time condition (docs/growth.md).")
    max: Number | None = None
    var: str = Field(default="", description="Name of the counter in the body's texts: {var}.")
    body: tuple["Step", ...] = ()


class OnComplete(Table):
    """Fan out at run time: `bond` is poured once for each item of the step's output."""

    for_each: str = Field(default="", description='"output.items": a list in the output.')
    bond: str = Field(default="", description="Name of a formula.")
    vars: dict[str, str] = Field(default_factory=dict, description="{item}, {item.f}, {index}.")
    parallel: bool = Field(default=False, strict=True)
    sequential: bool = Field(default=False, strict=True)


class Step(Table):
    """One node as written. `needs` and `depends_on` are the same edge."""

    id: str
    title: str = ""
    description: Prose = ""
    notes: Prose = ""
    acceptance: Prose = ""
    design: Prose = ""
    type: str = "task"
    priority: int = Field(default=2, ge=0, le=4, strict=True)
    labels: tuple[str, ...] = ()
    assignee: str = ""
    metadata: Metadata = Field(default_factory=dict)
    needs: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    waits_for: str = ""
    condition: str = ""
    expand: str = ""
    expand_vars: dict[str, str] = Field(default_factory=dict)
    children: tuple["Step", ...] = ()
    gate: Gate | None = None
    loop: Loop | None = None
    on_complete: OnComplete | None = None
    parallel: bool = Field(default=False, strict=True)
    interactive: bool = Field(default=False, strict=True)
    role: str = ""
    each: str = ""

    @property
    def edges(self) -> tuple[str, ...]:
        """`needs` and `depends_on` together, as written, each id once."""
        return tuple(dict.fromkeys((*self.needs, *self.depends_on)))


class Prepared(Step):
    """A step as the passes of the cook have it; its children are prepared steps too.

    A *join* stands for steps that were one: a parent, a loop, what a step is fanned out to. It
    does nothing and closes by itself when what it needs is closed.
    """

    kind: Literal["work", "join", "gate"] = "work"
    parent: str = Field(default="", description="Id of the join that it is a member of.")
    any_of: str = Field(default="", description="Id of a join: one closed member is enough.")
    origin: tuple[tuple[str, str], ...] = Field(
        default=(),
        description="The steps it came in the place of, each with the expansion; outermost first.",
    )
