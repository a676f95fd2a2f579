"""A convoy leaves nothing in a rig when it is swept away, and no other convoy loses anything."""

import re
from pathlib import Path

import pytest

from gastown.rigs.git import Repo
from gastown.rigs.slots import slot_of, slots, take
from gastown.rigs.traces import convoy_branch, librarian_branch, sweep, tidy, unmerged_work
from gastown.rigs.worktree import add_worktree, detached_worktree, list_worktrees
from gastown.town.layout import RigLayout
from tests.gastown.rigs.given import POLECAT, a_rig, origin, write

ONE, OTHER = "hq-cv-a1", "hq-cv-a1b"
BEADS = {ONE: "sk-1", OTHER: "sk-2"}


@pytest.fixture
def rig(tmp_path: Path) -> RigLayout:
    """A rig in which two convoys are half-way, the one's name the beginning of the other's."""
    layout = a_rig(tmp_path)
    for convoy, bead in BEADS.items():
        tests = tree(layout, layout.defender(convoy), convoy_branch(convoy))
        commit(tests, f"test_{bead}.py", f"Test: {bead}\n\nBead: {bead}\nStage: defender 1")
        tests.push(convoy_branch(convoy))
        tree(layout, layout.check(f"librarian-{convoy}"), librarian_branch(convoy))
        for name in (f"gauger-{convoy}", f"spotter-{convoy}-web"):
            detached_worktree(layout, layout.check(name), "origin/main")
        slot = take(layout, bead)
        work = tree(layout, layout.polecat(slot.name), slot.branch)
        work.cherry_pick(tests.head(), POLECAT)
    return layout


def tree(layout: RigLayout, path: Path, branch: str) -> Repo:
    return Repo(add_worktree(layout, path, branch, "origin/main"))


def commit(repo: Repo, file: str, message: str) -> str:
    write(repo.path, {file: message})
    return repo.commit_all(message, POLECAT)


def polecat(layout: RigLayout, bead: str) -> Repo:
    slot = slot_of(layout, bead)
    assert slot is not None
    return Repo(layout.polecat(slot.name))


def left(layout: RigLayout, convoy: str) -> list[str]:
    """Worktrees, branches here and at origin, and slots of a convoy and its bead."""
    main = Repo(layout.canonical)
    main.fetch()
    trees = [str(one.path.relative_to(layout.root)) for one in list_worktrees(layout)]
    refs = main.ask("for-each-ref", "--format=%(refname)").split("\n")
    held = [f"slot of {slot.bead}" for slot in slots(layout)]
    mine = re.compile(rf"({convoy}|{BEADS[convoy]})(?!\w)")
    return [one for one in (*trees, *refs, *held) if mine.search(one)]


def test_a_sweep_says_what_it_removed_and_leaves_other_convoys_alone(rig: RigLayout):
    before = left(rig, OTHER)
    assert len(before) == len(left(rig, ONE)) == 9

    told = sweep(rig, ONE, {BEADS[ONE]})

    assert told == [
        f"defender/{ONE} (branch convoy/{ONE})",
        f"checks/librarian-{ONE} (branch librarian/{ONE})",
        f"checks/gauger-{ONE}",
        f"checks/spotter-{ONE}-web",
        "polecats/agate (branch polecat/agate/sk-1)",
        f"branch convoy/{ONE} at origin",
    ]
    assert left(rig, ONE) == []
    assert left(rig, OTHER) == before
    assert origin_branches(rig) == [f"convoy/{OTHER}", "main"]


def origin_branches(layout: RigLayout) -> list[str]:
    bare = Repo(layout.root.parents[1] / "origin.git")
    return bare.ask("for-each-ref", "--format=%(refname:short)", "refs/heads").split("\n")


def test_a_second_sweep_finds_nothing(rig: RigLayout):
    sweep(rig, ONE, {BEADS[ONE]})

    assert sweep(rig, ONE, {BEADS[ONE]}) == []


def test_a_branch_without_its_worktree_is_swept_too(rig: RigLayout):
    Repo(rig.canonical).run("worktree", "remove", "--force", str(rig.defender(ONE)))

    assert f"defender/{ONE} (branch convoy/{ONE})" in sweep(rig, ONE, ())
    assert not Repo(rig.canonical).branch_exists(convoy_branch(ONE))


def test_tests_and_what_main_has_got_are_not_work_that_would_be_lost(rig: RigLayout, tmp_path):
    work = polecat(rig, "sk-1")
    done = commit(work, "one.py", "Do one\n\nBead: sk-1\nStage: polecat 1")
    merged = tree(rig, rig.root / "merging", "merging")
    merged.cherry_pick(done, POLECAT)
    merged.push("merging", "main")
    Repo(rig.canonical).fetch()
    assert origin(tmp_path).rev("main") != done

    assert unmerged_work(rig, ONE, {"sk-1"}, "origin/main") == []


def test_a_polecats_and_a_librarians_commits_and_changes_would_be_lost(rig: RigLayout):
    work = polecat(rig, "sk-1")
    done = commit(work, "one.py", "Do one\n\nBead: sk-1\nStage: polecat 1")
    write(work.path, {"two.py": ""})
    docs = commit(Repo(rig.check(f"librarian-{ONE}")), "README.md", "Tell of one")
    write(rig.defender(ONE), {"test_more.py": ""})

    assert unmerged_work(rig, ONE, {"sk-1"}, "origin/main") == [
        f"checks/librarian-{ONE}: {docs[:10]} Tell of one",
        "polecats/agate: two.py is not committed",
        f"polecats/agate: {done[:10]} Do one",
    ]
    assert unmerged_work(rig, OTHER, {"sk-2"}, "origin/main") == []


def test_work_is_found_on_a_branch_whose_worktree_is_gone(rig: RigLayout):
    work = polecat(rig, "sk-1")
    commit(work, "one.py", "Do one\n\nBead: sk-1\nStage: polecat 1")
    Repo(rig.canonical).run("worktree", "remove", "--force", str(work.path))

    assert [line[-6:] for line in unmerged_work(rig, ONE, {"sk-1"}, "origin/main")] == ["Do one"]


def test_a_landed_convoy_is_tidied_and_its_beads_slots_stay(rig: RigLayout):
    tidy(rig, ONE)
    tidy(rig, ONE)

    assert not rig.defender(ONE).exists()
    assert origin_branches(rig) == [f"convoy/{OTHER}", "main"]
    assert slot_of(rig, "sk-1") is not None


def test_a_rig_that_is_gone_has_nothing_to_tidy(tmp_path: Path):
    tidy(RigLayout(tmp_path / "gone"), ONE)

    assert not (tmp_path / "gone").exists()
