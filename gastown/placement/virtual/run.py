"""Run: a town in virtual time, placed by a policy; the same input gives the same history."""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from gastown.machine.capacity import Capacity
from gastown.placement.decide import Decision, decide
from gastown.placement.floor import unloads
from gastown.placement.hint import NO_HINTS, Hints, hinted, is_off
from gastown.placement.moment import FOR_EVER
from gastown.placement.outlook import Lease, Outlook, Ready
from gastown.placement.session import Model
from gastown.placement.virtual.history import History, Load, Stay
from gastown.placement.virtual.progress import Progress
from gastown.placement.virtual.rest import rest
from gastown.placement.virtual.till import Till
from gastown.placement.virtual.town import Fact, Town

Policy = Callable[[Sequence[Ready], Outlook], list[Decision]]
_EXACT = Fact()


class Ahead(NamedTuple):
    """How plans are made on the way: what is left, in; hints, out, `seconds` later.

    A convoy that starts waits for its first plan.
    """

    plan: Callable[[Town], Hints]
    seconds: float = 0.0


def run(
    town: Town,
    policy: Policy = decide,
    *,
    hints: Hints = NO_HINTS,
    ahead: Ahead | None = None,
    log: bool = False,
) -> History:
    """Run the town until nothing is left that could start.

    Args:
        town: The town.
        policy: Who decides, of those who are ready.
        hints: What a plan says of sessions.
        ahead: Plans when a convoy starts, and anew when facts deviate; then its hints count.
        log: Keep every decision.
    """
    return Run(town, policy, hints, ahead, log=log).all()


@dataclass(slots=True)
class _Work:
    """A session at work, and when it will turn out to end."""

    ready: Ready
    lease: Lease
    where: Literal["local", "cloud"]
    start: float
    decision: Decision
    fact: Fact
    reserved: int = 0


@dataclass(slots=True)
class Run:
    """One run, event by event."""

    town: Town
    policy: Policy
    hints: Hints
    ahead: Ahead | None = None
    log: bool = False
    now: float = field(init=False)
    cap: Capacity = field(init=False)
    history: History = field(default_factory=History)
    progress: Progress = field(init=False)
    till: Till = field(init=False)
    loaded: dict[str, tuple[Model, float]] = field(default_factory=dict[str, tuple[Model, float]])
    at_work: dict[str, _Work] = field(default_factory=dict[str, _Work])
    before: dict[str, Lease] = field(init=False)
    stale: bool = False
    begins: bool = False
    planned: tuple[float, Hints] | None = None
    ends: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])
    coming: list[tuple[float, int]] = field(init=False)

    def __post_init__(self) -> None:
        self.cap, self.now = self.town.cap, self.town.now
        self.loaded = {one.name: (one, self.now) for one in self.town.loaded}
        self.before = {one.key: one for one in self.town.leases}
        self.ends = [(one.ends, one.key) for one in self.town.leases if not self._stays(one)]
        heapq.heapify(self.ends)
        self.progress = Progress(self.town.spread, self.history, self.before)
        self.till = Till(self.town.limits, self.town.convoys)
        starts = [(convoy.start, place) for place, convoy in enumerate(self.town.convoys)]
        caps = [(at, -1 - place) for place, (at, _) in enumerate(self.town.caps)]
        self.coming = sorted([*starts, *caps])

    def all(self) -> History:
        """Every event until the end."""
        while True:
            self._take_what_comes()
            self._plan()
            waits = self._round()
            moments = [*(one.until for one in waits if one.until is not None)]
            moments += [self.ends[0][0]] if self.ends else []
            moments += [self.coming[0][0]] if self.coming else []
            moments += [self.planned[0]] if self.planned else []
            if not moments:
                break
            self.now = max(self.now, min(moments))
            self._end_what_is_over()
        self.history.held = tuple(waits)
        self.history.unsettled = self.till.reserved
        for name in list(self.loaded):
            self._unload(name)
        return self.history

    def _take_what_comes(self) -> None:
        """Convoys that start, and capacities that change."""
        while self.coming and self.coming[0][0] <= self.now:
            _, place = self.coming.pop(0)
            if place >= 0:
                self.progress.start(self.town.convoys[place], self.now)
                self.stale = self.begins = True
            else:
                self.cap = self.town.caps[-1 - place][1]
                self._make_room()

    def _round(self) -> list[Decision]:
        """Ask the policy once, and do what it says; returns who waits."""
        ready = [hinted(one, self.hints) for one in self.progress.ready]
        decisions = self.policy(ready, self._outlook()) if ready else []
        if self.log and decisions:
            self.history.rounds.append((self.now, tuple(decisions)))
        waits: list[Decision] = []
        for one in decisions:
            if one.kind == "wait" or one.kind == "hold":  # noqa: PLR1714 - narrows the type
                waits.append(one)
            else:
                self._start(self.progress.take(one.key), one, one.kind)
        return waits

    def _plan(self) -> None:
        """Take up a plan that is done; begin one where facts are otherwise than the last knew."""
        if self.planned and self.planned[0] <= self.now:
            self.hints, self.planned = self.planned[1], None
        if self.ahead is None or not self.stale or (self.planned and not self.begins):
            return
        agendas = {convoy.name: agenda for convoy, agenda in self.progress.under_way}
        left = rest(agendas, self._outlook(), spread=self.town.spread)
        hints = self.ahead.plan(left)
        if self.begins or not self.ahead.seconds:
            self.hints, self.planned = hints, None
        else:
            self.planned = self.now + self.ahead.seconds, hints
        self.stale = self.begins = False

    def _outlook(self) -> Outlook:
        room = self.town.cloud_room
        if room is not None:
            room -= sum(work.where == "cloud" for work in self.at_work.values())
        return Outlook(
            self.now,
            self.cap,
            self._leases(),
            tuple(model for model, _ in self.loaded.values()),
            self.till.purses(),
            cloud_room=room,
        )

    def _stays(self, lease: Lease) -> bool:
        """Whether nobody knows when it ends."""
        return lease.ends - self.town.now >= FOR_EVER / 2

    def _leases(self) -> tuple[Lease, ...]:
        return (*self.before.values(), *(work.lease for work in self.at_work.values()))

    def _start(self, ready: Ready, decision: Decision, where: Literal["local", "cloud"]) -> None:
        session, fact = ready.session, self.town.facts.get(ready.session.key, _EXACT)
        route = session.local if where == "local" else session.burst
        if route is None:
            raise ValueError(f"{session.key} has no way {where}")
        model = session.local.model if where == "local" and session.local else None
        fresh = model.load_s if model and model.name not in self.loaded else 0.0
        lease = Lease(session.key, self.now + route.seconds + fresh, route.claims, model)
        work = _Work(ready, lease, where, self.now, decision, fact)
        self.at_work[session.key] = work
        self._use(model)
        if where == "cloud":
            work.reserved = self.till.reserve(ready)
        factor = fact.local if where == "local" else fact.cloud
        heapq.heappush(self.ends, (self.now + route.seconds * factor + fresh, session.key))

    def _use(self, model: Model | None) -> None:
        """Load it, or note that it is the last one used; then unload what is in the way."""
        if model is not None:
            _, since = self.loaded.pop(model.name, (model, self.now))
            self.loaded[model.name] = (model, since)
        self._make_room()

    def _make_room(self) -> None:
        models = [model for model, _ in self.loaded.values()]
        for model in unloads(self.cap, self._leases(), models):
            self._unload(model.name)

    def _unload(self, name: str) -> None:
        model, since = self.loaded.pop(name)
        self.history.loads.append(Load(name, model.weights, since, self.now))

    def _end_what_is_over(self) -> None:
        while self.ends and self.ends[0][0] <= self.now:
            _, key = heapq.heappop(self.ends)
            if self.before.pop(key, None) is None:
                work = self.at_work.pop(key)
                self.stale |= is_off(work.lease.ends, self.now)
                self.history.stays.append(self._stay(work))
            moves = len(self.history.moves)
            self.progress.close(key, self.now)
            self.stale |= len(self.history.moves) > moves

    def _stay(self, work: _Work) -> Stay:
        session, fact = work.ready.session, work.fact
        paid = self.till.settle(work.ready, work.reserved, fact.price) if work.reserved else 0
        power = round(session.local.power * fact.local) if session.local else 0
        return Stay(
            self.progress.convoy(session.key).name,
            session,
            work.where,
            work.ready.since,
            work.start,
            self.now,
            work.decision,
            work.reserved,
            paid,
            power if work.where == "local" else 0,
        )
