"""run_step: one attempt at one step, from claim to recorded evidence."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from gastown.beads.bead import CLOSED
from gastown.convoys.course import escalation
from gastown.convoys.molecule import Molecule, noted, record, record_rework, recorded
from gastown.errors import EscalatedError
from gastown.formula.plan import PlannedStep
from gastown.placement.seat import resolve_seat
from gastown.spans import recording
from gastown.stage import Placement, StageRequest, StageResult
from gastown.town.town import Town
from tasks.claims import claimed
from tasks.desk import Desk, open_desk

Stage = Callable[[Desk], StageResult]


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a step is asked to do this time."""

    step: PlannedStep
    round: int
    reasons: tuple[str, ...]
    placement: Placement


def run_step(town: Town, molecule: Molecule, attempt: Attempt, stage: Stage) -> StageResult:
    """Claim the step's bead, run its stage, and put what it did on record.

    A step that closed meanwhile (another run, a crash after the close) gives its recorded result.

    Raises:
        EscalatedError: The step was sent back for the last time.
        GasTownError: Whatever stopped the stage; the bead is open again.
    """
    bead = molecule.beads[attempt.step.key]
    standing = town.ledger.show(bead)
    if standing.status == CLOSED:
        return recorded(standing)
    with claimed(town.ledger, bead) as claim:
        with noted(town.ledger, claim):
            result = _work(town, _request(town, molecule, attempt, claim.token), stage)
        if result.verdict != "rework":
            record(town.ledger, claim, result)
        elif attempt.round >= town.config.limits.rounds:
            raise EscalatedError(escalation(attempt.round, result.reasons))
        else:
            record_rework(town.ledger, molecule, attempt.step.key, claim, result)
        return result


def _request(town: Town, molecule: Molecule, attempt: Attempt, token: int) -> StageRequest:
    step = attempt.step
    return StageRequest(
        town=str(town.root),
        convoy=molecule.plan.convoy,
        step=molecule.beads[step.key],
        key=step.key,
        role=step.role,
        rig=step.rig,
        bead=step.bead,
        assembly=step.assembly,
        item=step.item,
        round=attempt.round,
        token=token,
        model=resolve_seat(town.config, step.role).model,
        reasons=attempt.reasons,
        placement=attempt.placement,
    )


def _work(town: Town, request: StageRequest, stage: Stage) -> StageResult:
    desk = open_desk(town, request)
    start = time.time()
    with recording() as spans:
        result = stage(desk)
    desk.keep("spans.json", [*spans, ("stage", start, time.time())])
    evidence = {
        **result.evidence,
        "round": request.round,
        "where": request.placement.where,
        "because": request.placement.reason,
        "session": str(desk.folder.relative_to(town.root)),
    }
    return result.model_copy(
        update={
            "evidence": evidence,
            "usage": desk.spent,
            "model": request.model if desk.sessions else None,
            "seconds": round(time.time() - start, 3),
        }
    )
