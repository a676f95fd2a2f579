"""A glance goes on whatever it meets: what is expected in silence, all else told once."""

import sqlite3

import pytest

from deployments.glance import Glance
from gastown.errors import LedgerError


class Looks:
    """Meets these errors one after the other, then nothing more."""

    def __init__(self, *met: Exception) -> None:
        self.met = list(met)
        self.done = 0

    def __call__(self) -> None:
        self.done += 1
        if self.met:
            raise self.met.pop(0)


@pytest.mark.parametrize("error", [LedgerError("the ledger is busy"), OSError("no such file")])
def test_what_is_expected_is_passed_over(error):
    told: list[str] = []
    looks = Looks(error)
    glance = Glance("lookout", looks, told.append)

    glance.look()
    glance.look()

    assert looks.done == 2
    assert told == []


def test_what_nobody_expects_ends_no_glance_and_is_told_once():
    told: list[str] = []
    looks = Looks(*(sqlite3.OperationalError("unable to open database file") for _ in range(3)))
    glance = Glance("revival", looks, told.append)

    for _ in range(4):
        glance.look()

    assert looks.done == 4
    (said,) = told
    assert said.startswith("revival: Traceback")
    assert "unable to open database file" in said


def test_another_error_is_told_too():
    told: list[str] = []
    glance = Glance("revival", Looks(ValueError("one"), KeyError("two")), told.append)

    glance.look()
    glance.look()

    assert len(told) == 2
