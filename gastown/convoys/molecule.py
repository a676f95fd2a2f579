"""Molecule: a plan poured into the ledger, one child bead per step.

The plan is frozen in the molecule's metadata: a formula edited later changes nothing for it. The
step beads are the record of what is done; the engine may be killed and started again at will.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from gastown.beads.bead import CLOSED, Bead, Draft
from gastown.beads.ledger import Claim, Ledger
from gastown.convoys.course import Mark, sent_back
from gastown.errors import LedgerError, StaleTokenError
from gastown.formula.plan import Plan, PlannedStep
from gastown.stage import StageResult

MOLECULE = "molecule"


@dataclass(frozen=True, slots=True)
class Molecule:
    """A poured plan and the step bead of each of its keys."""

    id: str
    plan: Plan
    beads: Mapping[str, str]


def pour(ledger: Ledger, plan: Plan) -> Molecule:
    """Write the plan into the ledger in one transaction; the convoy's own one is returned as is."""
    standing = find_molecule(ledger, plan.convoy) if plan.convoy else None
    if standing is not None:
        return standing
    metadata = {"convoy": plan.convoy, "plan": plan.model_dump(mode="json")}
    root = Draft(
        title=f"{plan.formula} {plan.convoy}".strip(),
        infix="mol",
        issue_type=MOLECULE,
        metadata=metadata,
    )
    place = {step.key: f"@{number}" for number, step in enumerate(plan.steps, start=1)}
    drafts = [_draft(step, tuple(place[need] for need in step.needs)) for step in plan.steps]
    made = ledger.create_many([root, *drafts], actor="town")
    keys = [step.key for step in plan.steps]
    return Molecule(made[0].id, plan, dict(zip(keys, (bead.id for bead in made[1:]), strict=True)))


def find_molecule(ledger: Ledger, convoy: str) -> Molecule | None:
    """The molecule of a convoy, read back as it was poured."""
    for bead in ledger.find(issue_type=MOLECULE):
        if bead.metadata.get("convoy") == convoy:
            return load(ledger, bead)
    return None


def molecules(ledger: Ledger) -> dict[str, str]:
    """The molecule's id of each convoy that has one."""
    found = ledger.find(issue_type=MOLECULE)
    return {str(bead.metadata.get("convoy")): bead.id for bead in reversed(found)}


def check_formula(molecule: Molecule, formula: str) -> None:
    """Refuse to launch a convoy with another formula than the one it was poured from."""
    poured = molecule.plan.formula
    if poured != formula:
        raise LedgerError(
            f"{molecule.plan.convoy} is under way with the formula {poured!r}, not {formula!r}; "
            f"launch it with that one, or give it up first: town convoy drop"
        )


def load(ledger: Ledger, molecule: Bead) -> Molecule:
    """A molecule from its bead."""
    plan = Plan.model_validate(molecule.metadata["plan"])
    beads = {str(child.metadata["key"]): child.id for child in ledger.children(molecule.id)}
    return Molecule(molecule.id, plan, beads)


def _draft(step: PlannedStep, needs: tuple[str, ...]) -> Draft:
    binding = {"rig": step.rig, "bead": step.bead, "assembly": step.assembly, "item": step.item}
    return Draft(
        title=step.title,
        parent="@0",
        description=step.description,
        notes=step.notes,
        acceptance_criteria=step.acceptance,
        priority=step.priority,
        labels=(*step.labels, f"role:{step.role}") if step.role else step.labels,
        assignee=step.assignee,
        needs=needs,
        metadata={
            **step.metadata,
            "key": step.key,
            "role": step.role,
            "round": 1,
            **{name: value for name, value in binding.items() if value},
        },
    )


def marks(ledger: Ledger, molecule: Molecule) -> dict[str, Mark]:
    """The record of every step, mended where a crash cut a rework in two."""
    found: dict[str, Mark] = {}
    for child in ledger.children(molecule.id):
        found[str(child.metadata["key"])] = Mark(
            closed=child.status == CLOSED,
            round=int(child.metadata.get("round", 1)),
            reasons=tuple(child.metadata.get("reasons", ())),
        )
    for key, mark in list(found.items()):
        for again in () if mark.closed else sent_back(molecule.plan, key):
            if found[again].round < mark.round:
                _send_back(ledger, molecule.beads[again], mark.round, mark.reasons)
                found[again] = Mark(round=mark.round, reasons=mark.reasons)
    return found


def record(ledger: Ledger, claim: Claim, result: StageResult) -> None:
    """Close a step with what it did, under the fencing token of the claim it ran under."""
    evidence = result.model_dump(mode="json")
    ledger.close(claim.bead, result.summary, evidence=evidence, token=claim.token)


def record_failure(ledger: Ledger, claim: Claim, result: StageResult) -> None:
    """Put on record what stopped an attempt and what it cost; the step stays open.

    A claim that was lost records nothing: the step is another's now.
    """
    with suppress(StaleTokenError):
        _append(ledger, claim, "failures", result, {})


def record_rework(
    ledger: Ledger, molecule: Molecule, key: str, claim: Claim, result: StageResult
) -> None:
    """Put a rework on record: first the reviewer's step, then those it sends back.

    In this order a crash in between is mended by `marks`: an open reviewer of round N beside a
    worker of round N-1 says what is missing.
    """
    turn = int(ledger.show(claim.bead).metadata.get("round", 1)) + 1
    _append(ledger, claim, "reviews", result, {"round": turn, "reasons": list(result.reasons)})
    for again in sent_back(molecule.plan, key):
        _send_back(ledger, molecule.beads[again], turn, result.reasons)
    ledger.release(claim)


def _append(
    ledger: Ledger, claim: Claim, kind: str, result: StageResult, changes: Mapping[str, Any]
) -> None:
    past = ledger.show(claim.bead).metadata.get(kind, [])
    metadata = {**changes, kind: [*past, result.model_dump(mode="json")]}
    ledger.update(claim.bead, {"metadata": metadata}, token=claim.token)


def _send_back(ledger: Ledger, bead: str, turn: int, reasons: tuple[str, ...]) -> None:
    past = ledger.show(bead).metadata
    last = [past["evidence"]] if "evidence" in past else []
    attempts = [*past.get("attempts", []), *last]
    ledger.reopen(bead, "; ".join(reasons))
    changes: dict[str, Any] = {"round": turn, "reasons": list(reasons), "attempts": attempts}
    ledger.update(bead, {"metadata": changes})


def recorded(step: Bead) -> StageResult:
    """What a closed step did, from its evidence."""
    evidence = step.metadata.get("evidence")
    if evidence is None:
        raise LedgerError(f"{step.id} was closed without evidence: {step.close_reason!r}")
    return StageResult.model_validate(evidence)
