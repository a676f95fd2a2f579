"""Which changed lines no test runs: measured in Python and on Node, else said not to be."""

import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gastown.rigs.gauge.run import GaugeRun
from gastown.rigs.review.cover_istanbul import REPORT, read_istanbul
from gastown.rigs.review.cover_node import Function, run_lines
from gastown.rigs.review.cover_python import code_lines
from gastown.rigs.review.coverage import Coverage, measure
from gastown.town.tables.gauge import GaugeTable
from tests.gastown.rigs.gauge.conftest import junk

needs_npm = pytest.mark.skipif(shutil.which("npm") is None, reason="no npm on PATH")

BEAT = """import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import json


def beats(seconds: int) -> int:
    if seconds < 0:
        # back in time
        raise ValueError(
            "no"
        )
    return seconds * 2


def later() -> None:
    print("never")
    print("run")


def spun() -> None:
    list(range(3))


def off() -> None:  # pragma: no cover
    thread = threading.Thread(target=spun)
    thread.start()
    thread.join()
"""
TEST = """from beat import beats, off
def test_beats():
    assert beats(1) == 2
def test_thread():
    off()
"""
WEB = """export const beats = (seconds) => {
  if (seconds < 0) {
    throw new Error('no');
  }
  return seconds * 2;
};

export function later() {
  return 'ünïcode 🎵';
}
export const now = () => beats(1);
"""
WEB_TEST = """import test from 'node:test';
import assert from 'node:assert';
import { beats, now } from '../src/beat.js';
test('beats', () => assert.equal(beats(1) + now(), 4));
"""


@pytest.fixture
def measured(rig, tmp_path, jail):
    def run(files: dict[str, str], kind: str, changed: dict[str, int], **table: object) -> Coverage:
        root = rig(files)
        settings = GaugeTable.model_validate({"kind": kind, "timeout_s": 100, **table})
        out = tmp_path / "out"
        out.mkdir()
        lines = {file: frozenset(range(1, count + 1)) for file, count in changed.items()}
        return measure(GaugeRun(settings, root, out, jail), lines, ("tests/**",))

    return run


def test_of_python_every_line_is_traced_in_threads_too(measured, tmp_path):
    coverage = measured(
        {"beat.py": BEAT, "tests/test_beat.py": TEST},
        "pytest",
        {"beat.py": 99, "tests/test_beat.py": 9, "README.md": 3},
    )
    assert coverage.missed == {"beat.py": (11, 12, 18, 19)}
    assert [(one.line, one.text) for one in coverage.faults] == [
        (11, "lines 11 to 12 are run by no test"),
        (18, "lines 18 to 19 are run by no test"),
    ]
    assert not any(one.certain for one in coverage.faults)
    assert coverage.line.endswith(" changed lines run by tests (line tracer)")
    assert junk(tmp_path / "rig") == ""


def test_only_changed_lines_count_and_a_file_that_no_test_imports_is_run_by_none(measured):
    files = {"beat.py": BEAT, "far.py": "x = 1\ny = 2\n", "tests/test_beat.py": TEST}

    coverage = measured(files, "pytest", {"beat.py": 9, "far.py": 2})

    assert coverage.missed == {"far.py": (1, 2)}


def test_tests_that_never_end_are_not_measured(measured):
    files = {"beat.py": BEAT, "tests/test_a.py": "def test_a():\n    while True:\n        pass\n"}

    coverage = measured(files, "pytest", {"beat.py": 9}, timeout_s=3)

    assert coverage.line.startswith("coverage not measured: the tests took longer than 3 s")
    assert coverage.faults == ()


@needs_npm
def test_of_javascript_v8_counts_and_its_ranges_become_lines(measured):
    manifest = '{"type": "module", "scripts": {"test": "node --test"}}'
    files = {"package.json": manifest, "src/beat.js": WEB, "tests/beat.test.js": WEB_TEST}

    coverage = measured(files, "npm", {"src/beat.js": 99})

    assert coverage.missed == {"src/beat.js": (3, 9)}  # a head is run with the module
    assert coverage.tool == "V8"


JEST = """
const fs = require('fs');
const line = (number) => ({ start: { line: number, column: 0 }, end: { line: number, column: 9 } });
const path = require('path').resolve('src/a.ts');
const folder = process.argv.find((one) => one.startsWith('--coverageDirectory=')).slice(20);
if (!process.argv.includes('--coverageReporters=json')) process.exit(1);
fs.mkdirSync(folder, { recursive: true });
const statementMap = { 0: line(2), 1: line(3), 2: line(3) };
const told = { path, statementMap, s: { 0: 2, 1: 0, 2: 0 } };
fs.writeFileSync(`${folder}/coverage-final.json`, JSON.stringify({ [path]: told }));
"""
TYPED = "export function a(x: number): number {\n  if (x)\n    return 2;\n  return 1;\n}\n"


@needs_npm
def test_where_jest_or_vitest_run_they_tell_what_was_run(measured, tmp_path):
    """A stand-in for jest; the real ones were tried by hand."""
    files = {
        "package.json": '{"scripts": {"test": "node tools/jest.cjs"}}',
        "tools/jest.cjs": JEST,
        "src/a.ts": TYPED,
        "src/far.ts": "export const x: number = 1;\n",
    }
    coverage = measured(files, "npm", {"src/a.ts": 9, "src/far.ts": 1, "src/none.ts": 1})

    assert (coverage.tool, coverage.lines) == ("jest", 3)  # no statement begins in line 4, it says
    assert coverage.missed == {"src/a.ts": (3,), "src/far.ts": (1,)}
    assert junk(tmp_path / "rig") == ""


@needs_npm
def test_packages_that_the_tests_need_are_there_when_it_is_measured(measured):
    """What `gauge.setup` brings is not in the worktree."""
    files = {
        "package.json": '{"type": "module", "scripts": {"test": "node --test"}}',
        "src/beat.js": "import { two } from 'two';\nexport const beat = () => two;\n",
        "tests/beat.test.js": (
            "import { beat } from '../src/beat.js';\nimport test from 'node:test';\n"
            "test('beat', () => beat());\n"
        ),
        "vendor/index.js": "export const two = 2;\n",
        "vendor/package.json": '{"name": "two", "type": "module", "main": "index.js"}',
    }
    copy = ["{python}", "-c", "import shutil; shutil.copytree('vendor', 'node_modules/two')"]

    coverage = measured(files, "npm", {"src/beat.js": 2}, setup=copy)

    assert coverage.line == "2 of 2 changed lines run by tests (V8)"


@needs_npm
@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("vitest run", "vitest measures with @vitest/coverage-v8, which the rig has not"),
        ("tsx --test", "tsx runs a translation of the sources, whose lines are others"),
        ("jest && eslint .", "jest runs a translation"),
        ("node jest-none.cjs", "jest left no report of its coverage"),
    ],
)
def test_what_cannot_be_measured_says_why(measured, script, why):
    files = {"package.json": f'{{"scripts": {{"test": "{script}"}}}}', "a.js": "x()\n"}
    assert why in measured(files, "npm", {"a.js": 1}).line


def test_a_report_that_is_none_shows_nothing(tmp_path, jail):
    run = GaugeRun(GaugeTable(kind="npm"), tmp_path, tmp_path, jail)
    for text in ("", "[]", '{"a": 1}', "[" * 9000):
        (tmp_path / REPORT).write_text(text)
        assert "cannot be read" in read_istanbul(run, "jest", tmp_path, {}).why


def test_where_there_is_no_tool_this_is_said(measured):
    coverage = measured({"a.gd": "extends Node\n"}, "godot-gut", {"a.gd": 1})
    assert coverage.line == "coverage not measured: there is no tool for godot-gut"


def test_code_is_where_something_runs():
    assert code_lines('"""Doc."""\n\n# no\nx = 1\nif __name__ == "__main__":\n    x = 2\n') == {
        *(1, 4, 5),
    }
    assert code_lines("def f(:\n") == frozenset()


@given(st.text(st.sampled_from("ab🎵ü \n"), max_size=40))
def test_ranges_that_cover_nothing_or_all_say_so_of_every_line(text):
    units = len(text.encode("utf-16-le")) // 2
    written = [number for number, line in enumerate(text.split("\n"), 1) if line.strip()]

    def told(count: int) -> list[int]:
        whole = {"startOffset": 0, "endOffset": units + 5, "count": count}
        return list(run_lines(text, [Function.model_validate({"ranges": [whole]})]))

    assert told(1) == written
    assert told(0) == []
