"""The worker's glance calls a patrol for whoever needs one, once, and nobody while all is well."""

from contextlib import closing
from typing import Any

import pytest

from deployments.lookout import Lookout
from gastown.founding.install import install
from gastown.health.pulse import pulse_file, write_pulse
from gastown.machine.admission.here import open_ledger
from gastown.town.config import load_config
from gastown.town.layout import TownLayout
from tests.dying import child as child  # noqa: PLC0414 - for pytest to find it here
from tests.dying import named
from tests.gastown.health.bodies import pulse_of
from tests.gastown.machine.admission.given import PC, session


class Orders:
    """What was ordered, on a clock that stands still."""

    def __init__(self, layout) -> None:
        self.made = []
        self.now = 0.0
        self.lookout = Lookout(layout, self._order, lambda: self.now)

    def _order(self, config, rig, key):
        del config
        self.made.append((rig, key))


@pytest.fixture(name="layout")
def _layout(tmp_path):
    install(tmp_path / "oak", "oak")
    return TownLayout(tmp_path / "oak")


def note(layout, step, **more: Any):
    pulse = pulse_of(step=step, session=f"{step}/1", **more)
    file = pulse_file(layout, step, 1)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_pulse(file, pulse)


def test_while_all_is_well_nobody_is_called(layout):
    orders = Orders(layout)
    note(layout, "hq-a.1")

    assert orders.lookout.look() == []
    assert orders.made == []


def test_a_death_calls_its_rigs_witness_once_and_again_if_it_is_not_buried(layout, child):
    orders = Orders(layout)
    note(layout, "hq-a.1", holder=named(child.pid))
    note(layout, "hq-a.2", rig="web")
    child.kill()
    child.wait()

    assert [orders.lookout.look(), orders.lookout.look()] == [["game"], []]
    orders.now = 200.0
    assert orders.lookout.look() == ["game"]
    assert len({key for _, key in orders.made}) == 2


def test_another_death_calls_it_at_once(layout, child):
    orders = Orders(layout)
    holder = named(child.pid)
    child.kill()
    child.wait()
    note(layout, "hq-a.1", holder=holder)
    orders.lookout.look()
    note(layout, "hq-a.2", holder=holder)

    assert orders.lookout.look() == ["game"]


def test_one_that_could_not_be_ordered_is_ordered_at_the_next_look(layout, child):
    note(layout, "hq-a.1", holder=named(child.pid))
    child.kill()
    child.wait()

    def away(config, rig, key):
        raise OSError("the server is away")

    orders = Orders(layout)
    orders.lookout = Lookout(layout, away)
    with pytest.raises(OSError, match="away"):
        orders.lookout.look()
    orders.lookout._order = orders._order

    assert orders.lookout.look() == ["game"]


def test_room_that_a_dead_process_held_is_taken_back_though_nobody_asks_for_any(layout, child):
    orders = Orders(layout)
    with closing(open_ledger(layout, load_config(layout.config).machine)) as ledger:
        ledger.ask(session(), PC, who=named(child.pid))
        orders.lookout.look()
        assert len(ledger.leases()) == 1

        child.kill()
        child.wait()
        orders.lookout.look()

        assert ledger.lost().leases == ()
