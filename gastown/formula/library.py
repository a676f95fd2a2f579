"""Library: formulas by name, for those that build on others."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from gastown.errors import NotFoundError
from gastown.formula.find import find_formula
from gastown.formula.model import Formula
from gastown.formula.step import Step
from gastown.formula.vars import nearest


class Library(Protocol):
    """Where the formulas that another names are found."""

    def load(self, name: str) -> Formula:
        """The formula of that name. Raises NotFoundError or FormulaError."""
        ...


@dataclass(frozen=True, slots=True)
class Frozen:
    """Formulas as they were when they were put in: what a plan carries with it."""

    formulas: Mapping[str, Formula] = field(default_factory=dict[str, Formula])

    def load(self, name: str) -> Formula:
        """The formula of that name. Raises NotFoundError with the nearest name there is."""
        if name not in self.formulas:
            raise NotFoundError(f"no formula {name!r} here{nearest(name, self.formulas)}")
        return self.formulas[name]


NOTHING = Frozen()
"""For a formula that names no other."""


@dataclass(frozen=True, slots=True)
class Folders:
    """The files that `find_formula` finds: those in `folders`, in that order, and the built-in."""

    folders: Sequence[Path] = ()

    def load(self, name: str) -> Formula:
        """The formula in the first file of that name. Raises NotFoundError or FormulaError."""
        return find_formula(name, self.folders).load()


def closure(names: Iterable[str], library: Library) -> dict[str, Formula]:
    """The formulas of these names, with all that those may need to be cooked, by name.

    Raises:
        NotFoundError: A formula is not there.
        FormulaError: What is there is no formula.
    """
    found: dict[str, Formula] = {}
    waiting = deque(names)
    while waiting:
        name = waiting.popleft()
        if name not in found:
            found[name] = library.load(name)
            waiting += (one for one in named_by(found[name]) if "{" not in one)
    return dict(sorted(found.items()))


def named_by(formula: Formula) -> Iterator[str]:
    """The names of other formulas that a formula's text uses."""
    yield from formula.extends
    compose = formula.compose
    yield from compose.aspects
    yield from (rule.with_ for rule in (*compose.expand, *compose.map))
    yield from (hook.attach for hook in compose.hooks)
    yield from _in_steps((*formula.steps, *formula.template))


def _in_steps(steps: Iterable[Step]) -> Iterator[str]:
    for step in steps:
        if step.expand:
            yield step.expand
        if step.on_complete and step.on_complete.bond:
            yield step.on_complete.bond
        yield from _in_steps(step.children)
        yield from _in_steps(step.loop.body if step.loop else ())
