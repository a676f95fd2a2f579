"""by_hand: a molecule worked by a person or an outside agent, one step after the other.

What code does at a run it does here too: joins close by themselves, rounds and fan-outs grow, and
gates begin to wait.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from flows.written import Written
from gastown.beads.bead import CLOSED, IN_PROGRESS, Bead
from gastown.convoys.bond import Bond, bonded_plan
from gastown.convoys.convoy import CONVOY, members, show_convoy
from gastown.convoys.distill import of_beads, of_plan
from gastown.convoys.joins import Record, grows
from gastown.convoys.molecule import MOLECULE, Molecule, find_molecule, grow, load, recorded
from gastown.convoys.planned import plan_for
from gastown.convoys.standing import Standing, StepStanding, course_of, standing_of
from gastown.errors import ClaimedError, GasTownError, LedgerError
from gastown.formula.items import items_of
from gastown.formula.model import Formula
from gastown.gates.record import record_of
from gastown.stage import Frozen, StageResult
from gastown.town.town import Town
from tasks.claims import claimed
from tasks.gates import open_all


class Continued(Frozen):
    """What came of a step that was closed by hand; `next` is claimed for who closed it."""

    closed: str
    next: StepStanding | None
    standing: Standing


def molecule_at(town: Town, name: str) -> Molecule:
    """A molecule by its own id, a step's, or its convoy's. Raises NotFoundError, LedgerError."""
    bead = town.ledger.show(name)
    if bead.issue_type == MOLECULE:
        return load(town.ledger, bead)
    above = bead.id.rpartition(".")[0]
    if above and town.ledger.show(above).issue_type == MOLECULE:
        return load(town.ledger, town.ledger.show(above))
    found = find_molecule(town.ledger, name)
    if found is None:
        raise LedgerError(f"{name} ({bead.title}) is no molecule, and no step or convoy of one")
    return found


def close_by_hand(
    town: Town, step: str, reason: str, by: str, *, output: dict[str, Any] | None = None
) -> Continued:
    """Close a step, let close and grow what follows from it, and claim the next ready one.

    Raises:
        ClaimedError: A run is at the molecule.
        LedgerError: The bead is no step, is closed, waits for others, or its output has not the
            list that is fanned out.
    """
    molecule = molecule_at(town, step)
    with claimed(town.ledger, molecule.id):
        _close(town, molecule, step, reason, by, output or {})
        molecule = settle(town, molecule)
        taken = _take_next(town, molecule, by)
    return Continued(closed=step, next=taken, standing=standing_of(town.ledger, molecule))


def settle(town: Town, molecule: Molecule) -> Molecule:
    """Close the joins that nothing keeps open, and let gates wait. Who holds it may call it.

    What grows is on record. A join that cannot close stays open, with the reason on its bead.
    """
    molecule = _joined(town, molecule)
    gates = course_of(town.ledger, molecule).gates()
    open_all(town, molecule, [gate.key for gate in gates])
    return molecule


def begun(town: Town, molecule: Molecule) -> Molecule:
    """A molecule that was just poured, with its first gates waiting."""
    with claimed(town.ledger, molecule.id):
        return settle(town, molecule)


def follow(town: Town, gates: Iterable[str]) -> None:
    """After gates were looked at: what follows from those that opened, where no run is at it."""
    records = (record_of(town.ledger.show(gate)) for gate in gates)
    for name in dict.fromkeys(one.molecule for one in records if one and not one.run):
        bead = town.ledger.show(name)
        if bead.status != CLOSED:
            with suppress(ClaimedError), claimed(town.ledger, name):
                settle(town, load(town.ledger, bead))


def _joined(town: Town, molecule: Molecule) -> Molecule:
    book, stuck = Written(town, molecule), set[str]()
    while True:
        course = course_of(town.ledger, book.molecule)
        join = next(
            (one for one in course.ready() if one.kind == "join" and one.key not in stuck), None
        )
        if join is None:
            return book.molecule
        outcomes = Record(course, _results(town, book.molecule))
        try:
            if (
                grows(course.plan, join)
                and book.grow(course.plan, join, outcomes) is not course.plan
            ):
                continue
            book.close(course.plan, join, outcomes)
        except GasTownError:
            stuck.add(join.key)


def _results(town: Town, molecule: Molecule) -> dict[str, StageResult]:
    beads = {child.id: child for child in town.ledger.children(molecule.id)}
    found = {key: beads[bead] for key, bead in molecule.beads.items()}
    return {key: recorded(bead) for key, bead in found.items() if bead.status == CLOSED}


def _close(
    town: Town, molecule: Molecule, step: str, reason: str, by: str, output: dict[str, Any]
) -> None:
    bead = town.ledger.show(step)
    key = str(bead.metadata.get("key", ""))
    if molecule.beads.get(key) != step:
        raise LedgerError(f"{step} ({bead.title}) is no step of {molecule.id}")
    planned = molecule.plan.by_key[key]
    if planned.kind == "join":
        raise LedgerError(f"{step} ({bead.title}) closes by itself when its steps are closed")
    if planned.gate is not None and planned.gate.type != "human":
        raise LedgerError(f"{step} ({bead.title}) is a gate; see: town gate show {step}")
    course = course_of(town.ledger, molecule)
    if open_needs := [need for need in planned.needs if course.status(need) != "closed"]:
        titles = ", ".join(molecule.plan.by_key[need].title for need in open_needs)
        raise LedgerError(f"{step} ({bead.title}) waits for: {titles}")
    if planned.fan_out is not None:
        try:
            items_of(planned.fan_out, output)
        except ValueError as error:
            raise LedgerError(f"{step} ({bead.title}): {error}; give it with --output") from None
    evidence: dict[str, Any] = {"by": by, **({"output": output} if output else {})}
    result = StageResult(summary=reason, evidence=evidence)
    town.ledger.close(step, reason, evidence=result.model_dump(mode="json"), actor=by)


def _take_next(town: Town, molecule: Molecule, by: str) -> StepStanding | None:
    ready = [one for one in standing_of(town.ledger, molecule).work if _is_free(one)]
    if not ready:
        return None
    first = ready[0]
    changes = {"status": IN_PROGRESS, "assignee": by}
    taken: Bead = town.ledger.update(first.bead, changes, actor=by)
    return first.model_copy(update={"state": "current", "who": taken.assignee})


def _is_free(step: StepStanding) -> bool:
    return step.state == "ready"


def bond(
    town: Town, molecule: Molecule, formula: str, values: dict[str, str], how: Bond
) -> Molecule:
    """Put a formula's plan onto a molecule, at a step, a bond point, or its end.

    Raises:
        ClaimedError: A run is at it.
        LedgerError: It is closed.
        FormulaError: The formula, the name or the place is wrong.
    """
    ledger = town.ledger
    if ledger.show(molecule.id).status == CLOSED:
        raise LedgerError(f"{molecule.id} is closed; run {formula} by itself: town formula run")
    with claimed(ledger, molecule.id):
        molecule = load(ledger, ledger.show(molecule.id))
        other = plan_for(town, show_convoy(ledger, molecule.plan.convoy), formula, values)
        return settle(town, grow(ledger, molecule, bonded_plan(molecule.plan, other, how)))


def distilled(town: Town, source: str, name: str, values: dict[str, str]) -> Formula:
    """A formula of a molecule, else of an epic's children or a convoy's beads.

    Raises LedgerError for a bead that has none of these.
    """
    bead = town.ledger.show(source)
    beads = members(town.ledger, bead) if bead.issue_type == CONVOY else []
    if not beads and bead.issue_type != MOLECULE:
        beads = town.ledger.children(bead.id)
    if find_molecule(town.ledger, source) is None and beads:
        return of_beads(name, bead, beads, values)
    return of_plan(name, molecule_at(town, source).plan, values)
