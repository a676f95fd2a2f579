"""A step whose room another took is placed anew, and the cloud stays open to it."""

import queue
import time

from flows.host import Entry
from flows.placing import Placing
from gastown.formula.plan import PlannedStep
from gastown.machine.admission.gate import Gate
from gastown.machine.admission.ledger import AdmissionLedger
from gastown.machine.admission.offer import Fixed
from gastown.machine.capacity import Capacity
from gastown.placement.agenda import Agenda
from gastown.placement.session import CloudRoute, LocalRoute, Session

ONE = Capacity(sandboxes=1)


def test_for_want_of_room_here_nothing_is_shut(tmp_path):
    quick = Session("a", local=LocalRoute(10, ONE), cloud=CloudRoute(1, 10, model="far"))
    agenda = Agenda([quick], start=time.time(), stretch=0)
    entered: queue.SimpleQueue[Entry] = queue.SimpleQueue()
    step = PlannedStep(key="a", step="a", title="a")
    with (
        Gate(AdmissionLedger(tmp_path / "a.db"), lambda: Fixed(ONE)) as gate,
        Placing(gate, agenda, {"a": "bd-a"}, "/t", lambda _: quick) as host,
    ):
        host.ask(step, entered.put)
        first = entered.get(timeout=5)
        first.leave()
        host.refused("a", "RAM: model:q7 3 + q8 3 = 6 of 5", "room")
        host.ask(step, entered.put)
        again = entered.get(timeout=5)

    assert first.placement.where == again.placement.where == "cloud"
