"""Prefect's limits show what the host's ledger holds, whoever is killed, restarted or foreign."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest
from prefect.client.orchestration import get_client
from prefect.concurrency.sync import concurrency
from prefect.settings import PREFECT_API_URL

from blocks.limits import Limits
from deployments.limits import keep_limits
from deployments.server import choose_url, launch_server, wait_healthy
from gastown.errors import GasTownError
from gastown.machine.admission.ask import Ask, Demand
from gastown.machine.admission.gate import Gate
from gastown.machine.admission.ledger import AdmissionLedger
from gastown.machine.admission.offer import Fixed
from gastown.machine.capacity import Capacity
from gastown.town.layout import TownLayout
from gastown.town.stop import Stop
from gastown.town.town import Town
from tasks.publication import Publication, Publisher
from tests.landing.wait import until

pytestmark = [pytest.mark.engine, pytest.mark.slow]

PC = Fixed(Capacity(vram_mib=800, p_cores=4, sandboxes=2), {"model:q7": 2})
LIMITS = {"vram-mib": 800, "ram-mib": 0, "p-cores": 4, "e-cores": 0, "sandboxes": 2, "model:q7": 2}
SESSION = Ask("sk-1", Demand(Capacity(vram_mib=300, p_cores=1, sandboxes=1), {"model:q7": 1}))
HOLD = """
import sys, time
from pathlib import Path
from tests.engine.test_publication import PC, SESSION
from gastown.machine.admission.ledger import AdmissionLedger
AdmissionLedger(Path(sys.argv[1])).try_admit(SESSION, PC)
print("held", flush=True)
time.sleep(60)
"""


def server() -> str:
    return str(PREFECT_API_URL.value())


@pytest.fixture
def limits() -> Iterator[Limits]:
    with Limits(server()) as made:
        yield make(made)
        for name in LIMITS:
            made.drop(name)


def make(limits: Limits) -> Limits:
    for name, limit in LIMITS.items():
        limits.put(name, limit)
    return limits


@pytest.fixture
def ledger(tmp_path):
    made = AdmissionLedger(tmp_path / "a.db")
    yield made
    made.close()


@pytest.fixture
def publication(ledger, limits):
    return Publication(ledger, limits, server())


def active(limits: Limits) -> dict[str, int]:
    """Slots that are taken, as the server and so the UI tell it."""
    return {name: one.active for name, one in limits.read().items() if one.active}


def test_town_up_makes_the_limits_and_keeps_them_in_step(tmp_path, limits):
    config = tmp_path / "town.toml"
    (tmp_path / ".beads").mkdir()
    text = '[town]\nname = "oak"\n[machine]\nprofile = "rtx3080"\nsandboxes = {}\n'
    config.write_text(text.format(3))

    first = keep_limits(Town.open(tmp_path), server())
    again = keep_limits(Town.open(tmp_path), server())
    config.write_text(text.format(5))
    changed = keep_limits(Town.open(tmp_path), server())

    assert first.changed["vram-mib"] == 7577
    assert again.changed == {}
    assert changed.changed == {"sandboxes": 5}
    with get_client(sync_client=True) as client:
        names = {one.name: one.limit for one in client.read_global_concurrency_limits()}
    assert names["sandboxes"] == 5


def test_town_up_makes_a_limit_of_the_slots_of_every_model_that_the_town_serves(tmp_path, limits):
    """Loaded or not; one that is served elsewhere has none."""
    (tmp_path / ".beads").mkdir()
    rows = '[models.q8.local]\nfile = "q8.gguf"\nslots = 3\n'
    rows += '[models.far]\nendpoint = "http://10.0.0.9/v1"\n'
    (tmp_path / "town.toml").write_text(f'[town]\nname = "oak"\n{rows}')

    keep_limits(Town.open(tmp_path), server())

    found = {name: one.limit for name, one in limits.read().items()}
    assert found["model:q8"] == 3
    assert "model:far" not in found


def test_the_limit_of_a_model_goes_with_its_row_unless_somebody_holds_of_it(tmp_path, limits):
    (tmp_path / ".beads").mkdir()
    config, bare = tmp_path / "town.toml", '[town]\nname = "oak"\n'
    config.write_text(bare + '[models.q8.local]\nfile = "q8.gguf"\n')
    keep_limits(Town.open(tmp_path), server())
    config.write_text(bare)
    held = limits.take(["model:q8"], 1)
    assert held

    kept = keep_limits(Town.open(tmp_path), server())
    assert kept.dropped == ()
    limits.give(held)
    kept = keep_limits(Town.open(tmp_path), server())

    assert kept.dropped == ("model:q8",)
    assert "model:q8" not in limits.read()
    assert "model:q7" in limits.read()  # another's
    assert keep_limits(Town.open(tmp_path), server()).dropped == ()


def test_a_lease_shows_on_every_limit_it_takes_and_is_gone_with_it(ledger, limits, publication):
    lease = ledger.try_admit(SESSION, PC)
    publication.reconcile()
    publication.reconcile()
    shown = active(limits)
    ledger.release(lease)
    publication.reconcile()

    assert shown == {"vram-mib": 300, "p-cores": 1, "sandboxes": 1, "model:q7": 1}
    assert active(limits) == {}
    assert ledger.published(server()) == ()


def test_a_killed_holder_is_gone_from_the_limits_at_once(ledger, limits, publication):
    argv = [sys.executable, "-c", HOLD, str(ledger.path)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        publication.reconcile()
        shown = active(limits)
        process.send_signal(signal.SIGKILL)
    publication.reconcile()

    assert shown["sandboxes"] == 1
    assert active(limits) == {}


def test_a_publisher_that_was_killed_is_succeeded_by_one_that_knows_its_leases(ledger, limits):
    lease = ledger.try_admit(SESSION, PC)
    Publication(ledger, limits, server()).reconcile()  # and dies
    successor = Publication(ledger, limits, server())
    successor.reconcile()
    assert active(limits)["sandboxes"] == 1

    ledger.release(lease)
    successor.reconcile()

    assert active(limits) == {}


def test_what_a_foreign_user_holds_is_not_given_away_and_comes_back(ledger, publication):
    taken = ledger.try_admit(SESSION, PC)
    publication.reconcile()
    with concurrency("sandboxes", occupy=1, strict=True):
        publication.reconcile()
        waits = ledger.ask(SESSION, PC)
        assert waits.because == "waits for sandboxes: 1 taken + 1 asked of 1"
        publication.reconcile()
        assert waits.lease is None

    publication.reconcile()

    assert len(ledger.granted([waits.ticket])) == 1
    assert taken in ledger.leases()


def test_a_count_that_somebody_reset_is_made_true_again(ledger, limits, publication):
    ledger.try_admit(SESSION, PC)
    publication.reconcile()
    limits.correct("sandboxes", 0)

    publication.reconcile()

    assert active(limits)["sandboxes"] == 1


def repossess(ledger: AdmissionLedger) -> None:
    """As the server does with leases that ran out, e.g. of a PC that slept for an hour."""
    for one in ledger.published(server()):
        path = f"{server()}/v2/concurrency_limits/decrement-with-lease"
        httpx.post(path, json={"lease_id": one.id}, trust_env=False).raise_for_status()


def test_a_lease_that_the_server_ended_leaves_nothing_taken_once_it_is_given_back(
    ledger, limits, publication
):
    lease = ledger.try_admit(SESSION, PC)
    publication.reconcile()
    repossess(ledger)
    for _ in range(2):  # it is found, and taken anew
        publication.reconcile()
    shown = active(limits)["sandboxes"]
    ledger.release(lease)
    publication.reconcile()

    assert shown == 1
    assert active(limits) == {}
    assert ledger.foreign(server()) == {}
    assert ledger.published(server()) == ()


def test_a_lost_lease_hides_nothing_of_what_others_hold(ledger, limits, publication):
    lease = ledger.try_admit(SESSION, PC)
    with concurrency("sandboxes", occupy=1, strict=True):
        publication.reconcile()
        repossess(ledger)
        publication.reconcile()
        ledger.release(lease)
        publication.reconcile()
        publication.reconcile()
        shown = active(limits)

    assert shown == {"sandboxes": 1}


def test_two_publications_do_not_count_twice(publication, limits, ledger):
    with publication.alone() as first, Publication(ledger, limits, server()).alone() as second:
        assert (first, second) == (True, False)


def test_a_limit_that_is_missing_on_the_server_is_named(limits):
    limits.drop("p-cores")

    with pytest.raises(GasTownError, match="has no limit p-cores; make it: town up"):
        limits.take(("p-cores", "sandboxes"), 1)

    assert active(limits) == {}
    assert limits.take(("sandboxes",), 3) is None


def test_a_server_that_is_away_keeps_nobody_waiting(ledger):
    said: list[str] = []
    with Publisher(ledger, "http://127.0.0.1:9/api", "", said.append):
        lease = ledger.try_admit(SESSION, PC)
        assert lease is not None
        until(lambda: said != [])
        assert ledger.release(lease)

    assert len(said) == 1
    assert "not published for now" in said[0]


def test_a_publisher_follows_the_ledger_by_itself_and_ends_with_the_truth(ledger, limits):
    with Publisher(ledger, server(), "", pytest.fail), Gate(ledger, lambda: PC) as gate:
        with gate.admitted(SESSION):
            until(lambda: active(limits).get("sandboxes") == 1)
        until(lambda: active(limits) == {})
        gate.ask(SESSION)
        until(lambda: active(limits).get("sandboxes") == 1)

    assert active(limits) == {}


def restarted(layout: TownLayout, url: str, process: "subprocess.Popen[bytes]"):
    process.kill()
    process.wait()
    again = launch_server(layout, url)
    wait_healthy(layout, again, url, lambda _: None, Stop())
    return again


@pytest.mark.parametrize(("storage", "due"), [("memory", 1), ("memory", 0), ("filesystem", 1)])
def test_the_limits_are_true_after_the_server_was_killed(tmp_path, monkeypatch, storage, due):
    """Leases in memory are lost with it, and their slots stay taken; those on disk go on."""
    name = "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE"
    module = f"prefect.server.concurrency.lease_storage.{storage}"
    monkeypatch.setitem(vars(sys.modules["deployments.server"])["_SETTINGS"], name, module)
    layout = TownLayout(tmp_path)
    url = choose_url(layout, 0)
    process = launch_server(layout, url)
    ledger = AdmissionLedger(tmp_path / "a.db")
    try:
        wait_healthy(layout, process, url, lambda _: None, Stop())
        with Limits(url) as limits:
            publication = Publication(ledger, make(limits), url)
            lease = ledger.try_admit(SESSION, PC)
            assert lease is not None
            publication.reconcile()
            process = restarted(layout, url, process)
            if due:
                make_due(ledger, url)
            publication.reconcile()
            shown = active(limits)
            ledger.release(lease)
            publication.reconcile()

            assert shown == {"vram-mib": 300, "p-cores": 1, "sandboxes": 1, "model:q7": 1}
            assert active(limits) == {}
            assert httpx.get(f"{url}/health", trust_env=False).is_success
    finally:
        process.kill()
        process.wait()
        ledger.close()


def make_due(ledger: AdmissionLedger, url: str) -> None:
    """As if twenty seconds had passed."""
    with ledger._writing() as book:
        sql = "UPDATE published SET until = ? WHERE server = ?"
        book.db.execute(sql, (time.monotonic() + 20, url))
