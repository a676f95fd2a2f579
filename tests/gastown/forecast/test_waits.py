"""The bottleneck is what sessions wait for, or leave over."""

from dataclasses import replace

from gastown.forecast.forecast import forecast
from tests.gastown.forecast.towns import PC, basis, terms


def test_one_sandbox_for_all_is_the_bottleneck():
    tight = replace(PC, sandboxes=1, vram_mib=0, p_cores=0, e_cores=0)
    found = forecast(basis(), terms(cap=tight), 3).bottleneck
    assert found.name == "sandboxes"
    assert found.waited_s > 0
    assert found.busy is not None
    assert 0.9 < found.busy <= 1


def test_a_local_model_that_all_wait_for_is_the_bottleneck():
    seats = {"default": "mine"}
    row = {"endpoint": "http://127.0.0.1:1/v1", "figures": {"vram_mib": 5000, "source": "test"}}
    found = forecast(basis(seats=seats, models={"mine": row}), terms(rework=0), 1).bottleneck
    assert found.name == "a slot of mine"
    assert found.waited_s > 0
