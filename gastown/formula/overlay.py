"""Overlays: what a town or a rig says otherwise about the steps of a formula it did not write.

`formula-overlays/<formula>.toml` holds `[[step-overrides]]` with `step_id`, `mode` (`replace` or
`append` its description, `skip` the step) and `description`. A rig's file hides the town's.
"""

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import Field, ValidationError

from gastown.errors import FormulaError
from gastown.formula.legs import SYNTHESIS, Leg, Synthesis
from gastown.formula.model import Formula
from gastown.formula.step import Step
from gastown.formula.table import Prose, Table
from gastown.formula.vars import nearest

_CHILDREN_OF = re.compile(r"children-of\((.*)\)")

Described = TypeVar("Described", Step, Leg, Synthesis)


class Override(Table):
    """What is said of one step, or leg."""

    step_id: str
    mode: Literal["replace", "append", "skip"] = "replace"
    description: Prose = ""


class Overlay(Table):
    """A file of overrides; `source` is its path."""

    overrides: tuple[Override, ...] = Field(default=(), alias="step-overrides")
    source: str = ""


def find_overlay(name: str, folders: Sequence[Path]) -> Overlay | None:
    """The overlay of a formula: the file in the first of the folders that has one.

    Raises FormulaError when it can't be read, with everything that is wrong in it.
    """
    for folder in folders:
        file = folder / f"{name}.toml"
        if file.is_file():
            try:
                return parse_overlay(file.read_text("utf-8"), str(file))
            except (OSError, UnicodeDecodeError) as error:
                raise FormulaError([f"{file}: {error}"]) from error
    return None


def parse_overlay(text: str, source: str) -> Overlay:
    """The overlay that a file's text says. Raises FormulaError with all that is wrong in it."""
    try:
        overlay = Overlay.model_validate({**tomllib.loads(text), "source": source})
    except tomllib.TOMLDecodeError as error:
        raise FormulaError([f"{source}: {error}"]) from error
    except ValidationError as error:
        found = [(".".join(map(str, one["loc"])), one["msg"]) for one in error.errors()]
        raise FormulaError([f"{source}: {key}: {said}" for key, said in found]) from error
    empty = [o.step_id for o in overlay.overrides if o.mode != "skip" and not o.description]
    if empty:
        raise FormulaError([f"{source}: {one}: there is no description" for one in empty])
    return overlay


def overlaid(formula: Formula, overlay: Overlay) -> Formula:
    """The formula with the overlay's descriptions, and without the steps that it skips.

    What needed a skipped step needs what that step needed. Give it what `extended` gives, so that
    steps of parents can be meant.

    Raises:
        FormulaError: The overlay names a step or leg that the formula has not.
    """
    gone = _with_children(formula.steps, {o.step_id for o in overlay.overrides if o.mode == "skip"})
    known = {*_edges(formula.steps, ()), *_edges(formula.template, ())}
    known |= {leg.id for leg in formula.legs} | ({SYNTHESIS} if formula.synthesis else set())
    if strangers := [o.step_id for o in overlay.overrides if o.step_id not in known]:
        said = [f"no step {one!r} in {formula.name}{nearest(one, known)}" for one in strangers]
        raise FormulaError([f"{overlay.source}: {one}" for one in said])
    said = {o.step_id: o for o in overlay.overrides if o.mode != "skip"}
    synthesis = formula.synthesis
    if synthesis:
        kept = tuple(leg for leg in synthesis.depends_on if leg not in gone)
        synthesis = _described(synthesis, said.get(SYNTHESIS))
        synthesis = synthesis.model_copy(update={"depends_on": kept})
    return formula.model_copy(
        update={
            "steps": _rewritten(formula.steps, said, gone, _inherited(formula.steps, gone)),
            "template": _rewritten(
                formula.template, said, gone, _inherited(formula.template, gone)
            ),
            "legs": tuple(
                _described(leg, said.get(leg.id)) for leg in formula.legs if leg.id not in gone
            ),
            "synthesis": None if SYNTHESIS in gone else synthesis,
        }
    )


def _described(one: Described, override: Override | None) -> Described:
    if override is None:
        return one
    text = override.description
    if override.mode == "append":
        text = "\n\n".join(part for part in (one.description.rstrip(), text) if part)
    return one.model_copy(update={"description": text})


def _rewritten(
    steps: Sequence[Step],
    said: Mapping[str, Override],
    gone: frozenset[str],
    needs: Mapping[str, tuple[str, ...]],
) -> tuple[Step, ...]:
    """The steps that stay, at every depth."""
    return tuple(
        _described(_rewired(step, said, gone, needs), said.get(step.id))
        for step in steps
        if step.id not in gone
    )


def _rewired(
    step: Step,
    said: Mapping[str, Override],
    gone: frozenset[str],
    needs: Mapping[str, tuple[str, ...]],
) -> Step:
    update: dict[str, object] = {"children": _rewritten(step.children, said, gone, needs)}
    if step.loop:
        body = _rewritten(step.loop.body, said, gone, needs)
        update["loop"] = step.loop.model_copy(update={"body": body})
    if gone & {*step.edges, *_spawner(step)}:
        found = (needs[one] if one in gone else (one,) for one in (*step.edges, *_spawner(step)))
        update["needs"] = tuple(dict.fromkeys(need for group in found for need in group))
        update["depends_on"] = ()
        if gone & {*_spawner(step), *step.edges[:1]}:
            update["waits_for"] = ""
    return step.model_copy(update=update)


def _spawner(step: Step) -> tuple[str, ...]:
    """The step that `waits_for` names."""
    match = _CHILDREN_OF.fullmatch(step.waits_for.strip())
    return (match[1].strip(),) if match else ()


def _inside(step: Step) -> tuple[Step, ...]:
    return (*step.children, *(step.loop.body if step.loop else ()))


def _edges(steps: Sequence[Step], around: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """What each step needs, at every depth, with what the steps around and in it need."""
    found: dict[str, tuple[str, ...]] = {}
    for step in steps:
        own = (*around, *step.edges, *_spawner(step))
        inner = _edges(_inside(step), own)
        found |= inner
        found[step.id] = (*own, *(need for needs in inner.values() for need in needs))
    return found


def _with_children(steps: Sequence[Step], gone: Collection[str]) -> frozenset[str]:
    found = set(gone)
    for step in steps:
        inside = _inside(step)
        if step.id in found:
            found |= _edges(inside, ()).keys()
        found |= _with_children(inside, found)
    return frozenset(found)


def _inherited(steps: Sequence[Step], gone: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """For each step that goes, those that stay which it stood behind."""
    edges = _edges(steps, ())
    return {name: tuple(dict.fromkeys(_behind(name, edges, gone, set()))) for name in gone}


def _behind(
    name: str, edges: Mapping[str, tuple[str, ...]], gone: frozenset[str], seen: set[str]
) -> list[str]:
    found: list[str] = []
    seen.add(name)
    for need in edges.get(name, ()):
        if need not in gone:
            found.append(need)
        elif need not in seen:
            found += _behind(need, edges, gone, seen)
    return found
