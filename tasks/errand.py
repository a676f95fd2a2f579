"""errand: a role's work that is no step of a convoy, with the seat, room and money of one.

A person who asks waits for the answer, so nothing is put off: it is done here where it fits at
once, in the cloud where it does not, and only where the cloud takes nothing does it wait for room.
What an idle model holds is as good as free: it leaves memory within seconds.
"""

import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

from blocks.local_runner import make_way
from gastown.catalogue.roles import SITS_WITH
from gastown.errors import CapacityError, ConfigError
from gastown.formula.plan import PlannedStep
from gastown.machine.admission.ask import Ask, Demand
from gastown.machine.admission.gate import Gate
from gastown.machine.admission.here import offered, open_ledger
from gastown.machine.admission.offer import cap_beside
from gastown.money.ledger import SpendLedger
from gastown.placement.ask import ask_for
from gastown.placement.at_once import at_once, because, from_here
from gastown.placement.decide import Decision, decide
from gastown.placement.leaving import Leaving
from gastown.placement.moment import outlook_of
from gastown.placement.resident import residents
from gastown.placement.resolve import resolve
from gastown.placement.routes import A_SANDBOX, session_of
from gastown.placement.seat import Hold, model_at
from gastown.placement.session import LocalRoute, Model, Session
from gastown.placement.way import in_the_way
from gastown.signs import during
from gastown.stage import Placement, Seat, StageRequest
from gastown.town.town import Town
from tasks.desk import Desk, open_desk
from tasks.metering import spend_of
from tasks.publication import published
from tasks.room import WHO_HOLDS, Tell, quiet
from tasks.terms import known_of, models_of, purses_of
from tasks.vitals import beating

LOOK_S = 0.25  # how often one that waits is decided anew
FILE = "errand.json"


@contextmanager
def errand(
    town: Town,
    role: str,
    *,
    rig: str | None = None,
    title: str,
    seat: Seat | None = None,
    tell: Tell = quiet,
) -> Generator[Desk]:
    """A desk of its own for the length of the block; what was spent is left in its folder.

    Args:
        town: The town whose models, budget and machine it uses.
        role: Whose card, seat and budget count.
        rig: The rig that it is about; its rules on models hold then.
        title: What it is, for whoever looks at the machine meanwhile.
        seat: Its models, where those that the role's rules name are not meant.
        tell: Hears why it waits, if it does.

    Raises:
        ConfigError: No model may do this, with the rule that forbids it.
        CapacityError: It fits nowhere: more is asked than there is, or nothing is left to spend.
    """
    seat = seat or _seat(town, role, rig)
    name = f"errand-{role}-{uuid4().hex[:12]}"
    step = PlannedStep(key=title, step=role, title=title, role=role, rig=rig)
    known = known_of(town)
    session = from_here(session_of(step, seat, known))
    entrance = _Entrance(town, name, title, role, spend_of(town), models_of(town, known), tell)
    with entrance.entered(session) as placement:
        request = StageRequest(
            town=str(town.root),
            convoy="",
            step=name,
            key=title,
            role=role,
            rig=rig,
            token=1,
            model=model_at(seat, placement.where),
            seat=seat,
            placement=placement,
        )
        desk = open_desk(town, request)
        start = time.time()
        try:
            with beating(desk):
                yield desk
        finally:
            _keep(desk, start)


def _seat(town: Town, role: str, rig: str | None) -> Seat:
    seated = SITS_WITH.get(role, role)
    found = resolve(town.config, ask_for(town, seated, rig=rig, bead=None, convoy=None))
    if isinstance(found, Hold):
        raise ConfigError(f"no seat for the {role}: {found.reason}")
    return found


def _keep(desk: Desk, start: float) -> None:
    request = desk.request
    desk.keep(
        FILE,
        {
            "title": request.key,
            "role": request.role,
            "rig": request.rig,
            "model": request.model,
            "where": request.placement.where,
            "because": request.placement.reason,
            "seat": request.seat.model_dump() if request.seat else None,
            "usage": desk.spent.model_dump(),
            "start": round(start, 3),
            "seconds": round(time.time() - start, 3),
        },
    )


@dataclass(slots=True)
class _Entrance:
    """Where one errand is let in. Idle models that are in its way are asked to leave memory."""

    town: Town
    name: str
    title: str
    role: str
    spend: SpendLedger
    models: Mapping[str, Model]
    tell: Tell
    told: str = field(default="", init=False)
    leaving: Leaving = field(init=False)

    def __post_init__(self) -> None:
        self.leaving = Leaving(lambda name: make_way(self.town.layout, name))

    @contextmanager
    def entered(self, session: Session) -> Generator[Placement]:
        """Hold what it takes of this machine for the block."""
        town = self.town
        with (
            closing(open_ledger(town.layout, town.config.machine)) as ledger,
            published(town, ledger, self._tell),
            Gate(ledger, offered(town.config)) as gate,  # gives back what is held at its end
        ):
            with during("waiting", "room on this PC"):
                while (placement := self._try(gate, session)) is None:
                    time.sleep(LOOK_S)
            yield placement

    def _try(self, gate: Gate, session: Session) -> Placement | None:
        """Let it in if it can be now. Raises CapacityError where it never can."""
        decision, way = self._decide(gate, session)
        if decision.kind == "hold":
            raise CapacityError(f"{self.title}: {decision.reason}", kind="money")
        if decision.kind == "wait":
            self._tell(f"{self.title}: {decision.reason}; {WHO_HOLDS}")
            return None
        if way:
            for model in way:
                self.leaving.send(model, decision.facts.now)
            names = " and ".join(model.name for model in way)
            self._tell(f"{self.title}: waits for {names} to leave memory")
            return None
        route = session.local if decision.kind == "local" else session.burst
        demand = route.demand if isinstance(route, LocalRoute) else Demand(A_SANDBOX)
        town, expect_s = str(self.town.root), route.seconds if route else None
        ask = Ask(self.name, demand, title=self.title, town=town, expect_s=expect_s)
        lease = gate.try_admit(ask)
        if lease is None:  # another was quicker
            return None
        return Placement(where=decision.kind, reason=because(decision))

    def _tell(self, why: str) -> None:
        if why != self.told:
            self.told = why
            self.tell(why)

    def _decide(self, gate: Gate, session: Session) -> tuple[Decision, Sequence[Model]]:
        """Where it goes now, and which idle models must leave memory first."""
        now, leases = time.time(), gate.ledger.leases()
        purses = purses_of(self.town, self.spend, role=self.role)
        loaded = {one.ask.who for one in leases if one.ask.kind == "residency"}
        stay = self.leaving.stay(loaded, now)
        here = residents(leases, str(self.town.root), self.models, stay)
        outlook = outlook_of(
            now,
            cap_beside(gate.offer(), leases),
            leases,
            gate.ledger.now(),
            purses=purses,
            shut=self.spend.blocked(),
            residents=here,
        )
        ready = at_once(here.session(session), now, tuple(purses))
        (decision,) = decide([ready], outlook)
        return decision, in_the_way([decision], [ready], outlook).get(decision.key, ())
