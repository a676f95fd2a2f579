"""The gauge of web rigs, with the npm and Node of this machine."""

import base64
import hashlib
import json
import shutil
import subprocess

import pytest

from gastown.rigs.causes import find_cause
from gastown.rigs.gauge.gauge import run_gauge
from gastown.town.tables.gauge import GaugeTable
from tests.gastown.rigs.gauge.conftest import junk

pytestmark = pytest.mark.skipif(shutil.which("npm") is None, reason="no npm on PATH")

MANIFEST = '{"name": "web", "version": "1.0.0", "type": "module", "scripts": {"test": "%s"}}'
BEAT = "export const beats = (seconds) => seconds * 2;\n"
GOOD = """import test from 'node:test';
import assert from 'node:assert';
import { beats } from '../src/beat.js';
test('two beats a second', () => assert.equal(beats(1), 2));
test('later', { todo: true }, () => {});
"""
BAD = GOOD.replace("beats(1), 2", "beats(1), 3")
MISSING = (
    "import { grid } from '../src/beat.js';\nimport test from 'node:test';\ntest('x', grid);\n"
)


@pytest.fixture
def gauge(rig, tmp_path, jail):
    def run(files, script="node --test", **table: object):
        root = rig({"package.json": MANIFEST % script, "src/beat.js": BEAT, **files})
        settings = GaugeTable.model_validate({"kind": "npm", "timeout_s": 60, **table})
        report = run_gauge(settings, root, tmp_path / "out", jail)
        assert junk(root) == ""
        return report

    return run


def told(report):
    return [(case.file, case.name, case.status) for case in report.cases]


def test_each_test_of_node_s_runner_is_a_case_with_its_file(gauge):
    report = gauge({"test/beat.test.js": GOOD}, expect_files=["test/*.js"])

    assert report.green, report
    assert report.runner == "npm test, node --test"
    assert told(report) == [
        ("test/beat.test.js", "two beats a second", "passed"),
        ("test/beat.test.js", "later", "skipped"),
    ]


def test_a_failing_test_says_why(gauge):
    report = gauge({"test/beat.test.js": BAD})

    assert [case.status for case in report.red] == ["failed"]
    assert "2 == 3" in report.red[0].message
    assert not report.problems


def test_a_file_that_does_not_load_is_an_error_and_tells_what_is_missing(gauge):
    report = gauge({"test/beat.test.js": GOOD, "test/grid.test.js": MISSING})

    assert [(c.file, c.name, c.status) for c in report.red] == [
        ("test/grid.test.js", "grid.test.js", "error")
    ]
    assert "does not provide an export named 'grid'" in report.red[0].message


def test_a_runner_that_finds_no_test_is_not_green_although_it_ends_with_0(gauge):
    report = gauge({"test/readme.txt": ""}, script="node --test")

    assert not report.green
    assert "no tests ran, at least 1 had to" in report.problems


JEST = """
const { resolve } = require('path');
const fs = require('fs');
const file = process.argv.find((one) => one.startsWith('--outputFile=')).slice(13);
const one = (fullName, status, ...failureMessages) => ({ fullName, status, failureMessages });
const testResults = [
  { name: resolve('test/a.test.js'), status: 'failed', message: '', assertionResults: [
    one('beats', 'passed'), one('later', 'todo'),
    one('snaps', 'failed', '\\x1b[31mError: expect(received).toBe(expected)\\x1b[0m\\n at x') ] },
  { name: resolve('test/b.test.js'), status: 'failed', assertionResults: [],
    message: "Cannot find module '../src/grid' from 'test/b.test.js'" },
];
fs.writeFileSync(file, JSON.stringify({ testResults }));
process.exit(1);
"""
VITEST = """
const file = process.argv.find((one) => one.startsWith('--outputFile.junit=')).slice(19);
require('fs').writeFileSync(file, `<testsuites>
  <testsuite name="test/a.test.ts"><testcase classname="test/a.test.ts" name="beats"/></testsuite>
  <testsuite name="test/b.test.ts"><testcase classname="test/b.test.ts" name="test/b.test.ts">
    <failure message="Cannot find module '../src/grid' imported"/></testcase></testsuite>
</testsuites>`);
process.exit(1);
"""


def test_each_test_of_jest_is_a_case_with_its_file(gauge):
    """A stand-in that writes what jest 29 does; so it is with vitest below."""
    report = gauge({"tools/jest.cjs": JEST}, script="node tools/jest.cjs")

    assert told(report) == [
        ("test/a.test.js", "beats", "passed"),
        ("test/a.test.js", "later", "skipped"),
        ("test/a.test.js", "snaps", "failed"),
        ("test/b.test.js", "b.test.js", "error"),
    ]
    assert find_cause(report.red[0]).kind == "assertion"
    assert find_cause(report.red[1]).missing == ({"grid"},)
    assert (report.problems, report.runner) == ((), "npm test, jest")


def test_each_test_of_vitest_is_a_case_with_its_file(gauge):
    report = gauge({"tools/vitest.cjs": VITEST}, script="node tools/vitest.cjs")

    assert told(report) == [
        ("test/a.test.ts", "beats", "passed"),
        ("test/b.test.ts", "b.test.ts", "error"),
    ]
    assert report.problems == ()


def test_what_is_only_called_like_them_or_is_not_the_last_is_run_as_it_is(gauge):
    plain = gauge({"tools/jest.cjs": ""}, script="node tools/jest.cjs")
    assert plain.line == "1 passed (npm test, exit code only)"

    chained = gauge({"tools/jest.cjs": JEST}, script="node tools/jest.cjs && node --version")
    assert chained.runner == "npm test, exit code only"


@pytest.mark.parametrize("said", ["[]", '{"testResults": [{}]}', "x", "[" * 9000])
def test_a_report_of_jest_that_cannot_be_read_is_a_problem(gauge, said):
    stub = f"require('fs').writeFileSync(process.argv[3].slice(13), {said!r});"
    report = gauge({"tools/jest.cjs": stub}, script="node tools/jest.cjs")
    assert report.problems == ("the report of jest cannot be read",)


def test_a_plain_script_is_known_by_its_exit_code_only_and_the_report_says_so(gauge):
    good = gauge({"check.js": ""}, script="node check.js")
    assert good.green
    assert good.line == "1 passed (npm test, exit code only)"

    bad = gauge({"check.js": "throw new Error('not level');"}, script="node check.js")
    assert "not level" in bad.red[0].message


def test_an_exit_code_does_not_tell_which_files_ran(gauge):
    report = gauge({"check.js": ""}, script="node check.js", expect_files=["*.js"])
    assert "nothing tells which test files ran" in report.problems[0]


def test_a_manifest_without_tests_is_red(gauge):
    report = gauge({"package.json": '{"name": "web"}'})
    assert "Missing script" in report.red[0].message


def test_an_exit_code_of_0_over_failing_tests_is_a_problem(gauge):
    report = gauge({"test/beat.test.js": BAD}, script="node --test || true")
    assert "the report has failures, yet the run ended with exit code 0" in report.problems


def test_setup_runs_first_and_without_it_nothing_does(gauge):
    good = gauge(
        {".gitignore": "made.js\n", "check.js": "import './made.js';"},
        script="node check.js && rm made.js",
        setup=["sh", "-c", "echo > made.js"],
    )
    assert good.green, good

    bad = gauge({}, setup=["false"])
    assert bad.problems == ("setup failed with exit code 1: false",)


def test_a_script_that_never_ends_is_stopped(gauge):
    report = gauge({"check.js": "setInterval(() => {}, 1000);"}, "node check.js", timeout_s=3)
    assert report.problems[0] == "stopped after 3 s (gauge.timeout_s)"


def test_packages_come_from_a_person_s_cache_without_a_network(gauge, tmp_path):
    dep, cache = tmp_path / "dep", tmp_path / "cache"
    dep.mkdir()
    (dep / "package.json").write_text('{"name": "beat-dep", "version": "1.0.0", "main": "i.js"}')
    (dep / "i.js").write_text("module.exports = 2;\n")
    for command in (["pack", "--silent"], ["cache", "add", "beat-dep-1.0.0.tgz"]):
        argv = ["npm", *command, "--cache", str(cache)]
        subprocess.run(argv, cwd=dep, check=True, capture_output=True)
    digest = hashlib.sha512((dep / "beat-dep-1.0.0.tgz").read_bytes()).digest()
    entry = {
        "version": "1.0.0",
        "resolved": "https://packages.example/beat-dep-1.0.0.tgz",
        "integrity": f"sha512-{base64.b64encode(digest).decode()}",
    }
    root = {"name": "web", "dependencies": {"beat-dep": "1.0.0"}}
    lock = {"lockfileVersion": 3, "packages": {"": root, "node_modules/beat-dep": entry}}
    files = {
        "package.json": json.dumps({**root, "scripts": {"test": "node check.cjs"}}),
        "package-lock.json": json.dumps(lock),
        "check.cjs": "if (require('beat-dep') !== 2) throw new Error('another');\n",
    }
    report = gauge(files, setup=["npm", "ci", "--offline"], caches=[str(cache)])

    assert report.green, report
