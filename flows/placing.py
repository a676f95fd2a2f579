"""placing: lets steps in where placement says: on this PC, in the cloud, or when there is room.

One thread per run decides for all steps that wait, whenever one comes or the time of one is up.
Who may start here first is the host ledger's affair; what does not fit in time is placed in the
cloud. Nothing is remembered from one round to the next, so work returns here as soon as it fits.
"""

import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from flows.host import Entry
from gastown.errors import CapacityKind, LedgerError, OvercommitError, StageFailedError
from gastown.formula.plan import PlannedStep
from gastown.machine.admission.ask import Ask, Demand, Lease
from gastown.machine.admission.gate import Gate
from gastown.machine.admission.offer import cap_beside
from gastown.machine.admission.ticket import Ticket
from gastown.machine.capacity import Capacity, shortages
from gastown.placement.agenda import Agenda
from gastown.placement.decide import Decision, decide
from gastown.placement.moment import outlook_of
from gastown.placement.outlook import Outlook, Purse
from gastown.placement.resident import loads, resident, settle, settled
from gastown.placement.session import NOTHING, Model, Session
from gastown.stage import Placement, Where

LOOK_S = 2.0  # how often those who wait are decided anew though nothing was heard
SHUT_S = 60.0  # how long nothing is sent to a cloud that had no room
_SOON_S = 0.05
_TOGETHER_S = 0.005  # steps that get ready at once are decided together


@dataclass(slots=True, eq=False)
class Wish:
    """One step that waits, and how it was let in."""

    step: PlannedStep
    session: Session
    entered: Callable[[Entry], None]
    end: Callable[["Wish"], None]
    where: Where = "local"
    reason: str = "is about to be placed"
    refused: str = ""
    ticket: Ticket | None = None
    asks: int = 0  # how often it asked the host's ledger: an answer to an earlier one is void
    inside: bool = False

    @property
    def placement(self) -> Placement:
        """Where it runs, and why. Raises StageFailedError where it can run nowhere."""
        if self.refused:
            raise StageFailedError(f"{self.step.key} is held: {self.refused}")
        lease = self.ticket.lease if self.ticket else None
        reason = self.reason.replace("waits for ", "waited for ", 1)
        waited = f"; {lease.because}" if lease and "queue" in lease.because else ""
        return Placement(where=self.where, reason=reason + waited)

    def leave(self) -> None:
        """Wait no longer, or give back what was held; again does nothing."""
        self.end(self)


@dataclass(slots=True)
class Placing:
    """A Host, to be used in a `with`.

    Args:
        gate: This process's way to the host's ledger.
        agenda: What is left of the convoy, and its target.
        beads: Each step's bead, by the step's key.
        town: The town's folder.
        refresh: A step's session as its seat is now.
        purses: What each capped scope of the budget leaves.
        shut: Cloud models that take nothing now, and why.
        models: Those that the town serves from a file, by what their slots are called.
    """

    gate: Gate
    agenda: Agenda
    beads: Mapping[str, str]
    town: str
    refresh: Callable[[PlannedStep], Session]
    purses: Callable[[], Mapping[str, Purse]] = dict[str, Purse]
    shut: Callable[[], Mapping[str, str]] = dict[str, str]
    models: Mapping[str, Model] = field(default_factory=dict[str, Model])
    _wishes: dict[str, Wish] = field(default_factory=dict[str, Wish])
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _news: threading.Event = field(default_factory=threading.Event)
    _no_cloud: dict[str, tuple[str, float]] = field(default_factory=dict[str, tuple[str, float]])
    _closed: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._serve, name="placing", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._news.set()
        if self._thread is not None:
            self._thread.join()

    def ask(self, step: PlannedStep, entered: Callable[[Entry], None]) -> Entry:
        """Have a step placed. One that can run nowhere enters too, and says so then."""
        wish = Wish(step, self.refresh(step), entered, self._end)
        with self._lock:
            self.agenda.ask(wish.session, time.time())
            self._wishes[step.key] = wish
        self._news.set()
        return wish

    def refused(self, key: str, why: str, kind: CapacityKind) -> None:
        """A step found no room in the cloud: for a while none is sent there; it is asked again.

        A provider that is busy shuts its own model, the others go on.
        """
        with self._lock:
            route = self.agenda.ready(key).session.burst
            model = route.model if kind == "provider" and route is not None else ""
            self._no_cloud[model] = (why, time.time() + SHUT_S)
            self.agenda.forget(key)

    def _end(self, wish: Wish) -> None:
        with self._lock:
            wish.asks += 1
            ticket = wish.ticket
            if self._wishes.get(wish.step.key) is wish:
                del self._wishes[wish.step.key]
        if ticket is not None:
            self.gate.end(ticket)
            self._news.set()  # one whose model is not loaded waits in no queue

    def _serve(self) -> None:
        pause: float | None = None
        while not self._closed.is_set():
            if self._news.wait(pause):
                time.sleep(_TOGETHER_S)
                self._news.clear()
            try:
                pause = self._round()
            except LedgerError:  # a busy file; the next look may find it well
                pause = LOOK_S
            except Exception as error:  # noqa: BLE001 - whoever waits must hear of it
                self._refuse_all(f"{type(error).__name__}: {error}")
                pause = None

    def _round(self) -> float | None:
        """Decide for all who wait; in how many seconds to look again, None where nobody waits."""
        now = time.time()
        with self._lock:
            wishes = {key: wish for key, wish in self._wishes.items() if not wish.inside}
            ready = [self.agenda.ready(key) for key in wishes]
        if not wishes:
            return None
        leases = self.gate.ledger.leases()
        held = resident(leases, self.town)
        ready = [one._replace(session=settle(one.session, held)) for one in ready]
        loading = {one.session.key for one in ready if loads(one.session)}
        decisions = decide(ready, self._outlook(now, leases, held))
        for decision in decisions:
            self._act(wishes[decision.key], decision, loads_model=decision.key in loading)
        ends = [one.facts.due for one in decisions if one.facts.cloud is not None]
        return min(LOOK_S, max(_SOON_S, min(ends, default=now + LOOK_S) - now))

    def _outlook(self, now: float, leases: Sequence[Lease], held: Collection[str]) -> Outlook:
        cap = cap_beside(self.gate.offer(), leases)
        clock = self.gate.ledger.now()
        busy = {model: why for model, (why, until) in self._no_cloud.items() if now < until}
        shut = {**self.shut(), **busy}
        models = {slot: settled(model, held) for slot, model in self.models.items()}
        purses = self.purses()
        return outlook_of(now, cap, leases, clock, purses=purses, shut=shut, models=models)

    def _act(self, wish: Wish, decision: Decision, *, loads_model: bool) -> None:
        with self._lock:
            if wish.inside or self._wishes.get(wish.step.key) is not wish:
                return  # it was let in, or left, meanwhile
            wish.reason = decision.reason
            route = wish.session.burst
            if decision.kind == "hold":
                self._refuse(wish, "; ".join([decision.reason, *self._sums(wish)]))
            elif decision.kind == "cloud" and route is not None:
                self._move(wish, route.claims)
            elif decision.kind == "wait" and loads_model:
                self._unqueue(wish)  # the ledger would let it in without room for its model
            elif wish.ticket is None and wish.session.local is not None:
                local = wish.session.local
                self._queue(wish, local.demand, local.seconds)

    def _sums(self, wish: Wish) -> list[str]:
        """What it asks for beyond all that the machine lends."""
        local = wish.session.local
        if local is None:
            return []
        asks = {wish.step.title: local.claims}
        if local.model is not None and local.model.weights != NOTHING:
            asks[local.model.name] = local.model.weights
        return [str(one) for one in shortages(asks, self.gate.offer().lent)]

    def _move(self, wish: Wish, claims: Capacity) -> None:
        """To the cloud; it waits here no more, but for what it still takes here."""
        if wish.where == "cloud":
            return
        wish.where = "cloud"
        self._unqueue(wish)
        if claims == NOTHING:
            self._enter(wish)
        else:
            self._queue(wish, Demand(claims), wish.session.quickest)

    def _unqueue(self, wish: Wish) -> None:
        wish.asks += 1
        if wish.ticket is not None:
            self.gate.end(wish.ticket)
            wish.ticket = None

    def _queue(self, wish: Wish, demand: Demand, seconds: float) -> None:
        wish.asks += 1
        turn = wish.asks
        who, title = self.beads[wish.step.key], wish.step.title
        ask = Ask(who, demand, title=title, town=self.town, expect_s=seconds)
        try:
            ticket = self.gate.ask(ask, lambda ticket: self._heard(wish, turn, ticket))
        except OvercommitError as error:
            self._refuse(wish, str(error))
        else:
            if wish.asks == turn:
                wish.ticket = ticket

    def _heard(self, wish: Wish, turn: int, ticket: Ticket) -> None:
        with self._lock:
            if wish.asks == turn and not wish.inside:
                wish.ticket = ticket
                self._enter(wish)
                return
        self.gate.end(ticket)

    def _refuse_all(self, reason: str) -> None:
        with self._lock:
            for wish in [one for one in self._wishes.values() if not one.inside]:
                self._refuse(wish, reason)

    def _refuse(self, wish: Wish, reason: str) -> None:
        wish.refused = reason
        self._enter(wish)

    @staticmethod
    def _enter(wish: Wish) -> None:
        wish.inside = True
        wish.entered(wish)
