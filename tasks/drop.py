"""drop: give up a convoy that will not land; its open beads are free for another one.

What a rig's main has got stays, and so do closed beads and reports. A drop that was cut short is
finished by the next one: the convoy's own bead is closed last.
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager

from gastown.beads.bead import CLOSED, OPEN, Bead
from gastown.beads.ledger import Claim, Ledger, utc_now
from gastown.convoys.convoy import members, show_convoy
from gastown.convoys.giving_up import ACTOR, EVIDENCE, close_given_up, close_molecule
from gastown.convoys.homecoming import is_homecoming
from gastown.convoys.molecule import Molecule, find_molecule
from gastown.errors import ClaimedError, GasTownError, LedgerError
from gastown.machine.holder import is_dead
from gastown.rigs.git import Repo
from gastown.rigs.traces import sweep, unmerged_work
from gastown.stage import Frozen
from gastown.town.town import Town
from tasks.claims import claimed
from tasks.metering import spend_of

_SHOWN = 12


class Dropped(Frozen):
    """A convoy that was given up: what was removed, and its beads that are still to be done."""

    convoy: str
    reason: str
    removed: tuple[str, ...]
    open: tuple[str, ...]


def drop(town: Town, convoy: str, reason: str = "given up", *, force: bool = False) -> Dropped:
    """Remove a convoy's worktrees, branches and slots, then close its molecule and itself.

    Raises:
        NotFoundError: There is no such convoy.
        ClaimedError: A run is at it.
        LedgerError: It is closed already.
        GasTownError: Work is not on main, and `force` was not given; names what would be lost.
        GitError: An origin cannot be reached.
    """
    bead = show_convoy(town.ledger, convoy)
    if bead.status == CLOSED:
        raise LedgerError(f"{convoy} is closed already: {bead.close_reason or 'no reason'}")
    molecule = find_molecule(town.ledger, convoy)
    beads = members(town.ledger, bead)
    with _held(town.ledger, molecule) as token:
        rigs = _rigs(town, beads, molecule)
        for rig in rigs:  # an origin that is away is told before anything is gone
            Repo(town.layout.rig(rig).canonical).fetch()
        if not force:
            _refuse_loss(town, convoy, rigs, beads)
        removed = [f"{rig}: {line}" for rig in rigs for line in _swept(town, rig, convoy, beads)]
        left = [one for one in beads if one.status != CLOSED and not is_homecoming(one)]
        for one in left:
            _set_free(town, one)
        for one in beads:
            if is_homecoming(one) and one.status != CLOSED:
                town.ledger.close(one.id, f"{convoy} was given up: {reason}", actor=ACTOR)
        if molecule is not None and token is not None:
            close_molecule(town.ledger, molecule, reason, token=token)
        close_given_up(town.ledger, convoy, reason)
        spend_of(town).free(convoy)
    return Dropped(
        convoy=convoy,
        reason=reason,
        removed=tuple(removed),
        open=tuple(one.id for one in left),
    )


def is_dropped(ledger: Ledger, bead: str) -> bool:
    """Whether a convoy, or its molecule, was given up."""
    found = ledger.show(bead)
    return found.status == CLOSED and EVIDENCE in found.metadata.get("evidence", {})


def check_not_dropped(ledger: Ledger, bead: str) -> None:
    """Raise LedgerError for a convoy, or its molecule, that was given up."""
    if is_dropped(ledger, bead):
        why = ledger.show(bead).close_reason
        raise LedgerError(
            f"{bead} was given up ({why}); bind its open beads anew: town convoy create"
        )


@contextmanager
def _held(ledger: Ledger, molecule: Molecule | None) -> Generator[int | None]:
    """Keep runs off the convoy for the block, where it has a molecule that is open; its token.

    Raises ClaimedError while a run is at the convoy.
    """
    if molecule is None or ledger.show(molecule.id).status == CLOSED:
        yield None
        return
    with claimed(ledger, molecule.id) as claim:
        for step in molecule.beads.values():
            _refuse_worker(ledger.claim_of(step))
        yield claim.token


def _refuse_worker(claim: Claim | None) -> None:
    if claim is not None and claim.expires_at > utc_now() and not is_dead(claim.holder):
        raise ClaimedError(
            f"{claim.bead} is held by {claim.holder}; wait for it, or cancel its run first"
        )


def _rigs(town: Town, beads: Sequence[Bead], molecule: Molecule | None) -> list[str]:
    """Rigs of the convoy that the town still has."""
    prefixes = {bead.prefix for bead in beads}
    planned = {step.rig for step in molecule.plan.steps} if molecule else set[str | None]()
    return [
        name
        for name, table in town.config.rigs.items()
        if (table.prefix in prefixes or name in planned)
        and town.layout.rig(name).canonical.is_dir()
    ]


def _refuse_loss(town: Town, convoy: str, rigs: Sequence[str], beads: Sequence[Bead]) -> None:
    ids = {bead.id for bead in beads}
    lost: list[str] = []
    for rig in rigs:
        target = f"origin/{town.config.rig(rig).branch}"
        lost += [
            f"  {rig}/{line}" for line in unmerged_work(town.layout.rig(rig), convoy, ids, target)
        ]
    if lost:
        more = [f"  … and {len(lost) - _SHOWN} more"] * (len(lost) > _SHOWN)
        lines = "\n".join([*lost[:_SHOWN], *more])
        raise GasTownError(
            f"{convoy} holds work that is not on main:\n{lines}\n"
            f"With --force it is given up all the same, and this work is lost."
        )


def _swept(town: Town, rig: str, convoy: str, beads: Sequence[Bead]) -> list[str]:
    return sweep(town.layout.rig(rig), convoy, {bead.id for bead in beads})


def _set_free(town: Town, bead: Bead) -> None:
    """Take a bead from the Polecat that held it; what a person said of it stays."""
    rigs = [name for name, table in town.config.rigs.items() if table.prefix == bead.prefix]
    if any(bead.assignee.startswith(f"{rig}/") for rig in rigs):
        town.ledger.update(bead.id, {"status": OPEN, "assignee": ""}, actor=ACTOR)
