"""Batches: what is green lands, what is not goes back, and main is green at every commit."""

import random
from dataclasses import replace

import pytest

from gastown.errors import MainRedError, StaleTokenError
from gastown.queue.outcome import Contained, Merged, Red
from gastown.queue.requests import Requests
from gastown.queue.terms import ALONE, Terms
from gastown.rigs.clone import clone
from gastown.rigs.git import Repo
from gastown.rigs.rebase import Conflict
from tests.gastown.queue.given import (
    OLD,
    TreeGate,
    branch,
    bring,
    bring_all,
    crowd,
    names,
    of_kind,
    on_main,
    red_commits,
)
from tests.gastown.rigs.given import POLECAT, write

LINEAR = Terms(history="linear")


@pytest.fixture
def rig(tmp_path):
    return crowd(tmp_path)


def left_on_record(rig, bead, terms=ALONE):
    """The request of a stage that was killed while it waited."""

    def die(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring(rig, bead, TreeGate(), replace(terms, held=die))
    requests = Requests.of(rig)
    (asked,) = [one for one in requests.all() if one.bead == bead]
    requests.change(asked, state="ready", reason="", settled_at=None)


def _elsewhere(tmp_path, files):
    other = clone(str(tmp_path / "origin.git"), tmp_path / f"other-{len(list(tmp_path.iterdir()))}")
    write(other.path, files)
    other.commit_all("Elsewhere", POLECAT)
    other.push("main")


def test_good_branches_take_one_gate_and_are_one_commit_of_main(rig):
    beads = names(range(5))
    for bead in beads:
        branch(rig, bead)
    gate = TreeGate()

    told = bring_all(rig, beads, gate)

    assert of_kind(told, Merged) == {*beads}
    assert gate.runs == 1
    main = Repo(rig.canonical)
    assert main.ask("rev-list", "--count", "--first-parent", "origin/main") == "2"
    assert sorted(on_main(rig)) == beads
    assert red_commits(rig, gate) == []


def test_each_is_told_the_commit_that_carries_its_own_work(rig):
    beads = names(range(3))
    for bead in beads:
        branch(rig, bead)

    told = bring_all(rig, beads, TreeGate())

    for bead, outcome in told.items():
        assert isinstance(outcome, Merged)
        (commit,) = Repo(rig.canonical).log(f"{outcome.commit}^!")
        assert ("bead", bead) in commit.trailers


def test_a_branch_of_two_commits_alone_is_a_merge_since_its_tests_were_red_at_first(rig):
    branch(rig, "sk-1")
    gate = TreeGate()

    bring(rig, "sk-1", gate)

    assert red_commits(rig, gate) == []
    assert len(Repo(rig.canonical).log("origin/main")) == 4


def test_a_linear_history_has_no_merge_and_only_its_ends_are_known_to_be_green(rig):
    branch(rig, "sk-1")
    gate = TreeGate()

    bring(rig, "sk-1", gate, LINEAR)

    assert Repo(rig.canonical).ask("rev-list", "--count", "--merges", "origin/main") == "0"
    assert len(red_commits(rig, gate)) == 1  # the Defender's tests, before the work


@pytest.mark.parametrize("tells", [True, False], ids=["told", "blind"])
def test_the_bad_go_back_with_a_red_run_of_their_own_and_the_rest_lands(rig, tells):
    beads, bad = names(range(8)), {"sk-2", "sk-5"}
    for bead in beads:
        branch(rig, bead, work="bad" if bead in bad else "good")
    gate = TreeGate(tells=tells)

    told = bring_all(rig, beads, gate)

    assert of_kind(told, Red) == bad
    assert of_kind(told, Merged) == {*beads} - bad
    assert sorted(on_main(rig)) == sorted({*beads} - bad)
    assert red_commits(rig, gate) == []
    for bead in bad:
        outcome = told[bead]
        assert isinstance(outcome, Red)
        assert {case.file for case in outcome.report.red} == {f"tests/{bead}" if tells else OLD}


def test_of_two_that_are_red_together_one_lands_and_the_other_goes_back(rig):
    for bead in names((1, 2, 3)):
        branch(rig, bead)
    gate = TreeGate(pairs=[frozenset({"sk-1", "sk-3"})])

    told = bring_all(rig, names((1, 2, 3)), gate)

    assert len(of_kind(told, Red) & {"sk-1", "sk-3"}) == 1
    assert len(of_kind(told, Merged)) == 2
    assert red_commits(rig, gate) == []


def test_a_run_that_is_red_by_chance_sends_nobody_back(rig):
    for bead in names(range(4)):
        branch(rig, bead)

    told = bring_all(rig, names(range(4)), gate := TreeGate(flaky={1, 3}))

    assert of_kind(told, Merged) == {*names(range(4))}
    assert red_commits(rig, gate) == []


def test_a_single_request_is_gated_again_before_it_goes_back(rig):
    branch(rig, "sk-1", work="bad")

    outcome = bring(rig, "sk-1", gate := TreeGate())

    assert isinstance(outcome, Red)
    assert [sorted(seen) for seen in gate.seen] == [["sk-1"], ["sk-1"], []]  # main itself, last


def test_nobody_is_blamed_for_a_main_that_is_red_by_itself(rig, tmp_path):
    branch(rig, "sk-1")
    _elsewhere(tmp_path, {"tests/theirs": "src/missing"})

    with pytest.raises(MainRedError, match=r"origin/main is red at \w+ without polecat/sk-1"):
        bring(rig, "sk-1", TreeGate())
    assert Requests.of(rig).all()[0].state == "withdrawn"


def test_what_mends_a_red_main_lands(rig, tmp_path):
    _elsewhere(tmp_path, {"tests/theirs": "src/missing"})
    branch(rig, "sk-1", file="src/missing")

    assert isinstance(bring(rig, "sk-1", TreeGate()), Merged)


def test_what_conflicts_with_main_goes_back_with_its_files(rig, tmp_path):
    branch(rig, "sk-1", file="src/same")
    branch(rig, "sk-2")
    _elsewhere(tmp_path, {"src/same": "theirs\n"})

    told = bring_all(rig, names((1, 2)), TreeGate())

    conflict = told["sk-1"]
    assert isinstance(conflict, Conflict)
    assert conflict.files == ("src/same",)
    assert isinstance(told["sk-2"], Merged)


def test_of_two_that_conflict_with_each_other_the_later_goes_back(rig):
    branch(rig, "sk-1", work="good", file="src/same")
    branch(rig, "sk-2", work="fine", file="src/same")

    told = bring_all(rig, names((1, 2)), TreeGate())

    assert len(of_kind(told, Merged)) == len(of_kind(told, Conflict)) == 1


def test_one_that_conflicts_only_with_what_is_red_lands(rig):
    """It is left out of the stack, and tried again on the main that there is then."""
    branch(rig, "sk-1", work="bad", file="src/same")
    branch(rig, "sk-2", work="good", file="src/same")
    left_on_record(rig, "sk-1", Terms(priority=0))
    later = Terms(priority=4)

    assert isinstance(bring(rig, "sk-2", TreeGate(), later), Merged)
    assert {one.bead: one.state for one in Requests.of(rig).all()} == {
        "sk-1": "red",
        "sk-2": "merged",
    }


def test_work_that_two_branches_hold_is_merged_once(rig):
    branch(rig, "sk-1")
    main = Repo(rig.canonical)
    main.run("branch", "polecat/sk-2", "polecat/sk-1")

    told = bring_all(rig, names((1, 2)), TreeGate())

    assert len(of_kind(told, Merged)) == len(of_kind(told, Contained)) == 1
    assert on_main(rig) == ["sk-1"]


def test_a_claim_that_was_lost_withdraws_its_own_request_only(rig):
    """Also when it is lost while the gate runs: the rest is gated again without it."""
    for bead in names((1, 2, 3)):
        branch(rig, bead)
    gate = TreeGate()
    terms = Terms(held=lambda one: one.bead != "sk-2" or gate.runs == 0)
    left_on_record(rig, "sk-2")
    left_on_record(rig, "sk-3")

    assert isinstance(bring(rig, "sk-1", gate, terms), Merged)

    states = {one.bead: one.state for one in Requests.of(rig).all()}
    assert states == {"sk-1": "merged", "sk-2": "withdrawn", "sk-3": "merged"}
    assert sorted(on_main(rig)) == ["sk-1", "sk-3"]
    assert frozenset(names((1, 2, 3))) in gate.seen


def test_whoever_lost_its_claim_is_told_so(rig):
    branch(rig, "sk-1")

    with pytest.raises(StaleTokenError, match="withdrawn"):
        bring(rig, "sk-1", TreeGate(), Terms(step="hq-mol-1.2", token=1, held=lambda _: False))
    assert on_main(rig) == []


def test_a_branch_that_moved_on_after_it_was_approved_is_not_merged(rig):
    branch(rig, "sk-1")
    gate = TreeGate()

    def gated(tree):
        branch(rig, "sk-1", work="other")
        return gate(tree)

    with pytest.raises(StaleTokenError, match="the branch is at"):
        bring(rig, "sk-1", gated)
    assert on_main(rig) == []


def test_an_urgent_bead_goes_before_others(rig):
    for bead, priority in zip(names(range(3)), (3, 2, 0), strict=True):
        branch(rig, bead)
        left_on_record(rig, bead, Terms(priority=priority))

    bring(rig, "sk-0", TreeGate(), Terms(most=1, priority=3))

    assert on_main(rig) == ["sk-2", "sk-1", "sk-0"]


@pytest.mark.parametrize("seed", range(2))
def test_a_crowd_with_bad_ones_and_bad_pairs_leaves_main_green_at_every_commit(rig, seed):
    chance = random.Random(seed)
    beads = names(range(9))
    bad = {*chance.sample(beads, 2)}
    good = sorted({*beads} - bad)
    pair = frozenset(chance.sample(good, 2))
    for bead in beads:
        branch(rig, bead, work="bad" if bead in bad else "good")
    gate = TreeGate(tells=bool(seed % 2), pairs=[pair], flaky={chance.randrange(1, 6)})

    told = bring_all(rig, beads, gate)

    refused, landed = of_kind(told, Red), of_kind(told, Merged)
    assert refused | landed == {*beads}
    assert bad <= refused
    assert refused - bad <= pair
    assert len(refused & pair) == 1
    assert sorted(on_main(rig)) == sorted(landed)
    assert red_commits(rig, gate) == []


def test_a_branch_whose_ids_are_kept_is_merged_though_it_changes_nothing(rig):
    """It holds what its target lacks in history: which main it was brought together with."""
    main = Repo(rig.canonical)
    tree = main.ask("rev-parse", "origin/main^{tree}")
    start = main.rev("origin/main")
    made = main.run("commit-tree", tree, "-p", start, "-m", "Meet", author=POLECAT)[1].strip()
    main.run("branch", "polecat/sk-1", made)

    outcome = bring(rig, "sk-1", TreeGate(), replace(ALONE, keep=True))

    assert isinstance(outcome, Merged)
    assert main.is_ancestor(made, "origin/main")
