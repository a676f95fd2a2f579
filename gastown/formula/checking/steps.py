"""Steps: what one step may not say, whatever the others say."""

from collections.abc import Callable, Collection, Iterator, Sequence

from gastown.errors import FormulaError
from gastown.formula.binding import SCOPES
from gastown.formula.condition import holds
from gastown.formula.duration import seconds
from gastown.formula.finding import Path, Remark
from gastown.formula.keys import near
from gastown.formula.placed import WAITS, Placed, waited_for
from gastown.formula.question import parse_question
from gastown.formula.step import Gate, Loop, OnComplete, Step
from gastown.formula.vars import nearest

GATES = ("human", "timer", "gh:run", "gh:pr", "mail", "bead", "conditional")
_OUTPUT = "output."


def lone(found: Sequence[Placed], lists: Collection[str]) -> Iterator[Remark]:
    """Everything that is wrong with steps taken one by one."""
    known = {*SCOPES, *lists}
    for one in found:
        for key, problem in _problems(one, known):
            yield Remark((*one.path, *key), problem)


def _problems(one: Placed, lists: Collection[str]) -> Iterator[tuple[Path, str]]:
    step = one.step
    if problem := refusal(lambda text: holds(text, {}), step.condition):
        yield ("condition",), problem
    if step.each:
        yield from _each(one, lists)
    if step.waits_for and step.waits_for not in WAITS and waited_for(step.waits_for) is None:
        forms = f"{', '.join(WAITS)} or children-of(id)"
        yield ("waits_for",), f"{step.waits_for!r} is nothing to wait for; write {forms}"
    yield from _one_of(step)
    if step.gate:
        yield from ((("gate", *key), said) for key, said in gate_problems(step.gate))
    if step.loop:
        yield from ((("loop", *key), said) for key, said in _loop(step.loop))
    if step.on_complete:
        yield from ((("on_complete", *key), said) for key, said in _on_complete(step.on_complete))


def _each(one: Placed, lists: Collection[str]) -> Iterator[tuple[Path, str]]:
    step = one.step
    if step.each not in lists and not (one.in_template and "{" in step.each):
        forms = "write rigs, beads, assemblies or the name of a variable"
        odd = f"{step.each!r} is nothing to fan out over; {forms}{nearest(step.each, lists)}"
        yield ("each",), odd
    if step.loop or step.expand:
        what = "loop" if step.loop else "expand"
        message = f"can't stand beside {what}; write it at the steps that take its place"
        yield ("each",), message
    around = one.loop
    while around and not (around.step.loop and around.step.loop.until):
        around = around.loop
    if around:
        message = f"can't stand in the until loop {around.step.id!r}; put the loop in a formula "
        yield ("each",), f"{message}that on_complete bonds, or fan out before it"


def _one_of(step: Step) -> Iterator[tuple[Path, str]]:
    """Each of these says what takes the place of the step, so there is room for one."""
    written = [key for key in ("loop", "expand", "children") if getattr(step, key)]
    if len(written) > 1:
        yield (written[1],), f"a step has {' or '.join(written)}, not both; write two steps"
    if step.on_complete and written:
        message = f"a step with {written[0]} has no output of its own; put this on one within"
        yield ("on_complete",), message


def gate_problems(gate: Gate) -> Iterator[tuple[Path, str]]:
    """What is wrong in a gate, by its key; one that `answerable` changes is merely odd."""
    if meant := slip(gate):
        message = f"{gate.type!r} is no gate; there are {', '.join(GATES)}"
        yield ("type",), f"{message}; did you mean {meant}?"
    if gate.timeout and "{" not in gate.timeout and (said := refusal(seconds, gate.timeout)):
        yield ("timeout",), said
    if gate.type == "timer" and not gate.timeout and refusal(_length, gate.await_id or gate.id):
        yield ("timeout",), 'a timer needs one: timeout = "1h"'


def _length(text: str) -> None:
    """Refuse a text that says no length of time, and never will."""
    if "{" not in text:
        seconds(text)


def slip(gate: Gate) -> str:
    """The type that was meant by one that is nearly it; else nothing."""
    return "" if gate.type in GATES or "{" in gate.type else near(gate.type, GATES)


def answerable(gate: Gate) -> Gate:
    """The gate; or a person's, where its type or condition is none that could be judged.

    Other tools take any text for both, and wait for a person.
    """
    kind, text = gate.type, gate.await_id or gate.id
    known = kind in GATES or "{" in kind
    if known and not (kind == "conditional" and (not text or refusal_of_question(text))):
        return gate
    return gate.model_copy(update={"type": "human"})


def _loop(loop: Loop) -> Iterator[tuple[Path, str]]:
    ways = {"count": loop.count is not None, "range": bool(loop.range), "until": bool(loop.until)}
    written = [key for key, is_there in ways.items() if is_there]
    if len(written) != 1:
        said = f"has {' and '.join(written)}" if written else "does not say how often"
        yield tuple(written[1:2]), f"{said}; write one of count, range and until"
    if loop.range and ".." not in loop.range:
        yield ("range",), f'{loop.range!r} is no range; write "1..3", with expressions at will'
    if loop.until and loop.max is None:
        yield ("until",), "needs max beside it, so that the loop ends"
    if loop.until and (said := refusal_of_question(loop.until)):
        yield ("until",), said
    yield from _times(loop)
    if not loop.body:
        yield ("body",), "is missing: what the loop repeats, [[….loop.body]]"


def _times(loop: Loop) -> Iterator[tuple[Path, str]]:
    for key, value in (("count", loop.count), ("max", loop.max)):
        if value == "" or (isinstance(value, int) and value < 1):
            yield (key,), "must be 1 or more"


def _on_complete(rule: OnComplete) -> Iterator[tuple[Path, str]]:
    if not rule.for_each:
        yield ("for_each",), 'is missing: which list of the output, "output.items"'
    elif not rule.for_each.startswith(_OUTPUT) or rule.for_each == _OUTPUT:
        yield ("for_each",), f'{rule.for_each!r} must begin with "output.": "output.items"'
    if not rule.bond:
        yield ("bond",), "is missing: the formula that each item gets"
    if rule.parallel and rule.sequential:
        yield ("sequential",), "excludes parallel; write one of them"


def refusal(judge: Callable[[str], object], text: str) -> str:
    """Why a judge refuses a text, in its words; nothing if it takes it."""
    try:
        judge(text)
    except ValueError as error:
        return str(error)
    except FormulaError as error:
        return "; ".join(error.findings)
    return ""


def refusal_of_question(text: str) -> str:
    """Why a run-time condition can't be asked; nothing if it can, or holds names still to fill."""
    return "" if "{" in text else refusal(parse_question, text)
