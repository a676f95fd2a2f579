"""Rigs: the convoy of the benchmark: so many rigs, each with so many beads, cooked by hand.

Per rig: Defender, then for each bead Polecat and Refinery, then Watchdog and Librarian side by
side, then Gauger; one Spotter for every three rigs after all Gaugers. Two beads in ten are sent
back once: the pair runs again, and nobody knows it before the first review ends.
"""

import random
from collections.abc import Mapping

from gastown.placement.session import Session
from gastown.placement.virtual.maps import SeatMap
from gastown.placement.virtual.noise import factor_of
from gastown.placement.virtual.town import Convoy
from gastown.placement.work import W2, Work

REWORK = 0.2
JITTER = 0.3
RIGS_PER_SPOTTER = 3


class Cook:
    """Makes the sessions of one convoy from a seed."""

    def __init__(self, seats: SeatMap, seed: int, works: Mapping[str, Work] = W2) -> None:
        self._seats = seats
        self._works = works
        self._random = random.Random(seed)  # noqa: S311 - a repeatable draw, no secret
        pair = (seats.cloud[role].route(works[role]) for role in ("polecat", "refinery"))
        self._again = sum(route.seconds for route in pair)
        self._sessions: list[Session] = []
        self._hidden: dict[str, str] = {}

    def convoy(
        self, rigs: int, beads: int, *, name: str = "", start: float = 0.0, stretch: float = 0.25
    ) -> Convoy:
        """`rigs` x `beads`; session keys begin with the name."""
        prefix = f"{name}/" if name else ""
        gaugers = [self._rig(f"{prefix}r{rig}", beads) for rig in range(rigs)]
        for number in range(-(-rigs // RIGS_PER_SPOTTER)):
            self._add(f"{prefix}spotter{number}", "spotter", *gaugers)
        return Convoy(name, tuple(self._sessions), start, stretch, hidden=self._hidden)

    def _rig(self, rig: str, beads: int) -> str:
        defender = self._add(f"{rig}/defender", "defender")
        reviews = [one for bead in range(beads) for one in self._bead(f"{rig}/b{bead}", defender)]
        watchdog = self._add(f"{rig}/watchdog", "watchdog", *reviews)
        librarian = self._add(f"{rig}/librarian", "librarian", *reviews)
        return self._add(f"{rig}/gauger", "gauger", watchdog, librarian)

    def _bead(self, bead: str, defender: str) -> list[str]:
        first = self._pair(bead, 1, defender)
        if self._random.random() >= REWORK:
            return [first]
        second = self._pair(bead, 2, first)
        self._hidden[second] = self._hidden[f"{bead}/polecat2"] = first
        return [first, second]

    def _pair(self, bead: str, number: int, need: str) -> str:
        polecat = self._add(f"{bead}/polecat{number}", "polecat", need)
        return self._add(f"{bead}/refinery{number}", "refinery", polecat)

    def _add(self, key: str, role: str, *needs: str) -> str:
        work = self._jittered(self._works[role])
        server = self._seats.local.get(role)
        local = server.route(work) if server else None
        cloud = self._seats.cloud[role].route(work)
        again = self._again if key.endswith("refinery1") else 0.0
        self._sessions.append(Session(key, role, needs, local, cloud, again_s=again))
        return key

    def _jittered(self, work: Work) -> Work:
        """Tokens vary from session to session; the estimate knows by how much, with a mean of 1."""
        factor = factor_of(self._random, JITTER)
        return work._replace(
            fresh=round(work.fresh * factor),
            billed=round(work.billed * factor),
            out=round(work.out * factor),
        )
