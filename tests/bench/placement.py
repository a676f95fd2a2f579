"""Placement in virtual time, as the town runs it, beside everything in the cloud.

The PC that the town was first meant for, three rigs with five beads each, agents that take turns,
Refinery on the GPU model. Shares are of what the same convoys cost in the cloud in the same run,
cloud and electricity together; for the day, of the cloud's bill alone.

"As the town runs it" is what `flows.placing` does: a plan before the first step, a new one when
facts deviate, by the same search with as many tries, estimates trusted as much, each convoy by
itself. "Without a plan" is the policy alone.
"""

import random
from collections.abc import Callable
from dataclasses import replace
from statistics import mean

from gastown.machine.capacity import Capacity
from gastown.placement.ahead.guide import SPREAD
from gastown.placement.ahead.order import Successive
from gastown.placement.decide import decide
from gastown.placement.outlook import Lease, Outlook, Purse, Ready
from gastown.placement.session import CloudRoute, LocalRoute, Model, Session
from gastown.placement.virtual.history import History
from gastown.placement.virtual.laws import broken
from gastown.placement.virtual.maps import PC, REFGPU, SEED, SeatMap
from gastown.placement.virtual.noise import noise
from gastown.placement.virtual.progress import foreseen
from gastown.placement.virtual.rigs import Cook
from gastown.placement.virtual.rivals import cloud_only, immediate, local_only
from gastown.placement.virtual.run import Ahead, run
from gastown.placement.virtual.town import Town
from tests.bench.cook import best
from tests.bench.table import Row, against

SEEDS = range(4)
SIGMA = 0.5
PLAN_S = 2.0  # from when facts deviate until there is a new plan
EVERY_S, A_DAY = 2400.0, 12
ONE_MINUTE = 60

Runs = list[tuple[Town, History]]


def rows() -> list[Row]:
    """Shares in per cent, makespans in minutes, breaches counted over every run of this table."""
    kept: Runs = []
    table = [
        row
        for name, seats in (("refgpu", REFGPU), ("seed", SEED))
        for row in _map(name, seats, kept)
    ]
    table += [*_noisy(kept), *_day(kept)]
    broken_laws = sum(len(broken(town, history)) for town, history in kept)
    table.append(Row(f"laws broken in these {len(kept)} runs", broken_laws, unit="", target="0"))
    return [*table, _thousand()]


def _towns(seats: SeatMap, stretch: float) -> list[Town]:
    convoys = (foreseen(Cook(seats, seed).convoy(3, 5, stretch=stretch)) for seed in SEEDS)
    return [Town(PC, (convoy,)) for convoy in convoys]


def _map(name: str, seats: SeatMap, kept: Runs) -> list[Row]:
    table: list[Row] = []
    for stretch, target in ((0.25, "≤ 83, aim 80"), (1.0, "≤ 66, aim 60")):
        towns = _towns(seats, stretch)
        what = f"3x5 {name} at {1 + stretch:.2f}x the cloud's time"
        wanted = target if seats is REFGPU else ""
        table.append(_share(f"{what}, as the town runs it", towns, _live, kept, wanted))
        table.append(_share(f"{what}, without a plan", towns, run, kept))
    towns = _towns(seats, 0.0)
    fast = _share(f"3x5 {name}, burst at once", towns, lambda t: run(t, immediate), kept)
    here = _share(f"3x5 {name}, local only", towns, lambda t: run(t, local_only), kept)
    return [*table, fast, here]


def _live(town: Town) -> History:
    return run(_trusted(town), ahead=Ahead(Successive(), PLAN_S))


def _trusted(town: Town) -> Town:
    """Estimates are trusted as much as in a town at work."""
    return replace(town, spread=SPREAD)


def _share(
    name: str, towns: list[Town], work: Callable[[Town], History], kept: Runs, target: str = ""
) -> Row:
    """Mean of ours over the cloud's bill; the name tells the makespan over the cloud's."""
    ours = [work(town) for town in towns]
    cloud = [run(town, cloud_only) for town in towns]
    kept += zip(towns, ours, strict=True)
    pairs = list(zip(ours, cloud, strict=True))
    took = max(mine.end / theirs.end for mine, theirs in pairs)
    net = 100 * mean(mine.net / theirs.net for mine, theirs in pairs)
    return against(f"{name} (took {took:.2f}x at most)", net, 100.0, unit="%", target=target)


def _noisy(kept: Runs) -> list[Row]:
    """What it costs where estimates err, and how far beyond its target a convoy ends."""
    table: list[Row] = []
    for stretch in (0.25, 1.0):
        towns = [
            replace(town, facts=noise(town.convoys, random.Random(seed), SIGMA))
            for seed, town in enumerate(_towns(REFGPU, stretch))
        ]
        what = f"estimates err by {SIGMA}, {1 + stretch:.2f}x"
        table.append(_share(f"{what}, as the town runs it", towns, _live, kept))
        late = mean(history.end / history.target("") for _, history in kept[-len(towns) :])
        table.append(Row(f"{what}: makespan over target", late, unit="x", target="≤ 1.05"))
    return table


def _day(kept: Runs) -> list[Row]:
    """Twelve convoys in eight hours; those that share the machine plan each for itself."""
    town = Town(PC, _convoys(0))
    cloud = run(town, cloud_only)
    table: list[Row] = []
    for name, work, wanted in (
        ("as the town runs it", _live, ("≤ 42", "≤ 70")),
        ("without a plan", run, ("", "")),
    ):
        ours = work(town)
        kept.append((town, ours))
        minutes = mean(ours.done[one.name] - one.start for one in town.convoys) / ONE_MINUTE
        paid = 100 * ours.paid / cloud.paid
        what = f"twelve convoys a day, {name}"
        table += [
            against(f"{what}: paid to clouds", paid, 100.0, unit="%", target=wanted[0]),
            Row(f"{what}: mean makespan", minutes, unit="min", target=wanted[1]),
        ]
    return table


def _convoys(seed: int):
    return tuple(
        foreseen(
            Cook(REFGPU, seed + place).convoy(
                3, 5, name=f"c{place}", start=place * EVERY_S, stretch=3.0
            )
        )
        for place in range(A_DAY)
    )


def _thousand() -> Row:
    """One round over a thousand ready sessions, twenty leases, one model."""
    source = random.Random(1)
    model = Model("m", Capacity(vram_mib=4813), slots=1, load_s=5)
    local = [
        LocalRoute(source.uniform(50, 200), Capacity(vram_mib=source.randint(900, 1500)), model)
        for _ in range(1000)
    ]
    ready = [
        Ready(
            Session(f"s{place}", local=way, cloud=CloudRoute(120, source.randint(5000, 20_000))),
            since=-place,
            tail=500 + source.uniform(0, 200),
            target=1000 + source.uniform(0, 900),
            purses=("day",),
        )
        for place, way in enumerate(local)
    ]
    leases = tuple(Lease(f"l{end}", end, Capacity(sandboxes=1)) for end in range(20))
    outlook = Outlook(0.0, PC, leases, (model,), {"day": Purse(5_000_000)})
    took = best(lambda: decide(ready, outlook))
    return Row("place 1,000 ready sessions", took, target="≤ 10 ms")
