"""Branch: steps that run side by side between one step and another."""

from collections.abc import Collection, Iterator, Mapping

from gastown.errors import FormulaError
from gastown.formula.compose import Branch, Compose
from gastown.formula.cooking.tree import everyone, ids, needing
from gastown.formula.step import Prepared
from gastown.formula.vars import nearest


def branched(
    steps: tuple[Prepared, ...], compose: Compose, dropped: Collection[str] = ()
) -> tuple[Prepared, ...]:
    """Each of a branch's steps needs `from`, and `join` needs each of them.

    Raises FormulaError with every step that is not there. One that was `dropped` is passed over:
    without it, `join` needs `from`.
    """
    if not compose.branch:
        return steps
    known = ids(steps)
    problems: list[str] = []
    more: dict[str, list[str]] = {}
    for place, rule in enumerate(compose.branch):
        path = f"compose.branch[{place}]"
        problems += [f"{path}.{said}" for said in _problems(rule, known, dropped)]
        firsts = [rule.from_] if rule.from_ in known else []
        middle = [step for step in rule.steps if step in known]
        for step in middle:
            more.setdefault(step, []).extend(firsts)
        more.setdefault(rule.join, []).extend(middle or firsts)
    if problems:
        raise FormulaError(problems)
    return needing(steps, _gates_too(steps, more))


def _gates_too(
    steps: tuple[Prepared, ...], more: Mapping[str, list[str]]
) -> Mapping[str, list[str]]:
    """The same for the gates before those steps: nobody is asked before the question arises."""
    gates = {step.id for step in everyone(steps) if step.kind == "gate"}
    found = dict(more)
    for step in everyone(steps):
        own = (need for need in step.edges if need in gates and need.startswith(f"{step.id}.gate-"))
        found |= {gate: more[step.id] for gate in own if step.id in more}
    return found


def _problems(rule: Branch, known: Collection[str], dropped: Collection[str]) -> Iterator[str]:
    if not rule.steps:
        yield "steps: name at least one step"
    for key, name in (
        ("from", rule.from_),
        *(("steps", step) for step in rule.steps),
        ("join", rule.join),
    ):
        if name not in known and name not in dropped:
            yield f"{key}: no step {name!r}{nearest(name, known)}"
