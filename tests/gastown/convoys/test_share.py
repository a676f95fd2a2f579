"""The ledger goes into git once, whoever asks, how often, and after whatever death."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from gastown.beads.bead import Draft
from gastown.convoys.share import FILE, share_ledgers
from gastown.founding.install import install
from gastown.founding.rig import add_rig
from gastown.rigs.clone import new_origin
from gastown.rigs.git import Repo
from gastown.town.town import Town


@pytest.fixture
def town(tmp_path):
    """A town with one rig and one bead in each ledger."""
    source = tmp_path / "source"
    (source / "tests").mkdir(parents=True)
    (source / "tests" / "test_it.py").write_text("def test_it(): pass\n")
    root = tmp_path / "town"
    install(root, "oak")
    add_rig(Town.open(root), "garden", str(new_origin(source, tmp_path / "garden.git")))
    town = Town.open(root)
    for prefix in ("hq", town.config.rig("garden").prefix):
        town.ledger.create(Draft(title="Water the roses", prefix=prefix))
    return town


def commits(repo: Repo, ref: str) -> int:
    return sum("Share" in line for line in repo.ask("log", "--format=%s", ref).splitlines())


def test_each_ledger_is_committed_where_it_belongs_and_the_second_call_commits_nothing(town):
    origin = Repo(town.root.parent / "garden.git")

    assert set(share_ledgers(town)) == {"", "garden"}
    assert share_ledgers(town) == {}

    assert "Water the roses" in (origin.show_file("main", FILE) or "")
    assert (commits(Repo(town.root), "HEAD"), commits(origin, "main")) == (1, 1)


def test_many_landings_at_once_share_once(town):
    with ThreadPoolExecutor(4) as pool:
        shared = list(pool.map(lambda _: share_ledgers(Town.open(town.root)), range(4)))

    assert sorted(map(len, shared)) == [0, 0, 0, 2]


def test_what_a_death_left_exported_but_not_committed_is_committed_by_the_next_call(town):
    repo = Repo(town.root)
    lock = repo.folders()[0] / "index.lock"
    lock.touch()  # what a killed git leaves
    from gastown.beads.sync import export_file

    export_file(town.ledger, "hq", town.root / FILE)

    assert "" in share_ledgers(town)
    assert repo.status() == []
    assert not lock.exists()
