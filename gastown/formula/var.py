"""Var: one input of a formula."""

from typing import Any, cast

from pydantic import Field, model_validator

from gastown.formula.table import Table
from gastown.formula.values import Kind, kind_of, text_of


class Var(Table):
    """One input of a formula; with a default it is never missing.

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
