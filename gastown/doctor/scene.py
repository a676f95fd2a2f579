"""Scene: the town as the doctor sees it at one moment, and what in it is in living hands.

A run that is at work leaves half-done things everywhere, which are its own affair. So a convoy is
in hand as long as a claim on its molecule, or on a step of it, stands that somebody alive renews,
and for as long as the process lives that held the last one: it may be landing it, or sweeping up.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from gastown.beads.bead import CLOSED, TRACKS, Bead
from gastown.beads.ledger import Claim, utc_now
from gastown.convoys.convoy import CONVOY
from gastown.convoys.molecule import MOLECULE
from gastown.errors import NotFoundError
from gastown.machine.holder import is_dead, lives_here
from gastown.town.layout import RigLayout
from gastown.town.tables.rigs import RigTable
from gastown.town.town import Town


@dataclass(frozen=True, slots=True)
class Rig:
    """A rig whose canonical clone is there."""

    name: str
    table: RigTable
    layout: RigLayout

    @property
    def target(self) -> str:
        """Where its work goes."""
        return f"refs/remotes/origin/{self.table.branch}"


@dataclass(frozen=True)
class Scene:
    """One look; what is read of the ledger is read once. Make a new one to look again.

    Args:
        town: Which town.
        now: The time of the look.
        me: The pid of who looks: what it held itself is in nobody's hands now.
        keys: Names of the keys that are saved on the server; None where it cannot be asked.
    """

    town: Town
    now: datetime = field(default_factory=utc_now)
    me: int = field(default_factory=os.getpid)
    keys: Callable[[], frozenset[str] | None] = lambda: None

    @cached_property
    def rigs(self) -> tuple[Rig, ...]:
        """Those whose clone is there."""
        named = self.town.config.rigs.items()
        all_ = (Rig(name, table, self.town.layout.rig(name)) for name, table in named)
        return tuple(rig for rig in all_ if (rig.layout.canonical / ".git").exists())

    @cached_property
    def beads(self) -> Mapping[str, Bead]:
        """Every bead by id."""
        return {bead.id: bead for bead in self.town.ledger.find()}

    @cached_property
    def convoys(self) -> Mapping[str, Bead]:
        """Every convoy by id."""
        return {bead.id: bead for bead in self.beads.values() if bead.issue_type == CONVOY}

    @cached_property
    def molecules(self) -> tuple[Bead, ...]:
        """Every molecule, oldest first."""
        return tuple(bead for bead in self.beads.values() if bead.issue_type == MOLECULE)

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """Every claim that stands, run out or not."""
        found = (self.claim_of(bead.id) for bead in self.beads.values() if bead.status != CLOSED)
        return tuple(claim for claim in found if claim is not None)

    @cached_property
    def in_hand(self) -> frozenset[str]:
        """Convoys, molecules, steps and work beads that a living process may be at."""
        held: set[str] = set()
        for molecule in self.molecules:
            if self._is_held(molecule):
                held |= set(self._all_of(molecule))
        return frozenset(held)

    def is_gone(self, bead: str) -> bool:
        """Whether a bead is closed, or not in the ledger; False for what is in hand."""
        found = self.beads.get(bead)
        return bead not in self.in_hand and (found is None or found.status == CLOSED)

    def is_lost(self, claim: Claim) -> bool:
        """Whether a claim's holder is dead, or of another machine and silent since it ran out."""
        if is_dead(claim.holder):
            return True
        return claim.expires_at <= self.now and not lives_here(claim.holder)

    def claim_of(self, bead: str) -> Claim | None:
        """The claim that stands on a bead; none on one that is gone meanwhile."""
        try:
            return self.town.ledger.claim_of(bead)
        except NotFoundError:
            return None

    def _is_held(self, molecule: Bead) -> bool:
        if molecule.status != CLOSED:
            claims = filter(None, map(self.claim_of, (molecule.id, *self._steps(molecule))))
            if any(not self.is_lost(claim) for claim in claims):
                return True
        taken = (e for e in self.town.ledger.events(bead=molecule.id) if e.kind == "claimed")
        last = next(reversed([event.actor for event in taken]), "")
        return lives_here(last) and f":{self.me}:" not in last

    def _steps(self, molecule: Bead) -> Sequence[str]:
        return self._below.get(molecule.id, ())

    @cached_property
    def _below(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = {}
        for bead in self.beads:
            root, dot, _ = bead.partition(".")
            if dot:
                found.setdefault(root, []).append(bead)
        return found

    def _all_of(self, molecule: Bead) -> Iterator[str]:
        convoy = str(molecule.metadata.get("convoy", ""))
        yield from (molecule.id, convoy)
        yield from self._steps(molecule)
        if convoy in self.convoys:
            edges = self.convoys[convoy].dependencies
            yield from (edge.depends_on_id for edge in edges if edge.type == TRACKS)
