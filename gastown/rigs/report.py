"""TestReport: what a run of a rig's tests showed, read from its report and never its exit code."""

from typing import Literal

from pydantic import Field

from gastown.stage import Frozen

CaseStatus = Literal["passed", "failed", "error", "skipped"]


class TestCase(Frozen):
    """One test. An `error` did not get as far as an assertion."""

    __test__ = False  # not a test class of pytest's

    name: str
    file: str = Field(description="Path from the worktree's root.")
    status: CaseStatus
    message: str = ""
    seconds: float = 0.0
    assertions: int | None = Field(default=None, description="Checks made, where they are told.")


class TestReport(Frozen):
    """All cases, and every reason beyond them why the run does not count as green."""

    __test__ = False

    runner: str = Field(description="Who ran them: `pytest 9.2`, `Godot 4.6.3`, `parse check …`.")
    cases: tuple[TestCase, ...] = ()
    problems: tuple[str, ...] = Field(default=(), description="E.g. a file that did not report.")
    seconds: float = 0.0
    log: str = Field(default="", description="Path of the full output.")
    tail: str = Field(default="", description="The output's end, for a model's eyes.")

    @property
    def green(self) -> bool:
        """Everything that had to run ran, and nothing failed."""
        return not self.problems and not self.red

    @property
    def red(self) -> tuple[TestCase, ...]:
        """Cases that failed or broke."""
        return tuple(case for case in self.cases if case.status in {"failed", "error"})

    @property
    def line(self) -> str:
        """One line for the board: `12 passed, 1 failed (pytest 9.2)`."""
        count = {s: sum(c.status == s for c in self.cases) for s in ("passed", "failed", "error")}
        parts = [f"{n} {status}" for status, n in count.items() if n or status == "passed"]
        parts += [f"{len(self.problems)} problem{'s' * (len(self.problems) > 1)}"] * bool(
            self.problems
        )
        return f"{', '.join(parts)} ({self.runner})"
