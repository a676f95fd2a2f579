"""Limits: whether a session may ask once more; counted here, where no model can reach."""

from gastown.agents.protocols import Limits
from gastown.agents.stops import MoneySpent, Stop, TimeSpent, TokensSpent, TurnsSpent
from gastown.stage import Usage


def hit(limits: Limits, usage: Usage, turns: int, seconds: float) -> Stop | None:
    """The first limit that is reached, saying how far the session got."""
    tokens = usage.input_tokens + usage.output_tokens
    if turns >= limits.turns:
        return TurnsSpent(f"turns: {turns} of {limits.turns}")
    if tokens >= limits.tokens:
        return TokensSpent(f"tokens: {tokens} of {limits.tokens}")
    if stop := time_up(limits, seconds):
        return stop
    # A limit of nothing lets a model work that costs nothing.
    if usage.micro_usd >= max(1, limits.micro_usd):
        return MoneySpent(f"money: {_usd(usage.micro_usd)} of {_usd(limits.micro_usd)} USD")
    return None


def time_up(limits: Limits, seconds: float) -> Stop | None:
    """The limit of time alone: actions cost nothing else."""
    if seconds >= limits.seconds:
        return TimeSpent(f"seconds: {seconds:.0f} of {limits.seconds:g}")
    return None


def _usd(micro: int) -> str:
    return f"{micro / 1_000_000:.6f}".rstrip("0").rstrip(".")
