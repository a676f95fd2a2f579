"""P-cores and E-cores are told apart by what the kernel says, in this order."""

import os

import psutil
import pytest

from gastown.machine.cores import parse_cpus, read_cores
from gastown.machine.host import this_host
from tests.gastown.machine.hosts import I7_12700KF, cpus, i7_12700kf, write

P_CORES = tuple((cpu, cpu + 1) for cpu in range(0, 16, 2))
E_CORES = ((16,), (17,), (18,), (19,))
# favoured P-cores are a little faster than the rest
CAPACITY = [1024] * 4 + [1009] * 12 + [558] * 4
MAX_KHZ = [5_000_000] * 4 + [4_900_000] * 12 + [3_800_000] * 4


def test_the_kernel_s_own_word_on_a_12700kf(tmp_path):
    cores = read_cores(i7_12700kf(tmp_path), I7_12700KF)

    assert (cores.performance, cores.efficiency) == (P_CORES, E_CORES)
    assert cores.source == "sysfs cpu_core"


@pytest.mark.parametrize(
    ("file", "speeds"),
    [
        ("cpu_capacity", CAPACITY),
        ("acpi_cppc/highest_perf", [68] * 4 + [65] * 12 + [40] * 4),
        ("cpufreq/cpuinfo_max_freq", MAX_KHZ),
    ],
)
def test_speeds_tell_the_same_of_a_12700kf_where_the_kernel_does_not(tmp_path, file, speeds):
    tree = i7_12700kf(tmp_path, **{file.replace("/", "__"): speeds})

    cores = read_cores(tree, I7_12700KF)

    assert (cores.performance, cores.efficiency) == (P_CORES, E_CORES)
    assert cores.source == f"sysfs {file}"


def test_the_first_kind_of_speed_that_differs_decides(tmp_path):
    tree = i7_12700kf(tmp_path, cpu_capacity=[1024] * 20, cpufreq__cpuinfo_max_freq=MAX_KHZ)

    assert read_cores(tree, I7_12700KF).source == "sysfs cpufreq/cpuinfo_max_freq"


def test_ranked_cores_of_one_kind_are_all_p_cores(tmp_path):
    """The slowest is below 85 % of the fastest, and yet no core is of another kind."""
    ranks = [236, 231, 226, 221, 216, 211, 206, 201, 196, 191, 186, 181]
    tree = cpus(tmp_path, [str(cpu) for cpu in range(12)], acpi_cppc__highest_perf=ranks)

    cores = read_cores(tree, frozenset(range(12)))

    assert (len(cores.performance), cores.efficiency) == (12, ())


def test_a_uniform_machine_has_p_cores_only(tmp_path):
    tree = cpus(tmp_path, ["0,2", "1,3", "0,2", "1,3"], cpu_capacity=[1024] * 4)

    cores = read_cores(tree, frozenset(range(4)))

    assert (cores.performance, cores.efficiency) == (((0, 2), (1, 3)), ())
    assert cores.source == "sysfs: cores of one kind"


def test_only_cpus_that_may_be_used_count(tmp_path):
    """`taskset -c 0-3,17`: two P-cores with both threads, one E-core."""
    cores = read_cores(i7_12700kf(tmp_path), frozenset({0, 1, 2, 3, 17}))

    assert (cores.performance, cores.efficiency) == (((0, 1), (2, 3)), ((17,),))
    assert cores.source == "sysfs cpu_core, 5 of 20 CPUs allowed"


def test_half_a_core_is_a_core(tmp_path):
    assert read_cores(i7_12700kf(tmp_path), frozenset({1})).performance == ((1,),)


def test_without_sysfs_the_system_s_count_is_taken(tmp_path):
    cores = read_cores(tmp_path, frozenset(range(8)), physical=4)

    assert sorted(map(len, cores.performance)) == [2, 2, 2, 2]
    assert sorted(cpu for core in cores.performance for cpu in core) == list(range(8))
    assert "no sysfs" in cores.source
    assert len(read_cores(tmp_path, frozenset(range(8))).performance) == 8


def test_files_that_say_nonsense_are_as_good_as_none(tmp_path):
    tree = cpus(tmp_path, ["0-", "eh", ""])
    write(tmp_path, "devices/cpu_core/cpus", "all of them")
    write(tmp_path, "devices/system/cpu/cpu0/cpu_capacity", "-3")

    assert read_cores(tree, frozenset({0, 1, 2})).performance == ((0,), (1,), (2,))


@pytest.mark.parametrize(
    ("text", "found"),
    [("0-3,8\n", {0, 1, 2, 3, 8}), ("5", {5}), ("", set()), ("3-1", set()), ("x-y", set())],
)
def test_the_kernel_s_list_format(text, found):
    assert parse_cpus(text) == found


def test_each_cpu_of_this_machine_is_in_one_core():
    host = this_host()

    cores = read_cores(host.sysfs, host.cpus, host.physical)

    found = [cpu for core in (*cores.performance, *cores.efficiency) for cpu in core]
    assert sorted(found) == sorted(host.cpus)
    assert len(host.cpus) <= (os.cpu_count() or psutil.cpu_count() or 0)
