"""Workload: the steps of a plan that are work, each needing the work that it waits for.

Joins and gates take no time and no place of a machine; who reckons with time looks through them.
"""

from collections.abc import Mapping, Sequence

from gastown.formula.plan import PlannedStep


def workload(steps: Sequence[PlannedStep]) -> tuple[PlannedStep, ...]:
    """The work among the steps of a plan, which stand after what they need.

    A step that is content with one of several members is taken to wait for the first. How long a
    gate stays closed nobody knows: it is taken to be open.
    """
    if all(step.kind == "work" and step.any_of is None for step in steps):
        return tuple(steps)
    first = {step.key: next(iter(step.members), step.key) for step in steps}
    behind: dict[str, dict[str, None]] = {}
    found: list[PlannedStep] = []
    for step in steps:
        waited = (*step.needs, *([first[step.any_of]] if step.any_of else ()))
        needs = _all(waited, behind)
        if step.kind == "work":
            behind[step.key] = {step.key: None}
            found.append(step.model_copy(update={"needs": tuple(needs), "any_of": None}))
        else:
            behind[step.key] = needs
    return tuple(found)


def _all(keys: Sequence[str], behind: Mapping[str, dict[str, None]]) -> dict[str, None]:
    found: dict[str, None] = {}
    for key in keys:
        found |= behind.get(key, {})
    return found
