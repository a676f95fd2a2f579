"""GaugeRun: what every kind of gauge needs to run once, and how its result becomes a report."""

import re
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gastown.agents.jail import Jail, Ran, clip
from gastown.errors import ConfigError
from gastown.rigs.gauge.around import Around
from gastown.rigs.report import TestCase, TestReport
from gastown.town.tables.rigs import GaugeTable

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
MAX_LOG = 16 << 20  # bytes of output that are searched for results
LOGS = ("addons", "import", "compile", "setup")  # beside that of the tests
TAIL = 3_000  # characters of output that a model is shown


@dataclass(frozen=True, slots=True)
class GaugeRun:
    """One run of a rig's tests. `out` is ours, and empty; `only` narrows what runs.

    `ends` are the exit codes of its commands so far.
    """

    table: GaugeTable
    worktree: Path
    out: Path
    jail: Jail
    only: tuple[str, ...] = ()
    around: Around = field(default_factory=Around)
    ends: list[int] = field(default_factory=list[int])

    @property
    def killed(self) -> bool:
        """Whether a command of it was killed, by the system or a person, and not for its time."""
        return 128 + signal.SIGKILL in self.ends

    @property
    def project(self) -> Path:
        """The folder in which the tests run. Raises ConfigError when the worktree has none."""
        folder = (self.worktree / self.table.project).resolve()
        if not folder.is_dir() or not folder.is_relative_to(self.worktree):
            raise ConfigError(
                f"gauge.project: {self.table.project!r} is no folder of {self.worktree}"
            )
        return folder

    @property
    def log(self) -> Path:
        """All that the run printed."""
        return self.out / "tests.log"

    @property
    def kept(self) -> frozenset[Path]:
        """What stays in `out` after the run: reports and logs."""
        logs = (self.out / f"{name}.log" for name in LOGS)
        named = self.table.report.partition(":")[2] or self.table.report
        report = self.project / self.filled(named)
        return frozenset({self.log, self.out / "junit.xml", *logs, report})

    @property
    def caches(self) -> list[Path]:
        """Folders of packages that it may read. Raises ConfigError where one is not there."""
        found = [Path(one).expanduser() for one in self.table.caches]
        for folder in found:
            if not folder.is_absolute() or not folder.is_dir():
                raise ConfigError(f"gauge.caches: {folder} is no folder of this PC")
        return found

    def filled(self, word: str) -> str:
        """A word of the rig's table with its placeholders filled in."""
        known = {
            "{python}": sys.executable,
            "{out}": str(self.out),
            "{worktree}": str(self.worktree),
        }
        for name, value in known.items():
            word = word.replace(name, value)
        return word

    def start(
        self,
        argv: Sequence[str],
        *,
        writable: Sequence[Path],
        readable: Sequence[Path] = (),
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        log: Path | None = None,
    ) -> Ran:
        """Run a command, in the project's folder unless told, under the rig's timeout."""
        ran = self.jail.run(
            argv,
            cwd=cwd or self.project,
            writable=writable,
            readable=readable,
            env={"NO_COLOR": "1", **(env or {})},
            timeout_s=self.table.timeout_s,
            log=log or self.log,
        )
        self.ends.append(ran.rc)
        return ran

    def report(
        self, runner: str, ran: Ran, cases: Sequence[TestCase], problems: Sequence[str]
    ) -> TestReport:
        """The report; after a timeout, what the cases say is no longer the whole truth."""
        late = (f"stopped after {self.table.timeout_s:g} s (gauge.timeout_s)",) * ran.timed_out
        return TestReport(
            runner=runner,
            cases=tuple(cases),
            problems=(*late, *problems),
            seconds=round(ran.seconds, 3),
            log=str(self.log),
            tail=clip(_ANSI.sub("", ran.output), 0, TAIL),
        )


def read_log(log: Path) -> str:
    """The end of a run's output, without terminal colours."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - MAX_LOG))
        return _ANSI.sub("", file.read().decode(errors="replace"))
