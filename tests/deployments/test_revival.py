"""A run that has no process, and of whose death nobody heard, is started again, once."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from deployments.recover import Verdict
from deployments.revival import Reviver, is_busy
from gastown.beads.bead import Draft
from gastown.beads.ledger import utc_now
from gastown.convoys.molecule import MOLECULE
from gastown.founding.install import install
from gastown.town.town import Town

FIRST, SECOND = uuid4(), uuid4()


class Runs:
    """Which runs are lost, and what was started again."""

    def __init__(self) -> None:
        self.lost: set[UUID] = set()
        self.again: list[UUID] = []
        self.reviver = Reviver(lambda: self.lost, self._again)

    def _again(self, runs):
        self.again += runs
        return [Verdict(run, "bold-pig", "again", "its process died") for run in runs]

    def look(self, *lost: UUID) -> list[UUID]:
        """Whom a look has started again."""
        self.lost = set(lost)
        return [one.run for one in self.reviver.look()]


@pytest.fixture
def runs():
    return Runs()


def test_its_own_worker_has_the_time_of_a_look_to_tell_of_it(runs):
    assert runs.look(FIRST) == []
    assert runs.look() == []
    assert runs.look(FIRST) == []


def test_one_that_is_lost_still_is_started_again_once(runs):
    assert [runs.look(FIRST), runs.look(FIRST, SECOND), runs.look(SECOND)] == [
        [],
        [FIRST],
        [SECOND],
    ]
    assert runs.again == [FIRST, SECOND]


def test_one_that_is_lost_again_later_is_started_again_later(runs):
    looks = [runs.look(FIRST) for _ in range(4)]

    assert looks == [[], [FIRST], [], [FIRST]]


def test_nobody_asks_the_server_when_no_molecule_has_been_open_for_a_while(tmp_path):
    install(tmp_path / "oak", "oak")
    town = Town.open(tmp_path / "oak")
    assert not is_busy(town.layout)

    molecule = town.ledger.create(Draft(title="poured", issue_type=MOLECULE)).id
    assert is_busy(town.layout)

    town.ledger.close(molecule, "landed")
    now = utc_now()
    assert is_busy(town.layout, now)  # its run may die while it tidies up
    assert not is_busy(town.layout, now + timedelta(minutes=16))
