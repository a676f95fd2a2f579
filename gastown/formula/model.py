"""Formula: what a workflow file may say, as frozen values.

Keys are those of the format (docs/formulas.md); ours are `role` (who runs the step) and `each`
(fan out over `rigs`, `beads`, `assemblies` or a list variable). Other tools ignore both.
"""

import math
from datetime import date, time
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from gastown.formula.values import Kind, kind_of, text_of


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


# Deeper metadata is a mistake, and would end in Python's own recursion limit further on.
_DEPTH = 20


def _metadata(table: dict[str, Any]) -> dict[str, Any]:
    """A table as JSON can hold it: dates become text, and what is not a number is refused."""
    return _plain(table, _DEPTH)


def _plain(value: Any, depth: int) -> Any:
    if not depth:
        raise ValueError(f"nested more than {_DEPTH} deep")
    if isinstance(value, dict):
        return {key: _plain(one, depth - 1) for key, one in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_plain(one, depth - 1) for one in cast("list[Any]", value)]
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("JSON has no nan and no inf")
    return value


class Var(_Table):
    """One input of a formula. `required` and `default` exclude each other.

    A file may write just the default (`env = "test"`), and a default or enum item that is a
    number, a truth or a list; a default that is not text gives the type where none is written.
    """

    description: str = ""
    default: str | None = None
    required: bool = Field(default=False, strict=True)
    enum: tuple[str, ...] = ()
    pattern: str = ""
    type: Kind = "string"

    @model_validator(mode="before")
    @classmethod
    def _as_written(cls, written: Any) -> Any:
        fields: dict[str, Any] = {"default": written}
        if isinstance(written, dict):
            fields = dict(cast("dict[str, Any]", written))
        default, enum = fields.get("default"), fields.get("enum")
        if default is not None:
            fields.setdefault("type", kind_of(default))
            fields["default"] = text_of(default)
        if isinstance(enum, list):
            fields["enum"] = [text_of(one) for one in cast("list[Any]", enum)]
        return fields


class Step(_Table):
    """One node as written. `needs` and `depends_on` are the same edge."""

    id: str
    title: str = ""
    description: str = ""
    notes: str = ""
    acceptance: str = ""
    type: str = "task"
    priority: int = Field(default=2, ge=0, le=4, strict=True)
    labels: tuple[str, ...] = ()
    assignee: str = ""
    metadata: Annotated[dict[str, Any], AfterValidator(_metadata)] = Field(default_factory=dict)
    needs: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    condition: str = ""
    role: str = ""
    each: str = ""

    @property
    def edges(self) -> tuple[str, ...]:
        """`needs` and `depends_on` together, as written, each id once."""
        return tuple(dict.fromkeys((*self.needs, *self.depends_on)))


class Formula(_Table):
    """A parsed workflow file."""

    name: str
    description: str = ""
    version: int = Field(default=1, ge=1, strict=True)
    type: Literal["workflow"] = "workflow"
    vars: dict[str, Var] = Field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    source: str = Field(default="", description="The file it came from.")
    digest: str = Field(default="", description="sha256 of the file's text, 12 hex digits.")
