"""Lenient: what other tools' files say in their own way, put as the model says it, with a note."""

from collections.abc import Iterator, Mapping
from typing import Any, cast, get_args

from gastown.formula.finding import Remark
from gastown.formula.values import Kind

# Which keys make which kind of formula where `type` is not written; the first that is there counts.
_KINDS = {
    "extends": "workflow",
    "steps": "workflow",
    "legs": "convoy",
    "template": "expansion",
    "aspects": "aspect",
    "advice": "aspect",
}
_TYPES = {
    "integer": "int",
    "boolean": "bool",
    "str": "string",
    "text": "string",
    "array": "list",
    "[]string": "list",
}


def kind_of(fields: Mapping[str, Any]) -> str:
    """The kind of formula that a document without a type is taken for."""
    return next((_KINDS[key] for key in _KINDS if fields.get(key)), "workflow")


def lenient(fields: dict[str, Any]) -> Iterator[Remark]:
    """Change a document where it is written otherwise than it is meant; say each change."""
    if isinstance(fields.get("extends"), str):
        fields["extends"] = [fields["extends"]]
        message = "taken as a list of one; write it in brackets"
        yield Remark(("extends",), message, "note", "bd, gt: refuse it")
    if fields.get("version") == 0 and type(fields["version"]) is int:
        fields["version"] = 1
        yield Remark(("version",), "taken as 1", "note", "gt: takes it as 0")
    if fields.get("type", "") == "":
        fields.pop("type", None)
        kind = kind_of(fields)
        if kind != "workflow":  # a workflow stays unsaid: one that extends is of its parent's type
            fields["type"] = kind
            message = f"without a type this is taken for a formula of the kind {kind}"
            yield Remark(("formula",), message, "note", "bd: takes it for a workflow")
    if isinstance(named := fields.get("vars"), dict):
        for name, var in cast("dict[str, Any]", named).items():
            if isinstance(var, dict):
                yield from _typed(name, cast("dict[str, Any]", var))


def _typed(name: str, var: dict[str, Any]) -> Iterator[Remark]:
    """A variable's type; a word that is none says nothing, since elsewhere none of them does."""
    written = var.get("type")
    if not isinstance(written, str) or written in get_args(Kind):
        return
    path, ignored = ("vars", name, "type"), "bd: takes any value"
    kind = _TYPES.get(written.lower(), written.lower())
    if kind in get_args(Kind):
        var["type"] = kind
        yield Remark(path, f"taken as {kind}", "note", ignored)
    else:
        del var["type"]
        kinds = ", ".join(get_args(Kind))
        yield Remark(path, f"{written!r} is none of {kinds}; any text fits", "warning", ignored)
