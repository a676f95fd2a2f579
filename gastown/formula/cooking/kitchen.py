"""Kitchen: what a cook has at hand while it weaves one formula into another."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

from gastown.errors import FormulaError, NotFoundError
from gastown.formula.compose import Compose
from gastown.formula.cooking.splice import Steps
from gastown.formula.extend import extended
from gastown.formula.library import Library
from gastown.formula.model import Formula
from gastown.formula.names import fill, used
from gastown.formula.vars import misfits

Prepare = Callable[[Steps, Compose, Mapping[str, str]], Steps]
"""What is done to steps before others are woven in: loops, branches and gates, with the values."""


@dataclass(slots=True)
class Kitchen:
    """What a cook has at hand while it weaves: other formulas, each read once, and the values.

    `source` stands in every error. `prepare` does to steps that were put in what was done to those
    that were there: loops, branches and gates. `gone` are ids of steps that a condition excluded.
    """

    library: Library
    source: str = ""
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    prepare: Prepare = lambda steps, _compose, _values: steps
    gone: Collection[str] = ()
    _read: dict[str, Formula] = field(default_factory=dict[str, Formula])

    def load(self, name: str, where: str) -> Formula:
        """A formula with all that it inherits. Raises FormulaError that says where it is named."""
        if name not in self._read:
            try:
                self._read[name] = extended(self.library.load(name), self.library)
            except NotFoundError as error:
                raise self.wrong(where, str(error)) from error
        return self._read[name]

    def expansion(self, name: str, where: str) -> Formula:
        """The same, of the type *expansion*."""
        formula = self.load(name, where)
        if formula.type != "expansion" or not formula.template:
            what = f"a formula of the type {formula.type}" if formula.template else "no template"
            has = "is" if formula.template else "has"
            raise self.wrong(where, f"{name} {has} {what}; only an expansion replaces a step")
        return formula

    def of(self, formula: Formula, values: Mapping[str, str]) -> "Kitchen":
        """The same for a formula within, which has values of its own."""
        return replace(self, source=formula.source or formula.name, values=values, gone=())

    def wrong(self, where: str, message: str) -> FormulaError:
        """An error at a place of the formula that is cooked."""
        return FormulaError([": ".join(part for part in (self.source, where, message) if part)])


def overlaid(
    formula: Formula,
    given: Mapping[str, str],
    where: str,
    kitchen: Kitchen,
    hidden: Collection[str] = (),
) -> dict[str, str]:
    """The values of an inner formula's variables: its defaults, overlaid by those given.

    Variables that are `hidden` are the outer formula's own. A value that names a variable of the
    outer formula is judged by what that holds.

    Raises FormulaError for those that are missing or unfit.
    """
    own = {name: var for name, var in formula.vars.items() if name not in hidden}
    values = {name: var.default or "" for name, var in own.items()} | {**given}
    problems = [
        f"{formula.name} needs a value of {name}; write it in vars"
        for name, var in own.items()
        if var.required and not values[name]
    ]
    for name, var in own.items():
        judged = fill(values[name], kitchen.values)
        if not used(judged):
            problems += [f"{formula.name}: variable {name}: {one}" for one in misfits(var, judged)]
    if problems:
        raise FormulaError([one for p in problems for one in kitchen.wrong(where, p).findings])
    return values
