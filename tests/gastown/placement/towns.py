"""Random towns, from a seed: some with nothing in the way of the cloud, some with everything."""

import random
from dataclasses import replace

from gastown.machine.capacity import Capacity
from gastown.placement.session import CloudRoute, LocalRoute, Model, Session
from gastown.placement.virtual.town import Convoy, Fact, Town

CAP = Capacity(vram_mib=8000, ram_mib=60_000, p_cores=6, e_cores=4, sandboxes=6)


def open_town(seed: int) -> Town:
    """Exact durations, any number of cloud sessions, no budget, every session may burst."""
    source = random.Random(seed)
    models = [_model(source, number) for number in range(3)]
    convoys = [_convoy(source, models, number) for number in range(source.choice((1, 1, 2)))]
    return Town(CAP, tuple(convoys))


def tight_town(seed: int) -> Town:
    """Budgets, few places in the cloud, sessions that must stay, a cap that shrinks, noise.

    All of it can be done: what must burst is paid for, what must stay fits the machine.
    """
    source = random.Random(seed)
    town = open_town(seed)
    convoys = tuple(_tightened(source, convoy) for convoy in town.convoys)
    sessions = [one for convoy in convoys for one in convoy.sessions]
    must = sum(one.burst.reserve for one in sessions if one.burst and not one.local)
    prices = sum(one.burst.reserve for one in sessions if one.burst)
    limit = must + round(source.choice((0, 0.2, 0.5, 1)) * (prices - must))
    small = Capacity(vram_mib=3000, ram_mib=20_000, p_cores=2, e_cores=2, sandboxes=3)
    shrinks = ((source.uniform(0, 200), small), (source.uniform(200, 900), CAP))
    return replace(
        town,
        convoys=convoys,
        limits={"day": limit},
        caps=shrinks if source.random() < 0.5 else (),
        cloud_room=source.choice((None, 1, 2, 5)),
        facts={one.key: _fact(source) for one in sessions} if source.random() < 0.5 else {},
    )


def _model(source: random.Random, number: int) -> Model:
    weights = Capacity(vram_mib=source.choice((0, 2000, 4800)), ram_mib=source.choice((0, 20_000)))
    return Model(f"m{number}", weights, source.choice((1, 1, 2)), source.choice((0.0, 5.0, 20.0)))


def _convoy(source: random.Random, models: list[Model], number: int) -> Convoy:
    count = source.randint(2, 12)
    sessions = [_session(source, models, f"c{number}/s{place}", place) for place in range(count)]
    return Convoy(
        f"c{number}",
        tuple(sessions),
        start=source.choice((0.0, 40.0)),
        stretch=source.choice((0.0, 0.25, 1.0, 3.0)),
        purses=("day",),
    )


def _session(source: random.Random, models: list[Model], key: str, place: int) -> Session:
    convoy = key.split("/", maxsplit=1)[0]
    needs = [f"{convoy}/s{one}" for one in range(place) if source.random() < 0.3]
    claims = Capacity(
        vram_mib=source.choice((0, 500, 1500, 3000)),
        p_cores=source.choice((0, 0, 2, 6)),
        e_cores=source.choice((0, 0, 4)),
        sandboxes=1,
    )
    model = source.choice([None, *models])
    local = LocalRoute(source.uniform(5, 300), claims, model, source.randint(0, 3000))
    cloud = CloudRoute(source.uniform(10, 150), source.randint(100, 20_000))
    return Session(key, "polecat", tuple(needs), local if source.random() < 0.85 else None, cloud)


def _tightened(source: random.Random, convoy: Convoy) -> Convoy:
    return replace(convoy, sessions=tuple(_bound(source, one) for one in convoy.sessions))


def _bound(source: random.Random, one: Session) -> Session:
    """One in five must stay; the others may come out dearer than they should."""
    if one.local and source.random() < 0.2:
        return replace(one, local_only=True)
    if one.cloud is None:
        return one
    sandbox = Capacity(sandboxes=source.choice((0, 1)))
    return replace(one, cloud=replace(one.cloud, most=2 * one.cloud.price, claims=sandbox))


def _fact(source: random.Random) -> Fact:
    return Fact(*(source.uniform(0.5, 3) for _ in range(3)))
