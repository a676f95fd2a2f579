"""The checker's rules of git, by plain commands at origin and in the town's clone."""

import io
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.chaos.verdict import Case, Fault

MAIN = "refs/heads/main"
STAGES = ("defender", "polecat")


def git(folder: Path, *words: str) -> str:
    """What a git command prints. Raises CalledProcessError."""
    argv = ["git", "-C", str(folder), *words]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


def merged_once(case: Case) -> Iterator[Fault]:
    """Each bead's work, and its tests, are on origin's main exactly once."""
    form = "%(trailers:key=Bead,valueonly,separator=%x2C) %(trailers:key=Stage,valueonly)%x00"
    told = git(case.origin, "log", f"--format={form}", MAIN).split("\0")
    found = Counter(" ".join(one.split()[:2]) for one in told)
    for bead in case.words:
        for stage in STAGES:
            count = found[f"{bead} {stage}"]
            if count != 1:
                sort = "doubled" if count else "lost"
                yield Fault("merged-once", sort, f"{bead}: {count} commits of {stage}")


def words_there(case: Case) -> Iterator[Fault]:
    """What each bead asked for is on main."""
    for bead, word in case.words.items():
        try:
            said = git(case.origin, "show", f"{MAIN}:words/{word}.txt").strip()
        except subprocess.CalledProcessError:
            said = ""
        if said != word:
            yield Fault("words-there", "lost", f"{bead}: words/{word}.txt holds {said!r}")


def never_forced(case: Case) -> Iterator[Fault]:
    """Every push followed from the one before, from the first commit to what main is now."""
    before = ""
    for old, new in pushes(case):
        if before and old != before:
            yield Fault("never-forced", "lost", f"{old[:10]} was not what {before[:10]} left")
        argv = ["git", "-C", str(case.origin), "merge-base", "--is-ancestor", old, new]
        if subprocess.run(argv, capture_output=True, check=False).returncode:
            yield Fault("never-forced", "lost", f"{new[:10]} does not follow {old[:10]}")
        before = new
    if before != (head := git(case.origin, "rev-parse", MAIN).strip()):
        yield Fault("never-forced", "lost", f"main is {head[:10]}, the last push {before[:10]}")


def always_green(case: Case) -> Iterator[Fault]:
    """The rig's own tests pass at every state in which main ever was."""
    for _, state in pushes(case):
        if said := _red(case.origin, state):
            yield Fault("always-green", "lost", f"main was red at {state[:10]}: {said}")


def whole_objects(case: Case) -> Iterator[Fault]:
    """Git finds no object missing or broken, at origin and in the clone."""
    for folder in (case.origin, case.clone):
        argv = ["git", "-C", str(folder), "fsck", "--full", "--no-dangling"]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        if done.returncode:
            yield Fault("whole-objects", "lost", f"{folder.name}: {done.stderr.strip()}")


def no_branch_left(case: Case) -> Iterator[Fault]:
    """Origin and the clone have main and nothing else of their own."""
    for folder in (case.origin, case.clone):
        for name in git(folder, "for-each-ref", "--format=%(refname)").split():
            if name != MAIN and not name.startswith("refs/remotes/"):
                yield Fault("no-branch-left", "leaked", f"{folder.name}: {name}")


def no_worktree_left(case: Case) -> Iterator[Fault]:
    """The clone's worktrees are itself and the Refinery's, both clean and in the middle of nothing.

    `git worktree list` also names those whose folder is gone.
    """
    listed = git(case.clone, "worktree", "list", "--porcelain").splitlines()
    paths = {Path(line[9:]).resolve() for line in listed if line.startswith("worktree ")}
    wanted = {case.clone.resolve(), (case.root / case.rig / "refinery" / "rig").resolve()}
    for path in sorted(paths - wanted):
        yield Fault("no-worktree-left", "leaked", str(path))
    for path in sorted(paths & wanted):
        if said := git(path, "status", "--porcelain").strip():
            yield Fault("no-worktree-left", "leaked", f"{path} is not clean: {said}")
        for name in ("rebase-merge", "rebase-apply", "MERGE_HEAD", "CHERRY_PICK_HEAD"):
            if Path(path, git(path, "rev-parse", "--git-path", name).strip()).exists():
                yield Fault("no-worktree-left", "leaked", f"{path} is in the middle of {name}")


def no_lock_left(case: Case) -> Iterator[Fault]:
    """No lock file of a dead git is left; ours are flocks, whose files stay."""
    for folder in (case.origin, case.clone / ".git", case.root / ".git"):
        for lock in sorted(folder.rglob("*.lock")):
            if lock.name != "gastown.lock":
                yield Fault("no-lock-left", "leaked", str(lock))


def pushes(case: Case) -> list[tuple[str, str]]:
    """What origin's main was before and after each push, oldest first; origin keeps them itself."""
    lines = (case.origin / "logs" / MAIN).read_text(encoding="utf-8").splitlines()
    return [(old, new) for old, new in (line.split(" ", 2)[:2] for line in lines)]


def _red(origin: Path, state: str) -> str:
    """What the tests said of a commit if they failed, run in a folder of their own."""
    argv = ["git", "-C", str(origin), "archive", state]
    packed = subprocess.run(argv, capture_output=True, check=True).stdout
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(folder, filter="data")
        run = [sys.executable, "-S", "tests/run.py", "junit.xml"]
        done = subprocess.run(run, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return ""
        return done.stderr.strip() or Path(folder, "junit.xml").read_text(encoding="utf-8")


RULES = (
    merged_once, words_there, never_forced, always_green, whole_objects, no_branch_left,
    no_worktree_left, no_lock_left,
)  # fmt: skip
