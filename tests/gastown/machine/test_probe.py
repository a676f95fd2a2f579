"""What is found on a machine, each figure with its source."""

from dataclasses import replace

from gastown.machine.host import this_host
from gastown.machine.probe import probe
from gastown.testing import FakeCard, FakeNvml
from tests.gastown.machine.hosts import seeds_pc, small


def test_the_seed_s_pc_is_found_with_its_sources(tmp_path):
    found = probe(seeds_pc(tmp_path))

    assert {name: (figure.amount, figure.source) for name, figure in found.has.items()} == {
        "vram_mib": (10_240, "NVML: NVIDIA GeForce RTX 3080"),
        "ram_mib": (128_600, "psutil"),
        "p_cores": (8, "sysfs cpu_core"),
        "e_cores": (4, "sysfs cpu_core"),
    }
    assert found.free["vram_mib"].free == 9640
    assert found.free["ram_mib"].free == 110 * 1024
    assert found.notes == ()


def test_without_a_driver_the_reason_is_told_once_and_the_rest_is_found(tmp_path):
    found = probe(small(tmp_path))

    assert (found.has["vram_mib"].amount, found.has["p_cores"].amount) == (0, 2)
    assert "vram_mib" not in found.free
    [note] = found.notes
    assert "NVML Shared Library Not Found" in note


def test_of_two_cards_the_largest_counts_and_the_other_is_named(tmp_path):
    host = replace(small(tmp_path), nvml=FakeNvml(FakeCard(), FakeCard("L40", 46_068)))

    found = probe(host)

    assert found.has["vram_mib"].amount == 46_068
    assert found.notes == (
        "not used: NVIDIA GeForce RTX 3080 (10,240 MiB); the town uses the largest card",
    )


def test_this_machine_can_be_looked_at():
    found = probe(this_host())

    assert found.has["ram_mib"].amount > 0
    assert found.has["p_cores"].amount >= 1
    assert bool(found.has["vram_mib"].amount) != bool(found.notes)
