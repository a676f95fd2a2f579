"""A card's memory, or the reason why there is none; never an error."""

from importlib import import_module

import pytest

from gastown.machine.gpu import Gpu, read_gpus
from gastown.machine.host import this_host
from gastown.testing import FakeCard, FakeNvml


def test_a_card_is_told_in_mib():
    nvml = FakeNvml(FakeCard(used_mib=6000))

    found = read_gpus(nvml)

    assert found.cards == (Gpu("NVIDIA GeForce RTX 3080", 10_240, 4240),)
    assert found.why == ""
    assert nvml.open == 0


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (12, "NVML Shared Library Not Found (NVML code 12)"),
        (9, "Driver Not Loaded (NVML code 9)"),
        (4, "Insufficient Permissions (NVML code 4)"),
    ],
)
def test_without_a_driver_there_is_a_reason(code, said):
    found = read_gpus(FakeNvml(FakeCard(), fails=code))

    assert found.cards == ()
    assert said in found.why


def test_the_largest_card_is_first():
    found = read_gpus(FakeNvml(FakeCard("small", 4096), FakeCard("large", 24_576)))

    assert [card.name for card in found.cards] == ["large", "small"]


def test_a_card_that_shares_the_system_s_memory_is_left_out_with_the_reason():
    found = read_gpus(FakeNvml(FakeCard("shared", 0), FakeCard("own", 4096)))

    assert [card.name for card in found.cards] == ["own"]
    assert found.why == "card 0: Not Supported (NVML code 3)"


def test_a_driver_without_a_card_is_a_reason_too():
    assert read_gpus(FakeNvml()).why == "no VRAM: a driver, but no card"


def test_the_real_module_answers_or_is_the_reason():
    found = read_gpus(this_host().nvml)

    assert bool(found.cards) != bool(found.why)
    for card in found.cards:
        assert 0 <= card.free_mib <= card.total_mib


@pytest.mark.parametrize(
    ("code", "name"), [(12, "NVMLError_LibraryNotFound"), (9, "NVMLError_DriverNotLoaded")]
)
def test_the_fake_fails_as_the_real_module_does(code, name):
    with pytest.raises(getattr(import_module("pynvml"), name)):
        FakeNvml(fails=code).nvmlInit()


def test_the_fake_answers_nothing_before_it_is_begun_and_after_it_ended():
    nvml = FakeNvml(FakeCard())
    for ask in (nvml.nvmlDeviceGetCount, nvml.nvmlShutdown):
        with pytest.raises(nvml.NVMLError, match="Uninitialized"):
            ask()
    nvml.nvmlInit()

    assert nvml.nvmlDeviceGetCount() == 1
    nvml.nvmlShutdown()
    with pytest.raises(nvml.NVMLError, match="Uninitialized"):
        nvml.nvmlDeviceGetCount()
