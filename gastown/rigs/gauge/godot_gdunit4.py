"""godot-gdunit4: the gauge of Godot rigs that are tested with gdUnit4.

It ends with 0 where it finds no test. Its report names a suite's folder and name, but no file, and
tells of no assertions: whether a test checks anything is read from its text.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from shutil import copyfile
from xml.etree.ElementTree import Element

from gastown.rigs.gauge.checks import IDLE, idle_tests
from gastown.rigs.gauge.godot_suite import run_suite
from gastown.rigs.gauge.godot_work import GodotWork
from gastown.rigs.gauge.junit import Junit
from gastown.rigs.gauge.run import GaugeRun
from gastown.rigs.gauge.verdict import find_files, read_report
from gastown.rigs.report import TestCase, TestReport

TOOL = "bin/GdUnitCmdTool.gd"
REPORTS = "gauge_reports"
_WARNED = 101  # all passed, but nodes were left over
_SUITE = re.compile(r"^\s*extends\s+GdUnitTestSuite\b", re.MULTILINE)
_NAME = re.compile(r"\w+")  # what follows it are the arguments of this case
_NONE: frozenset[str] = frozenset()
_CLASS = re.compile(r"^\s*class_name\s+(\w+)", re.MULTILINE)


def run_gdunit4(run: GaugeRun) -> TestReport:
    """Run gdUnit4 in the engine and judge by its JUnit report and the engine's own words."""
    return run_suite(run, GdUnit4())


@dataclass(frozen=True, slots=True)
class GdUnit4:
    """gdUnit4's command line and its report."""

    @property
    def name(self) -> str:
        """As its makers call it."""
        return "gdUnit4"

    def tool(self, work: GodotWork) -> str:
        """Its command line tool, in the named addon or in `gdUnit4`."""
        key = "gdUnit4" if work.run.table.addon == "auto" else work.run.table.addon
        there = (work.project / "addons" / key / TOOL).is_file()
        return f"res://addons/{key}/{TOOL}" if there else ""

    def files(self, run: GaugeRun) -> list[str]:
        """The rig's own globs, else every script below the folders of tests that is a suite."""
        if run.table.expect_files:
            return find_files(run.worktree, run.table.expect_files)
        place = run.project.relative_to(run.worktree).as_posix()
        roots = (root.removeprefix("res://") for root in run.table.tests)
        globs = [f"{place}/{root}/**/*.gd".removeprefix("./") for root in roots]
        found = find_files(run.worktree, globs)
        return [file for file in found if _SUITE.search(_text(run.worktree / file))]

    def arguments(self, work: GodotWork, files: Sequence[str]) -> list[str]:
        """The folders of tests, or just these files. Never `-d`: that debugger waits for input."""
        asked = [f"res://{path}" for path in work.in_project(files)] or work.run.table.tests
        added = [part for one in asked for part in ("-a", one)]
        return [*added, "-c", "--ignoreHeadlessMode", "-rd", f"res://{REPORTS}"]

    def read(self, work: GodotWork, output: str) -> Junit:
        """The report of this run; it numbers them."""
        del output
        folder = work.project / REPORTS
        xml = max(folder.glob("report_*/results.xml"), default=folder / "report_1" / "results.xml")
        told = read_report(xml, [work.root], _suite)
        if told.problems:
            return told
        copyfile(xml, work.run.out / "junit.xml")
        files = self.files(work.run)
        suites, idle = _suites(work, files), self._idle(work, files)
        placed = (_placed(case, suites) for case in told.cases)
        return Junit(tuple(_checked(case, idle.get(case.file, _NONE)) for case in placed))

    def _idle(self, work: GodotWork, files: Sequence[str]) -> Mapping[str, frozenset[str]]:
        """Of each suite, the tests that check nothing; gdUnit4's own scripts are not looked at."""
        own = work.in_worktree(self.tool(work).removesuffix(TOOL))
        scripts = {
            path: _text(work.root / path)
            for path in find_files(work.root, ["**/*.gd", f"{work.place}/**/*.gd"])
            if not _is_below(path, own)
        }
        roots = [work.in_worktree(one) for one in work.run.table.tests]
        beside = [path for path in scripts if any(_is_below(path, root) for root in roots)]
        return idle_tests(scripts, files, beside)

    def called(self, output: str) -> str:
        """It tells no version."""
        del output
        return self.name

    def settled(self, output: str) -> bool:
        """It catches script errors only where it was told to, so ours count."""
        del output
        return False

    def exit_code(self, rc: int) -> int:
        """0 also where it only warns."""
        return 0 if rc == _WARNED else rc


def _suite(element: Element) -> str:
    """Folder and name of a suite, as one path without an ending."""
    if element.tag != "testsuite":
        return ""
    return f"{element.get('package', '')}/{element.get('name', '')}".strip("/")


def _suites(work: GodotWork, files: Sequence[str]) -> dict[str, str]:
    """Each test file by its folder and each name that its suite can have."""
    found: dict[str, str] = {}
    for file, path in zip(files, map(PurePosixPath, work.in_project(files)), strict=True):
        names = [path.stem, *_CLASS.findall(_text(work.run.worktree / file))]
        found |= {_key(f"{path.parent}/{name}"): file for name in names}
    return found


def _placed(case: TestCase, suites: dict[str, str]) -> TestCase:
    name = case.name.rpartition("::")[2]
    return case.model_copy(update={"name": name, "file": suites.get(_key(case.file), case.file)})


def _checked(case: TestCase, idle: frozenset[str]) -> TestCase:
    """A test that passed and checked nothing is in error."""
    name = _NAME.match(case.name)
    if case.status != "passed" or name is None or name[0] not in idle:
        return case
    return case.model_copy(update={"status": "error", "message": IDLE, "assertions": 0})


def _is_below(path: str, folder: str) -> bool:
    return folder == "." or path.startswith(f"{folder}/")


def _key(suite: str) -> str:
    """A suite is called as its file or its class is, in either's spelling."""
    return suite.removeprefix("./").replace("_", "").lower()


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
