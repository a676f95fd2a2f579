"""Cook: from the text of a long formula to its plan, beside reading the same text as TOML."""

import time
import tomllib
from collections.abc import Callable

from gastown.formula.cook import cook
from gastown.formula.parse import parse_formula
from gastown.formula.plan import Scope
from tests.bench.table import Row, against

STEPS = 1025


def rows() -> list[Row]:
    """Parse and cook a chain of 1,025 steps; the best of nine, in milliseconds."""
    text = linear(STEPS)
    formula = parse_formula(text, "linear.formula.toml")
    scope = Scope(convoy="hq-cv-1")
    toml = best(lambda: tomllib.loads(text))
    parsed = best(lambda: parse_formula(text, "linear.formula.toml"))
    cooked = best(lambda: cook(formula, scope, {"who": "polecat"}))
    return [
        against(f"parse {STEPS:,} linear steps / tomllib", parsed, toml),
        against(f"cook {STEPS:,} linear steps / tomllib", cooked, toml, target="≤ 100 ms"),
    ]


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
