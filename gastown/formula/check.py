"""Check: what a formula of the right shape can still say wrong.

References are judged once all that could be meant is there: those of a formula that extends others
when it is cooked, after it has.
"""

from gastown.formula.checking.edges import circles, ids, unknown
from gastown.formula.checking.go_texts import go_texts
from gastown.formula.checking.steps import lone
from gastown.formula.checking.weaving import woven
from gastown.formula.checking.whole import whole
from gastown.formula.finding import Remark
from gastown.formula.model import Formula
from gastown.formula.placed import placed


def check(formula: Formula) -> list[Remark]:
    """Everything that keeps the formula from being cooked."""
    found = placed(formula)
    return [
        *whole(formula),
        *go_texts(formula),
        *ids(found),
        *lone(found, {*formula.vars, *formula.inputs}),
        *unknown(formula, found),
        *circles(found),
        *woven(formula, found),
    ]
