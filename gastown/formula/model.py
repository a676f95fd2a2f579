"""Formula: what a workflow file may say, as frozen values.

Keys are those of the format (docs/formulas.md); ours are `role` (who runs the step) and `each`
(fan out over `rigs`, `beads`, `assemblies` or a list variable). Other tools ignore both.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

VarType = Literal["string", "int", "bool", "list"]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Var(_Table):
    """One input of a formula. `required` and `default` exclude each other."""

    description: str = ""
    default: str | None = None
    required: bool = False
    enum: tuple[str, ...] = ()
    pattern: str = ""
    type: VarType = "string"


class Step(_Table):
    """One node as written. `needs` and `depends_on` are the same edge."""

    id: str
    title: str = ""
    description: str = ""
    notes: str = ""
    acceptance: str = ""
    type: str = "task"
    priority: int = Field(default=2, ge=0, le=4)
    labels: tuple[str, ...] = ()
    assignee: str = ""
    metadata: dict[str, Any] = Field(default_factory=dict)
    needs: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    condition: str = ""
    role: str = ""
    each: str = ""


class Formula(_Table):
    """A parsed workflow file."""

    name: str
    description: str = ""
    version: int = Field(default=1, ge=1)
    type: Literal["workflow"] = "workflow"
    vars: dict[str, Var] = Field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    source: str = Field(default="", description="The file it came from.")
    digest: str = Field(default="", description="sha256 of the file's text, 12 hex digits.")
