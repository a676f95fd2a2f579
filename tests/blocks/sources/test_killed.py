"""A reader killed with -9 at any change of the world loses nothing and doubles nothing."""

import json
import subprocess
import sys

from gastown.feedback.record import record_id
from gastown.feedback.rehearsal.server import PublicServer
from gastown.feedback.rehearsal.world import crowd
from gastown.feedback.store import Store
from gastown.rigs.git import Repo

MANY = 250
DEATHS = (205, 250, 40)  # within a commit, among files, right after what was taken over


def sweep(store, url, die_at: int = 0) -> int:
    """Run it in a process group of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.blocks.sources.sweeper", str(store), url, str(die_at)],
        check=False,
        start_new_session=True,
        capture_output=True,
        timeout=600,
    )
    return done.returncode


def tree(path) -> list[str]:
    """Every record as git has it: name and content."""
    return Repo(path).lines("ls-tree", "-r", "-z", "HEAD", "items/")


def test_three_kills_lose_and_double_nothing(tmp_path):
    with PublicServer() as server:
        server.world.put(*crowd(MANY))
        for die_at in DEATHS:
            assert sweep(tmp_path, server.url, die_at) == -9
        assert sweep(tmp_path, server.url) == 0
        first = tree(tmp_path)
        assert sweep(tmp_path, server.url) == 0

    store = Store(tmp_path)
    wanted = {record_id("public", f"issue-{number}") for number in range(1, MANY + 1)}
    found = [record.id for record in store.records()]
    assert sorted(found) == sorted(wanted)
    assert tree(tmp_path) == first
    assert Repo(tmp_path).status() == []
    files = Repo(tmp_path).files()
    assert len([name for name in files if name.endswith(".md")]) == MANY
    assert json.loads((tmp_path / "cursors/public.json").read_text()) == store.cursor("public")


def test_at_every_commit_the_items_before_the_cursor_are_there(tmp_path):
    with PublicServer() as server:
        server.world.put(*crowd(MANY))
        sweep(tmp_path, server.url, 205)
        sweep(tmp_path, server.url)

    repo = Repo(tmp_path)
    for commit in repo.log("HEAD"):
        cursor = json.loads(repo.show_file(commit.id, "cursors/public.json") or "{}")
        have = [name for name in repo.files(commit.id) if name.endswith(".json")]
        records = [json.loads(repo.show_file(commit.id, n) or "") for n in have if "items" in n]
        times = {record["updated"] for record in records}
        before = [
            post for post in crowd(MANY) if f"{post.updated:%FT%TZ}" <= cursor.get("since", "")
        ]
        assert {f"{post.updated:%FT%TZ}" for post in before} <= times
