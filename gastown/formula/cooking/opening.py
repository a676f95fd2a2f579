"""Opening: the passes that what a file says goes through before anything is woven into it.

The steps of a template go through them too, before they stand in another formula.
"""

from collections.abc import Iterable, Mapping

from gastown.errors import FormulaError
from gastown.formula.cooking.clashes import clashes
from gastown.formula.cooking.gates import gated
from gastown.formula.cooking.keep import keep
from gastown.formula.cooking.loops import looped
from gastown.formula.cooking.tree import prepared
from gastown.formula.cooking.waits import awaited
from gastown.formula.step import Prepared, Step


def opened(steps: Iterable[Step], values: Mapping[str, str]) -> tuple[Prepared, ...]:
    """The steps whose condition holds, with waits, gates and loops as steps and needs.

    Children and rounds of loops stand within their parent (`children`). Raises FormulaError with
    what can't be meant.
    """
    trees = prepared(steps)
    if problems := list(clashes(trees)):
        raise FormulaError(problems)
    return looped(keep(gated(awaited(trees), values), values), values)
