"""placing: lets steps in where placement says: on this PC, in the cloud, or when there is room.

One thread per run decides for all steps that wait, whenever one comes or the time of one is up.
Who may start here first is the host ledger's affair; what does not fit in time is placed in the
cloud. Of one round nothing is remembered in the next, so work returns here as soon as it fits. A
plan ahead ranks the steps and sends some to the cloud early; it is made beside, and never waited
for but before a convoy's first step.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from flows.host import End, Entry
from flows.wish import Wish
from gastown.errors import AT_HOME, CapacityKind, LedgerError, OvercommitError
from gastown.formula.plan import PlannedStep
from gastown.machine.admission.ask import Ask, Demand
from gastown.machine.admission.gate import Gate
from gastown.machine.admission.offer import cap_beside
from gastown.machine.admission.ticket import Ticket
from gastown.machine.capacity import Capacity, shortages
from gastown.placement.agenda import Agenda
from gastown.placement.ahead.guide import Guide
from gastown.placement.ahead.planner import NO_PLANNER, Planner
from gastown.placement.decide import Decision, decide
from gastown.placement.hint import Hints, hinted
from gastown.placement.leaving import Leaving
from gastown.placement.moment import outlook_of
from gastown.placement.outlook import Outlook, Purse, Ready
from gastown.placement.resident import Residents, residents
from gastown.placement.session import NOTHING, Model, Session
from gastown.placement.way import in_the_way

LOOK_S = 2.0  # how often those who wait are decided anew though nothing was heard
LEAVING_LOOK_S = 0.1  # the same while a model is asked to leave memory: nobody tells when it has
SHUT_S = 60.0  # how long nothing is sent to a cloud that had no room
_SOON_S = 0.05
_TOGETHER_S = 0.005  # steps that get ready at once are decided together


def _stay(_: str) -> None:
    """Nobody looks after models here."""


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
        make_way: Asks the keeper of such a model, by its name, to unload it if it is idle.
        planner: Makes plans ahead; by default there is none.
    """

    gate: Gate
    agenda: Agenda
    beads: Mapping[str, str]
    town: str
    refresh: Callable[[PlannedStep], Session]
    purses: Callable[[], Mapping[str, Purse]] = dict[str, Purse]
    shut: Callable[[], Mapping[str, str]] = dict[str, str]
    models: Mapping[str, Model] = field(default_factory=dict[str, Model])
    make_way: Callable[[str], None] = _stay
    planner: Planner = NO_PLANNER
    _guide: Guide = field(init=False)
    _leaving: Leaving = field(init=False)
    _wishes: dict[str, Wish] = field(default_factory=dict[str, Wish])
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _news: threading.Event = field(default_factory=threading.Event)
    _no_cloud: dict[str, tuple[str, float]] = field(default_factory=dict[str, tuple[str, float]])
    _closed: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __post_init__(self) -> None:
        self._guide = Guide(self.agenda, self.planner, self._news.set)
        self._leaving = Leaving(self.make_way)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._serve, name="placing", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._news.set()
        if self._thread is not None:
            self._thread.join()

    @property
    def hints(self) -> Hints:
        """What the plan that is followed says; nothing where there is none yet."""
        return self._guide.hints

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

        A provider that is busy shuts its own model, the others go on. Who took the room of this PC
        before it is on record.
        """
        with self._lock:
            if kind not in AT_HOME:
                route = self.agenda.ready(key).session.burst
                model = route.model if kind == "provider" and route is not None else ""
                self._no_cloud[model] = (why, time.time() + SHUT_S)
            self._guide.put_back(key)

    def over(self, key: str, end: End) -> None:
        """A step ended; what is left is planned anew if that came otherwise."""
        with self._lock:
            if end == "closed":
                self.agenda.close(key)
                self._guide.closed(key, time.time())
                return
            if end == "failed":
                self.agenda.fail(key)
            self._guide.put_back(key)

    def grown(self, steps: Sequence[PlannedStep]) -> None:
        """The plan grew: its target moves by what that takes, and what is left is planned anew."""
        sessions = [self.refresh(step) for step in steps]
        if sessions:
            with self._lock:
                self.agenda.learn(sessions, time.time())
                self._guide.grown()

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
        here, outlook = self._look(now)
        ready = [one._replace(session=here.session(one.session)) for one in ready]
        ready = self._guided(ready, wishes, outlook)
        decisions = decide(ready, outlook)
        ways = in_the_way(decisions, ready, outlook)
        loading = {one.session.key for one in ready if here.loads(one.session)}
        for decision in decisions:
            wish, way = wishes[decision.key], ways.get(decision.key, ())
            self._act(wish, decision, way, loads=decision.key in loading)
        ends = [one.facts.due for one in decisions if one.facts.cloud is not None]
        longest = LEAVING_LOOK_S if ways else LOOK_S
        return min(longest, max(_SOON_S, min(ends, default=now + LOOK_S) - now))

    def _look(self, now: float) -> tuple[Residents, Outlook]:
        leases, clock = self.gate.ledger.leases(), self.gate.ledger.now()
        loaded = {one.ask.who for one in leases if one.ask.kind == "residency"}
        here = residents(leases, self.town, self.models, self._leaving.stay(loaded, now))
        busy = {model: why for model, (why, until) in self._no_cloud.items() if now < until}
        outlook = outlook_of(
            now,
            cap_beside(self.gate.offer(), leases),
            leases,
            clock,
            purses=self.purses(),
            shut={**self.shut(), **busy},
            residents=here,
        )
        return here, outlook

    def _guided(
        self, ready: Sequence[Ready], wishes: Mapping[str, Wish], outlook: Outlook
    ) -> list[Ready]:
        """Those that are to be decided now, with what the plan says of them."""
        with self._lock:
            tickets = {key: wish.ticket for key, wish in self._wishes.items() if wish.inside}
            keys = {str(one.lease.token): key for key, one in tickets.items() if one and one.lease}
            self._guide.look(outlook, keys)
            wait = {one.session.key for one in ready if self._guide.waits(one.session, outlook.now)}
            for key in wait:
                wishes[key].reason = "waits for the plan"
            hints = self.hints
        return [hinted(one, hints) for one in ready if one.session.key not in wait]

    def _act(self, wish: Wish, decision: Decision, way: Sequence[Model], *, loads: bool) -> None:
        with self._lock:
            if wish.inside or self._wishes.get(wish.step.key) is not wish:
                return  # it was let in, or left, meanwhile
            wish.reason = decision.reason
            route = wish.session.burst
            for model in way:
                self._leaving.send(model, decision.facts.now)
                wish.reason = f"waits for {model.name} to leave memory; {decision.reason}"
            if decision.kind == "hold":
                self._refuse(wish, "; ".join([decision.reason, *self._sums(wish)]))
            elif decision.kind == "cloud" and route is not None:
                self._move(wish, route.claims)
            elif loads and (way or decision.kind == "wait"):
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

    def _enter(self, wish: Wish) -> None:
        wish.inside = True
        self._guide.begun(wish.step.key, time.time() + wish.seconds)
        wish.entered(wish)
