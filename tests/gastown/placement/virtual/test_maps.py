"""The figures that the benchmark assumes, as the specification states them."""

import pytest

from gastown.placement.virtual.maps import CPU, GPU, PC, REFGPU, SEED, Server
from gastown.placement.work import W1, W2, Work


@pytest.mark.parametrize(
    ("server", "role", "w1", "w2"),
    [
        (CPU, "defender", 556, 714),
        (GPU, "polecat", 42, 114),
        (CPU, "refinery", 432, 714),
        (GPU, "watchdog", 25, 35),
        (SEED.local["librarian"], "librarian", 111, 172),
        (SEED.local["gauger"], "gauger", 154, 177),
    ],
)
def test_seconds_here(server: Server, role: str, w1: float, w2: float):
    assert server.route(W1[role]).seconds == pytest.approx(w1, abs=1)
    assert server.route(W2[role]).seconds == pytest.approx(w2, abs=1)


@pytest.mark.parametrize(
    ("works", "dollars"),
    [(W1, 0.149), (W2, 0.674)],
)
def test_three_rigs_with_five_beads_cost_in_the_cloud(works: dict[str, Work], dollars: float):
    counts = {"polecat": 15, "refinery": 15, "spotter": 1}
    total = sum(
        counts.get(role, 3) * REFGPU.cloud[role].route(work).price for role, work in works.items()
    )

    assert total / 1e6 == pytest.approx(dollars, abs=0.001)


def test_a_defender_takes_129_seconds_in_the_cloud():
    assert SEED.cloud["defender"].route(W2["defender"]).seconds == 129


def test_each_server_fits_the_machine_beside_the_others():
    together = [CPU, GPU, SEED.local["gauger"]]
    total = sum((one.claims + one.model.weights for one in together[1:]), CPU.claims)

    assert (total + CPU.model.weights).fits(PC)
    assert not (total + GPU.claims).fits(PC)
