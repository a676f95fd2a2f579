"""Two convoys at once, each on a branch of its own, whose work clashes when they land."""

import os
import signal
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from prefect.settings import PREFECT_API_URL

from gastown.beads.bead import CLOSED, Bead, Draft
from gastown.convoys.convoy import create_convoy
from gastown.convoys.homecoming import LABEL
from gastown.founding.rig import add_rig
from gastown.rehearsal.pace import UNPACED
from gastown.rehearsal.script import Script
from gastown.rehearsal.server import RehearsalServer
from gastown.rehearsal.turn import Call, Turn
from gastown.rigs.clone import new_origin
from gastown.rigs.git import Repo
from gastown.rigs.slots import slots
from gastown.town.town import Town
from tests.blocks.smol import until
from tests.gastown.rigs.given import write
from tests.landing.test_hooked import FORMULA
from tests.tasks.oak import make_oak, rows

pytestmark = [pytest.mark.engine, pytest.mark.slow]

ROLES = ("defender", "polecat", "refinery")
HEAD = "The names that a level may have."
FILES = {
    "levels.py": f'"""{HEAD}"""\n\nLEVELS = ("slow",)\n',
    "tests/test_slow.py": "from levels import LEVELS\n\n\n"
    'def test_slow():\n    assert "slow" in LEVELS\n',
}
WORDS = ("fast", "loud")


def levels(*words: str) -> str:
    return f'"""{HEAD}"""\n\nLEVELS = {("slow", *words)!r}\n'.replace("'", '"')


def writes(path: str, text: str) -> tuple[Turn, ...]:
    put = Call("write_file", {"path": path, "content": text})
    return Turn(calls=(put,)), Turn(calls=(Call("submit", {"summary": "Done."}),))


def answers() -> Script:
    """Each word's bead writes the line of `levels.py` anew; who brings them home keeps both."""
    said = {"verdict": "approve", "summary": "As asked.", "findings": []}
    script = Script({}, {f"Add {word}": word for word in WORDS})
    for word in (*WORDS, "home"):
        script.sessions["refinery", word, 1] = (Turn(calls=(Call("submit", said),)),)
    for word in WORDS:
        test = FILES["tests/test_slow.py"].replace("slow", word)
        script.sessions["defender", word, 1] = writes(f"tests/test_{word}.py", test)
        script.sessions["polecat", word, 1] = writes("levels.py", levels(word))
    script.sessions["polecat", "home", 1] = writes("levels.py", levels(*WORDS))
    return script


class Pair:
    """A town with a rig, and a convoy for each word."""

    def __init__(self, folder: Path, url: str, script: Script) -> None:
        write(folder / "source", FILES)
        self.origin = Repo(Path(new_origin(folder / "source", folder / "garden.git")))
        self.origin.run("config", "core.logAllRefUpdates", "always")
        oak = make_oak(folder, rows(url, near=ROLES))
        add_rig(oak, "garden", str(self.origin.path))
        self.town = Town.open(oak.root)
        self.town.layout.formulas.mkdir(exist_ok=True)
        (self.town.layout.formulas / "short.formula.toml").write_text(FORMULA)
        self.convoys = [self._convoy(word) for word in WORDS]
        for convoy in self.convoys:  # its branch is there, as if a bead had been merged before
            self.origin.run("branch", f"integration/{convoy}", "main")
            script.titles[f"Bring integration/{convoy} together with main"] = "home"

    def _convoy(self, word: str) -> str:
        bead = self.town.ledger.create(Draft(title=f"Add {word}", prefix="ga"))
        made = create_convoy(
            self.town.ledger, self.town.config, word, [bead.id], merge="review-then-land"
        )
        return made.id

    def start(self, stack: ExitStack, convoy: str) -> "subprocess.Popen[bytes]":
        """A run of its formula, in a process of its own."""
        argv = [sys.executable, "-m", "tests.engine.lander", str(self.town.root), convoy, "short"]
        env = {**os.environ, "PREFECT_API_URL": PREFECT_API_URL.value() or ""}
        process = stack.enter_context(subprocess.Popen(argv, env=env))
        stack.callback(process.kill)
        return process

    def homecomings(self) -> Sequence[Bead]:
        return self.town.ledger.find(label=LABEL)

    def red_commits(self, folder: Path) -> list[str]:
        """Commits along main's first parents whose tests are not green."""
        tree = Repo(folder / "look")
        Repo(folder).run("clone", "--quiet", str(self.origin.path), str(tree.path))
        red: list[str] = []
        for commit in tree.ask("rev-list", "--first-parent", "origin/main").split():
            tree.run("checkout", "--quiet", "--detach", commit)
            argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
            done = subprocess.run(argv, cwd=tree.path, capture_output=True, check=False)
            red += [commit] * bool(done.returncode)
        return red

    def forced(self) -> list[str]:
        """Changes of origin's main that were no fast-forward."""
        moves = self.origin.ask("reflog", "show", "--format=%H", "main").split()
        pairs = zip(moves[1:], moves, strict=False)
        return [new for old, new in pairs if not self.origin.is_ancestor(old, new)]


@pytest.fixture
def pair(tmp_path: Path) -> Generator[Pair]:
    script = answers()
    with RehearsalServer(script, pace=UNPACED) as server:
        yield Pair(tmp_path, server.url, script)


def test_both_land_though_they_clash_and_a_run_is_killed_over_it(pair: Pair, tmp_path: Path):
    """The second to land goes through a bead of rework, and nobody is asked."""
    with ExitStack() as stack:
        runs = {convoy: pair.start(stack, convoy) for convoy in pair.convoys}
        until(lambda: bool(pair.homecomings()), 200)
        later = str(pair.homecomings()[0].metadata["convoy"])
        runs[later].send_signal(signal.SIGKILL)
        runs[later].wait()
        runs[later] = pair.start(stack, later)
        ended = {convoy: run.wait(200) for convoy, run in runs.items()}

    assert ended == dict.fromkeys(pair.convoys, 0)
    (rework,) = pair.homecomings()
    ledger = pair.town.ledger
    assert [ledger.show(one).status for one in (rework.id, *pair.convoys)] == [CLOSED] * 3
    assert pair.origin.show_file("main", "levels.py") == levels(*WORDS)
    assert pair.red_commits(tmp_path) == []
    assert len(pair.origin.ask("reflog", "show", "--format=%H", "main").split()) >= 2
    assert pair.forced() == []
    branches = pair.origin.ask("for-each-ref", "--format=%(refname:short)", "refs/heads")
    assert branches.split() == ["main"]
    assert slots(pair.town.layout.rig("garden")) == ()
