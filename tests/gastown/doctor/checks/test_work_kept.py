"""Slots, worktrees, branches and unmerged work: what is over is cleared, and no work is lost."""

from pathlib import Path

import pytest

from gastown.beads.ledger import utc_now
from gastown.doctor.rescue import rescued
from gastown.queue.request import MergeRequest, id_of
from gastown.queue.requests import Requests
from gastown.rigs.git import Repo
from gastown.rigs.slots import slot_of, slots
from gastown.rigs.worktree import add_worktree, is_used, list_worktrees
from gastown.town.config import load_config
from tests.gastown.doctor.ward import CLAIMED, Ward, ended
from tests.tasks.half import ANN

KEPT = ("unmerged", "slots", "work", "worktrees", "branches")


def texts(ward: Ward, ref: str) -> set[str]:
    return set(ward.clone.files(ref))


def test_a_town_half_way_has_nothing_to_mend(ward: Ward):
    assert ward.found() == []


def test_the_slot_of_a_closed_bead_is_freed_and_its_work_is_kept(ward: Ward):
    ward.work_on()
    (ward.work.path / "seen.txt").write_text("not committed\n")
    ward.close(ward.held)

    assert ward.marks("unmerged", "slots") == [
        ("unmerged", f"garden/polecat/agate/{ward.held}"),
        ("slots", "garden/agate"),
    ]
    kept, freed = ward.mended("unmerged", "slots")

    (ref,) = rescued(ward.clone)
    assert (kept, freed) == (f"kept as {ref}", "agate is free")
    assert texts(ward, ref) >= {"plant.py", "seen.txt", "tests/test_plant.py"}
    assert slots(ward.layout) == ()
    assert not ward.work.path.exists()
    assert ward.found() == []


def test_a_slot_that_is_freed_alone_keeps_its_work_too(ward: Ward):
    ward.work_on()
    ward.close(ward.held)

    (done,) = ward.mended("slots")

    (ref,) = rescued(ward.clone)
    assert done == f"agate is free; its work is {ref}"
    assert "plant.py" in texts(ward, ref)


def test_work_that_came_to_main_is_not_kept_twice(ward: Ward):
    ward.work_on()
    ward.work.push(ward.work.head(), "main")
    ward.clone.fetch()
    ward.close(ward.held)

    assert ward.mended("unmerged", "slots") == ["agate is free"]
    assert rescued(ward.clone) == []


def test_a_slot_of_an_open_bead_is_its_own_whatever_became_of_the_convoy(ward: Ward):
    ward.close(ward.convoy)

    assert ward.found("slots", "unmerged") == []


def test_a_slot_of_a_bead_that_nobody_knows_is_freed(ward: Ward):
    slot = slot_of(ward.layout, ward.held)
    assert slot is not None
    file = ward.layout.polecat("agate").with_name("agate.json")
    file.write_text(slot.model_copy(update={"bead": "ga-gone"}).model_dump_json())

    (found,) = ward.found("slots")

    assert found.said == "is held by ga-gone, which is not in the ledger"
    assert ward.mended("slots") == ["agate is free"]


def test_two_names_of_one_bead_are_told_and_left_alone(ward: Ward):
    slot = slot_of(ward.layout, ward.held)
    assert slot is not None
    file = ward.layout.polecat("basil").with_name("basil.json")
    file.write_text(slot.model_copy(update={"name": "basil"}).model_dump_json())

    (found,) = ward.found("slots")

    assert (found.severity, found.mend) == ("error", "")
    assert ward.treat("slots").findings == (found,)
    assert file.exists()


def test_a_file_that_is_no_slot_is_told(ward: Ward):
    ward.layout.polecat("agate").with_name("agate.json").write_text("{")

    assert [one.severity for one in ward.found("slots")] == ["error"]
    assert "is not a slot" in ward.found("slots")[0].said


def test_nothing_is_taken_from_a_convoy_that_a_living_process_is_at(ward: Ward):
    """Also between the end of its claim and the end of its landing."""
    ward.work_on()
    run = ward.lives(
        CLAIMED.format(bead=ward.molecule.id)
        + f"""
town.ledger.close({ward.convoy!r}, "landed")
town.ledger.close({ward.molecule.id!r}, "landed", token=claim.token)
town.ledger.close({ward.held!r}, "Merged")
"""
    )
    try:
        assert ward.found() == []
        assert ward.treat().mended == ()
    finally:
        ended(run)

    assert {check for check, _ in ward.marks()} >= {"slots", "worktrees", "branches", "unmerged"}
    ward.mended()
    assert "plant.py" in texts(ward, rescued(ward.clone)[0])


def test_a_snapshot_is_removed_when_the_process_that_used_it_is_dead(ward: Ward):
    code = """
    from gastown.rigs.worktree import snapshot
    held = snapshot(town.layout.rig("garden"), "visit-1234", "origin/main")
    held.__enter__()
    """
    living = ward.lives(code)
    path = ward.layout.check("visit-1234")
    try:
        assert path.is_dir()
        assert is_used(path)
        assert ward.found("worktrees") == []
    finally:
        ended(living)

    assert ward.marks("worktrees") == [("worktrees", "garden/checks/visit-1234")]
    assert ward.mended("worktrees") == ["removed"]
    assert not path.exists()
    assert path not in [tree.path for tree in list_worktrees(ward.layout)]


def test_a_killed_look_at_a_rig_leaves_a_worktree_that_is_found(ward: Ward):
    ward.dies("""
    from gastown.rigs.worktree import snapshot
    held = snapshot(town.layout.rig("garden"), "ledger", "origin/main")
    held.__enter__()
    """)

    assert ward.mended("worktrees") == ["removed"]


def test_a_convoys_worktrees_are_its_own_until_it_is_closed(ward: Ward):
    path = ward.layout.check(f"librarian-{ward.convoy}")
    written = Repo(add_worktree(ward.layout, path, f"librarian/{ward.convoy}", "origin/main"))
    (path / "GUIDE.md").write_text("# Guide\n")
    written.commit_all("Write the guide", ANN)
    assert ward.found() == []

    ward.close(ward.convoy)

    assert ward.marks("worktrees") == [
        ("worktrees", f"garden/checks/librarian-{ward.convoy}"),
        ("worktrees", f"garden/defender/{ward.convoy}"),
    ]
    done = ward.mended("worktrees", "branches")
    (ref,) = rescued(ward.clone)
    assert f"removed; its work is {ref}" in done
    assert "GUIDE.md" in texts(ward, ref)
    assert ward.branches() == ["main", f"polecat/agate/{ward.held}", "main"]


def test_a_worktree_that_git_knows_and_the_disk_does_not_is_forgotten(ward: Ward):
    path = ward.layout.check("gauger-hq-cv-gone")
    ward.clone.run("worktree", "add", "--quiet", "--detach", str(path), "origin/main")
    path.rename(ward.town.root / "moved")

    (found,) = ward.found("worktrees")

    assert found.said == "is on record, and gone"
    assert ward.mended("worktrees") == ["removed"]
    assert path not in [tree.path for tree in list_worktrees(ward.layout)]


def test_a_folder_that_git_lost_is_removed(ward: Ward):
    path = ward.layout.polecat("basil")
    path.mkdir()

    assert ward.marks("worktrees") == [("worktrees", "garden/polecats/basil")]
    assert ward.mended("worktrees") == ["removed"]
    assert not path.exists()


def test_a_persons_worktrees_and_branches_are_theirs(ward: Ward, tmp_path: Path):
    mine = tmp_path / "mine"
    ward.clone.run("worktree", "add", "--quiet", "-b", "feature/x", str(mine), "origin/main")
    ward.clone.run("branch", "town/crew/notes", "origin/main")
    ward.close(ward.convoy)
    ward.close(ward.held)

    ward.mended(*KEPT)

    assert mine.is_dir()
    assert {"feature/x", "town/crew/notes"} <= set(ward.branches())


def test_a_branch_whose_slot_is_gone_is_kept_and_deleted(ward: Ward):
    ward.work_on()
    ward.clone.run("worktree", "remove", "--force", str(ward.work.path))
    ward.layout.polecat("agate").with_name("agate.json").unlink()

    assert ward.marks("branches") == [("branches", f"garden/polecat/agate/{ward.held}")]
    (done,) = ward.mended("branches")
    (ref,) = rescued(ward.clone)
    assert done == f"deleted; its work is {ref}"
    assert "plant.py" in texts(ward, ref)


def test_a_formulas_branch_that_origin_has_stays_for_the_person_who_merges_it(ward: Ward):
    branch = f"formula/{ward.convoy}"
    args = ("commit-tree", "-p", "origin/main", "-m", "Write", "origin/main^{tree}")
    tip = ward.clone.run(*args, author=ANN)[1].strip()
    ward.clone.run("branch", branch, tip)
    ward.clone.push(tip, branch)
    ward.clone.fetch()
    ward.close(ward.convoy)

    assert f"garden/{branch}" not in [subject for _, subject in ward.marks("branches")]


def test_a_bead_in_progress_without_a_slot_is_free_again(ward: Ward):
    ward.layout.polecat("agate").with_name("agate.json").unlink()

    (found,) = ward.found("work")

    assert found.said == "is in progress, and garden/agate has it, but no slot"
    assert ward.mended("work") == ["is open again"]
    assert ward.status(ward.held) == ("open", "")
    assert ward.status(ward.ours) == ("in_progress", "ann")


@pytest.mark.parametrize("twice", [False, True])
def test_a_change_that_is_on_main_twice_is_told_and_a_reverted_one_is_not(
    ward: Ward, *, twice: bool
):
    branch = load_config(ward.town.layout.config).rig("garden").branch
    repo = Repo(add_worktree(ward.layout, ward.layout.refinery, "merging", "origin/main"))
    said = f"Plant\n\nBead: {ward.held}\nStage: polecat 1"
    file = repo.path / "log.txt"
    file.write_text("planted\n")
    first = repo.commit_all(said, ANN)
    if twice:
        file.unlink()
        repo.commit_all("Clean up", ANN)
    else:
        repo.run("revert", "--no-edit", first, author=ANN)
    file.write_text("planted\n")
    again = repo.commit_all(said, ANN)
    repo.push(again, branch)
    ward.clone.fetch()

    assert ward.marks("doubled") == [("doubled", f"garden/{again[:10]}")] * twice


def test_work_that_came_together_at_origin_and_never_to_main_is_told(ward: Ward):
    ward.work_on()
    branch = f"integration/{ward.convoy}"
    ward.work.push(ward.work.head(), branch)
    ward.clone.fetch()
    assert ward.found("unmerged", "branches") == []
    ward.close(ward.convoy)

    (found,) = ward.found("unmerged")
    assert found.subject == f"garden/origin/{branch}"
    assert (found.severity, found.mend) == ("error", "")
    assert ("branches", f"garden/origin/{branch}") not in ward.marks("branches")

    ward.work.push(ward.work.head(), "main")
    ward.clone.fetch()
    assert ward.found("unmerged") == []
    assert ("branches", f"garden/origin/{branch}") in ward.marks("branches")
    ward.mended("worktrees", "branches")
    assert branch not in ward.branches()


def test_a_merge_request_for_which_nobody_waits_is_withdrawn(ward: Ward):
    requests = Requests.of(ward.layout)
    made = requests.enqueue(
        MergeRequest(
            id=id_of(f"polecat/agate/{ward.held}", "main"),
            ticket="",
            branch=f"polecat/agate/{ward.held}",
            tip=ward.work.head(),
            target="main",
            trunk="main",
            bead=ward.held,
            author=ANN,
            asked_at=utc_now(),
        )
    )
    assert ward.found("merges") == []
    ward.close(ward.held)

    assert ward.marks("merges") == [("merges", f"garden/{made.id}")]
    assert ward.mended("merges") == ["withdrawn"]
    assert requests.show(made.id).reason == f"{ward.held} is over"
