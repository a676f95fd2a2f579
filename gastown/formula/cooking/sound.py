"""Sound: what must hold of steps when all passes are through, whoever wove them."""

from collections import Counter
from collections.abc import Iterator, Sequence

from gastown.formula.graph import chain_text, cycles, ordered
from gastown.formula.step import Prepared
from gastown.formula.vars import nearest


def flaws(steps: Sequence[Prepared]) -> list[str]:
    """Ids that stand twice, needs of steps that are not there, and cycles."""
    known = {step.id for step in steps}
    found = list(_doubles(steps)) if len(known) < len(steps) else []
    found += [one for step in steps for one in _unknown(step, known)]
    return found or list(_circles(steps))


def _doubles(steps: Sequence[Prepared]) -> Iterator[str]:
    for name, times in Counter(step.id for step in steps).items():
        if times > 1:
            yield f"steps.{name}: there are {times} steps of this id once all is put together"


def _unknown(step: Prepared, known: set[str]) -> Iterator[str]:
    for need in (*step.edges, *filter(None, [step.any_of])):
        if need not in known:
            yield f"steps.{step.id}.needs: no step {need!r}{nearest(need, known)}"


def _circles(steps: Sequence[Prepared]) -> Iterator[str]:
    edges = {step.id: (*step.edges, step.any_of) if step.any_of else step.edges for step in steps}
    if len(ordered(edges)) == len(edges):
        return
    for chain in cycles(edges):
        yield f"steps.{chain[0]}.needs: a cycle: {chain_text(chain)}"
