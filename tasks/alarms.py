"""Alarms: what the town's own work raises: a step, a gate, a run that needs a person.

Each names its cause by a key, so that a retry raises nothing twice; what is mended ends by itself
when the step, gate or convoy closes. An alarm that cannot be raised now stops no work: the run that
failed is raised at its end, and again whenever it fails.
"""

from collections.abc import Mapping
from contextlib import suppress

from gastown.convoys.molecule import Molecule, load
from gastown.errors import GasTownError
from gastown.escalation.escalation import LONGEST, Escalation
from gastown.escalation.letters import answer
from gastown.escalation.record import (
    ack,
    end_if_gone,
    escalate,
    open_escalations,
    require,
    resolve,
)
from gastown.escalation.words import TEXT_CHARS
from gastown.gates.record import GateRecord
from gastown.gates.words import how_to_answer, waits_for
from gastown.stage import StageRequest
from gastown.town.town import Town

TOWN = "town"


def step_escalated(town: Town, request: StageRequest, why: str) -> None:
    """A step was sent back for the last time."""
    with suppress(GasTownError):
        title = town.ledger.show(request.step).title
        raised = Escalation(
            severity="HIGH",
            category="failed",
            subject=f"{title}: {why}",
            text=f"{why}\n\nConvoy {request.convoy}; what its sessions said is where this says: "
            f"town bead show {request.step}\nMend the cause, then Retry its run: only what has not "
            f"closed runs again.",
            source=f"{request.rig}/{request.role}" if request.rig else request.role,
            rig=request.rig or "",
            about=request.bead or request.step,
            ends=(request.step,),
        )
        escalate(town.ledger, raised, key=f"step {request.step}", again=True)


def outage_lasts(town: Town, bead: str, brief: str, reason: str) -> bool:
    """What is away has been for long, and work waits for it; whether that could be raised."""
    with suppress(GasTownError):
        raised = Escalation(
            severity="HIGH",
            category="blocked",
            subject=_away(brief),
            text=f"{reason}\n\nNothing is lost: work that waits goes on by itself when that is "
            f"mended. What waits longer than town.toml allows ([limits] outage_s) fails, and is "
            f"launched again.\nThe first that waited: town bead show {bead}",
            source=TOWN,
            about=bead,
            ends=(bead,),
        )
        escalate(town.ledger, raised, key=f"outage {brief}", again=True)
        return True
    return False


def outage_over(town: Town, brief: str) -> bool:
    """What was away is there again; whether that could be put on record."""
    with suppress(GasTownError):
        for bead, one in open_escalations(town.ledger).items():
            if one.category == "blocked" and one.source == TOWN and one.subject == _away(brief):
                resolve(town.ledger, bead, TOWN, "it is over: work went on")
                answer(town.ledger, bead, require(town.ledger, bead))
        return True
    return False


def _away(brief: str) -> str:
    return f"{brief}; work waits for it"[:LONGEST]


def gate_overdue(town: Town, gate: str, title: str, record: GateRecord, why: str) -> None:
    """A gate has waited for longer than it was given, or waits in vain."""
    with suppress(GasTownError):
        raised = Escalation(
            severity="MEDIUM",
            category="gate_timeout",
            subject=f"{title} waits for {waits_for(record.gate)}, and {why}",
            text=f"Convoy: {record.convoy or record.molecule}\nOpen it: {how_to_answer(gate)}\n"
            f"Refuse it: {how_to_answer(gate)} --reject --comment …",
            source=TOWN,
            rig=record.rig or "",
            about=gate,
        )
        escalate(town.ledger, raised, key=f"gate {gate}")


def run_begun(town: Town, convoy: str) -> None:
    """A run is at what failed before: who was asked of it has longer."""
    with suppress(GasTownError):
        for bead, one in open_escalations(town.ledger).items():
            if convoy and one.about == convoy and one.category == "failed":
                ack(town.ledger, bead, TOWN, "its run was started again")


def run_failed(town: Town, molecule: Molecule, errors: Mapping[str, str], said: str) -> None:
    """A run ended without landing its convoy; what has an escalation of its own is left to that.

    A gate that a person refused is none: they know.
    """
    with suppress(GasTownError):
        known = {end for one in open_escalations(town.ledger).values() for end in one.ends}
        molecule = load(town.ledger, town.ledger.show(molecule.id))  # it may have grown
        plan = molecule.plan
        new = [
            key
            for key in errors
            if plan.by_key[key].kind != "gate" and molecule.beads.get(key) not in known
        ]
        if not new:
            return
        raised = Escalation(
            severity="HIGH",
            category="failed",
            subject=f"{plan.formula} {plan.convoy} did not land: {plan.by_key[new[0]].title}: "
            f"{errors[new[0]]}",
            text=said[:TEXT_CHARS],
            source=TOWN,
            about=plan.convoy or molecule.id,
            ends=(molecule.id,),
        )
        escalate(town.ledger, raised, key=f"run {molecule.id}", again=True)


def run_landed(town: Town) -> None:
    """What a landing put right is settled, also where no worker looks."""
    with suppress(GasTownError):
        for bead in open_escalations(town.ledger):
            if end_if_gone(town.ledger, bead):
                answer(town.ledger, bead, require(town.ledger, bead))
