"""A town of the siege serves its model itself, by a program that stands in for `llama-server`."""

import os
import signal
import threading

import pytest

from blocks.llama import Llama
from blocks.local_model import local_model
from blocks.local_runner import load, serving, unload
from deployments.down import down
from gastown.agents.protocols import Ask
from gastown.errors import RunnerError
from gastown.runner.folder import RunnerFolder
from gastown.runner.record import read_served
from tasks.land import land
from tasks.pouring import prepare
from tests.blocks.smol import gone, until
from tests.chaos.check_left import no_lease_left
from tests.chaos.checker import check
from tests.chaos.own_model import PROGRAM
from tests.chaos.victims import victims
from tests.chaos.walker import walk
from tests.chaos.world import FORMULA, RIG, found, model

ROW = "rehearsal"


@pytest.fixture
def served(tmp_path):
    """A town with such a model, and its rehearsal; nothing of it lives on."""
    with model(["oak"]) as rehearsed:
        site = found(tmp_path / "town", ["oak"], rehearsed.cable.url, local=True)
        try:
            yield site, rehearsed
        finally:
            unload(site.town.layout, ROW, now=True)


def ask(site):
    bead = next(iter(site.words))
    session = {"role": "defender", "bead": bead, "rig": RIG, "round": "1"}
    text = f"# {site.town.ledger.show(bead).title} ({bead})"
    tools = ({"type": "function", "function": {"name": "write_file", "parameters": {}}},)
    return Ask(messages=({"role": "user", "content": text},), session=session, tools=tools)


def test_a_convoy_lands_on_it_and_what_is_left_of_it_is_found_until_it_is_unloaded(served):
    site, rehearsed = served
    molecule = prepare(site.town, site.convoys[0], FORMULA, {})
    assert walk(site.town, molecule) == {}
    land(site.town, molecule)
    with serving(site.town.layout, site.town.config, ROW) as endpoint:
        ports = (endpoint.served.port,)
    case = site.case(rehearsed.bills(), ports)

    left = {"no-lease-left", "no-port-left", "no-process-left"}
    assert {fault.rule for fault in check(case)} == left
    unload(site.town.layout, ROW)
    assert [str(fault) for fault in check(case)] == []


def test_its_words_are_the_rehearsals_as_they_come_and_their_price_is_the_rows(served):
    site, rehearsed = served
    pieces: list[str] = []
    with local_model(site.town.layout, site.town.config, ROW) as own:
        told = own.complete(ask(site), pieces.append)

    assert [call.name for call in told.calls] == ["write_file"]
    (bill,) = rehearsed.bills()
    assert (told.usage.input_tokens, told.usage.output_tokens) == (bill.read, bill.written)
    assert told.usage.micro_usd == bill.read + 2 * bill.written
    assert len(pieces) > 2


def test_without_its_key_it_tells_nothing_but_its_health(served):
    site, _ = served
    there, _ = load(site.town.layout, site.town.config, ROW)

    assert Llama(there.url).well()
    with pytest.raises(RunnerError, match="401"):
        Llama(there.url).slots()


def test_while_its_words_are_cut_off_it_breaks_off_and_is_asked_again(served):
    site, rehearsed = served
    cable = rehearsed.cable

    def mend() -> None:
        until(lambda: cable.refused)
        cable.mend()

    with local_model(site.town.layout, site.town.config, ROW) as own:
        cable.cut()
        mending = threading.Thread(target=mend)
        mending.start()
        assert own.complete(ask(site)).calls
        mending.join()
    assert cable.refused == 1


@pytest.mark.parametrize("who", [0, 1])
def test_keeper_and_server_are_its_victims_and_either_may_die_within_a_session(served, who):
    site, _ = served
    served_before, _ = load(site.town.layout, site.town.config, ROW)
    found = victims(site.root, "model")
    assert [one.pid for one in found] == [served_before.keeper, served_before.pid]
    assert not victims(site.root, "agent")
    with local_model(site.town.layout, site.town.config, ROW) as own:
        os.kill(found[who].pid, signal.SIGKILL)
        until(lambda: gone(served_before.pid))
        assert own.complete(ask(site)).calls
    again = read_served(RunnerFolder(site.town.layout), ROW)
    assert again
    assert again.pid != served_before.pid
    assert (again.keeper == served_before.keeper) == (who == 1)


def test_a_keeper_that_is_killed_while_it_loads_is_followed_by_another(served):
    site, _ = served
    folder = RunnerFolder(site.town.layout)
    program = site.root.parent / "models" / PROGRAM
    program.write_text(program.read_text("utf-8").replace("exec", "sleep 1\nexec"), "utf-8")
    killed: list[int] = []

    def kill() -> None:
        until(lambda: read_served(folder, ROW) is not None)
        before = read_served(folder, ROW)
        assert before
        assert before.state == "starting"
        os.kill(before.keeper, signal.SIGKILL)
        killed.append(before.keeper)

    killing = threading.Thread(target=kill)
    killing.start()
    with serving(site.town.layout, site.town.config, ROW) as endpoint:
        killing.join()
        assert killed
        assert endpoint.served.keeper not in killed
        assert Llama(endpoint.served.url, endpoint.key).slots().count > 0


def test_what_a_killed_keeper_held_is_given_back_when_the_town_goes_down(served):
    site, _ = served
    there, _ = load(site.town.layout, site.town.config, ROW)
    os.kill(there.keeper, signal.SIGKILL)
    until(lambda: gone(there.keeper))
    rules = [no_lease_left]
    assert [fault.rule for fault in check(site.case(), rules)] == ["no-lease-left"]

    down(site.town.layout, lambda _: None)

    assert check(site.case(), rules) == []
