"""`town defend`, `town polecat`, `town review`: a branch, a report, and an exit code."""

from tests.gastown.rigs.given import write
from tests.tasks.test_alone import DEFEND, WISH, WORK, checkout, said, town_of


def test_one_role_after_the_other_on_one_change(cli, tmp_path, monkeypatch):
    rework = {"file": "beat.py", "line": 6, "severity": "high", "text": "Half to even."}
    turns = {**DEFEND, **WORK, ("refinery", "review work"): (said("rework", findings=[rework]),)}
    with town_of(tmp_path, turns) as town:
        monkeypatch.chdir(town.root)
        mine = checkout(tmp_path)

        tests = cli("defend", str(mine.path), WISH, "--json")
        work = cli("polecat", str(mine.path), "Add snap", "--from", tests.json["branch"], "--json")
        mine.run("branch", "work", work.json["branch"])
        read = cli("review", str(mine.path), "work", "--criterion", "It snaps")

    assert (tests.code, work.code, read.code) == (0, 0, 1), (tests.err, work.err, read.err)
    assert work.json["tests"].startswith("2 passed")
    assert "mine: rework on branch work: Read." in read.out
    assert "beat.py:6 (high): Half to even." in read.out
    assert "changed lines run by tests (line tracer)" in read.out
    assert "not judged" in read.out
    assert "near reads 2 files" in read.err


def test_what_cannot_be_done_is_refused(cli, tmp_path, monkeypatch):
    write(tmp_path / "plain", {"a.py": ""})
    with town_of(tmp_path, {}) as town:
        monkeypatch.chdir(town.root)
        nowhere = cli("polecat", str(tmp_path / "plain"), "Change it")
        empty = cli("defend", "garden")

    assert (nowhere.code, empty.code) == (2, 2)
    assert "is neither a rig of this town" in nowhere.err
    assert "say a criterion" in empty.err
