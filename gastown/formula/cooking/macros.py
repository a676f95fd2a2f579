"""Macros: compose.expand and compose.map put expansions in the place of steps."""

from collections import deque
from collections.abc import Iterable, Mapping

from gastown.formula.compose import Compose, ExpandRule, MapRule
from gastown.formula.cooking.expansion import Ask, expanded, replaced, weavable
from gastown.formula.cooking.kitchen import Kitchen
from gastown.formula.cooking.splice import Steps, everything
from gastown.formula.pattern import meets
from gastown.formula.step import Prepared
from gastown.formula.vars import nearest


def composed(steps: Steps, compose: Compose, kitchen: Kitchen) -> Steps:
    """The steps after compose.expand and compose.map.

    The rules of `expand` come first, each in the order written, so that one may name a step that
    another made. Then those of `map`, each for every step that is there when its turn comes, in
    the order of the steps. What the inserted steps expand in turn is expanded at once.

    Raises:
        FormulaError: A target is not there, was replaced already or is no step of the file's; or
            anything that `expanded` refuses.
    """
    rules = deque(enumerate(compose.expand))
    while rules:
        asks = _turn(rules, dict(everything(steps)), kitchen)
        steps = expanded(replaced(steps, lambda _step, name, a=asks: a.get(name), kitchen), kitchen)
    for place, rule in enumerate(compose.map):
        steps = _map(steps, rule, f"compose.map[{place}]", kitchen)
    return steps


def _turn(
    rules: deque[tuple[int, ExpandRule]], found: Mapping[str, Prepared], kitchen: Kitchen
) -> dict[str, Ask]:
    """What the next rules ask for, as far as their targets are there and differ; by name."""
    asks: dict[str, Ask] = {}
    named = {step.id: name for name, step in found.items()}
    while rules:
        place, rule = rules[0]
        where = f"compose.expand[{place}]"
        _written(where, kitchen, {"target": rule.target, "with": rule.with_})
        name = rule.target if rule.target in found else named.get(rule.target)
        if asks and (name is None or name in asks):
            break
        if name is not None:
            asks[name] = Ask(rule.with_, rule.vars, where)
        elif rule.target not in kitchen.gone:
            raise kitchen.wrong(f"{where}.target", missing(rule.target, found.values()))
        rules.popleft()
    return asks


def missing(name: str, steps: Iterable[Prepared]) -> str:
    """Why there is no step of a name: what replaced it, or the nearest that there is."""
    known = list(steps)
    for step in known:
        for depth, (target, formula) in enumerate(step.origin):
            if target == name:
                came = (s.id for s in known if s.origin[depth : depth + 1] == ((name, formula),))
                message = f"{name} was replaced by {formula} already"
                return f"{message}; name one of the steps it made: {', '.join(came)}"
    return f"no step {name!r}{nearest(name, [step.id for step in known])}"


def _map(steps: Steps, rule: MapRule, where: str, kitchen: Kitchen) -> Steps:
    _written(where, kitchen, {"select": rule.select, "with": rule.with_})
    ask = Ask(rule.with_, rule.vars, where)

    def asked(step: Prepared, name: str) -> Ask | None:
        return ask if weavable(step) and met(rule.select, step, name, where, kitchen) else None

    return expanded(replaced(steps, asked, kitchen), kitchen)


def met(pattern: str, step: Prepared, name: str, where: str, kitchen: Kitchen) -> bool:
    """Whether a pattern meets a step's id, or its name as it is seen from outside of a loop."""
    try:
        return meets(pattern, step.id) or meets(pattern, name)
    except ValueError as error:
        raise kitchen.wrong(where, str(error)) from error


def _written(where: str, kitchen: Kitchen, keys: Mapping[str, str]) -> None:
    for key, value in keys.items():
        if not value:
            raise kitchen.wrong(f"{where}.{key}", "is missing")
