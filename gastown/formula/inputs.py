"""Inputs: what a formula with legs may be given, and what its Go-template text sees of it.

Its variables, its inputs, the choice of legs, and what every review is told (the names that Gas
Town gives to such texts).
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, cast

from gastown.errors import TemplateError
from gastown.formula.gotext.render import fields
from gastown.formula.legs import Input
from gastown.formula.model import Formula
from gastown.formula.values import Kind, items, text_of, truthy
from gastown.formula.var import Var

PRESET, LEGS = "preset", "legs"

TOLD: Mapping[str, Var] = MappingProxyType(
    {
        "target_description": Var(description="What is looked at, in a sentence."),
        "review_id": Var(description="Name of the review, for its folder; made up if not given."),
        "pr_number": Var(description="Number of the pull request."),
        "pr_title": Var(description="Title of the pull request."),
        "changed_files": Var(type="list", description="Changed files: path, or path +12 -3."),
        "files": Var(type="list", description="Files to look at."),
    }
)
"""What may be given to any formula with legs without being declared in it."""

SAID = frozenset({"formula_name", "leg", "output", "output_path"})
"""What the texts are told of the formula itself, next to all that is given."""

_INTS = frozenset({"int", "integer"})
_BOOLS = frozenset({"bool", "boolean"})
_LISTS = frozenset({"list", "array", "[]string", "string[]", "strings", "files"})
_CHANGED = re.compile(r"(?P<path>\S.*?)(?: \+(?P<plus>[0-9]+) -(?P<minus>[0-9]+))?")
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")


def variables(formula: Formula) -> dict[str, Var]:
    """Everything that may be given, by name: what the formula declares, then what is ours.

    Where both have a name, the formula's counts.
    """
    choice: dict[str, Var] = {}
    if formula.presets:
        text = "A choice of legs that has a name."
        choice[PRESET] = Var(description=text, enum=tuple(formula.presets))
    if formula.legs:
        ids = tuple(leg.id for leg in formula.legs)
        choice[LEGS] = Var(type="list", description="The legs to run; all if empty.", enum=ids)
    inputs = {name: _variable(one) for name, one in formula.inputs.items()}
    found = {**TOLD, **choice, **inputs, **formula.vars}
    order = dict.fromkeys((*formula.inputs, *formula.vars, *choice, *TOLD))
    return {name: found[name] for name in order}


def _variable(written: Input) -> Var:
    """An input that others may stand in for is no required variable: `missing` judges it."""
    kind = _kind(written.type.strip().lower())
    alone = written.required and not written.required_unless and written.default is None
    return Var(description=written.description, default=written.default, type=kind, required=alone)


def _kind(written: str) -> Kind:
    """What other tools call a type; a word that is none is text."""
    if written in _LISTS:
        return "list"
    return "int" if written in _INTS else "bool" if written in _BOOLS else "string"


def missing(formula: Formula, values: Mapping[str, Any]) -> Iterator[str]:
    """What has to be given and is not, all of it, in sentences."""
    there = {name for name in {*values, *variables(formula)} if _text(formula, values, name)}
    lacking = sorted(n for n, var in variables(formula).items() if var.required and n not in there)
    if lacking:
        yield f"missing: {', '.join(lacking)}; give a value with {_ways(lacking)}"
    groups = {
        tuple(sorted({name, *written.required_unless})): None
        for name, written in formula.inputs.items()
        if written.required_unless and not there & {name, *written.required_unless}
    }
    for group in groups:
        yield f"missing: one of {', '.join(group)}; give one with {_ways(group, ' or ')}"


def _ways(names: Iterable[str], between: str = " ") -> str:
    return between.join(f"--set {name}=…" for name in names)


def told(formula: Formula, values: Mapping[str, Any], convoy: str = "") -> dict[str, Any]:
    """What Go-template text is rendered over, but for what differs from leg to leg.

    Values have the type that the variable declares: `{{if .strict}}` is false for "false". Files
    are lists whatever a formula calls them, and `pr` is the number of the pull request.
    """
    found = {
        name: _typed(var.type, _text(formula, values, name))
        for name, var in variables(formula).items()
    }
    others = {name: _text(formula, values, name) for name in values if name not in found}
    found = {**others, **found, "formula_name": formula.name}
    found["pr_number"] = found["pr_number"] or found.get("pr", "")
    found["review_id"] = found["review_id"] or convoy or _made_up(formula, values)
    for name in review_ids(formula) - found.keys():
        found[name] = found["review_id"]
    found["files"] = _listed(found["files"])
    found["changed_files"] = [_changed(one) for one in _listed(found["changed_files"])]
    found["target_description"] = found["target_description"] or _target(found)
    return found


def review_ids(formula: Formula) -> set[str]:
    """Names of the review that an output's folder uses: Gas Town's own say `design_id` too."""
    try:
        return {name for name in fields(formula.output.directory) if name.endswith("_id")}
    except TemplateError:
        return set()  # said with its place when the folder is made


def _text(formula: Formula, values: Mapping[str, Any], name: str) -> str:
    """A value as text; one that is of no type at all is refused later, with the others."""
    var = variables(formula).get(name)
    try:
        given = text_of(values[name]) if name in values else ""
    except ValueError:
        return ""
    return given or (var.default or "" if var else "")


def _typed(kind: Kind, text: str) -> Any:
    if kind == "list":
        return list(items(text))
    if kind == "bool":
        return truthy(text)
    return int(text) if kind == "int" and _WHOLE.fullmatch(text) else text


def _made_up(formula: Formula, values: Mapping[str, Any]) -> str:
    """The same for the same formula and values, so that cooking stays a pure function."""
    content = [formula.name, formula.digest, {name: str(values[name]) for name in sorted(values)}]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:8]


def _target(found: Mapping[str, Any]) -> str:
    if found["pr_number"]:
        title = f": {found['pr_title']}" if found["pr_title"] else ""
        return f"pull request #{found['pr_number']}{title}"
    branch = found.get("branch", "")
    return f"the branch {branch}" if branch else ", ".join(found["files"])


def change_of(found: Mapping[str, Any]) -> str:
    """The change that a review is about: `pull/7`, or a branch; nothing if it is about neither."""
    number = str(found["pr_number"] or "")
    return f"pull/{number}" if number.isdecimal() else str(found.get("branch", ""))


def _listed(value: Any) -> list[str]:
    """A list, also where the formula calls it a text."""
    return cast("list[str]", value) if isinstance(value, list) else list(items(str(value)))


def _changed(written: str) -> dict[str, Any]:
    match = _CHANGED.fullmatch(written)
    if match is None or match["plus"] is None:
        return {"path": written, "additions": "?", "deletions": "?"}
    return {
        "path": match["path"],
        "additions": int(match["plus"][:18]),
        "deletions": int(match["minus"][:18]),
    }
