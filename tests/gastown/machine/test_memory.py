"""RAM is what psutil tells, or the tightest control group around this process."""

import psutil
import pytest

from gastown.machine.host import this_host
from gastown.machine.memory import Ram, read_ram
from tests.gastown.machine.hosts import MIB, Memory, write

SYSTEM = Memory(16_384 * MIB, 12_000 * MIB)


@pytest.fixture
def group(tmp_path):
    """Writes the files of one control group."""
    write(tmp_path / "proc", "self/cgroup", "0::/user/app")

    def _group(path: str, most: object, used_mib: int = 0, cached_mib: int = 0) -> None:
        folder = tmp_path / "sys/fs/cgroup" / path
        write(folder, "memory.max", most if most == "max" else int(str(most)) * MIB)
        write(folder, "memory.current", used_mib * MIB)
        write(folder, "memory.stat", f"anon 5\ninactive_file {cached_mib * MIB}")

    return _group


def read(tmp_path) -> Ram:
    return read_ram(SYSTEM, tmp_path / "sys", tmp_path / "proc")


def test_without_control_groups_it_is_what_psutil_tells(tmp_path):
    assert read(tmp_path) == Ram(16_384, 12_000, "psutil")


def test_a_group_without_a_limit_changes_nothing(tmp_path, group):
    group("user/app", "max")

    assert read(tmp_path) == Ram(16_384, 12_000, "psutil")


def test_a_limit_is_all_there_is_and_its_cache_is_free(tmp_path, group):
    group("user/app", 4096, used_mib=3000, cached_mib=1000)

    assert read(tmp_path) == Ram(4096, 2096, "cgroup memory.max")


def test_a_limit_further_up_holds_too(tmp_path, group):
    group("user/app", 4096)
    group("user", 2048, used_mib=48)

    assert read(tmp_path) == Ram(2048, 2000, "cgroup memory.max")


def test_a_limit_above_the_machine_s_memory_is_none(tmp_path, group):
    group("user/app", 99_999)

    assert read(tmp_path) == Ram(16_384, 12_000, "psutil")


def test_a_group_that_uses_more_than_its_limit_leaves_nothing(tmp_path, group):
    group("user/app", 1024, used_mib=2000)

    assert read(tmp_path).free_mib == 0


@pytest.mark.parametrize("line", ["0::/../outside", "4:memory:/user/app", "nonsense"])
def test_a_group_that_cannot_be_looked_at_is_left_out(tmp_path, group, line):
    group("user/app", 4096)
    write(tmp_path / "proc", "self/cgroup", line)

    assert read(tmp_path).source == "psutil"


def test_this_machine_has_some():
    host = this_host()

    ram = read_ram(host.memory, host.sysfs, host.proc)

    assert 0 < ram.free_mib <= ram.total_mib <= psutil.virtual_memory().total // MIB
