"""Record: what the ledger keeps of a gate, on the gate's own bead.

A gate is opened once, escalated once and closed once. Changes are made under the town's gate lock
(`tasks.gates`); closing is the ledger's own compare-and-set and needs none.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from gastown.beads.bead import CLOSED, Bead
from gastown.beads.ledger import Ledger
from gastown.convoys.molecule import Molecule
from gastown.errors import LedgerError
from gastown.formula.plan import PlannedGate
from gastown.gates.facts import PullFact, RunFact
from gastown.gates.judge import Rejected, Resolved
from gastown.stage import Frozen, StageResult

GATE = "gate"
"""Type of an opened gate's bead, and the key of its metadata under which its record lies."""


class Escalation(Frozen):
    """Why a person was called, and when; `told` once every message was sent."""

    at: datetime
    reason: str
    told: bool = False


class Rejection(Frozen):
    """A no, which fails the run that reads it; after that the gate may be answered anew."""

    at: datetime
    by: str
    reason: str


class Sight(Frozen):
    """What GitHub said last, and how it is asked whether that is still so."""

    etag: str = ""
    run: RunFact | None = Field(default=None, description="Found by its workflow's name, or id.")
    pull: PullFact | None = None
    wait_until: datetime | None = Field(default=None, description="GitHub's own wish.")


class GateRecord(Frozen):
    """All that is kept of an open gate."""

    opened: datetime
    gate: PlannedGate
    key: str
    molecule: str
    convoy: str = ""
    rig: str | None = None
    run: str = Field(default="", description="Id of the flow run that waits for it.")
    pause: str = Field(default="", description="Key of the suspension in which that run waits.")
    escalated: Escalation | None = None
    rejected: Rejection | None = None
    refused: str = Field(default="", description="What was wrong with the last answer.")
    letter: str = Field(default="", description="The message that asks for an answer by mail.")
    sight: Sight = Sight()


def record_of(bead: Bead) -> GateRecord | None:
    """What is kept of a gate; None before it is opened."""
    found = bead.metadata.get(GATE)
    if bead.issue_type != GATE or not isinstance(found, dict):
        return None
    return GateRecord.model_validate(found)


def require_record(bead: Bead) -> GateRecord:
    """The same. Raises LedgerError for a bead that is no gate, or not opened yet."""
    found = record_of(bead)
    if found is None:
        raise LedgerError(f"{bead.id} ({bead.title}) is no gate that is open; see: town gate list")
    return found


def open_gate(ledger: Ledger, molecule: Molecule, key: str, now: datetime) -> GateRecord:
    """Note when a gate began to wait; a gate that was opened already stays as it is."""
    bead, step = ledger.show(molecule.beads[key]), molecule.plan.by_key[key]
    standing = record_of(bead)
    if standing is not None:
        return standing
    made = GateRecord(
        opened=now,
        gate=step.gate or PlannedGate(type="human"),
        key=key,
        molecule=molecule.id,
        convoy=molecule.plan.convoy,
        rig=step.rig,
    )
    _write(ledger, bead.id, made, issue_type=GATE)
    return made


def close_gate(ledger: Ledger, gate: str, resolved: Resolved, now: datetime) -> bool:
    """Close it with its evidence; False when it was closed already."""
    bead = ledger.show(gate)
    if bead.status == CLOSED:
        return False
    record = record_of(bead)
    evidence: dict[str, Any] = {
        "by": resolved.by,
        "at": now.isoformat(),
        "output": dict(resolved.output),
    }
    if record is not None:
        evidence["start"] = round(record.opened.timestamp(), 3)
        evidence["waited_s"] = round((now - record.opened).total_seconds(), 3)
    result = StageResult(summary=resolved.summary, evidence=evidence)
    try:
        ledger.close(
            gate, resolved.summary, evidence=result.model_dump(mode="json"), actor=resolved.by
        )
    except LedgerError:
        if ledger.show(gate).status == CLOSED:  # another was quicker
            return False
        raise
    return True


def reject_gate(ledger: Ledger, gate: str, rejected: Rejected, now: datetime) -> None:
    """Note that a person said no. Raises LedgerError when the gate is closed."""
    bead = ledger.show(gate)
    if bead.status == CLOSED:
        raise LedgerError(f"{gate} is resolved already: {bead.close_reason}")
    said = Rejection(at=now, by=rejected.by, reason=rejected.reason)
    change(ledger, gate, rejected=said, refused="")


def escalate_gate(ledger: Ledger, gate: str, reason: str, now: datetime) -> bool:
    """Note that a person is called; False when one was called before, or it is closed."""
    bead = ledger.show(gate)
    if bead.status == CLOSED or require_record(bead).escalated is not None:
        return False
    change(ledger, gate, escalated=Escalation(at=now, reason=reason))
    return True


def change(ledger: Ledger, gate: str, **changes: Any) -> GateRecord:
    """Set fields of an open gate's record."""
    new = require_record(ledger.show(gate)).model_copy(update=changes)
    _write(ledger, gate, new)
    return new


def open_gates(ledger: Ledger) -> dict[str, GateRecord]:
    """Every gate that waits, by its bead; gates of molecules that are over wait no more."""
    found: dict[str, GateRecord] = {}
    alive: dict[str, bool] = {}
    for bead in ledger.find(issue_type=GATE):
        record = record_of(bead) if bead.status != CLOSED else None
        if record is None:
            continue
        if record.molecule not in alive:
            alive[record.molecule] = ledger.show(record.molecule).status != CLOSED
        if alive[record.molecule]:
            found[bead.id] = record
    return found


def _write(ledger: Ledger, gate: str, record: GateRecord, **fields: str) -> None:
    said: Mapping[str, Any] = {"metadata": {GATE: record.model_dump(mode="json")}, **fields}
    ledger.update(gate, said, actor="town")
