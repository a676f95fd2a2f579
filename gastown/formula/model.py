"""Formula: what a file may say, as frozen values.

Keys are those of the format (docs/formulas.md); ours are `role` (who runs the step) and `each`
(fan out over `rigs`, `beads`, `assemblies` or a list variable). Other tools ignore both.
"""

from typing import Literal

from pydantic import Field

from gastown.formula.compose import Advice, Compose, Pointcut
from gastown.formula.legs import Aspect, Input, Leg, Output, Preset, Synthesis
from gastown.formula.step import Step
from gastown.formula.table import Metadata, Table
from gastown.formula.var import Var

Type = Literal["workflow", "expansion", "aspect", "convoy"]


class Formula(Table):
    """A parsed file of any of the four kinds."""

    name: str
    description: str = ""
    version: int = Field(default=1, ge=1, strict=True)
    type: Type = "workflow"
    extends: tuple[str, ...] = ()
    vars: dict[str, Var] = Field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    template: tuple[Step, ...] = Field(default=(), description="Of an expansion.")
    compose: Compose = Compose()
    advice: tuple[Advice, ...] = ()
    pointcuts: tuple[Pointcut, ...] = ()
    phase: str = ""
    pour: bool = Field(default=False, strict=True)
    squash: Metadata = Field(default_factory=dict)
    agent: str = ""
    review_only: bool = Field(default=False, strict=True)
    inputs: dict[str, Input] = Field(default_factory=dict)
    prompts: dict[str, str] = Field(default_factory=dict)
    output: Output = Output()
    legs: tuple[Leg, ...] = ()
    synthesis: Synthesis | None = None
    aspects: tuple[Aspect, ...] = ()
    presets: dict[str, Preset] = Field(default_factory=dict)
    source: str = Field(default="", description="The file it came from.")
    digest: str = Field(default="", description="sha256 of the file's text, 12 hex digits.")
