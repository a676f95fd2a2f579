"""Idle models leave memory for a session that was placed here, and only those in its way."""

from dataclasses import replace

from gastown.machine.capacity import Capacity
from gastown.placement.decide import decide
from gastown.placement.outlook import Lease, Outlook, Ready
from gastown.placement.session import LocalRoute, Model, Session
from gastown.placement.way import in_the_way

CAP = Capacity(vram_mib=8000, ram_mib=32_000, sandboxes=4)
ONE = Capacity(sandboxes=1)
OLD = Model("old", Capacity(vram_mib=3000), slot="model:old")
NEW = Model("new", Capacity(vram_mib=3000), slot="model:new")
BIG = Model("big", Capacity(vram_mib=6000), slot="model:big")


def on(model: Model | None, key: str = "s") -> Ready:
    session = Session(key, local=LocalRoute(10, ONE, model))
    return Ready(session, since=0, tail=0, target=100)


def way(*ready: Ready, outlook: Outlook) -> dict[str, list[str]]:
    decisions = decide(ready, outlook)
    assert all(one.kind == "local" for one in decisions)
    found = in_the_way(decisions, ready, outlook)
    return {key: [model.name for model in models] for key, models in found.items()}


IDLE = Outlook(0, CAP, loaded=(OLD, NEW))


def test_models_in_the_way_go_the_longest_unused_first():
    assert way(on(BIG), outlook=IDLE) == {"s": ["old", "new"]}


def test_no_more_go_than_must():
    assert way(on(BIG), outlook=replace(IDLE, cap=replace(CAP, vram_mib=9500))) == {"s": ["old"]}


def test_a_model_in_use_stays():
    at_work = Lease("w", 50, ONE, OLD)
    outlook = replace(IDLE, leases=(at_work,), cap=replace(CAP, vram_mib=9500))
    assert way(on(BIG), outlook=outlook) == {"s": ["new"]}


def test_a_model_that_is_loaded_is_not_in_the_way_of_its_own_session():
    assert way(on(OLD), outlook=IDLE) == {}


def test_a_session_that_wants_nothing_of_it_does_not_wait_for_it():
    assert way(on(BIG, "a"), on(None, "b"), outlook=IDLE) == {"a": ["old", "new"]}


def test_a_model_that_a_session_at_work_is_about_to_load_counts():
    outlook = Outlook(0, CAP, leases=(Lease("w", 50, ONE, NEW),), loaded=(OLD,))
    assert way(on(Model("mid", Capacity(vram_mib=4000))), outlook=outlook) == {"s": ["old"]}
