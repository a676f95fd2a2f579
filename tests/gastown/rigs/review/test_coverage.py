"""Which changed lines no test runs: measured in Python and on Node, else said not to be."""

import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gastown.rigs.gauge.run import GaugeRun
from gastown.rigs.review.cover_node import Function, run_lines
from gastown.rigs.review.cover_python import code_lines
from gastown.rigs.review.coverage import Coverage, measure
from gastown.town.tables.gauge import GaugeTable
from tests.gastown.rigs.gauge.conftest import junk

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


@pytest.mark.skipif(shutil.which("npm") is None, reason="no npm on PATH")
def test_of_javascript_v8_counts_and_its_ranges_become_lines(measured):
    manifest = '{"type": "module", "scripts": {"test": "node --test"}}'
    files = {"package.json": manifest, "src/beat.js": WEB, "tests/beat.test.js": WEB_TEST}

    coverage = measured(files, "npm", {"src/beat.js": 99})

    assert coverage.missed == {"src/beat.js": (3, 9)}  # a head is run with the module
    assert coverage.tool == "V8"


def test_a_runner_that_translates_the_sources_is_not_believed(measured):
    files = {"package.json": '{"scripts": {"test": "vitest run"}}', "a.js": "x()\n"}
    assert "vitest runs a translation" in measured(files, "npm", {"a.js": 1}).line


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
