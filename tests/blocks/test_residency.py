"""Real models and sessions share one ledger: together they never hold more than is lent."""

import os
import signal
import time
from contextlib import closing
from dataclasses import replace

import pytest

from blocks.local_runner import load, make_way, unload
from gastown.errors import CrowdedError
from gastown.machine.admission.ask import Ask, Demand
from gastown.machine.admission.here import offered, open_ledger
from gastown.machine.capacity import Capacity
from gastown.machine.holder import is_dead
from gastown.runner.folder import RunnerFolder
from gastown.runner.planned import planned
from gastown.runner.record import all_served, read_served
from gastown.town.config import load_config
from gastown.town.edit import edit
from tests.blocks.smol import gone, needs_smol, town_of, until
from tests.gastown.machine.admission.events import replay
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
keep = {{ ram_mib = 0 }}
"""


@pytest.fixture
def town(tmp_path):
    """A town that lends memory for one and a half of its two models."""
    with town_of(tmp_path / "oak") as town:
        need = planned(town.layout, town.config, "smol").plan.residency.ram_mib
        with town.layout.config.open("a") as file:
            file.write(TWO.format(file=SMOL.name, ram=need * 3 // 2))
        yield replace(town, config=load_config(town.layout.config))
        assert replay(town.layout.admissions).wrongs == []


@pytest.fixture
def ledger(town):
    with closing(open_ledger(town.layout, town.config.machine)) as ledger:
        yield ledger


def held(ledger):
    return [(one.ask.who, one.ask.kind) for one in ledger.leases()]


def test_a_loaded_model_holds_its_memory_and_an_unloaded_one_none(town, ledger):
    served, _ = load(town.layout, town.config, "smol")

    [lease] = ledger.leases()
    assert lease.ask.demand.capacity == served.residency
    assert f":{served.keeper}:" in lease.holder
    assert not lease.ask.pending

    unload(town.layout, "smol")
    assert ledger.leases() == ()


def test_a_second_model_that_does_not_fit_is_refused_with_the_sum_and_not_started(town, ledger):
    served, _ = load(town.layout, town.config, "smol")
    need = f"{served.ram_mib:,}"

    with pytest.raises(CrowdedError, match=rf"RAM: model:smol {need} \+ twin {need} = ") as refused:
        load(town.layout, town.config, "twin")
    assert refused.value.kind == "room"  # a step that was let in for it is placed anew

    assert held(ledger) == [("model:smol", "residency")]
    assert not RunnerFolder(town.layout).log("twin").exists()
    unload(town.layout, "smol")
    assert load(town.layout, town.config, "twin")[1]


def test_the_cores_are_claimed_once_however_many_slots_are_at_work(town, ledger):
    """The machine lends the cores of one server; sessions on its slots need no more of them."""

    def change(document) -> None:
        document["machine"]["p_cores"] = 1
        document["machine"]["keep"]["p_cores"] = 0
        document["models"]["smol"]["local"]["slots"] = 2

    edit(town.layout.config, change)
    config = load_config(town.layout.config)
    load(town.layout, config, "smol")
    plan, offer = planned(town.layout, config, "smol").plan, offered(config)

    def session(who: str):
        return ledger.try_admit(Ask(who, Demand(plan.activity, {"model:smol": 1})), offer())

    assert offer().lent.p_cores == 1
    assert [bool(session(who)) for who in ("sk-1", "sk-2", "sk-3")] == [True, True, False]
    assert sum(one.ask.demand.capacity.p_cores for one in ledger.leases()) == 1


def test_what_a_killed_keeper_held_is_free_and_the_next_may_load(town, ledger):
    served, _ = load(town.layout, town.config, "smol")
    [lease] = ledger.leases()
    os.kill(served.keeper, signal.SIGKILL)

    until(lambda: gone(served.pid), 10)
    assert is_dead(lease.holder)
    assert ledger.leases() == ()
    assert load(town.layout, town.config, "twin")[1]
    assert held(ledger) == [("model:twin", "residency")]


def test_a_session_is_in_the_way_of_a_model_and_a_model_of_a_session(town, ledger):
    offer = offered(town.config)
    half = Ask("sk-1", Demand(Capacity(ram_mib=offer().lent.ram_mib // 2, sandboxes=1)))
    lease = ledger.try_admit(half, offer())
    assert lease
    with pytest.raises(CrowdedError, match=r"RAM: sk-1 [\d,]+ \+ smol"):
        load(town.layout, town.config, "smol")
    assert all_served(RunnerFolder(town.layout)) == []

    ledger.release(lease)
    load(town.layout, town.config, "smol")
    assert ledger.try_admit(half, offer()) is None


def test_a_lease_that_is_lost_is_claimed_anew_by_a_keeper_that_works_on(town, ledger):
    served, _ = load(town.layout, town.config, "smol")
    [lease] = ledger.leases()
    ledger.release(lease)

    until(lambda: bool(ledger.leases()), ledger.lease_s / 4 + 10)
    assert held(ledger) == [("model:smol", "residency")]
    assert ledger.leases()[0].token != lease.token
    assert not gone(served.pid)


def test_an_idle_model_makes_way_for_who_waits_and_one_that_is_held_stays(town, ledger):
    served, _ = load(town.layout, town.config, "smol")
    user = Ask("sk-1", Demand(slots={"model:smol": 1}), town=str(town.root))
    lease = ledger.try_admit(user, offered(town.config)())
    assert lease
    make_way(town.layout, "smol")
    time.sleep(1)
    standing = read_served(RunnerFolder(town.layout), "smol")
    assert standing is not None
    assert standing.state == "ready"

    ledger.release(lease)
    make_way(town.layout, "smol")
    until(lambda: gone(served.keeper), 20)
    assert ledger.leases() == ()
    make_way(town.layout, "smol")  # nobody is there to be asked
    assert load(town.layout, town.config, "twin")[1]
