"""Past: the town's own sessions, read from the evidence of its step beads and the spend ledger."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from gastown.beads.bead import Bead
from gastown.beads.ledger import Ledger
from gastown.convoys.molecule import MOLECULE
from gastown.forecast.works import Learned, Sample, learn
from gastown.money.schema import connect
from gastown.stage import StageResult, Verdict

RECENT = 40
"""Molecules that are read, the newest: models, cards and people change."""
_MS = 1000
_REWORK: Verdict = "rework"


def learned(ledger: Ledger, spend: Path) -> Learned:
    """What the town's own sessions teach; reads only."""
    newest = ledger.find(issue_type=MOLECULE)[-RECENT:]
    steps = [step for one in newest for step in ledger.children(one.id)]
    return learn_from(steps, model_seconds(spend))


def learn_from(steps: list[Bead], times: Mapping[str, float]) -> Learned:
    """The same of step beads; `times` are model seconds by attempt."""
    ended = [(str(step.metadata.get("role", "")), one) for step in steps for one in _ended(step)]
    samples = [
        Sample(role, one.usage, one.seconds, times.get(_attempt(one), 0.0))
        for role, one in ended
        if role and one.seconds > 0
    ]
    reviewers = {role for role, one in ended if one.verdict == _REWORK}
    reviews = [one.verdict == _REWORK for role, one in ended if role in reviewers | {"refinery"}]
    return learn(samples, reviews)


def model_seconds(spend: Path) -> dict[str, float]:
    """Seconds in which a model answered, by attempt; none where nothing was ever spent."""
    if not spend.exists():
        return {}
    with closing(connect(spend)) as db:
        rows = db.execute("SELECT attempt, SUM(ms) FROM entries GROUP BY attempt").fetchall()
    return {str(attempt): ms / _MS for attempt, ms in rows}


def _ended(step: Bead) -> Iterator[StageResult]:
    """Every attempt that came to a verdict; a failure says nothing of what the work takes."""
    last: dict[str, Any] | None = step.metadata.get("evidence")
    past = [*step.metadata.get("attempts", []), *step.metadata.get("reviews", [])]
    for record in [*past, *([last] if last else [])]:
        yield StageResult.model_validate(record)


def _attempt(result: StageResult) -> str:
    """`step/token`, as the spend ledger names it: the end of the session's folder."""
    return "/".join(str(result.evidence.get("session", "")).split("/")[-2:])
