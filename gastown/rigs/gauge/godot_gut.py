"""godot-gut: the gauge of Godot rigs that are tested with GUT.

GUT leaves out a test file that does not parse, and ends with 0; so it does where it finds no test
at all, where nothing was imported, and where a test checks nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile

from gastown.rigs.gauge.godot_api import godot_api
from gastown.rigs.gauge.godot_suite import run_suite
from gastown.rigs.gauge.godot_work import GodotWork
from gastown.rigs.gauge.junit import Junit
from gastown.rigs.gauge.run import GaugeRun
from gastown.rigs.gauge.verdict import find_files, read_report
from gastown.rigs.report import TestCase, TestReport

TOOL = "gut_cmdln.gd"
_EXTENDS = re.compile(r"^(?:class_name\s+\w+\s+)?extends\s+(\w+)", re.MULTILINE)
_TEST = re.compile(r"^\s*func\s+test_", re.MULTILINE)
_FILE = re.compile(r"^(?:res://)?(.+?\.gd)(?:\.(.+))?$")  # the second part is an inner class
_VERSION = re.compile(r"GUT version:\s+((\d+)\.(\d+)[\w.-]*)")
_TRACKS_ERRORS = (9, 5)  # from here on GUT fails a test for an error that it did not expect


def run_gut(run: GaugeRun) -> TestReport:
    """Run GUT in the engine and judge by its JUnit report and the engine's own words."""
    return run_suite(run, Gut())


@dataclass(frozen=True, slots=True)
class Gut:
    """GUT's command line and its report."""

    @property
    def name(self) -> str:
        """As its makers call it."""
        return "GUT"

    def tool(self, work: GodotWork) -> str:
        """`gut_cmdln.gd` of the named addon, else of whichever has one."""
        key = "*" if work.run.table.addon == "auto" else work.run.table.addon
        found = sorted((work.project / "addons").glob(f"{key}/{TOOL}"))
        return f"res://{found[0].relative_to(work.project).as_posix()}" if found else ""

    def files(self, run: GaugeRun) -> list[str]:
        """The rig's own globs, else `test_*.gd` below the folders of tests.

        A script without a test, or of one of the engine's own classes, is a helper, whatever it is
        called.
        """
        if run.table.expect_files:
            return find_files(run.worktree, run.table.expect_files)
        place = run.project.relative_to(run.worktree).as_posix()
        roots = (root.removeprefix("res://") for root in run.table.tests)
        globs = [f"{place}/{root}/**/test_*.gd".removeprefix("./") for root in roots]
        found = find_files(run.worktree, globs)
        return [file for file in found if not _is_helper(run.worktree / file)]

    def arguments(self, work: GodotWork, files: Sequence[str]) -> list[str]:
        """The folders of tests, or just these files; exit at the end, with a report."""
        report = f"-gjunit_xml_file={work.reports / 'junit.xml'}"
        if files:
            listed = ",".join(f"res://{path}" for path in work.in_project(files))
            return [f"-gtest={listed}", "-gexit", report]
        return [f"-gdir={','.join(work.run.table.tests)}", "-ginclude_subdirs", "-gexit", report]

    def read(self, work: GodotWork, output: str) -> Junit:
        """The report; why there is none is in the output."""
        xml = work.reports / "junit.xml"
        told = read_report(xml, [work.reports])
        if told.problems:
            return Junit((), (*told.problems, *_why(output)))
        copyfile(xml, work.run.out / "junit.xml")
        return Junit(tuple(_placed(work, case) for case in told.cases))

    def called(self, output: str) -> str:
        """As its banner has it: `GUT 9.6.1`."""
        found = _VERSION.search(output)
        return f"{self.name} {found[1]}" if found else self.name

    def settled(self, output: str) -> bool:
        """Whether this version of GUT fails a test for an error of the engine."""
        found = _VERSION.search(output)
        return found is not None and (int(found[2]), int(found[3])) >= _TRACKS_ERRORS

    def exit_code(self, rc: int) -> int:
        """As it is."""
        return rc


def _is_helper(file: Path) -> bool:
    text = file.read_text(encoding="utf-8", errors="replace")
    found = _EXTENDS.search(text)
    return not _TEST.search(text) or (found is not None and found[1] in godot_api().types)


def _placed(work: GodotWork, case: TestCase) -> TestCase:
    """Its file from the worktree's root, and its name with its inner class, if it has one."""
    found = _FILE.match(case.file)
    name = case.name.rpartition("::")[2]
    if found is None:
        return case.model_copy(update={"name": name})
    inner = f"{found[2]}::" if found[2] else ""
    return case.model_copy(update={"file": work.in_worktree(found[1]), "name": f"{inner}{name}"})


def _why(output: str) -> list[str]:
    """What GUT says where it gives up before it runs anything."""
    if "class_names have not been imported" in output:
        return ["GUT's own classes were not imported: see import.log"]
    return []
