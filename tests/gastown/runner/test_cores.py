"""Cores of a server: one thread a physical core, others' avoided, errors by key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gastown.errors import ConfigError
from gastown.machine.cores import Cores
from gastown.runner.cores import Owned, own

PC = Cores(tuple((2 * n, 2 * n + 1) for n in range(8)), tuple((16 + n,) for n in range(4)), "made")
EVERY = {cpu: core for core in (*PC.performance, *PC.efficiency) for cpu in core}


@given(st.integers(1, 12), st.frozensets(st.integers(0, 19)))
def test_no_two_threads_share_a_core_whatever_others_own(count, taken):
    found = own("key", count, PC, lent=6, taken=taken)

    assert len(found.cpus) == count
    assert len({EVERY[cpu] for cpu in found.cpus}) == count
    assert found.claims.p_cores + found.claims.e_cores == count


def test_fast_cores_come_first_from_the_last_and_those_of_others_last():
    assert own("key", 2, PC, lent=6) == Owned((12, 14))
    assert own("key", 2, PC, lent=6, taken=frozenset({15})) == Owned((10, 12))
    assert own("key", 10, PC, lent=6).efficiency == (18, 19)


def test_who_says_nothing_gets_a_few_of_what_is_lent():
    assert len(own("key", (), PC, lent=6).cpus) == 4
    assert len(own("key", (), PC, lent=2).cpus) == 2
    assert len(own("key", (), PC, lent=0).cpus) == 1


def test_named_cpus_are_taken_as_they_are():
    assert own("key", (17, 3), PC, lent=6) == Owned((3,), (17,))
    assert own("key", (17, 3), PC, lent=6).claims.e_cores == 1


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (13, "k: asks for 13 cores of 12"),
        ((20,), "k: no CPU 20 that may be used; there are 0, 1,"),
        ((4, 5), "k: CPUs 4 and 5 are one core; name one of them"),
    ],
)
def test_what_cannot_be_is_refused_by_its_key(asked, said):
    with pytest.raises(ConfigError) as refused:
        own("k", asked, PC, lent=6)

    assert str(refused.value).startswith(said)
