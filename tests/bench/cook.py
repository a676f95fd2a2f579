"""Cook: from the text of a long formula to its plan, beside reading the same text as TOML.

Long in three ways: one step after another, steps side by side, and a loop that goes round often.
"""

import time
import tomllib
from collections.abc import Callable

from gastown.formula.cook import cook
from gastown.formula.parse import parse_formula
from gastown.formula.plan import Scope
from tests.bench.table import Row, against

STEPS = 1025
LEGS = 200


def rows() -> list[Row]:
    """Milliseconds, the best of nine, of 1,025 steps in a chain and in a loop, and of 200 legs."""
    text = linear(STEPS)
    formula = parse_formula(text, "linear.formula.toml")
    scope = Scope(convoy="hq-cv-1")
    toml = best(lambda: tomllib.loads(text))
    parsed = best(lambda: parse_formula(text, "linear.formula.toml"))
    cooked = best(lambda: cook(formula, scope, {"who": "polecat"}))
    return [
        against(f"parse {STEPS:,} linear steps / tomllib", parsed, toml),
        against(f"cook {STEPS:,} linear steps / tomllib", cooked, toml, target="≤ 100 ms"),
        _cooked(f"cook {LEGS} parallel legs and their sum", parallel(LEGS)),
        _cooked(f"cook a loop of {STEPS:,} rounds", looped(STEPS)),
    ]


def _cooked(what: str, text: str) -> Row:
    formula = parse_formula(text, "bench.formula.toml")
    cooked = best(lambda: cook(formula, Scope(convoy="hq-cv-1"), {}))
    return Row(what, cooked, target="≤ 100 ms")


def parallel(count: int) -> str:
    """A formula of steps that need nothing, and one that needs them all."""
    legs = "".join(f'\n[[steps]]\nid = "leg{number}"\n' for number in range(count))
    names = ", ".join(f'"leg{number}"' for number in range(count))
    return f'formula = "legs"\n{legs}\n[[steps]]\nid = "sum"\nneeds = [{names}]\n'


def looped(count: int) -> str:
    """A formula of one step that is done again and again."""
    loop = f'[[steps]]\nid = "l"\n[steps.loop]\ncount = {count}\nvar = "i"\n'
    return f'formula = "loop"\n{loop}[[steps.loop.body]]\nid = "s"\ntitle = "{{i}}"\n'


def linear(count: int) -> str:
    """A formula whose steps stand in one line, each with a name to fill in."""
    head = 'formula = "linear"\n[vars.who]\nrequired = true\n'
    return head + "".join(_step(number) for number in range(count))


def _step(number: int) -> str:
    needs = f'needs = ["s{number - 1}"]\n' if number else ""
    text = f'title = "step {number}"\ndescription = "For {{{{who}}}}, number {number}."\n'
    return f'\n[[steps]]\nid = "s{number}"\n{text}{needs}'


def best(work: Callable[[], object], times: int = 9) -> float:
    """Milliseconds of the fastest run: what the work costs when nothing disturbs it."""
    found: list[float] = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found) * 1000
