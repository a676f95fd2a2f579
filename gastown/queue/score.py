"""score: which request goes first, and which go together. Pure.

The points are those of Gas Town's refinery (`refinery/score.go`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gastown.queue.request import MergeRequest

_BASE, _CONVOY_HOUR, _PRIORITY, _HOUR = 1000, 10, 100, 1
_RETRY, _RETRIES_MOST = 50, 300
_LOWEST = 4
_AN_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Score:
    """More points go first."""

    points: float
    reason: str


def score(request: MergeRequest, now: datetime) -> Score:
    """Old convoys and urgent beads go first, what was refused before goes later.

    Waiting itself counts too, so that nothing waits for ever.
    """
    convoy = _hours(request.convoy_at, now)
    waited = _hours(request.asked_at, now)
    back = min(_RETRY * request.retries, _RETRIES_MOST)
    points = (
        _BASE
        + _CONVOY_HOUR * convoy
        + _PRIORITY * (_LOWEST - request.priority)
        - back
        + _HOUR * waited
    )
    reason = (
        f"convoy {convoy:.1f} h old, priority {request.priority}, "
        f"{request.retries} refused, waits {waited:.1f} h"
    )
    return Score(round(points, 3), reason)


def in_order(requests: Iterable[MergeRequest], now: datetime) -> list[MergeRequest]:
    """The best first; of equals, who asked first."""
    return sorted(requests, key=lambda one: (-score(one, now).points, one.asked_at, one.id))


def assemble(
    requests: Sequence[MergeRequest], now: datetime, size: int
) -> tuple[MergeRequest, ...]:
    """The next batch: the best request, and the best others with the same target."""
    ordered = in_order((one for one in requests if one.open), now)
    same = [one for one in ordered if one.target == ordered[0].target]
    return tuple(same[:size])


def _hours(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since) / _AN_HOUR) if since is not None else 0.0
