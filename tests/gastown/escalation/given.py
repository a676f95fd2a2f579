"""Escalations as tests need them."""

from datetime import UTC, datetime

from gastown.escalation.chain import raised
from gastown.escalation.escalation import Escalation

NINE = datetime(2026, 1, 29, 9, 0, tzinfo=UTC)


def begun(**fields: object) -> Escalation:
    said = {"severity": "HIGH", "category": "failed", "subject": "It is stuck", **fields}
    return raised(Escalation.model_validate(said), NINE)
