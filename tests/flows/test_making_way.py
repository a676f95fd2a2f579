"""An idle real model leaves memory for a step that is placed on another one."""

import queue
import time
from contextlib import closing
from dataclasses import replace

import pytest

from blocks.local_runner import load, make_way
from flows.host import Entry
from flows.placing import Placing
from gastown.formula.plan import PlannedStep
from gastown.machine.admission.gate import Gate
from gastown.machine.admission.here import offered, open_ledger
from gastown.placement.agenda import Agenda
from gastown.placement.routes import A_SANDBOX, model_of, session_claims
from gastown.placement.session import LocalRoute, Session
from gastown.runner.planned import planned
from gastown.town.config import load_config
from tasks.terms import known_of, models_of
from tests.blocks.smol import needs_smol, town_of
from tests.gastown.machine.reported import SMOL

pytestmark = needs_smol

TWO = """
[models.twin]
protocol = "json"
context = 1024
[models.twin.local]
file = "{file}"
cores = 1
[machine]
ram_mib = {ram}
sandboxes = 2
keep = {{ ram_mib = 0 }}
"""


@pytest.fixture
def town(tmp_path):
    """A town that lends memory for one of its two models at a time."""
    with town_of(tmp_path / "oak") as town:
        need = planned(town.layout, town.config, "smol").plan.residency.ram_mib
        with town.layout.config.open("a") as file:
            file.write(TWO.format(file=SMOL.name, ram=need * 3 // 2))
        yield replace(town, config=load_config(town.layout.config))


def test_a_step_gets_the_memory_of_a_model_that_nobody_uses(town):
    load(town.layout, town.config, "smol")
    known = known_of(town)
    local = LocalRoute(10, A_SANDBOX + session_claims("twin", known), model_of("twin", known))
    session = Session("a", local=local)
    agenda = Agenda([session], start=time.time(), stretch=0)
    entered: queue.SimpleQueue[Entry] = queue.SimpleQueue()
    with (
        closing(open_ledger(town.layout, town.config.machine)) as ledger,
        Gate(ledger, offered(town.config)) as gate,
        Placing(
            gate,
            agenda,
            {"a": "sk-1"},
            str(town.root),
            lambda _: session,
            models=models_of(town, known),
            make_way=lambda name: make_way(town.layout, name),
        ) as host,
    ):
        host.ask(PlannedStep(key="a", step="a", title="a"), entered.put)
        entry = entered.get(timeout=60)
        assert entry.placement.where == "local"
        assert [one.ask.kind for one in ledger.leases()] == ["activity"]
        assert load(town.layout, town.config, "twin")[1]
        entry.leave()
