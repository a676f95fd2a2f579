"""Defender, Polecat and Refinery on any repository: a branch and a report, and nothing else."""

import json
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from gastown.errors import ConfigError, NotFoundError, StageFailedError
from gastown.founding.rig import add_rig
from gastown.rehearsal.pace import UNPACED
from gastown.rehearsal.script import Script
from gastown.rehearsal.server import RehearsalServer
from gastown.rehearsal.turn import Call, Turn
from gastown.rigs.clone import new_origin
from gastown.rigs.git import Repo
from gastown.rigs.scan.redact import mark
from gastown.town.town import Town
from tasks.alone import REPORT, defend, implement, review
from tests.gastown.rigs.given import write
from tests.gastown.rigs.scan.planted import PASSWORD
from tests.tasks.oak import make_oak, rows

FILES = {
    "README.md": "# Beat\n",
    "beat.py": "def beats(seconds):\n    return seconds * 2\n",
    "tests/test_beat.py": "from beat import beats\ndef test_beats():\n    assert beats(1) == 2\n",
}
WISH = "`snap(beat)` rounds to the nearest whole beat"
TEST = "from beat import snap\ndef test_snap():\n    assert snap(1.4) == 1\n"
SNAP = "\n\ndef snap(beat):\n    return round(beat)\n"
GODOT = {
    "project.godot": 'config_version=5\n[application]\nconfig/features=PackedStringArray("4.6")\n',
    "tests/run_tests.gd": "extends SceneTree\n",
    "tests/test_a.gd": "extends RefCounted\nfunc test_a() -> bool:\n\treturn true\n",
}


def wrote(path: str, content: str) -> Turn:
    write_file = Call("write_file", {"path": path, "content": content})
    return Turn(calls=(write_file, Call("submit", {"summary": "Done."})))


def said(verdict: str, **more: object) -> Turn:
    answer = {"verdict": verdict, "summary": "Read.", "findings": [], **more}
    return Turn(calls=(Call("submit", answer),))


@contextmanager
def town_of(
    folder: Path, turns: Mapping[tuple[str, str], Sequence[Turn]], files=FILES
) -> Generator[Town]:
    """A town with the rig `garden`, a person's checkout of it, and models with these lines."""
    script = Script({(role, title, 1): tuple(told) for (role, title), told in turns.items()})
    with RehearsalServer(script, pace=UNPACED) as server:
        write(folder / "source", files)
        origin = new_origin(folder / "source", folder / "garden.git")
        oak = make_oak(folder, rows(server.url, near=("defender", "polecat", "refinery")))
        add_rig(oak, "garden", str(origin))
        yield Town.open(oak.root)


def branches(origin: Path) -> list[str]:
    refs = Repo(origin).ask("for-each-ref", "--format=%(refname:short)", "refs/heads")
    return [one for one in refs.split() if one.startswith("town/")]


def at(origin: Path, branch: str, path: str) -> str:
    return Repo(origin).show_file(branch, path) or ""


def checkout(tmp_path: Path) -> Repo:
    folder = tmp_path / "mine"
    Repo(tmp_path).run("clone", "-q", str(tmp_path / "garden.git"), str(folder))
    return Repo(folder)


DEFEND = {("defender", f"defend: {WISH}"): (wrote("tests/test_snap.py", TEST),)}
WORK = {("polecat", "polecat: Add snap"): (wrote("beat.py", FILES["beat.py"] + SNAP),)}


def test_a_defender_leaves_red_tests_on_a_branch(tmp_path):
    with town_of(tmp_path, DEFEND) as town:
        handed = defend(town, "garden", [WISH])

    assert branches(tmp_path / "garden.git") == [handed.branch]
    assert at(tmp_path / "garden.git", handed.branch, "tests/test_snap.py") == TEST
    assert handed.reasons == ("tests/test_snap.py: tests.test_snap waits for snap",)
    assert "1 error" in handed.tests
    assert handed.branch in (Path(handed.folder) / REPORT).read_text()


def test_a_defender_whose_tests_are_green_already_leaves_nothing(tmp_path):
    green = TEST.replace("snap(1.4) == 1", "True").replace("from beat import snap\n", "")
    turns = {("defender", f"defend: {WISH}"): (wrote("tests/test_snap.py", green),)}
    with town_of(tmp_path, turns) as town, pytest.raises(StageFailedError):
        defend(town, "garden", [WISH])

    assert branches(tmp_path / "garden.git") == []


def test_a_polecat_goes_on_from_the_branch_with_the_tests(tmp_path):
    with town_of(tmp_path, {**DEFEND, **WORK}) as town:
        tests = defend(town, "garden", [WISH])
        handed = implement(town, "garden", "Add snap", ref=tests.branch)

    assert "def snap" in at(tmp_path / "garden.git", handed.branch, "beat.py")
    assert at(tmp_path / "garden.git", handed.branch, "tests/test_snap.py") == TEST
    assert handed.tests.startswith("2 passed")
    assert "+def snap(beat):" in handed.patch


def test_on_a_persons_checkout_only_a_branch_appears(tmp_path):
    with town_of(tmp_path, WORK) as town:
        mine = checkout(tmp_path)
        (mine.path / "beat.py").write_text("# half-done work of mine\n")
        head = mine.head()

        handed = implement(town, str(mine.path), "Add snap")

    assert branches(mine.path) == [handed.branch]
    assert (mine.head(), mine.status()) == (head, ["beat.py"])
    assert (mine.path / "beat.py").read_text() == "# half-done work of mine\n"
    assert branches(tmp_path / "garden.git") == []


def test_a_polecat_may_neither_touch_tests_nor_invent_names(tmp_path):
    invented = FILES["beat.py"] + SNAP.replace("round(beat)", "math.rond(beat)")
    turns = {
        ("polecat", "polecat: Add snap"): (
            wrote("beat.py", f"import math\n{invented}"),
            wrote("tests/test_beat.py", "def test_a(): pass\n"),
            wrote("beat.py", FILES["beat.py"] + SNAP),
        )
    }
    with town_of(tmp_path, turns) as town:
        handed = implement(town, "garden", "Add snap")
        told = (Path(handed.folder) / "session-1.jsonl").read_text()

    assert "the module math has no rond; it has" in told
    assert "refused: tests/test_beat.py" in told
    assert (
        at(tmp_path / "garden.git", handed.branch, "tests/test_beat.py")
        == (FILES["tests/test_beat.py"])
    )


def test_a_secret_that_a_session_reads_is_not_in_what_it_leaves(tmp_path):
    read = Turn(calls=(Call("read_file", {"path": "login.py"}),))
    login = f'PASSWORD = "{PASSWORD}"\n'
    turns = {("polecat", "polecat: Add snap"): (read, wrote("login.py", f"{login}USER = 1\n"))}
    files = {**FILES, "login.py": login}
    with town_of(tmp_path, turns, files) as town:
        handed = implement(town, "garden", "Add snap")

    told = (Path(handed.folder) / "session-1.jsonl").read_text()
    assert PASSWORD not in told
    assert f'PASSWORD = \\"{mark(PASSWORD)}\\"' in told
    assert at(tmp_path / "garden.git", handed.branch, "login.py") == f"{login}USER = 1\n"
    assert f' PASSWORD = "{mark(PASSWORD)}"\n+USER = 1' in handed.patch
    assert PASSWORD not in handed.report


def reviewed(tmp_path: Path, *turns: Turn, more: str = SNAP, criteria=()):
    with town_of(tmp_path, {("refinery", "review work"): turns}) as town:
        repo = checkout(tmp_path)
        repo.run("checkout", "-q", "-b", "work")
        (repo.path / "beat.py").write_text(FILES["beat.py"] + more)
        repo.commit_all("Add snap", "ann <ann@example.org>")
        repo.push("work")
        return review(town, "garden", "work", criteria=criteria)


def test_a_review_tells_what_code_found_and_what_the_model_says_of_each_criterion(tmp_path):
    judged = {"number": 1, "met": "yes", "evidence": "snap() rounds."}
    found = {"file": "beat.py", "line": 6, "severity": "low", "text": "Half to even."}

    handed = reviewed(
        tmp_path, said("approve", criteria=[judged], findings=[found]), criteria=["It snaps"]
    )

    assert (handed.verdict, handed.good) == ("approve", True)
    assert handed.reasons == ("beat.py:6 (low): Half to even.",)
    assert handed.facts["coverage"] == "1 of 2 changed lines run by tests (line tracer)"
    assert [(one["file"], one["line"]) for one in handed.facts["findings"]] == [("beat.py", 6)]
    assert handed.facts["criteria"][0]["met"] == "yes"
    assert "| It snaps | yes | snap() rounds. |" in handed.report
    assert branches(tmp_path / "garden.git") == []


def test_what_the_rig_cannot_run_is_not_approved_and_a_criterion_that_is_not_met_neither(tmp_path):
    unmet = {"number": 1, "met": "no", "evidence": "It does not."}
    handed = reviewed(
        tmp_path,
        said("approve", criteria=[unmet]),
        said("approve"),
        said("rework"),
        more="\nimport json\n\ndef snap(beat):\n    return json.lods(beat)\n",
        criteria=["It snaps"],
    )

    told = (Path(handed.folder) / "session-1.jsonl").read_text()
    assert (handed.verdict, handed.good) == ("rework", False)
    assert "criterion 1 is not met, you say" in told
    assert "This cannot be approved as it is" in told
    assert "the module json has no lods; it has loads" in told
    assert json.loads((Path(handed.folder) / "review.json").read_text())["criteria"][0]["met"] == (
        "not judged"
    )


def test_a_branch_with_red_tests_is_sent_back_whatever_the_model_says(tmp_path):
    handed = reviewed(tmp_path, said("approve"), more="\nbeats = None\n")

    assert handed.verdict == "rework"
    assert "test_beats" in handed.reasons[-1]


def test_what_cannot_be_done_is_refused(tmp_path):
    with town_of(tmp_path, {}) as town:
        with pytest.raises(NotFoundError, match="neither a rig"):
            implement(town, str(tmp_path / "nowhere"), "x")
        with pytest.raises(ConfigError, match="say a criterion"):
            defend(town, "garden", [" "])
        with pytest.raises(ConfigError, match="changes nothing"):
            review(town, "garden", "main")
        with pytest.raises(NotFoundError, match="has no branch trunk"):
            review(town, "garden", "main", onto="trunk")


def test_godot_3_in_a_godot_rig_is_sent_back_with_the_right_spelling(tmp_path):
    old = 'extends Node\nfunc f():\n\tyield(get_tree(), "idle_frame")\n'
    new = "extends Node\nfunc f():\n\tawait get_tree().process_frame\n"
    turns = {("polecat", "polecat: Wait"): (wrote("src/a.gd", old), wrote("src/a.gd", new))}
    with town_of(tmp_path, turns, GODOT) as town:
        town.layout.config.write_text(
            town.layout.config.read_text().replace(
                'kind = "godot-script"', 'kind = "generic"\ntest = ["true"]\nreport = "exit-only"'
            )
        )
        handed = implement(Town.open(town.root), "garden", "Wait")
        told = (Path(handed.folder) / "session-1.jsonl").read_text()

    assert "write `await object.signal`" in told
    assert at(tmp_path / "garden.git", handed.branch, "src/a.gd") == new
