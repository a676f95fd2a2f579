"""Growth: a plan with all that recorded outcomes make grow from it. Pure.

The same plan and the same record give the same growth, and growing what has grown gives it back:
a crash between a step's record and the growth that follows from it loses nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from gastown.errors import FormulaError
from gastown.formula.cooking.counter import counted
from gastown.formula.cooking.loops import round_prefix
from gastown.formula.fanning import fanned
from gastown.formula.members import Grown, greater, put_in
from gastown.formula.outcome import Outcomes, until_holds
from gastown.formula.plan import Plan, PlannedLoop, PlannedStep


def grown(plan: Plan, outcomes: Outcomes, join: str = "") -> Plan:
    """The plan with every round and every fan-out that the record calls for.

    The very same plan where nothing grows. New steps stand before the join that they grow from,
    which needs them; nothing else changes.

    Args:
        plan: As cooked, or grown before.
        outcomes: What is on record; a join that is on record as closed grows no more.
        join: Key of the one join that may fail; of others what can't grow is passed over.

    Raises:
        FormulaError: What is to grow can't: a condition that can't be told, an output without
            the list, an item of which a formula's variable can't be. Only if nothing else grows.
    """
    made, problems = _all(plan, outcomes, join)
    if problems and not made:
        raise FormulaError(problems)
    while made:
        plan = _with(plan, made)
        made, _ = _all(plan, outcomes, join)
    return plan


def _all(plan: Plan, outcomes: Outcomes, only: str) -> tuple[dict[str, Grown], list[str]]:
    """What grows at once from each join, and why something doesn't."""
    made: dict[str, Grown] = {}
    problems: list[str] = []
    for join, grow in _growing(plan, outcomes):
        try:
            if new := grow():
                made[join] = new
        except (FormulaError, ValueError) as error:
            if only in {"", join}:
                problems.append(f"{join}: {error}")
    return made, problems


def _growing(plan: Plan, outcomes: Outcomes) -> Iterator[tuple[str, Callable[[], Grown]]]:
    """The joins that may grow now, each with what makes it."""
    for step in plan.steps:
        if step.loop and outcomes.of(step.key).status != "closed":
            yield step.key, partial(_next_round, plan, step, outcomes)
        elif step.fan_out and _calls(plan, step, outcomes):
            output = outcomes.of(step.key).output
            yield step.fan_out.join, partial(fanned, plan, step.key, output)


def _calls(plan: Plan, source: PlannedStep, outcomes: Outcomes) -> bool:
    """Whether a step is done, and its output not fanned out yet."""
    join = source.fan_out.join if source.fan_out else ""
    done = outcomes.of(source.key).status == "closed"
    return done and outcomes.of(join).status != "closed" and not plan.by_key[join].members


def _with(plan: Plan, made: Mapping[str, Grown]) -> Plan:
    steps: list[PlannedStep] = []
    for step in plan.steps:
        steps += made.get(step.key, (step,))
    return plan.model_copy(update={"steps": tuple(steps)})


def _next_round(plan: Plan, join: PlannedStep, outcomes: Outcomes) -> Grown:
    """One more round, if the last is done and its condition does not hold, or it had begun."""
    loop, last = join.loop, rounds(join)
    if loop is None or last >= loop.max:
        return ()
    prefix = round_prefix(join.key, last + 1)
    if any(outcomes.of(prefix + step.key).status != "open" for step in loop.body):
        return iterate(plan, join.key)
    done = all(outcomes.of(key).status == "closed" for key in join.members)
    return iterate(plan, join.key) if done and not until_holds(plan, join, outcomes) else ()


def rounds(join: PlannedStep) -> int:
    """How many rounds of a loop are in the plan."""
    start = f"{join.key}.iter"
    tails = (key[len(start) :].partition(".")[0] for key in join.members if key.startswith(start))
    return max((int(tail) for tail in tails if tail.isdecimal()), default=1)


def iterate(plan: Plan, loop: str) -> Grown:
    """The next round of an until loop, and the loop's join as it then is.

    The first steps of the round need the last of the round before.
    """
    join = plan.by_key[loop]
    if join.loop is None:
        raise ValueError(f"{loop} is no until loop")
    number = rounds(join) + 1
    lasts = join.needs if number == 2 else _lasts(plan, join, number - 1)  # noqa: PLR2004 - after one round
    round_ = put_in(_counted(join.loop, number), round_prefix(loop, number), loop, lasts)
    return (*round_, greater(join, round_))


def _counted(loop: PlannedLoop, number: int) -> Iterator[PlannedStep]:
    return (counted(step, loop.var, number) for step in loop.body)


def _lasts(plan: Plan, join: PlannedStep, number: int) -> tuple[str, ...]:
    prefix = round_prefix(join.key, number)
    members = [key for key in join.members if key.startswith(prefix)]
    needed = {need for key in members for need in plan.by_key[key].needs}
    return tuple(key for key in members if key not in needed)
