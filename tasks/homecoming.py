"""come_home: what a convoy's beads came together on goes to main, or becomes rework that blocks it.

A conflict is no matter for a person yet: it becomes a bead of the convoy, with a Polecat's and a
Refinery's step, and the landing is tried again when they are done. Every part looks whether it is
done already, so a call that died is finished by the next.
"""

from gastown.beads.bead import CLOSED, TRACKS, Bead
from gastown.convoys.convoy import members, show_convoy
from gastown.convoys.homecoming import (
    draft_homecoming,
    homecomings,
    lasts,
    why,
    with_homecoming,
)
from gastown.convoys.molecule import Molecule, grow, load
from gastown.errors import EscalatedError
from gastown.queue.outcome import Red
from gastown.rigs.rebase import Conflict
from gastown.rigs.traces import integration_branch
from gastown.town.town import Town
from tasks.drop import check_not_dropped
from tasks.integration import go_home


def come_home(town: Town, molecule: Molecule) -> Molecule | None:
    """Merge each rig's integration branch; the molecule with what is to be done first, or None.

    Only who holds the molecule's claim may call it.

    Raises:
        EscalatedError: It was brought together with main as often as `limits.rounds` allows.
        LedgerError: The convoy was given up.
        MainRedError: A rig's main is red by itself.
    """
    check_not_dropped(town.ledger, molecule.id)
    molecule = load(town.ledger, town.ledger.show(molecule.id))  # it may have grown
    plan, convoy = molecule.plan, molecule.plan.convoy
    for rig in dict.fromkeys(step.rig for step in plan.steps if step.rig):
        outcome = go_home(town, convoy, rig)
        if isinstance(outcome, Conflict | Red):
            bead = _homecoming(town, convoy, rig, outcome)
            plan = with_homecoming(plan, bead, rig, lasts(molecule.plan))
        else:
            _close_needless(town, convoy, rig)
    return grow(town.ledger, molecule, plan) if plan != molecule.plan else None


def _homecoming(town: Town, convoy: str, rig: str, outcome: Conflict | Red) -> Bead:
    """The bead that mends it, tracked by the convoy: the one that is open, or a further one."""
    ledger, table = town.ledger, town.config.rig(rig)
    before = homecomings(ledger, convoy, table.prefix)
    made = next((one for one in before if one.status != CLOSED), None)
    if made is None:
        _refuse_further(town, convoy, rig, len(before), outcome)
        bead = show_convoy(ledger, convoy)
        urgent = min((one.priority for one in members(ledger, bead)), default=2)
        draft = draft_homecoming(bead, table.prefix, table.branch, urgent, outcome)
        key = f"homecoming {convoy} {rig} {len(before) + 1}"
        made = ledger.create_once(draft, key, actor="town")
    ledger.link(convoy, made.id, TRACKS, actor="town")
    return made


def _refuse_further(
    town: Town, convoy: str, rig: str, before: int, outcome: Conflict | Red
) -> None:
    if before >= town.config.limits.rounds:
        branch, main = integration_branch(convoy), town.config.rig(rig).branch
        raise EscalatedError(
            f"{branch} of {rig} {why(outcome, main)}, though it was brought together with it "
            f"{before} times; a person is needed: merge {main} into it at origin, then Retry"
        )


def _close_needless(town: Town, convoy: str, rig: str) -> None:
    """End what a run left that died before it was poured, and that nothing needs any more."""
    for bead in homecomings(town.ledger, convoy, town.config.rig(rig).prefix):
        if bead.status != CLOSED:
            town.ledger.close(bead.id, "nothing is left to bring together", actor="town")
