"""Verify: what must hold of steps after others were put among them."""

from collections import Counter
from collections.abc import Collection, Iterator

from gastown.errors import FormulaError
from gastown.formula.cooking.kitchen import Kitchen
from gastown.formula.cooking.splice import Steps, wants
from gastown.formula.cooking.tree import body_of, everyone, ids
from gastown.formula.step import Prepared
from gastown.formula.vars import nearest


def verify(made: Steps, before: Steps, kitchen: Kitchen) -> None:
    """Refuse ids that stand twice, and edges of new steps that lead nowhere."""
    problems = [*_doubles(made), *_loose(made, ids(before), set())]
    if problems:
        raise FormulaError([one for p in problems for one in kitchen.wrong("", p).findings])


def _doubles(made: Steps) -> Iterator[str]:
    count = Counter(step.id for step in everyone(made))
    for name in (name for name, number in count.items() if number > 1):
        whose = [_whose(step) for step in everyone(made) if step.id == name]
        hint = "let ids of a template begin with {target}, those of advice with {step.id}"
        yield f"two steps would have the id {name!r}: {whose[0]} and {whose[1]}; {hint}"


def _whose(step: Prepared) -> str:
    if not step.origin:
        return f"step {step.id}"
    target, name = step.origin[-1]
    return f"that of {name} at {target}"


def _loose(steps: Steps, settled: Collection[str], outer: Collection[str]) -> Iterator[str]:
    """Edges to steps that are not there; those of steps from before are known to be right."""
    known = {*outer, *ids(steps)}
    for step in everyone(steps):
        for need in wants(step):
            if need not in known and step.id not in settled:
                yield f"{_whose(step)}: {step.id} needs {need!r}, {no_step(need, known)}"
        if body := body_of(step):
            yield from _loose(body, settled, known)


def no_step(name: str, known: Collection[str]) -> str:
    """That there is no step of a name, and which comes nearest."""
    return f"but there is no step {name!r}{nearest(name, known)}"
