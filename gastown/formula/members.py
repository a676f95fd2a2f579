"""Members: steps put into a plan under keys of their own, as members of a join that grows."""

from collections.abc import Iterable, Sequence

from gastown.formula.plan import PlannedStep

Grown = tuple[PlannedStep, ...]
"""New steps in an order that needs allow, and last the join that they are members of."""


def put_in(
    steps: Iterable[PlannedStep],
    prefix: str,
    parent: str,
    needs: Sequence[str],
) -> Grown:
    """Steps with keys of their own put into a plan: under a prefix, in a join, behind others."""
    return tuple(_put(step, prefix, parent, needs) for step in steps)


def _put(step: PlannedStep, prefix: str, parent: str, needs: Sequence[str]) -> PlannedStep:
    fan_out = step.fan_out
    if fan_out:
        fan_out = fan_out.model_copy(update={"join": prefix + fan_out.join})
    return step.model_copy(
        update={
            "key": prefix + step.key,
            "step": prefix + step.step,
            "title": prefix + step.key if step.title == step.key else step.title,
            "needs": tuple(prefix + need for need in step.needs) or tuple(needs),
            "parent": prefix + step.parent if step.parent else parent,
            "members": tuple(prefix + member for member in step.members),
            "any_of": prefix + step.any_of if step.any_of else None,
            "fan_out": fan_out,
        }
    )


def greater(join: PlannedStep, more: Sequence[PlannedStep]) -> PlannedStep:
    """The join with new members; it needs those that no other of the new steps needs."""
    needed = {need for step in more for need in step.needs}
    members = [step.key for step in more if step.parent == join.key]
    lasts = (key for key in members if key not in needed)
    return join.model_copy(
        update={"needs": (*join.needs, *lasts), "members": (*join.members, *members)}
    )
