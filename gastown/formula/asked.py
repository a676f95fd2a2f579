"""Asked: whether the run-time conditions of a plan can be told at all, before anything runs."""

from collections.abc import Iterator

from gastown.errors import FormulaError
from gastown.formula.outcome import Outcomes, at_step, holds, until_holds
from gastown.formula.plan import Plan, PlannedStep

CONDITIONAL = "conditional"


def unanswerable(plan: Plan) -> Iterator[str]:
    """Why a condition can't be told: it is none, or asks of a step that there is not.

    A plan that fans out gets steps that nobody can know yet; there a step may be missing.
    """
    if any(step.fan_out for step in plan.steps):
        return
    nothing = Outcomes(env=lambda _: None)  # which variables may be read is the town's word
    for step in plan.steps:
        try:
            _ask(plan, step, nothing)
        except FormulaError as error:
            key = "loop.until" if step.loop else "gate"
            yield from (f"steps.{step.step}.{key}: {one}" for one in error.findings)


def _ask(plan: Plan, step: PlannedStep, outcomes: Outcomes) -> None:
    if step.loop:
        until_holds(plan, step, outcomes)
    elif step.gate and step.gate.type == CONDITIONAL:
        holds(step.gate.await_id, plan, outcomes, at_step(step.key))
