"""Keys of the format: which there are in which table, and what to say of any other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any, Literal, get_args

from gastown.formula.finding import Path, Remark
from gastown.formula.model import Formula
from gastown.formula.step import Gate, Step
from gastown.formula.table import Table

# What a step may be as a bead; other tools make a task of anything else.
STEP_TYPES = frozenset({"task", "bug", "feature", "epic", "chore"})

# Of Gas City's later dialect, but for words that mean what another key does.
_LATER_TOP = frozenset({"contract", "requires"})
_LATER_STEP = frozenset({"check", "retry", "ralph", "drain", "description_file"})
_RENAMED = {Step: {"tags": "labels"}, Gate: {"condition": "await_id"}}

# Fields of our own that no file may set; a file says `formula` for the name.
_OURS = frozenset({"source", "digest"})
# A key this near to one that there is was meant to be that one.
_NEAR = 0.8


@dataclass(frozen=True, slots=True)
class Slot:
    """What may stand under a key: a plain value, or tables of a model."""

    kind: Literal["plain", "table", "list", "named"]
    model: type[Table] = Table


@cache
def slots(model: type[Table]) -> Mapping[str, Slot]:
    """The keys of a table as a file writes them."""
    found = {
        field.alias or name: _slot(field.annotation)
        for name, field in model.model_fields.items()
        if not (issubclass(model, Formula) and name in _OURS)
    }
    if issubclass(model, Formula):
        found = {"formula": found.pop("name"), **found}
    return found


def _slot(annotation: Any) -> Slot:
    models = list(_models(annotation))
    if not models:
        return Slot("plain")
    shape = getattr(annotation, "__origin__", None)
    return Slot("list" if shape is tuple else "named" if shape is dict else "table", models[0])


def _models(annotation: Any) -> Iterable[type[Table]]:
    if isinstance(annotation, type) and issubclass(annotation, Table):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)


def key_for(written: str, model: type[Table]) -> str | None:
    """The key of the format that a written one stands for; capital letters do not count."""
    key = written.lower()
    return key if key in slots(model) else _renamed(key, model)


def _renamed(key: str, model: type[Table]) -> str | None:
    """The key that another tool's word stands for."""
    found = (words.get(key) for kind, words in _RENAMED.items() if issubclass(model, kind))
    return next(found, None)


def respelled(path: Path, written: str, key: str) -> Remark | None:
    """What to say of a key that is written in another way than it is called."""
    if written == key:
        return None
    if written.lower() != key:
        return Remark((*path, written), f"taken as {key}", "note", "bd, gt: ignore it")
    return Remark((*path, written), f"taken as {key}; write it in small letters", "note")


def stranger(path: Path, written: str, model: type[Table]) -> Remark:
    """What to say of a key that the model has not: a slip of the pen is an error."""
    here = (*path, written)
    later = _LATER_STEP if issubclass(model, Step) else frozenset[str]()
    later = _LATER_TOP if issubclass(model, Formula) else later
    ignored = "bd, gt: ignore it"
    if written.lower() in later:
        message = "of Gas City's later dialect; not acted on"
        return Remark(here, message, "warning", ignored)
    if issubclass(model, Formula) and written.lower() == "name":
        message = "unknown key, it is left out; did you mean formula?"
        return Remark(here, message, "warning", ignored)
    if meant := near(written, slots(model)):
        return Remark(here, f"unknown key; did you mean {meant}?", "error", ignored)
    return Remark(here, "unknown key, it is left out", "warning", ignored)


def near(written: str, known: Iterable[str]) -> str:
    """The key that a written one was most likely meant to be, or nothing."""
    key, names = written.lower(), sorted(known)
    twisted = [name for name in names if sorted(name) == sorted(key)]
    return next(iter(twisted or get_close_matches(key, names, n=1, cutoff=_NEAR)), "")
