"""run_step: one attempt at one step, from claim to recorded evidence."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from gastown.beads.bead import CLOSED
from gastown.beads.ledger import Claim
from gastown.convoys.course import escalation
from gastown.convoys.molecule import (
    Molecule,
    record,
    record_failure,
    record_rework,
    recorded,
)
from gastown.errors import (
    CapacityError,
    EscalatedError,
    OutageError,
    StageFailedError,
    StoppedError,
)
from gastown.formula.plan import PlannedStep
from gastown.placement.ask import ask_for
from gastown.placement.resolve import resolve
from gastown.placement.seat import Hold, model_at
from gastown.rigs.git import printable
from gastown.spans import recording
from gastown.stage import Placement, Seat, StageRequest, StageResult
from gastown.town.tables.agents import agent_for
from gastown.town.town import Town
from tasks.alarms import step_escalated
from tasks.claims import claimed
from tasks.desk import Desk, open_desk
from tasks.metering import free_earmark
from tasks.outages import outages_named
from tasks.vitals import beating

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
        desk = open_desk(town, _request(town, molecule, attempt, claim))
        with beating(desk), _accounted(desk, claim), outages_named(town.root):
            result = _work(desk, stage)
            if result.verdict == "rework" and attempt.round >= town.config.limits.rounds:
                why = escalation(attempt.round, result.reasons)
                step_escalated(town, desk.request, why)
                raise EscalatedError(why)
        if result.verdict == "rework":
            record_rework(town.ledger, molecule, attempt.step.key, claim, result)
        else:
            record(town.ledger, claim, result)
            free_earmark(town, molecule.plan.convoy, attempt.step.key)
        return result


def _request(town: Town, molecule: Molecule, attempt: Attempt, claim: Claim) -> StageRequest:
    step = attempt.step
    seat = _seat(town, molecule, step, claim)
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
        token=claim.token,
        model=model_at(seat, attempt.placement.where) if seat else None,
        seat=seat,
        reasons=attempt.reasons,
        placement=attempt.placement,
    )


def _seat(town: Town, molecule: Molecule, step: PlannedStep, claim: Claim) -> Seat | None:
    """The seat of this attempt; none for a step that no role does. A hold fails the attempt."""
    if not step.role:
        return None
    convoy = molecule.plan.convoy
    ask = ask_for(town, step.role, rig=step.rig, bead=step.bead, convoy=convoy)
    found = resolve(town.config, ask)
    if isinstance(found, Hold):
        said = f"no seat for the {step.role}: {found.reason}"
        record_failure(town.ledger, claim, StageResult(verdict="failed", summary=printable(said)))
        raise StageFailedError(said)
    return found


def _work(desk: Desk, stage: Stage) -> StageResult:
    start = time.time()
    with recording() as spans:
        result = stage(desk)
    desk.keep("spans.json", [*spans, ("stage", start, time.time())])
    return _billed(desk, result, start)


@contextmanager
def _accounted(desk: Desk, claim: Claim) -> Generator[None]:
    """Put on record what stops the block, and what it had spent by then."""
    start = time.time()
    try:
        yield
    except StoppedError:  # no failure: the next attempt goes on with what this one had ordered
        raise
    except OutageError as error:
        if desk.sessions:  # else nothing was done, and the attempts may be many
            record_failure(desk.town.ledger, claim, _billed(desk, _stopped(error), start))
        raise
    except Exception as error:
        record_failure(desk.town.ledger, claim, _billed(desk, _stopped(error), start))
        raise


def _stopped(error: Exception) -> StageResult:
    said = printable(str(error) or type(error).__name__)
    verdict = "skipped" if isinstance(error, CapacityError) else "failed"
    return StageResult(verdict=verdict, summary=said)


def _billed(desk: Desk, result: StageResult, start: float) -> StageResult:
    """The result with where it ran, why, on which model, and what it cost."""
    request = desk.request
    evidence = {
        **result.evidence,
        "round": request.round,
        "where": request.placement.where,
        "because": request.placement.reason,
        "start": round(start, 3),
        **({"seat": request.seat.model_dump(mode="json")} if request.seat else {}),
        **_told(desk),
        "session": str(desk.folder.relative_to(desk.town.root)),
    }
    return result.model_copy(
        update={
            "evidence": evidence,
            "usage": desk.spent,
            "model": request.model if desk.sessions else None,
            "seconds": round(time.time() - start, 3),
        }
    )


def _told(desk: Desk) -> dict[str, Any]:
    """What the sessions were told to be: the role's card, and the command-line agent if any."""
    if not desk.sessions:
        return {}
    preset = agent_for(desk.request.role, desk.town.config.agents)
    told = {"card": dict(desk.cards[desk.request.role])} if desk.request.role in desk.cards else {}
    return {**told, **({"agent": preset.name} if preset else {})}
