"""Board: what a convoy did, stage by stage and bead by bead, as values; others draw it.

Everything on it comes from the ledger's evidence, nothing from memory: the same board can be drawn
while the convoy runs, after a crash, and next year.
"""

from collections.abc import Iterator
from typing import Any

from pydantic import Field

from gastown.beads.bead import CLOSED, IN_PROGRESS, Bead
from gastown.beads.ledger import Ledger
from gastown.convoys.convoy import members, show_convoy
from gastown.convoys.molecule import GATE, find_molecule
from gastown.stage import Frozen, StageResult, Usage

SENT_BACK, FAILED, RUNNING, WAITS = "sent back", "failed", "running", "waits"
_PAST = ("attempts", "reviews", "failures")  # what a step's bead remembers of its earlier runs


class StageRow(Frozen):
    """One stage, or one run of it that was sent back or failed."""

    key: str
    title: str
    role: str
    state: str = Field(description="closed, sent back, failed, running, waits; else the status.")
    round: int = 1
    where: str = ""
    because: str = ""
    model: str = ""
    agent: str = Field(default="", description="The command-line agent that worked; else ours.")
    usage: Usage = Usage()
    start: float = Field(default=0.0, description="Seconds since 1970; 0: not on record.")
    seconds: float = 0.0
    summary: str = ""


class BeadRow(Frozen):
    """One bead of the convoy and the commit that carries it."""

    id: str
    rig: str
    title: str
    state: str
    commit: str = ""
    slot: str = ""
    rounds: int = 1


class Board(Frozen):
    """A convoy's stages and beads."""

    convoy: str
    title: str
    status: str
    stages: tuple[StageRow, ...]
    beads: tuple[BeadRow, ...]

    @property
    def usage(self) -> Usage:
        """What all sessions of the convoy consumed, rounds that were sent back included."""
        return sum((row.usage for row in self.stages), Usage())

    @property
    def closed(self) -> int:
        """How many steps are closed."""
        return len({row.key for row in self.stages if row.state == CLOSED})

    @property
    def total(self) -> int:
        """How many steps there are."""
        return len({row.key for row in self.stages})


def board(ledger: Ledger, convoy_id: str) -> Board:
    """The board as the ledger has it now; without a molecule nothing has started."""
    convoy, molecule = show_convoy(ledger, convoy_id), find_molecule(ledger, convoy_id)
    stages: list[StageRow] = []
    rounds: dict[str, int] = {}
    if molecule is not None:
        beads = {child.id: child for child in ledger.children(molecule.id)}
        for step in molecule.plan.steps:
            if step.key not in molecule.beads:
                continue  # it grew just now
            rows = list(_rows(step.key, beads[molecule.beads[step.key]]))
            if step.kind == "join" and rows[-1].state != FAILED:
                continue  # it does nothing; only what keeps it open is worth a line
            stages.extend(rows)
            if step.bead:
                rounds[step.bead] = max(rounds.get(step.bead, 1), rows[-1].round)
    return Board(
        convoy=convoy.id,
        title=convoy.title,
        status=convoy.status,
        stages=tuple(stages),
        beads=tuple(_bead_row(bead, rounds) for bead in members(ledger, convoy)),
    )


def _rows(key: str, bead: Bead) -> Iterator[StageRow]:
    past = [_row(key, bead, record) for kind in _PAST for record in bead.metadata.get(kind, [])]
    past.sort(key=lambda row: (row.round, row.state != FAILED))
    yield from past
    if bead.status == CLOSED:
        by_hand = {"summary": bead.close_reason}
        yield _row(key, bead, bead.metadata.get("evidence", by_hand), CLOSED)
    elif bead.issue_type == GATE and isinstance(bead.metadata.get(GATE), dict):
        yield _gate_row(key, bead, bead.metadata[GATE])
    elif bead.status == IN_PROGRESS or not past or past[-1].state != FAILED:
        turn = int(bead.metadata.get("round", 1))
        now = RUNNING if bead.status == IN_PROGRESS else bead.status
        yield StageRow(key=key, title=bead.title, role=_role(bead), state=now, round=turn)


def _gate_row(key: str, bead: Bead, record: dict[str, Any]) -> StageRow:
    """A gate that was opened for an answer: it waits, or was refused."""
    said: dict[str, Any] = record.get("rejected") or {}
    state, summary = WAITS, f"town gate show {bead.id}"
    if said:
        state, summary = FAILED, f"refused by {said['by'] or 'somebody'}: {said['reason']}"
    return StageRow(key=key, title=bead.title, role="", state=state, summary=summary)


def _row(key: str, bead: Bead, record: dict[str, Any], state: str = "") -> StageRow:
    result = StageResult.model_validate(record)
    past = FAILED if result.verdict == "failed" else SENT_BACK
    return StageRow(
        key=key,
        title=bead.title,
        role=_role(bead),
        state=state or past,
        round=int(result.evidence.get("round", 1)),
        where=str(result.evidence.get("where", "")),
        because=str(result.evidence.get("because", "")),
        model=result.model or "",
        agent=str(result.evidence.get("agent", "")),
        usage=result.usage,
        start=float(result.evidence.get("start", 0.0)),
        seconds=result.seconds,
        summary=result.summary,
    )


def _role(bead: Bead) -> str:
    return str(bead.metadata.get("role", ""))


def _bead_row(bead: Bead, rounds: dict[str, int]) -> BeadRow:
    evidence = bead.metadata.get("evidence", {})
    return BeadRow(
        id=bead.id,
        rig=str(evidence.get("rig", "")),
        title=bead.title,
        state=bead.status,
        commit=str(evidence.get("commit", "")),
        slot=bead.assignee,
        rounds=rounds.get(bead.id, 1),
    )
