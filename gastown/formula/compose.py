"""Compose and advice: how one formula is woven into another."""

from pydantic import Field

from gastown.formula.step import Step
from gastown.formula.table import Metadata, Table


class BondPoint(Table):
    """A named place at which another molecule may be attached."""

    id: str
    description: str = ""
    after_step: str = ""
    before_step: str = ""
    parallel: bool = Field(default=False, strict=True)


class Hook(Table):
    """Attach a formula to each step that the trigger names: label:x, type:x, priority:0-1."""

    trigger: str = ""
    attach: str = ""
    at: str = Field(default="", description="A bond point of the attached one, before or after.")
    vars: dict[str, str] = Field(default_factory=dict)


class ExpandRule(Table):
    """Replace the step `target` by the expansion `with`."""

    target: str = ""
    with_: str = Field(default="", alias="with")
    vars: dict[str, str] = Field(default_factory=dict)


class MapRule(Table):
    """Replace every step that the glob `select` meets by the expansion `with`."""

    select: str = ""
    with_: str = Field(default="", alias="with")
    vars: dict[str, str] = Field(default_factory=dict)


class Branch(Table):
    """`steps` run side by side after `from`; `join` waits for all of them."""

    from_: str = Field(default="", alias="from")
    steps: tuple[str, ...] = ()
    join: str = ""


class ComposeGate(Table):
    """The step `before` waits until the run-time condition holds."""

    before: str = ""
    condition: str = ""


class Compose(Table):
    """What is done to a formula's steps after they are read."""

    bond_points: tuple[BondPoint, ...] = ()
    hooks: tuple[Hook, ...] = ()
    expand: tuple[ExpandRule, ...] = ()
    map: tuple[MapRule, ...] = ()
    branch: tuple[Branch, ...] = ()
    gate: tuple[ComposeGate, ...] = ()
    aspects: tuple[str, ...] = ()


class AdviceStep(Step):
    """A step that advice inserts; `args` and `output` are kept on its bead."""

    args: Metadata = Field(default_factory=dict)
    output: Metadata = Field(default_factory=dict)


class Around(Table):
    """Steps before and after in one."""

    before: tuple[AdviceStep, ...] = ()
    after: tuple[AdviceStep, ...] = ()


class Advice(Table):
    """Steps put before and after every step that the glob `target` meets."""

    target: str = ""
    before: tuple[AdviceStep, ...] = ()
    after: tuple[AdviceStep, ...] = ()
    around: Around = Around()


class Pointcut(Table):
    """Which steps advice may touch: all that is written here must fit."""

    glob: str = ""
    type: str = ""
    label: str = ""
