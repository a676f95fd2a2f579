"""Works: what a session of each role takes: from this town's own sessions, or assumed.

Means over at least ENOUGH sessions that ended well; a role with fewer keeps the assumption.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from statistics import fmean

from gastown.placement.virtual.rigs import REWORK
from gastown.placement.work import W2, Work
from gastown.stage import Usage

ENOUGH = 5
"""Sessions of a role from which on its own figures go before the assumed ones."""
REVIEWS_ENOUGH = 10
"""Reviews from which on the share that was sent back is this town's own."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One session on record. `model_s` is the part of `seconds` in which a model answered."""

    role: str
    usage: Usage
    seconds: float
    model_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Learned:
    """Works by role. `seen` counts the sessions of those roles whose figures are the town's own.

    `rework` is the share of reviews that send work back, out of `reviews`; 0 of them: assumed.
    """

    works: Mapping[str, Work] = field(default_factory=lambda: W2)
    seen: Mapping[str, int] = field(default_factory=dict[str, int])
    rework: float = REWORK
    reviews: int = 0

    def source(self, role: str) -> str:
        """Where a role's figures are from, for a person."""
        if role in self.seen:
            return f"{self.seen[role]} sessions of this town"
        return "assumed" if role in self.works else "assumed: a minute of tools"


def learn(
    samples: Iterable[Sample], verdicts: Collection[bool] = (), assumed: Mapping[str, Work] = W2
) -> Learned:
    """The works that samples show. `verdicts` tell of each review whether it sent work back."""
    by_role: dict[str, list[Sample]] = {}
    for one in samples:
        by_role.setdefault(one.role, []).append(one)
    enough = {role: found for role, found in by_role.items() if len(found) >= ENOUGH}
    own = {role: _work(found) for role, found in enough.items()}
    seen = {role: len(found) for role, found in enough.items()}
    if len(verdicts) < REVIEWS_ENOUGH:
        return Learned({**assumed, **own}, seen)
    return Learned({**assumed, **own}, seen, sum(verdicts) / len(verdicts), len(verdicts))


def _work(samples: Collection[Sample]) -> Work:
    return Work(
        fresh=round(fmean(_fresh(one.usage) for one in samples)),
        billed=round(fmean(one.usage.input_tokens for one in samples)),
        out=round(fmean(one.usage.output_tokens for one in samples)),
        turns=round(fmean(one.usage.requests for one in samples)),
        tools_s=round(fmean(max(0.0, one.seconds - one.model_s) for one in samples), 3),
    )


def _fresh(usage: Usage) -> float:
    """Input that is new to a server which kept the last turn.

    Where the provider tells of nothing cached: the last turn's, if each turn adds as much.
    """
    if usage.cached_tokens:
        return usage.input_tokens - usage.cached_tokens
    return (
        usage.input_tokens * 2 / (usage.requests + 1) if usage.requests > 1 else usage.input_tokens
    )
