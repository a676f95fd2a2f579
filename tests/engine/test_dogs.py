"""The dogs as flows: a dry run tells and changes nothing, the real one mends and leaves a page."""

import pytest
from prefect.client.orchestration import get_client

from flows.dogs.backup import dog_backup
from flows.dogs.branches import dog_branches
from flows.dogs.leases import dog_leases
from flows.dogs.ledger import dog_ledger
from flows.dogs.unmerged import dog_unmerged
from flows.dogs.worktrees import dog_worktrees
from flows.herald import herald
from gastown.doctor.backup import backups, folder_of
from gastown.doctor.rescue import rescued
from gastown.escalation.record import open_escalations
from gastown.rigs.slots import slots
from tests.gastown.doctor.ward import CLAIMED, Ward

pytestmark = [pytest.mark.engine, pytest.mark.slow]


def pages() -> dict[str, str]:
    """The newest page of each key."""
    with get_client(sync_client=True) as client:
        found = sorted(client.read_artifacts(), key=lambda one: str(one.created))
    return {str(one.key): str(one.data) for one in found}


def test_a_town_with_every_kind_of_leak_is_told_of_it_then_cleared_up(tmp_path):
    ward = Ward(tmp_path)
    ward.work_on()
    ward.dies(CLAIMED.format(bead=ward.molecule.beads["work"]))
    ward.close(ward.held)
    ward.close(ward.convoy, "split up")
    (ward.clone.path / "own.txt").write_text("a person's\n")
    town, dogs = str(ward.town.root), (dog_leases, dog_ledger, dog_unmerged, dog_worktrees)
    before = ward.marks()

    told = [dog(town).findings for dog in (*dogs, dog_branches)]
    would = dog_backup(town)

    assert [bool(one) for one in told] == [True] * 5
    assert ward.marks() == before
    assert would.dry_run
    assert not folder_of(ward.town.layout).exists()
    assert "| would do |" in pages()["dog-leases"]

    for dog in dogs:
        dog(town, dry_run=False)
    dog_branches(town, dry_run=False)
    dog_backup(town, dry_run=False)

    assert ward.marks() == [("clones", "garden")]  # a person's changes are a person's
    assert "is open again" in pages()["dog-leases"]
    assert len(backups(folder_of(ward.town.layout))) == 1
    assert slots(ward.layout) == ()
    assert "plant.py" in ward.clone.files(rescued(ward.clone)[0])
    (raised,) = open_escalations(ward.town.ledger).values()
    assert raised.subject.startswith("garden: has changes that are not committed")
    dog_unmerged(town, dry_run=False)
    assert len(open_escalations(ward.town.ledger)) == 1  # once as long as it stands
    assert herald(ward.town) == 0  # the dog told the server of it all
