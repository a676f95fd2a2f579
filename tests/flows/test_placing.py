"""Steps begin here or in the cloud as placement says, with the reason on each."""

import queue
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from flows.host import Entry
from flows.placing import Placing
from gastown.errors import StageFailedError
from gastown.formula.plan import PlannedStep
from gastown.machine.admission.ask import Ask, Demand
from gastown.machine.admission.gate import Gate
from gastown.machine.admission.ledger import AdmissionLedger
from gastown.machine.admission.offer import Fixed
from gastown.machine.capacity import Capacity
from gastown.placement.agenda import Agenda
from gastown.placement.ahead.guide import FIRST_S
from gastown.placement.ahead.order import Order
from gastown.placement.ahead.planner import Heard
from gastown.placement.hint import Hint
from gastown.placement.outlook import Purse
from gastown.placement.session import CloudRoute, LocalRoute, Model, Session
from gastown.stage import Placement

ONE = Capacity(sandboxes=1)
PC = Fixed(Capacity(vram_mib=7000, sandboxes=1))
DOLLAR = 1_000_000


def step(key: str) -> PlannedStep:
    return PlannedStep(key=key, step=key, title=key)


def session(
    key: str,
    *,
    here: float = 10,
    cloud: float | None = 1,
    claims: Capacity = ONE,
    model: str = "",
):
    route = None if cloud is None else CloudRoute(cloud, DOLLAR, model=model)
    return Session(key, local=LocalRoute(here, claims), cloud=route)


@pytest.fixture
def gate(tmp_path):
    with Gate(AdmissionLedger(tmp_path / "a.db"), lambda: PC) as gate:
        yield gate


@contextmanager
def placing(
    gate: Gate, *sessions: Session, stretch: float, **more: object
) -> Generator[Callable[[str], "queue.SimpleQueue[Entry]"]]:
    """Asks for a step by its key; the queue gets its entry."""
    known = {one.key: one for one in sessions}
    agenda = Agenda(sessions, start=time.time(), stretch=stretch)
    beads = {key: f"bd-{key}" for key in known}
    with Placing(gate, agenda, beads, "/t", lambda step: known[step.key], **more) as host:  # pyright: ignore[reportArgumentType]  # the tests' own callables

        def ask(key: str) -> "queue.SimpleQueue[Entry]":
            entered: queue.SimpleQueue[Entry] = queue.SimpleQueue()
            host.ask(step(key), entered.put)
            return entered

        yield ask


def test_a_step_begins_here_when_there_is_time_and_room(gate):
    with placing(gate, session("a"), stretch=20) as ask:
        entry = ask("a").get(timeout=5)
        assert entry.placement.where == "local"
        assert entry.placement.reason == "fits here and saves $1.00"
        assert len(gate.holds()) == 1
        entry.leave()
        assert gate.holds() == ()


def test_a_step_for_which_this_pc_is_too_slow_goes_to_the_cloud_at_once(gate):
    with placing(gate, session("a"), stretch=0) as ask:
        placement = ask("a").get(timeout=5).placement
        assert placement.where == "cloud"
        assert placement.reason == "local would miss the target by 9 s"
        assert gate.holds() == ()


def test_a_step_waits_for_room_as_long_as_the_target_allows_and_then_bursts(gate):
    with gate.admitted(Ask("other", Demand(ONE), expect_s=0.1)):
        slow = session("a", here=0.5, cloud=1)
        with placing(gate, slow, stretch=1) as ask:
            entered = ask("a")
            with pytest.raises(queue.Empty):
                entered.get(timeout=0.4)
            placement = entered.get(timeout=5).placement
    assert placement.where == "cloud"


def test_work_returns_here_as_soon_as_there_is_room_again(gate):
    """The first bursts because the machine is taken; the second, asked after that, does not."""
    busy = gate.try_admit(Ask("other", Demand(ONE), expect_s=1000))
    with placing(gate, session("a", here=5), session("b", here=5), stretch=10) as ask:
        assert ask("a").get(timeout=5).placement.where == "cloud"
        gate.release(busy)
        assert ask("b").get(timeout=5).placement.where == "local"


def test_a_step_without_a_cloud_waits_as_long_as_it_takes(gate):
    busy = gate.try_admit(Ask("other", Demand(ONE)))
    with placing(gate, session("a", cloud=None), stretch=0) as ask:
        entered = ask("a")
        with pytest.raises(queue.Empty):
            entered.get(timeout=0.3)
        gate.release(busy)
        placement = entered.get(timeout=5).placement
    assert placement.where == "local"
    assert placement.reason.startswith("waited for sandboxes; after ")


def test_a_spent_budget_keeps_work_here(gate):
    purses = {"budget day": Purse(left=10)}
    one = session("a")
    agenda = Agenda([one], start=time.time(), stretch=0, purses=("budget day",))
    with Placing(gate, agenda, {"a": "bd-a"}, "/t", lambda _: one, purses=lambda: purses) as host:
        entered: queue.SimpleQueue[Entry] = queue.SimpleQueue()
        host.ask(step("a"), entered.put)
        placement = entered.get(timeout=5).placement
    assert placement.where == "local"
    assert placement.reason == "fits here; budget: needs $1.00, $0.0000 left"


def test_a_cloud_without_room_leaves_the_step_to_this_pc(gate):
    one = session("a")
    agenda = Agenda([one], start=time.time(), stretch=0)
    entered: queue.SimpleQueue[Entry] = queue.SimpleQueue()
    with Placing(gate, agenda, {"a": "bd-a"}, "/t", lambda _: one) as host:
        host.ask(step("a"), entered.put)
        entry = entered.get(timeout=5)
        assert entry.placement.where == "cloud"
        entry.leave()
        host.refused("a", "no worker was heard of", "worker")
        host.ask(step("a"), entered.put)
        placement = entered.get(timeout=5).placement
    assert placement.where == "local"
    assert placement.reason == "fits here; cloud: no worker was heard of"


@pytest.mark.parametrize(
    ("kind", "placed"), [("provider", ["local", "cloud"]), ("worker", ["local", "local"])]
)
def test_a_busy_provider_shuts_its_own_model_and_no_worker_the_whole_cloud(gate, kind, placed):
    """The step that was turned away is first; there is room here for both."""
    sessions = {key: session(key, model=f"model-{key}") for key in ("a", "b")}
    agenda = Agenda(list(sessions.values()), start=time.time(), stretch=0)
    beads = {"a": "bd-a", "b": "bd-b"}
    with Placing(gate, agenda, beads, "/t", lambda step: sessions[step.key]) as host:
        found: list[Placement] = []
        for key in ("a", "a", "b"):
            entered: queue.SimpleQueue[Entry] = queue.SimpleQueue()
            host.ask(step(key), entered.put)
            entry = entered.get(timeout=5)
            found.append(entry.placement)
            entry.leave()
            if len(found) == 1:
                host.refused("a", "HTTP 429", kind)
    assert [one.where for one in found] == ["cloud", *placed]
    assert found[1].reason == "fits here; cloud: HTTP 429"


def test_what_can_run_nowhere_says_so_when_it_is_to_begin(gate):
    huge = session("a", cloud=None, claims=Capacity(vram_mib=8000, sandboxes=1))
    with placing(gate, huge, stretch=0) as ask:
        entry = ask("a").get(timeout=5)
        with pytest.raises(
            StageFailedError, match="a is held: more than the machine lends"
        ) as told:
            _ = entry.placement
    assert "VRAM: a 8,000 = 8,000 of 7,000 MiB" in str(told.value)


def test_who_leaves_while_he_waits_gets_nothing(gate):
    busy = gate.try_admit(Ask("other", Demand(ONE)))
    one = session("a", cloud=None)
    agenda = Agenda([one], start=time.time(), stretch=0)
    entered: queue.SimpleQueue[Entry] = queue.SimpleQueue()
    with Placing(gate, agenda, {"a": "bd-a"}, "/t", lambda _: one) as host:
        entry = host.ask(step("a"), entered.put)
        time.sleep(0.2)
        assert [one.ask.who for one in gate.ledger.waiting()] == ["bd-a"]
        entry.leave()
        assert gate.ledger.waiting() == ()
        gate.release(busy)
        time.sleep(0.1)
    assert entered.empty()
    assert gate.holds() == ()


SLOT = "model:q7"
Q7 = Model("q7", Capacity(vram_mib=5000), slots=1, slot=SLOT)


def on_q7(key: str) -> Session:
    return Session(key, local=LocalRoute(10, ONE, Q7))


@pytest.fixture
def wide(tmp_path):
    """Room for sessions enough; what is scarce are the model's memory and its one slot."""
    offer = Fixed(Capacity(vram_mib=7000, sandboxes=4), {SLOT: 1, "model:old": 1})
    with Gate(AdmissionLedger(tmp_path / "a.db"), lambda: offer) as gate:
        yield gate


def test_a_session_on_a_model_of_the_town_holds_one_of_its_slots(wide):
    models = {SLOT: Q7}
    with placing(wide, on_q7("a"), on_q7("b"), stretch=0, models=models) as ask:
        first = ask("a").get(timeout=5)
        assert [one.ask.demand.slots for one in wide.holds()] == [{SLOT: 1}]
        second = ask("b")
        with pytest.raises(queue.Empty):
            second.get(timeout=0.3)
        first.leave()
        assert second.get(timeout=5).placement.where == "local"


def test_a_session_is_not_let_in_where_there_is_no_room_to_load_its_model(wide):
    """Its own claims would fit; the model's weights beside what another holds would not."""
    other = wide.try_admit(Ask("other", Demand(Capacity(vram_mib=3000))))
    with placing(wide, on_q7("a"), stretch=0, models={SLOT: Q7}) as ask:
        entered = ask("a")
        with pytest.raises(queue.Empty):
            entered.get(timeout=0.3)
        assert wide.ledger.waiting() == ()
        wide.release(other)
        assert entered.get(timeout=5).placement.where == "local"


def test_a_model_that_holds_its_memory_needs_no_more_for_a_session(wide):
    wide.try_admit(Ask(SLOT, Demand(Q7.weights), kind="residency", town="/t"))
    with placing(wide, on_q7("a"), stretch=0, models={SLOT: Q7}) as ask:
        assert ask("a").get(timeout=5).placement.where == "local"


OLD = Model("old", Capacity(vram_mib=3000), slots=1, slot="model:old")
BOTH = {SLOT: Q7, OLD.slot: OLD}


def test_an_idle_model_leaves_memory_for_a_session_that_waits_for_its_room(wide):
    held = wide.try_admit(Ask(OLD.slot, Demand(OLD.weights), kind="residency", town="/t"))
    asked: queue.SimpleQueue[str] = queue.SimpleQueue()
    with placing(wide, on_q7("a"), stretch=0, models=BOTH, make_way=asked.put) as ask:
        entered = ask("a")
        assert asked.get(timeout=5) == "old"
        assert entered.empty()
        wide.release(held)
        assert entered.get(timeout=5).placement.where == "local"


def test_a_model_in_use_is_never_asked_to_leave(wide):
    wide.try_admit(Ask(OLD.slot, Demand(OLD.weights), kind="residency", town="/t"))
    user = wide.try_admit(Ask("user", Demand(ONE, {OLD.slot: 1}), town="/t", expect_s=100))
    asked: queue.SimpleQueue[str] = queue.SimpleQueue()
    with placing(wide, on_q7("a"), stretch=0, models=BOTH, make_way=asked.put) as ask:
        entered = ask("a")
        with pytest.raises(queue.Empty):
            entered.get(timeout=0.3)
        assert asked.empty()
        wide.release(user)
        assert asked.get(timeout=5) == "old"


@dataclass
class Desk:
    """A planner that answers when the test says so."""

    free: bool = True
    heard: "queue.SimpleQueue[Heard]" = field(default_factory=queue.SimpleQueue)

    def ask(self, order: Order, heard: Heard) -> None:
        assert not order.is_idle
        self.heard.put(heard)


def test_a_convoys_first_step_waits_for_the_plan_and_goes_where_that_says(gate):
    desk = Desk()
    with placing(gate, session("a"), session("b"), stretch=50, planner=desk) as ask:
        entered = ask("a")
        heard = desk.heard.get(timeout=5)
        assert entered.empty()
        heard({"a": Hint(burst=True)})
        placement = entered.get(timeout=5).placement
        assert placement.where == "cloud"
        assert placement.reason.startswith("planned for the cloud: ")
        assert ask("b").get(timeout=5).placement.where == "local"


def test_a_plan_never_goes_before_the_target(gate):
    """What the plan would keep here goes to the cloud where here is too slow."""
    desk = Desk()
    with placing(gate, session("a"), stretch=0, planner=desk) as ask:
        entered = ask("a")
        desk.heard.get(timeout=5)({"a": Hint(rank=-1)})
        assert entered.get(timeout=5).placement.where == "cloud"


def test_a_plan_that_does_not_come_is_not_waited_for(gate):
    with placing(gate, session("a"), stretch=50, planner=Desk()) as ask:
        assert ask("a").get(timeout=FIRST_S + 5).placement.where == "local"


def test_what_sent_work_back_is_planned_again(gate):
    planned: list[Order] = []

    class AtOnce(Desk):
        def ask(self, order: Order, heard: Heard) -> None:
            planned.append(order)
            heard({})

    a, b = session("a"), session("b")
    agenda = Agenda([a, b], start=time.time(), stretch=50)
    known = {"a": a, "b": b}
    with Placing(
        gate, agenda, {"a": "1", "b": "2"}, "/t", lambda step: known[step.key], planner=AtOnce()
    ) as host:
        entered: queue.SimpleQueue[Entry] = queue.SimpleQueue()
        host.ask(step("a"), entered.put)
        entered.get(timeout=5).leave()
        host.over("a", "closed")
        host.ask(step("b"), entered.put)
        entered.get(timeout=5).leave()
        host.over("b", "sent back")
        host.ask(step("a"), entered.put)
        entered.get(timeout=5).leave()
    assert {one.key for one in planned[-1].town.convoys[0].sessions} == {"a", "b"}
    assert planned[-1].town.leases == ()


def test_steps_that_a_plan_grew_are_let_in_and_move_the_target_by_what_they_take(gate):
    sessions = {key: session(key, here=10, cloud=5) for key in ("a", "a.0", "a.1")}
    agenda = Agenda([sessions["a"]], start=time.time(), stretch=1)
    beads = {"a": "bd-a"}
    with Placing(gate, agenda, beads, "/t", lambda step: sessions[step.key]) as host:
        target = agenda.target
        with pytest.raises(KeyError):
            agenda.ready("a.1")
        beads.update({"a.0": "bd-0", "a.1": "bd-1"})
        host.grown([step("a.0"), step("a.1")])
        entered: queue.SimpleQueue[Entry] = queue.SimpleQueue()
        host.ask(step("a.1"), entered.put)

        assert entered.get(timeout=5).placement.where in {"local", "cloud"}
        assert agenda.target >= target
        assert {"a", "a.0", "a.1"} == set(agenda.known)
        host.grown([])
