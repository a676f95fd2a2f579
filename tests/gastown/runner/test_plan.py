"""A plan: flags, memory and cores of a server, and what is refused before it is one."""

from pathlib import Path

import pytest

from gastown.errors import ConfigError, OvercommitError
from gastown.machine.capacity import Capacity, Dimension
from gastown.machine.cores import Cores
from gastown.machine.figure import Figure
from gastown.machine.footprint import footprint
from gastown.machine.gguf import read_header
from gastown.machine.load import Load
from gastown.machine.machine import Machine, make_machine
from gastown.machine.probe import Probe
from gastown.machine.room import Measured
from gastown.runner.admit import admit, pressure
from gastown.runner.build import EMBEDDED, SERVER, Build
from gastown.runner.plan import Place, Plan, make_plan
from gastown.town.tables.machine import MachineTable
from gastown.town.tables.models import ModelTable
from tests.gastown.machine.published import published

CORES = Cores(tuple((n,) for n in range(8)), (), "made")
CARD = Place(Capacity(vram_mib=8000, ram_mib=64_000, p_cores=6), CORES)
BARE = Place(Capacity(ram_mib=64_000, p_cores=6), CORES)
STOCK = Build(SERVER, ("llama-server",))
WHEEL = Build(EMBEDDED, ("python",), gpu=False)


def plan(folder: Path, place: Place = CARD, build: Build = STOCK, **local: object) -> Plan:
    row = {"context": 8192, "local": {"file": "x.gguf", **local}}
    file = published(folder, "Qwen2.5-7B")
    return make_plan("seven", ModelTable.model_validate(row), file, build, place)


def flags(made: Plan) -> dict[str, str]:
    argv = made.argv(4711, Path("/k"))
    return {flag: argv[at + 1] for at, flag in enumerate(argv[:-1]) if flag.startswith("--")}


def test_the_flags_say_what_the_table_says(tmp_path):
    said = flags(plan(tmp_path, slots=4, cores=3, ngl=20, n_cpu_moe=7, kv="q8_0"))

    assert said["--ctx-size"] == str(4 * 8192)  # llama.cpp splits it over the slots
    assert (said["--parallel"], said["--threads"]) == ("4", "3")
    assert (said["--cache-type-k"], said["--cache-type-v"]) == ("q8_0", "q8_0")
    assert (said["--n-gpu-layers"], said["--n-cpu-moe"]) == ("20", "7")
    assert (said["--host"], said["--port"]) == ("127.0.0.1", "4711")
    assert said["--cache-ram"] == "0"


def test_threads_never_exceed_the_cores_that_are_owned(tmp_path):
    for asked in (1, 5, (0, 3), ()):
        made = plan(tmp_path, BARE, cores=asked)
        assert (
            flags(made)["--threads"] == flags(made)["--threads-batch"] == str(len(made.owned.cpus))
        )


def test_what_it_holds_is_what_the_footprint_predicts(tmp_path):
    made = plan(tmp_path, slots=2)
    told = footprint(read_header(made.file), Load(8192, 2, runner=SERVER))

    memory = Capacity(-(-told.gpu // 2**20), -(-told.host // 2**20))
    assert made.residency == memory + Capacity(p_cores=1)  # all layers on the card: one feeds it


def test_cores_are_claimed_by_the_session_of_one_slot_and_once_by_the_server_of_several(tmp_path):
    one, two = plan(tmp_path, BARE), plan(tmp_path, BARE, slots=2)

    assert (one.residency.p_cores, one.activity) == (0, Capacity(p_cores=4))
    assert (two.residency.p_cores, two.activity) == (4, Capacity())


def test_without_a_card_or_a_build_for_one_all_is_in_ram(tmp_path):
    for place, build in ((BARE, STOCK), (CARD, WHEEL)):
        made = plan(tmp_path, place, build)
        assert made.residency.vram_mib == 0
        assert flags(made)["--n-gpu-layers"] == "0"
        assert made.activity.p_cores == 4


def test_mixed_cache_types_need_a_build_that_declares_its_kernels(tmp_path):
    with pytest.raises(ConfigError, match=r"models\.seven\.local\.kv: q8_0/q4_0: .*FA_QUANTS=all"):
        plan(tmp_path, kv="q8_0/q4_0")

    declared = Build(SERVER, ("llama-server",), all_kv_kernels=True)
    assert flags(plan(tmp_path, CARD, declared, kv="q8_0/q4_0"))["--cache-type-v"] == "q4_0"
    assert flags(plan(tmp_path, BARE, kv="q8_0/q4_0"))["--cache-type-v"] == "q4_0"  # on a CPU


@pytest.mark.parametrize(
    ("local", "build", "said"),
    [
        ({"kv": "q9"}, STOCK, r"models\.seven\.local\.kv: no cache type 'q9'"),
        ({"n_cpu_moe": 3}, WHEEL, r"models\.seven\.local\.n_cpu_moe: the embedded build cannot"),
        ({"cores": 9}, STOCK, r"models\.seven\.local\.cores: asks for 9 cores of 8"),
    ],
)
def test_what_cannot_be_is_refused_by_its_key(tmp_path, local, build, said):
    with pytest.raises(ConfigError, match=said):
        plan(tmp_path, BARE, build, **local)


def machine(vram: int = 8000, free: int | None = None) -> Machine:
    has: dict[Dimension, Figure] = {
        "vram_mib": Figure(vram, "made"),
        "ram_mib": Figure(64_000, "made"),
        "p_cores": Figure(8, "made"),
        "e_cores": Figure(0, "made"),
    }
    measured: dict[Dimension, Measured] = {}
    if free is not None:
        measured["vram_mib"] = Measured(free, "NVML", 256)
    keep = {"vram_mib": 0, "ram_mib": 0, "p_cores": 2}
    return make_machine(MachineTable.model_validate({"keep": keep}), Probe(has, measured, CORES))


def test_what_fits_beside_the_others_is_let_in(tmp_path):
    admit(plan(tmp_path), {"three": Capacity(vram_mib=1000)}, machine())


def test_what_does_not_fit_is_refused_with_the_sum_of_all(tmp_path):
    with pytest.raises(OvercommitError) as refused:
        admit(plan(tmp_path), {"three": Capacity(vram_mib=4000)}, machine())

    said = str(refused.value)
    assert said.startswith(
        "town.toml: models.seven.local (Qwen2.5-7B.gguf, 1 slots of 8192 tokens)"
    )
    assert "VRAM: three 4,000 + seven 5" in said
    assert "of 8,000 MiB" in said


def test_what_others_use_of_the_card_counts_too(tmp_path):
    with pytest.raises(OvercommitError, match=r"more than is free now\nVRAM.*other programs"):
        admit(plan(tmp_path), {}, machine(free=3000))


def test_more_cores_than_are_lent_are_refused(tmp_path):
    with pytest.raises(OvercommitError, match=r"P-cores: seven 8 = 8 of 6, 2 too many"):
        admit(plan(tmp_path, cores=8), {}, machine())


def test_idle_models_are_pressed_only_where_others_need_what_they_hold():
    ours = Capacity(vram_mib=5000)

    assert pressure(ours, machine(free=3000)) == ""
    assert "leave 100 vram_mib free" in pressure(ours, machine(free=100))
    assert pressure(Capacity(ram_mib=100), machine(free=100)) == ""
    assert "5,000 of 4,000" in pressure(ours, machine(vram=4000))
