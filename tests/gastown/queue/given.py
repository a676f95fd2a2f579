"""A rig with many branches, each with its tests first and its work after, and a gate over trees.

A test file asks for a piece of work, and is red until that is there; a piece of work may be bad,
and may not get on with another.
"""

import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue

from gastown.queue.merge import merge
from gastown.queue.outcome import Gate, Outcome
from gastown.queue.requests import Requests
from gastown.queue.terms import ALONE, Terms
from gastown.rigs.command import git
from gastown.rigs.git import Repo
from gastown.rigs.lock import file_lock
from gastown.rigs.report import TestCase, TestReport
from gastown.rigs.worktree import detached_worktree
from gastown.town.layout import RigLayout
from tests.gastown.rigs.given import REFINERY, a_rig

OLD = "tests/old"  # the test file that was there before


def crowd(folder: Path) -> RigLayout:
    """A rig whose main has one old test."""
    return a_rig(folder, {OLD: "", "README.md": "# A rig\n"})


def branch(layout: RigLayout, bead: str, *, work: str = "good", file: str = "") -> str:
    """A branch of two commits from main: a test that is red alone, then the work it asks for."""
    name, place = f"polecat/{bead}", file or f"src/{bead}"
    start = Repo(layout.canonical).rev("origin/main")
    who = "Polecat <polecat@town> 1700000000 +0000"
    test = f"Test {bead}\n\nBead: {bead}\nStage: defender 1\n"
    done = f"Do {bead}\n\nBead: {bead}\nStage: polecat 1\n"
    text = f"{work}\n"
    lines = [
        f"commit refs/heads/{name}", f"committer {who}", f"data {len(test)}", test,
        f"from {start}", f"M 100644 inline tests/{bead}", f"data {len(place)}", place,
        f"commit refs/heads/{name}", f"committer {who}", f"data {len(done)}", done,
        f"M 100644 inline {place}", f"data {len(text)}", text, "done", "",
    ]  # fmt: skip
    git(layout.canonical, "fast-import", "--quiet", "--done", "--force", stdin="\n".join(lines))
    return name


@dataclass
class TreeGate:
    """Runs every test of a tree, and counts its runs.

    `tells` says whose test is red for bad work: its own, or the old one, which nobody touched.
    `pairs` are beads whose good work is red together. `flaky` runs are red for no reason.
    """

    tells: bool = True
    pairs: Collection[frozenset[str]] = ()
    flaky: Collection[int] = ()
    runs: int = 0
    seen: list[frozenset[str]] = field(default_factory=list[frozenset[str]])

    def __call__(self, tree: Path) -> TestReport:
        self.runs += 1
        found = self.report(tree)
        self.seen.append(beads_in(tree))
        if self.runs not in self.flaky:
            return found
        chance = TestCase(name=f"chance {self.runs}", file=OLD, status="failed")
        return found.model_copy(update={"cases": (*found.cases, chance)})

    def report(self, tree: Path) -> TestReport:
        """What the tests say of a tree; not counted."""
        red = {OLD} if any(pair <= beads_in(tree) for pair in self.pairs) else set[str]()
        for test in sorted((tree / "tests").iterdir()):
            wanted = test.read_text().strip()
            if wanted and not (tree / wanted).is_file():
                red.add(f"tests/{test.name}")
            elif wanted and (tree / wanted).read_text() == "bad\n":
                red.add(f"tests/{test.name}" if self.tells else OLD)
        cases = [
            TestCase(
                name="works", file=f"tests/{one.name}",
                status="failed" if f"tests/{one.name}" in red else "passed",
            )
            for one in sorted((tree / "tests").iterdir())
        ]  # fmt: skip
        return TestReport(runner="a gate", cases=tuple(cases))


def beads_in(tree: Path) -> frozenset[str]:
    """Whose work a tree holds."""
    return frozenset(path.name for path in (tree / "src").glob("*"))


def bring(layout: RigLayout, bead: str, gate: Gate, terms: Terms = ALONE) -> Outcome:
    name = f"polecat/{bead}"
    return merge(layout, name, target="main", gate=gate, bead=bead, author=REFINERY, terms=terms)


def bring_all(
    layout: RigLayout, beads: Sequence[str], gate: TreeGate, terms: Terms = ALONE
) -> dict[str, Outcome]:
    """Let every bead's stage ask, before the first gets its turn; what each was told."""
    told: Queue[tuple[str, Outcome]] = Queue()
    threads = [
        threading.Thread(
            target=lambda one=one: told.put((one, bring(layout, one, gate, terms))), daemon=True
        )
        for one in beads
    ]
    requests = Requests.of(layout)
    with file_lock(layout.queue_lock):
        for thread in threads:
            thread.start()
        _until(lambda: sum(one.open for one in requests.all()) == len(beads))
    for thread in threads:
        thread.join()
    return dict(told.get() for _ in beads)


def red_commits(layout: RigLayout, gate: TreeGate) -> list[str]:
    """Commits of origin's main, along first parents, that are not green."""
    main = Repo(layout.canonical)
    main.fetch()
    commits = main.ask("rev-list", "--first-parent", "origin/main").split()
    return [one for one in commits if not gate.report(_tree(layout, one)).green]


def on_main(layout: RigLayout) -> list[str]:
    """Beads whose work is on origin's main, by trailers, oldest first; a bead twice is twice."""
    main = Repo(layout.canonical)
    main.fetch()
    work = (dict(commit.trailers) for commit in main.log("origin/main"))
    return [one["bead"] for one in work if one.get("stage") == "polecat 1"][::-1]


def of_kind(told: dict[str, Outcome], kind: type) -> set[str]:
    return {bead for bead, outcome in told.items() if isinstance(outcome, kind)}


def names(numbers: Iterable[int]) -> list[str]:
    return [f"sk-{number}" for number in numbers]


def _tree(layout: RigLayout, commit: str) -> Path:
    return detached_worktree(layout, layout.check("green"), commit)


def _until(seen: Callable[[], bool]) -> None:
    pause = threading.Event()
    while not seen():
        pause.wait(0.02)
