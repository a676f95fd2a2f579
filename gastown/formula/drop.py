"""Drop: take steps out of a workflow so that no ordering between the others is lost."""

from collections.abc import Collection, Sequence
from typing import TypeVar

from gastown.formula.graph import ordered
from gastown.formula.step import Step

S = TypeVar("S", bound=Step)


def without(steps: Sequence[S], gone: Collection[str]) -> tuple[S, ...]:
    """The other steps, with `depends_on` merged into `needs`.

    What needed a step that goes needs what that step needed, as if it were written there.
    """
    by_id = {step.id: step for step in steps}
    needs: dict[str, tuple[str, ...]] = {}
    for name in ordered({step.id: step.edges for step in steps}):
        inherited = (needs[one] if one in gone else (one,) for one in by_id[name].edges)
        needs[name] = tuple(dict.fromkeys(need for group in inherited for need in group))
    return tuple(
        step.model_copy(update={"needs": needs[step.id], "depends_on": ()})
        for step in steps
        if step.id not in gone
    )
