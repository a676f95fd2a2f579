"""The gauge of Rust rigs, with the cargo of this machine, and its output read without one."""

import pytest

from gastown.errors import ConfigError
from gastown.rigs.gauge.cargo import find_toolchain
from gastown.rigs.gauge.cargo_output import parse_cargo
from gastown.rigs.gauge.gauge import run_gauge
from gastown.town.tables.gauge import GaugeTable
from tests.gastown.rigs.gauge.conftest import junk

MANIFEST = '[package]\nname = "beat"\nversion = "0.1.0"\nedition = "2021"\n'
LIB = """/// Beats in a time.
/// ```
/// assert_eq!(beat::beats(1), 2);
/// ```
pub fn beats(seconds: i32) -> i32 { seconds * 2 }
#[cfg(test)]
mod tests {
    #[test] fn none() { assert_eq!(super::beats(0), 0); }
    #[test] #[ignore] fn slow() {}
}
"""
GOOD = "#[test] fn two() { assert_eq!(beat::beats(1), 2); }\n"
BAD = '#[test] fn three() { assert_eq!(beat::beats(1), 3, "off by one"); }\n'
MISSING = "#[test] fn snaps() { assert_eq!(beat::snap(1.1), 1.0); }\n"
OUTPUT = """   Compiling beat v0.1.0
     Running unittests src/lib.rs (target/debug/deps/beat-1)

running 2 tests
test a ... ok
test b - should panic ... ok

test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

     Running tests/a.rs (target/debug/deps/a-1)

running 1 test
"""


@pytest.fixture
def gauge(rig, tmp_path, jail):
    try:
        find_toolchain()
    except ConfigError as error:
        pytest.skip(str(error))

    def run(files, *, only=(), **table: object):
        root = rig({"Cargo.toml": MANIFEST, "src/lib.rs": LIB, **files})
        settings = GaugeTable.model_validate({"kind": "cargo", "timeout_s": 200, **table})
        report = run_gauge(settings, root, tmp_path / "out", jail, only=only)
        assert junk(root) == ""
        return report

    return run


def told(report):
    return {(case.file, case.name, case.status) for case in report.cases}


def test_tests_of_the_crate_of_its_files_and_of_its_documentation_are_cases(gauge):
    report = gauge({"tests/two.rs": GOOD, "tests/three.rs": BAD})

    assert told(report) == {
        ("src/lib.rs", "tests::none", "passed"),
        ("src/lib.rs", "tests::slow", "skipped"),
        ("src/lib.rs", "src/lib.rs - beats (line 2)", "passed"),
        ("tests/two.rs", "two", "passed"),
        ("tests/three.rs", "three", "failed"),
    }
    assert "off by one" in report.red[0].message
    assert not report.problems
    assert report.runner.startswith("cargo 1.")


def test_a_test_file_that_does_not_compile_is_an_error_and_the_others_run_all_the_same(gauge):
    report = gauge({"tests/two.rs": GOOD, "tests/snap.rs": MISSING})

    assert told(report) == {
        ("src/lib.rs", "tests::none", "passed"),
        ("src/lib.rs", "tests::slow", "skipped"),
        ("tests/two.rs", "two", "passed"),
        ("tests/snap.rs", "snap.rs", "error"),
    }
    assert report.red[0].message == "error: cannot find function `snap` in crate `beat`"


def test_a_crate_that_does_not_compile_is_a_problem_that_names_the_file(gauge):
    report = gauge({"src/lib.rs": "pub fn beats() -> i32 { true }\n", "tests/two.rs": GOOD})

    assert not report.green
    assert report.problems[0] == "src/lib.rs does not compile: error: mismatched types"


def test_only_narrows_the_cases(gauge):
    report = gauge({"tests/two.rs": GOOD, "tests/three.rs": BAD}, only=["tests/two.rs"])

    assert report.green, report
    assert told(report) == {("tests/two.rs", "two", "passed")}


def test_a_target_that_breaks_off_is_a_problem():
    found = parse_cargo(OUTPUT)

    assert [(c.file, c.name) for c in found.cases] == [("src/lib.rs", "a"), ("src/lib.rs", "b")]
    assert found.problems == ["tests/a.rs: its tests broke off without a result"]


def test_lines_that_a_test_prints_for_others_do_not_fit_the_sum():
    forged = OUTPUT.replace("test a ... ok", "test a ... ok\ntest ghost ... ok")
    assert parse_cargo(forged).problems[0] == ("src/lib.rs: 2 tests by its own sum, 3 are told")


def test_a_machine_without_rust_is_told_so(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(ConfigError, match="no Rust here"):
        find_toolchain({"PATH": str(tmp_path)})
