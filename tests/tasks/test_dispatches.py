"""What a rig's roles tell each other as a bead goes on, once whatever is run again."""

from datetime import timedelta
from pathlib import Path

import pytest

from gastown.machine.holder import holder
from gastown.mail.box import Mail, inbox
from gastown.rigs.slots import Slot, slot_of
from gastown.stage import Placement, StageRequest, StageResult
from tasks.desk import Desk
from tasks.dispatches import heard, implemented, merge_failed, merged, sent_back
from tasks.polecat import polecat, prepare
from tasks.refinery import approve
from tests.tasks.half import Half

FACTS = {"tests": "12 passed"}
RED = StageResult(verdict="rework", summary="sent back: red", reasons=("red", "E  assert 0"))


@pytest.fixture
def half(tmp_path: Path) -> Half:
    return Half(tmp_path)


def desk(half: Half, role: str, turn: int = 1, token: int = 1) -> Desk:
    request = StageRequest(
        town=str(half.town.root), convoy=half.convoy, step="hq-mol-1", key=role, role=role,
        rig="garden", bead=half.held, round=turn, token=token,
        placement=Placement(where="local", reason="test"),
    )  # fmt: skip
    return Desk(half.town, request, half.town.root)


def slot(half: Half) -> Slot:
    found = slot_of(half.layout, half.held)
    assert found is not None
    return found


def mail(half: Half, to: str) -> list[Mail]:
    return inbox(half.town.ledger, f"garden/{to}")


def test_a_polecat_that_is_run_again_tells_once(half: Half):
    for token in (1, 2):
        implemented(desk(half, "polecat", token=token), slot(half), FACTS)
    implemented(desk(half, "polecat", turn=2, token=3), slot(half), FACTS)

    done, again = (one.letter for one in mail(half, "witness"))
    assert (done.kind, done.sender, done.about) == ("POLECAT_DONE", "garden/agate", half.held)
    assert done.fields == {
        "Issue": half.held, "Exit": "COMPLETED", "Branch": slot(half).branch, "Polecat": "agate",
        "Tests": "12 passed",
    }  # fmt: skip
    assert again.kind == "POLECAT_DONE"
    assert [one.letter.kind for one in mail(half, "refinery")] == ["MERGE_READY"] * 2


def test_the_refinery_reads_what_is_about_its_bead_alone(half: Half):
    implemented(desk(half, "polecat"), slot(half), FACTS)
    other = desk(half, "polecat")
    other.request = other.request.model_copy(update={"bead": half.ours, "step": "hq-mol-2"})
    implemented(other, slot(half), FACTS)

    heard(desk(half, "refinery"))

    assert [one.letter.about for one in mail(half, "refinery")] == [half.ours]


def test_what_is_refused_or_merged_is_told_to_the_witness(half: Half):
    for _ in range(2):
        assert sent_back(desk(half, "refinery"), "b", RED) is RED
        assert merge_failed(desk(half, "refinery", turn=2), "b", RED) is RED
        merged(desk(half, "refinery", turn=3), "b", "abc123")
    merged(desk(half, "refinery", turn=4), "(removed)", "abc123")

    told = [one.letter for one in mail(half, "witness")]
    assert [one.kind for one in told] == ["REWORK_REQUEST", "MERGE_FAILED", "MERGED"]
    assert told[0].text == "red\n\nE  assert 0"
    assert (told[0].fields["Reason"], told[2].fields["Commit"]) == ("sent back: red", "abc123")


class Green(Half):
    """The same, with tests that the Polecat's work makes green."""

    def _worked_on(self) -> None:
        super()._worked_on()
        for repo in (self.tests, self.work):
            wanted = "import plant\ndef test_plant(): assert plant.rose == 1\n"
            (repo.path / "tests" / "test_plant.py").write_text(wanted)
            (repo.path / "conftest.py").write_text("")
            repo.run("add", "--all")
            repo.run(
                "-c", "user.name=a", "-c", "user.email=a@x", "commit", "-q", "--amend", "--no-edit"
            )
        self.tests.run("push", "--force", "origin", f"HEAD:convoy/{self.convoy}")
        self.work_on()


def test_a_stage_tells_what_it_did_and_twice_is_once(tmp_path: Path):
    green = Green(tmp_path)
    work = desk(green, "polecat")
    for _ in range(2):
        polecat(work)
    own = slot(green)
    step = green.molecule.beads["refine"]
    claim = green.town.ledger.claim(step, holder(), timedelta(hours=1))
    merge = desk(green, "refinery")
    merge.request = merge.request.model_copy(update={"step": step, "token": claim.token})
    approve(merge, own, prepare(merge, own), improved=False, facts={})
    commit = str(green.town.ledger.show(green.held).metadata["evidence"]["commit"])

    assert [one.letter.kind for one in mail(green, "witness")] == ["POLECAT_DONE", "MERGED"]
    assert mail(green, "witness")[1].letter.fields["Commit"] == commit
    assert [one.letter.kind for one in mail(green, "refinery")] == ["MERGE_READY"]
