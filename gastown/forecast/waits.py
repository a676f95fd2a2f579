"""Waits: what kept the sessions of a run waiting, and how busy it was: the bottleneck."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from gastown.machine.capacity import DIMENSIONS, NAMES, Capacity
from gastown.placement.decide import Decision
from gastown.placement.virtual.history import History, Stay
from gastown.stage import Frozen


class Bottleneck(Frozen):
    """What made most sessions wait, or leave for the cloud; names nothing where nobody did.

    Seconds of all sessions together and counts are means over the runs; `busy` is the share of the
    time in which it was in use, as far as that can be told.
    """

    name: str = ""
    waited_s: float = 0.0
    left: float = 0.0
    busy: float | None = None


_SLOT = "a slot of "
THE_GPU = "the GPU"
_PUSHED = frozenset({"due", "never in time"})


def bottleneck(histories: Iterable[History], cap: Capacity) -> Bottleneck:
    """Over several runs, with their logs; a session that left weighs the seconds it takes here."""
    runs = list(histories)
    waited, left = defaultdict[str, float](float), Counter[str]()
    for run in runs:
        for name, seconds in waits(run).items():
            waited[name] += seconds
        left.update(stay.decision.facts.short for stay in run.stays if _was_pushed(stay))
    weight = {**waited}
    for stay in (one for run in runs for one in run.stays if _was_pushed(one)):
        facts = stay.decision.facts
        weight[facts.short] = weight.get(facts.short, 0.0) + (facts.local or 0.0)
    if not weight:
        return Bottleneck()
    name = max(sorted(weight), key=lambda one: weight[one])
    count = len(runs)
    busy = [share for run in runs if (share := _busy(run, name, cap)) is not None]
    return Bottleneck(
        name=name,
        waited_s=waited[name] / count,
        left=left[name] / count,
        busy=sum(busy) / len(busy) if busy else None,
    )


def waits(history: History) -> dict[str, float]:
    """Seconds that sessions waited, by what for; from one round of decisions to the next."""
    found = defaultdict[str, float](float)
    moments = [*(at for at, _ in history.rounds[1:]), history.end]
    for (at, decisions), until in zip(history.rounds, moments, strict=bool(history.rounds)):
        for one in decisions:
            if one.kind == "wait" and until > at:
                found[_awaited(one)] += until - at
    return dict(found)


def _awaited(one: Decision) -> str:
    if one.verdict.rule != "busy":
        return one.facts.short
    return NAMES["sandboxes"] if "sandbox" in one.facts.busy else one.facts.busy


def _was_pushed(stay: Stay) -> bool:
    """It left because others held what it could have had here."""
    facts = stay.decision.facts
    in_time = stay.decision.verdict.rule in _PUSHED and facts.starts is not None
    return stay.where == "cloud" and in_time and bool(facts.short)


def _busy(history: History, name: str, cap: Capacity) -> float | None:
    """The share of the run in which what sessions wait for was in use."""
    here = [stay for stay in history.stays if stay.where == "local" and stay.session.local]
    if not history.end:
        return None
    if name.startswith(_SLOT):
        return _together([s for s in here if _model(s) == name.removeprefix(_SLOT)]) / history.end
    if name == THE_GPU:
        return _together([stay for stay in here if _on_gpu(stay)]) / history.end
    for dimension in DIMENSIONS:
        if NAMES[dimension] == name and cap[dimension]:
            held = sum(one.claims[dimension] * (one.end - one.start) for one in history.stays)
            return held / history.end / cap[dimension]
    return None


def _together(stays: Sequence[Stay]) -> float:
    """Seconds in which at least one of them was at work."""
    total, until = 0.0, 0.0
    for stay in sorted(stays, key=lambda stay: stay.start):
        total += max(0.0, stay.end - max(stay.start, until))
        until = max(until, stay.end)
    return total


def _model(stay: Stay) -> str:
    local = stay.session.local
    return local.model.name if local and local.model else ""


def _on_gpu(stay: Stay) -> bool:
    local = stay.session.local
    weights = local.model.weights if local and local.model else Capacity()
    return stay.claims.vram_mib + weights.vram_mib > 0
