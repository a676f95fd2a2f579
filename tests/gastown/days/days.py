"""A town with one day of work in its ledger."""

from datetime import UTC, datetime
from typing import Any

from gastown.beads.bead import TRACKS, Bead, Dependency

NOON = datetime(2026, 1, 29, 12, 0, tzinfo=UTC)
BEFORE = datetime(2026, 1, 28, 12, 0, tzinfo=UTC)


def a_bead(ident: str, **fields: Any) -> Bead:
    """A bead of the day before, open unless the fields say otherwise."""
    given = {"id": ident, "title": ident.title(), "created_at": BEFORE, "updated_at": NOON}
    return Bead.model_validate(given | fields)


def closed(ident: str, at: datetime = NOON, commit: str = "", **fields: Any) -> Bead:
    """A bead that was closed, with a commit if one is given."""
    metadata = {"evidence": {"commit": commit}} if commit else {}
    return a_bead(ident, status="closed", closed_at=at, metadata=metadata, **fields)


def convoy(ident: str, *beads: str, **fields: Any) -> Bead:
    """A convoy's bead that tracks others."""
    edges = [Dependency(issue_id=ident, depends_on_id=one, type=TRACKS) for one in beads]
    return a_bead(ident, issue_type="convoy", dependencies=edges, **fields)


def molecule(ident: str, convoy_id: str, *steps: dict[str, Any]) -> list[Bead]:
    """A molecule and its steps; a step is its metadata, `status` may be among it."""
    root = a_bead(ident, issue_type="molecule", metadata={"convoy": convoy_id})
    children: list[Bead] = []
    for number, step in enumerate(steps, start=1):
        child = f"{ident}.{number}"
        edge = Dependency(issue_id=child, depends_on_id=ident, type="parent-child")
        state = step.pop("status", "open")
        times = {"closed_at": NOON} if state == "closed" else {}
        children.append(
            a_bead(child, title=f"polecat {number}", status=state, dependencies=[edge],
                   metadata={"key": f"work[{number}]", "role": "polecat", **step}, **times)
        )  # fmt: skip
    return [root, *children]


def attempt(at: datetime, summary: str, verdict: str = "failed", **evidence: Any) -> dict[str, Any]:
    """What a step's bead remembers of an attempt that ended at `at`, one second long."""
    start = at.timestamp() - 1
    return {
        "verdict": verdict, "summary": summary, "seconds": 1.0,
        "evidence": {"start": start, "round": 1, **evidence},
    }  # fmt: skip
