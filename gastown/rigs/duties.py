"""Duties: a formula's steps on one branch of a rig, each in a worktree and on a branch of its own.

A step starts where the formula's branch stands and joins it when it is done: side by side steps
never meet in one worktree, and what a killed session left lies where the next one looks. A step
that has joined is told by a trailer of its commit, so that it is never done twice.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gastown.rigs.git import Repo
from gastown.rigs.lock import file_lock
from gastown.rigs.rebase import Conflict, rebase
from gastown.rigs.traces import duty_branch, formula_branch
from gastown.rigs.worktree import add_worktree, remove_worktree
from gastown.town.layout import RigLayout

DUTY, SAID = "Duty", "Said"
"""Trailers of the commit that a step made: which step in which round, and what it reported."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One step's place in a rig."""

    layout: RigLayout
    convoy: str
    step: str
    round: int
    target: str
    start: str = ""
    """The commit it looks at, where that is not the formula's own."""

    @property
    def number(self) -> str:
        """What tells the step from others of its convoy: the end of its bead's id."""
        return self.step.rpartition(".")[2]

    @property
    def path(self) -> Path:
        """Its worktree."""
        return self.layout.check(f"duty-{self.convoy}-{self.number}")

    @property
    def branch(self) -> str:
        """Its branch."""
        return duty_branch(self.convoy, self.number)

    @property
    def mark(self) -> str:
        """What its commit's trailer says."""
        return f"{self.step} {self.round}"

    @property
    def tip(self) -> str:
        """Where it starts: at its own commit, else at the formula's branch, else at the target."""
        if self.start:
            return self.start
        main = Repo(self.layout.canonical)
        return main.find(f"refs/heads/{formula_branch(self.convoy)}") or main.rev(self.target)

    def open(self) -> Repo:
        """The worktree, as an earlier attempt left it, else anew at the tip."""
        return Repo(add_worktree(self.layout, self.path, self.branch, self.tip))

    def said(self, repo: Repo, tip: str) -> dict[str, Any] | None:
        """What the step reported when it committed; None when no commit up to `tip` is its own.

        A step that looks at somebody's change commits nothing; what that says is no record of ours.
        """
        if self.start:
            return None
        for commit in repo.log(f"{self.target}..{tip}"):
            facts = dict(commit.trailers)
            if facts.get(DUTY.lower()) == self.mark:
                return json.loads(facts.get(SAID.lower(), "{}"))
        return None

    def commit(self, repo: Repo, title: str, role: str, author: str, said: dict[str, Any]) -> None:
        """Commit what lies in the worktree; nothing where nothing changed."""
        if repo.status():
            told = json.dumps(said, ensure_ascii=True)
            trailers = f"Convoy: {self.convoy}\nStage: {role} {self.round}\n{DUTY}: {self.mark}"
            repo.commit_all(f"{title}\n\n{trailers}\n{SAID}: {told}", author)

    def join(self, repo: Repo, author: str) -> Conflict | str:
        """Bring the step's commits onto the formula's branch; where that stands then.

        On a conflict the step's worktree is put back to the tip, for it to be done again there.
        """
        main, branch = Repo(self.layout.canonical), formula_branch(self.convoy)
        with file_lock(self.layout.root / "checks" / f".{self.convoy}.lock"):
            tip = self.tip
            if not repo.is_ancestor(tip, "HEAD"):
                clash = rebase(repo, tip, author)
                if clash is not None:
                    repo.run("reset", "--quiet", "--hard", tip)
                    return clash
            head = repo.head()
            main.run("update-ref", f"refs/heads/{branch}", head)
            self.close()
        return head

    def close(self) -> None:
        """Remove the worktree and its branch."""
        remove_worktree(self.layout, self.path, self.branch)
