"""The parts of the jail that can be told without starting one."""

import os
import struct
import sys
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.agents.jail.caps import Caps, threads_of
from gastown.agents.jail.landlock import all_rights
from gastown.agents.jail.output import clip, read_ends
from gastown.agents.jail.seccomp import seccomp_filter
from gastown.agents.jail.system import toolchain

ALLOW, REFUSE = 0x7FFF0000, 0x5000D


def decide(program: bytes, arch: int, number: int) -> int:
    """Run the filter as the kernel would."""
    steps = list(struct.iter_unpack("=HBBI", program))
    at = value = 0
    while True:
        code, yes, no, k = steps[at]
        at += 1
        match code:
            case 0x20:
                value = arch if k == 4 else number
            case 0x15:
                at += yes if value == k else no
            case 0x35:
                at += yes if value >= k else no
            case _:
                return k


@pytest.mark.parametrize(
    ("machine", "arch", "socket", "socketpair"),
    [("x86_64", 0xC000003E, 41, 53), ("aarch64", 0xC00000B7, 198, 199)],
)
def test_the_filter_refuses_sockets_rings_keys_and_foreign_tables(
    machine, arch, socket, socketpair
):
    program = seccomp_filter(machine)
    assert program is not None

    assert decide(program, arch, socket) == REFUSE
    assert decide(program, arch, 425) == REFUSE
    assert decide(program, arch, 0x40000000 | socket) == REFUSE
    assert decide(program, arch, 0x40000001) == REFUSE
    assert decide(program, 0x40000003, 1) == REFUSE
    assert decide(program, arch, socketpair) == ALLOW
    assert decide(program, arch, 0) == ALLOW


def test_a_machine_without_numbers_has_no_filter():
    assert seccomp_filter("sparc64") is None


def test_each_landlock_version_knows_more_rights():
    assert [all_rights(abi).bit_count() for abi in (1, 2, 3, 4, 5, 7)] == [13, 14, 15, 15, 16, 16]


@settings(max_examples=60)
@given(st.text(), st.integers(0, 20), st.integers(0, 20))
def test_clip_keeps_what_fits_and_both_ends_of_what_does_not(text, head, tail):
    short = clip(text, head, tail)

    if len(text) <= head + tail:
        assert short == text
    else:
        assert short.startswith(text[:head])
        assert short.endswith(text[len(text) - tail :])
        assert f"{len(text) - head - tail} characters left out" in short


def test_read_ends_reads_a_small_file_whole_and_a_large_one_at_its_ends():
    assert read_ends(BytesIO("ä".encode())) == "ä"
    assert read_ends(BytesIO(b"a" * 10 + b"b" * 100 + b"c" * 10), 10, 10) == (
        "a" * 10 + "\n… 100 bytes left out …\n" + "c" * 10
    )


def test_limits_bind_files_and_time_and_never_ask_for_more_than_we_have():
    limits = Caps(file_bytes=1000).limits(2.0)

    assert limits["fsize"] == 1000
    assert limits["core"] == 0
    assert 2 < limits["cpu"] <= 2 * (os.cpu_count() or 1) + 1


def test_our_own_threads_are_counted():
    assert threads_of(os.getuid()) >= 1
    assert threads_of(4_000_000_000) == 0


def test_the_toolchain_holds_the_interpreter_and_no_home():
    paths = toolchain()

    assert any(Path(sys.prefix).is_relative_to(path) for path in [*paths, Path("/usr")])
    assert Path.home() not in paths
    assert Path("/") not in paths
