"""Molecule: a plan poured into the ledger, one child bead per step.

The plan is frozen in the molecule's metadata: a formula edited later changes nothing for it. The
step beads are the record of what is done; the engine may be killed and started again at will.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from gastown.beads.bead import BLOCKS, CLOSED, Bead, Draft
from gastown.beads.laws import edge
from gastown.beads.ledger import Claim, Ledger
from gastown.convoys.course import Mark, sent_back
from gastown.errors import LedgerError, StaleTokenError
from gastown.formula.plan import Plan, PlannedStep
from gastown.stage import StageResult

MOLECULE = "molecule"
PLAN = "plan"
"""Key of its metadata: the plan as it was poured, with what it grew."""
GATE = "gate"
_TYPES = {"join": "epic", "gate": GATE}


@dataclass(frozen=True, slots=True)
class Molecule:
    """A poured plan and the step bead of each of its keys."""

    id: str
    plan: Plan
    beads: Mapping[str, str]


def pour(ledger: Ledger, plan: Plan, *, ephemeral: bool = False) -> Molecule:
    """Write the plan into the ledger in one transaction; the convoy's own one is returned as is.

    An ephemeral one, a wisp, is in the working store alone and never in git.
    """
    standing = find_molecule(ledger, plan.convoy) if plan.convoy else None
    if standing is not None:
        return standing
    metadata = {"convoy": plan.convoy, PLAN: _written(plan)}
    root = Draft(
        title=f"{plan.formula} {plan.convoy}".strip(),
        infix="mol",
        issue_type=MOLECULE,
        metadata=metadata,
        ephemeral=ephemeral,
    )
    place = {step.key: f"@{number}" for number, step in enumerate(plan.steps, start=1)}
    drafts = [_draft(step, "@0", place, ephemeral=ephemeral) for step in plan.steps]
    made = ledger.create_many([root, *drafts], actor="town")
    keys = [step.key for step in plan.steps]
    return Molecule(made[0].id, plan, dict(zip(keys, (bead.id for bead in made[1:]), strict=True)))


def grow(ledger: Ledger, molecule: Molecule, plan: Plan) -> Molecule:
    """Put a grown plan on record, then what it has more of; `mended` finishes one cut in two."""
    if plan != molecule.plan:
        ledger.update(molecule.id, {"metadata": {PLAN: _written(plan)}}, actor="town")
    return mended(ledger, Molecule(molecule.id, plan, molecule.beads))


def mended(ledger: Ledger, molecule: Molecule) -> Molecule:
    """The molecule with a bead for each step and an edge for each need: what is missing is added.

    Only who holds the molecule's claim may mend it.
    """
    plan, beads = molecule.plan, dict(molecule.beads)
    new = [step for step in plan.steps if step.key not in beads]
    if new:
        place = {**beads, **{step.key: f"@{number}" for number, step in enumerate(new)}}
        ephemeral = ledger.show(molecule.id).ephemeral
        drafts = [_draft(step, molecule.id, place, ephemeral=ephemeral) for step in new]
        made = ledger.create_many(drafts, actor="town")
        beads |= {step.key: bead.id for step, bead in zip(new, made, strict=True)}
    _join(ledger, molecule.id, plan, beads)
    return Molecule(molecule.id, plan, beads)


def _join(ledger: Ledger, molecule: str, plan: Plan, beads: Mapping[str, str]) -> None:
    """Let beads of joins need what they lack; other steps never need more than they did."""
    standing = {child.id: child for child in ledger.children(molecule)}
    lacking: list[Bead] = []
    for step in (one for one in plan.steps if one.kind == "join"):
        bead = standing[beads[step.key]]
        needs = [beads[need] for need in step.needs if beads[need] not in bead.needs]
        if needs:
            at = max(one.updated_at for one in standing.values())
            edges = [edge(bead.id, need, BLOCKS, "town", at) for need in needs]
            more = {"dependencies": (*bead.dependencies, *edges), "updated_at": at}
            lacking.append(bead.model_copy(update=more))
    if ledger.put(lacking, keep_newer=True) < len(lacking):  # somebody wrote on one just now
        for bead in lacking:
            for need in bead.needs:
                ledger.link(bead.id, need, actor="town")


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
    plan = Plan.model_validate(molecule.metadata[PLAN])
    beads = {str(child.metadata["key"]): child.id for child in ledger.children(molecule.id)}
    return Molecule(molecule.id, plan, beads)


def _written(plan: Plan) -> dict[str, Any]:
    return plan.model_dump(mode="json", by_alias=True)


def _draft(
    step: PlannedStep, parent: str, place: Mapping[str, str], *, ephemeral: bool = False
) -> Draft:
    """A step as a child of the molecule; `place` names the bead or the draft of each key.

    Steps that a join stands for are no children of its bead: the ledger, as `bd`, would have them
    wait for their parent, which waits for them. Their key of it is in the metadata.
    """
    role = step.role if step.kind == "work" else ""
    facts = {
        "rig": step.rig,
        "bead": step.bead,
        "assembly": step.assembly,
        "item": step.item,
        "kind": None if step.kind == "work" else step.kind,
        "parent": step.parent,
        "any_of": step.any_of,
    }
    return Draft(
        title=step.title,
        parent=parent,
        description=step.description,
        design=step.design,
        notes=step.notes,
        acceptance_criteria=step.acceptance,
        priority=step.priority,
        issue_type=_TYPES.get(step.kind, "task"),
        labels=(*step.labels, f"role:{role}") if role else step.labels,
        assignee=step.assignee,
        needs=tuple(place[need] for need in step.needs),
        metadata={
            **step.metadata,
            "key": step.key,
            "role": role,
            "round": 1,
            **{name: value for name, value in facts.items() if value},
        },
        ephemeral=ephemeral,
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
        if mark.closed or mark.round == 1:
            continue
        for again in sent_back(molecule.plan, key):
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


def record_join(ledger: Ledger, bead: str, result: StageResult) -> StageResult:
    """Close a join; one that is closed already gives what was recorded."""
    standing = ledger.show(bead)
    if standing.status == CLOSED:
        return recorded(standing)
    evidence = result.model_dump(mode="json")
    ledger.close(bead, result.summary, evidence=evidence, actor="town")
    return result


def record_join_failure(ledger: Ledger, bead: str, why: str) -> None:
    """Put on record what keeps a join open."""
    past = ledger.show(bead).metadata.get("failures", [])
    failed = StageResult(verdict="failed", summary=why).model_dump(mode="json")
    ledger.update(bead, {"metadata": {"failures": [*past, failed]}}, actor="town")


def opened_gates(
    ledger: Ledger, molecule: Molecule, gates: Iterable[str]
) -> dict[str, StageResult]:
    """Of these gates, by key, those that are closed in the ledger, with what was recorded."""
    beads = {key: ledger.show(molecule.beads[key]) for key in gates}
    return {key: recorded(bead) for key, bead in beads.items() if bead.status == CLOSED}


def recorded(step: Bead) -> StageResult:
    """What a closed step did, from its evidence; closed by hand, with a word alone, just that."""
    evidence = step.metadata.get("evidence")
    if evidence is None:
        return StageResult(summary=step.close_reason or "closed by hand")
    return StageResult.model_validate(evidence)
