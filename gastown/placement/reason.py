"""Reason: a verdict in the words of the board."""

from collections.abc import Callable
from datetime import UTC, datetime

from gastown.placement.facts import Facts, Verdict

Clock = Callable[[float], str]


def utc(moment: float) -> str:
    """A moment, in seconds since the epoch, as a clock shows it in UTC."""
    return datetime.fromtimestamp(moment, UTC).strftime("%H:%M")


def usd(micro: int) -> str:
    """Micro-dollars as a person reads them: cents, and more figures where cents would hide it."""
    dollars = micro / 1_000_000
    return f"${dollars:.2f}" if dollars >= 1 else f"${dollars:.4f}"


def reason(facts: Facts, verdict: Verdict, clock: Clock = utc) -> str:
    """One line; `clock` shows moments as the reader's clock does."""
    if verdict.kind == "local":
        return _here(facts)
    if verdict.kind == "cloud":
        return _there(facts, verdict)
    if verdict.kind == "hold":
        return _held(facts)
    return _waits(facts, verdict, clock)


def _here(facts: Facts) -> str:
    if facts.cloud is None:
        return "fits here; it has no other place"
    if facts.unpaid or facts.shut:
        return f"fits here; {_refusal(facts)}"
    if facts.power >= facts.price:
        return f"fits here; the cloud waits for {facts.busy}"
    return f"fits here and saves {usd(facts.price - facts.power)}"


def _there(facts: Facts, verdict: Verdict) -> str:
    late = facts.now + (facts.local or 0.0) + facts.tail - facts.target
    last = (facts.starts or facts.now) + late - facts.now
    texts = {
        "no local route": "no local model for it",
        "power": f"power here is {usd(facts.power)}, the cloud {usd(facts.price)}",
        "late": f"local would miss the target by {max(1, round(late))} s",
        "planned": "planned for the cloud: the machine is left to work that saves more",
        "never in time": f"local starts too late, by {max(1, round(last))} s"
        if facts.starts is not None
        else f"more than the machine lends: {facts.short}",
        "due": f"waited for {facts.short} as long as the target allows",
    }
    return texts[verdict.rule]


def _held(facts: Facts) -> str:
    if facts.local is None:
        here = "no local model for it"
    else:
        here = f"more than the machine lends: {facts.short}"
    return here if facts.cloud is None else f"{_refusal(facts)}; {here}"


def _waits(facts: Facts, verdict: Verdict, clock: Clock) -> str:
    if verdict.rule == "busy":
        return f"waits for {facts.busy}"
    text = f"waits for {facts.short}"
    if verdict.until is not None:
        return f"{text}; bursts at {clock(verdict.until)}"
    return text if facts.cloud is None else f"{text}; {_refusal(facts)}"


def _refusal(facts: Facts) -> str:
    if facts.shut:
        return f"cloud: {facts.shut}"
    return f"budget: needs {usd(facts.reserve)}, {usd(max(0, facts.left or 0))} left"
