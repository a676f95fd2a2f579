"""Habits: what is allowed, but reads like a mistake."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import PurePath

from gastown.formula.find import SUFFIXES
from gastown.formula.finding import Path, Remark
from gastown.formula.keys import STEP_TYPES
from gastown.formula.locate import unnamed
from gastown.formula.model import Formula
from gastown.formula.names import used
from gastown.formula.placed import Placed, references
from gastown.formula.vars import nearest

PHASES = ("liquid", "vapor")
VAPOR = "vapor"


def named(formula: Formula) -> Iterator[Remark]:
    """A file that is found by another name than the one its plans go by."""
    file = PurePath(formula.source).name
    stem = next((file.removesuffix(one) for one in SUFFIXES if file.endswith(one)), formula.name)
    if stem != formula.name:
        message = f"the file's name says {stem!r}, by which it is found; let both say the same"
        yield Remark(("formula",), message, "warning")


def phased(formula: Formula) -> Iterator[Remark]:
    """What a formula says of its beads' life."""
    if formula.phase and formula.phase not in PHASES:
        message = f"{formula.phase!r} is none of {', '.join(PHASES)}; it changes nothing"
        yield Remark(("phase",), message, "warning", "bd: ignores it")
    if formula.phase == VAPOR and formula.pour:
        message = "a formula of the phase vapor leaves no beads, so there is nothing to pour"
        yield Remark(("pour",), message, "warning", "bd: warns when it is poured")


def worded(one: Placed, roles: Collection[str]) -> Iterator[Remark]:
    """Roles that nobody plays, types that beads have not, titles that are not there."""
    step = one.step
    yield from role(one.path, step.role, roles)
    if step.type not in STEP_TYPES and "{" not in step.type:
        message = f"{step.type!r} is none of {', '.join(sorted(STEP_TYPES))}"
        elsewhere = "bd: makes it a task, with children an epic; gt: ignores it"
        yield Remark((*one.path, "type"), message, "warning", elsewhere)
    if not step.title and not step.expand and not unnamed(step.id):
        yield Remark(one.path, "has no title, so its key stands in", "warning", "bd: refuses it")
    if step.expand_vars and not step.expand:
        yield Remark((*one.path, "expand_vars"), "without expand nothing takes them", "warning")


def role(path: Path, name: str, roles: Collection[str]) -> Iterator[Remark]:
    """A role that nobody plays is an error; one that a variable gives is known later."""
    if name and roles and not used(name) and "{" not in name and name not in roles:
        message = f"nobody plays the role {name!r}{nearest(name, roles)}"
        yield Remark((*path, "role"), message)


def alone(found: Sequence[Placed]) -> Iterator[Remark]:
    """Steps that neither need nor are needed, where the formula has others."""
    top = [one for one in found if one.room == ("steps",) and not one.parent]
    needed = {name for one in found for _, name in references(one.step)}
    for one in top:
        step = one.step
        lone = not step.edges and step.id not in needed and not unnamed(step.id)
        if lone and len(top) > 1 and not step.waits_for:
            message = "needs nothing and nothing needs it: it runs beside all others"
            yield Remark(one.path, message, "note")
