"""What a PC lends: declared before profile before measured, less what its person keeps."""

import re
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.errors import ConfigError
from gastown.machine.capacity import DIMENSIONS, Capacity
from gastown.machine.cores import Cores
from gastown.machine.figure import Figure
from gastown.machine.machine import make_machine
from gastown.machine.probe import Probe, probe
from gastown.machine.profiles import PROFILES
from gastown.machine.room import Measured
from gastown.town.tables.machine import MachineTable
from tests.gastown.machine.hosts import seeds_pc, small

SEEDS_PC = MachineTable(profile="rtx3080")


def test_the_seed_s_pc_can_be_played_anywhere(tmp_path):
    machine = make_machine(SEEDS_PC, probe(small(tmp_path)))

    assert machine.lent == Capacity(
        vram_mib=7577, ram_mib=122_880, p_cores=6, e_cores=4, sandboxes=2
    )
    assert machine.room(Capacity()) == machine.lent
    assert machine.shares["vram_mib"].kept.source == "1,536 system + 1,127 desktop"
    assert "as if on Alienware Aurora R13" in machine.notes[0]
    assert "driver" not in " ".join(machine.notes)


def test_on_the_seed_s_pc_itself_its_own_use_counts(tmp_path):
    """The person plays: 8,000 of 10,240 MiB are in use. The cap stays, the room shrinks."""
    machine = make_machine(SEEDS_PC, probe(seeds_pc(tmp_path, used_mib=8000)))

    assert machine.lent.vram_mib == 7577
    assert machine.room(Capacity()).vram_mib == 10_240 - 8000 - 256
    assert machine.room(Capacity(vram_mib=6656)).vram_mib == 921
    assert len(machine.notes) == 1


def test_a_heavy_program_leaves_no_room_and_takes_nothing_back(tmp_path):
    machine = make_machine(SEEDS_PC, probe(seeds_pc(tmp_path, used_mib=10_100)))

    rooms = machine.rooms(Capacity(vram_mib=3000))

    assert rooms["vram_mib"].amount == 0
    assert "other programs: 140 free (NVML)" in rooms["vram_mib"].reason
    assert rooms["ram_mib"].amount > 0


def test_what_is_declared_goes_before_the_profile_and_the_probe(tmp_path):
    table = MachineTable.model_validate(
        {"profile": "rtx3080", "vram_mib": 9216, "keep": {"vram_mib": 0, "e_cores": 1}}
    )

    machine = make_machine(table, probe(seeds_pc(tmp_path)))

    vram = machine.shares["vram_mib"]
    assert (vram.has, vram.kept) == (
        Figure(9216, "declared in town.toml"),
        Figure(0, "declared in town.toml"),
    )
    assert machine.shares["e_cores"].lent == 3
    assert machine.shares["p_cores"].has.source == "profile rtx3080"
    assert machine.shares["sandboxes"].has.source == "default"


def test_who_says_nothing_lends_three_quarters_of_memory_and_p_cores_at_least(tmp_path):
    machine = make_machine(MachineTable(), probe(seeds_pc(tmp_path)))

    assert machine.lent == Capacity(
        vram_mib=9216, ram_mib=120_408, p_cores=6, e_cores=4, sandboxes=2
    )
    assert machine.shares["p_cores"].kept == Figure(2, "default")
    assert machine.shares["p_cores"].has.source == "sysfs cpu_core"


def test_without_a_driver_it_says_so_once_and_goes_on(tmp_path):
    machine = make_machine(MachineTable(sandboxes=3), probe(small(tmp_path)))

    assert machine.lent == Capacity(ram_mib=6144, p_cores=2, sandboxes=3)
    assert machine.shares["sandboxes"].has.source == "declared in town.toml"
    [note] = machine.notes
    assert "NVML Shared Library Not Found" in note


def test_declaring_more_than_is_seen_is_played_and_told(tmp_path):
    machine = make_machine(MachineTable(vram_mib=9216), probe(small(tmp_path)))

    assert machine.room(Capacity()).vram_mib == 9216 - 1024
    [note] = machine.notes
    assert note.endswith("does not count: VRAM")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"keep": {"p_cores": 20}}, "machine.keep.p_cores: keeps 20 (declared in town.toml) of 8"),
        ({"profile": "rtx3080", "keep": {"e_cores": 5}}, "machine.keep.e_cores: keeps 5 "),
        ({"profile": "rtx3080", "vram_mib": 2000}, "machine.keep.vram_mib: keeps 2,663 (1,536 "),
    ],
)
def test_keeping_more_than_there_is_names_the_key(tmp_path, table, said):
    with pytest.raises(ConfigError, match=re.escape(said)) as told:
        make_machine(MachineTable.model_validate(table), probe(seeds_pc(tmp_path)))

    assert str(told.value).startswith("town.toml: ")
    assert "at most" in str(told.value)


def test_nothing_is_kept_of_what_is_not_there(tmp_path):
    """One town.toml serves a PC with a card and one without."""
    table = MachineTable.model_validate({"keep": {"vram_mib": 1024, "e_cores": 2}})

    assert make_machine(table, probe(small(tmp_path))).lent.vram_mib == 0


def test_town_toml_knows_the_profiles_that_there_are():
    profile = MachineTable.model_fields["profile"].annotation

    assert {name for name in get_args(profile) if name} == set(PROFILES)


amounts = st.integers(min_value=0, max_value=200_000)
figures = st.builds(Figure, amounts, st.just("probe"))
measured = st.builds(Measured, amounts, st.just("probe"), st.integers(0, 512))
probes = st.builds(
    Probe,
    has=st.fixed_dictionaries({name: figures for name in DIMENSIONS if name != "sandboxes"}),
    free=st.fixed_dictionaries({}, optional={"vram_mib": measured, "ram_mib": measured}),
    cores=st.just(Cores((), (), "probe")),
)
tables = st.sampled_from([MachineTable(), SEEDS_PC, MachineTable(vram_mib=500, p_cores=0)])
capacities = st.builds(Capacity, **dict.fromkeys(DIMENSIONS, amounts))


@settings(max_examples=100)
@given(tables, probes, capacities)
def test_whatever_is_found_room_and_claims_stay_within_what_is_lent(table, found, ours):
    machine = make_machine(table, found)

    room = machine.room(ours)

    assert room.fits(machine.lent - ours)
    for name, share in machine.shares.items():
        assert 0 <= share.lent <= share.has.amount
        assert room[name] == machine.rooms(ours)[name].amount
