"""Position: where a step stands in its formula: what came before it, and what waits for it."""

from collections.abc import Callable

from gastown.agents.prose import one_line
from gastown.beads.bead import CLOSED
from gastown.beads.ledger import Ledger
from gastown.convoys.molecule import Molecule
from gastown.formula.plan import Plan, PlannedStep

_MOST, _LINE = 8, 160
Next = Callable[[Plan, str], tuple[str, ...]]


def position_text(ledger: Ledger, molecule: Molecule, key: str) -> str:
    """A few lines of plain text; joins are passed through, since they close by themselves."""
    plan = molecule.plan
    work = [step.key for step in plan.steps if step.kind != "join"]
    children = ledger.children(molecule.id)
    closed = {child.id: child.close_reason for child in children if child.status == CLOSED}
    before = _past_joins(plan, [key], _needs)
    after = _past_joins(plan, [key], _dependents)
    told = [_told(plan.by_key[one], closed.get(molecule.beads[one])) for one in before]
    waits = [f"- {one_line(plan.by_key[one].title, _LINE)}" for one in after]
    lines = [f"Step {work.index(key) + 1} of {len(work)} of the formula {plan.formula}."]
    lines += ["Before it came:", *_few(told)] if told else ["Nothing came before it."]
    lines += ["For it waits:", *_few(waits)] if waits else ["Nothing waits for it but the end."]
    return "\n".join(lines)


def _past_joins(plan: Plan, start: list[str], next_of: Next) -> list[str]:
    """The nearest steps that are no joins, in the plan's order."""
    found, seen, rest = set[str](), set[str](start), list(start)
    while rest:
        for key in next_of(plan, rest.pop()):
            if key not in seen:
                seen.add(key)
                (rest.append if plan.by_key[key].kind == "join" else found.add)(key)
    return [step.key for step in plan.steps if step.key in found]


def _needs(plan: Plan, key: str) -> tuple[str, ...]:
    return plan.by_key[key].needs


def _dependents(plan: Plan, key: str) -> tuple[str, ...]:
    return tuple(step.key for step in plan.steps if key in step.needs)


def _told(step: PlannedStep, reason: str | None) -> str:
    title = one_line(step.title, _LINE)
    return f"- {title}: {one_line(reason, _LINE)}" if reason else f"- {title}"


def _few(lines: list[str]) -> list[str]:
    more = len(lines) - _MOST
    return [*lines[:_MOST], f"- … and {more} more"] if more > 0 else lines
