"""The gauge of any command that writes JUnit XML."""

import pytest

from gastown.errors import ConfigError, DiskFullError
from gastown.rigs.gauge.gauge import run_gauge
from gastown.town.tables.rigs import GaugeTable
from tests.chaos.disk import disk

CODE = "import sys; open(sys.argv[1], 'w').write(sys.argv[2]); sys.exit(int(sys.argv[3]))"
CASE = '<testsuite><testcase name="t" file="test/a.js">{}</testcase></testsuite>'
CONTRADICTION = "the report has failures, yet the run ended with exit code 0"


@pytest.fixture
def gauge(rig, tmp_path, jail):
    root = rig({"test/a.js": "", "test/b.js": ""})

    def run(xml, rc=0, report="{out}/junit.xml", **table: object):
        argv = ["{python}", "-c", CODE, report, xml, str(rc)]
        settings = {"kind": "generic", "test": argv, "report": report, **table}
        return run_gauge(GaugeTable.model_validate(settings), root, tmp_path / "out", jail)

    return run


@pytest.mark.parametrize("report", ["{out}/junit.xml", "{worktree}/junit.xml", "junit.xml"])
def test_the_report_may_lie_in_out_or_in_the_worktree(gauge, report):
    assert gauge(CASE.format(""), report=report).green


@pytest.mark.parametrize(
    ("xml", "rc", "problems"),
    [
        (CASE.format("<failure/>"), 1, ()),
        (CASE.format("<failure/>"), 0, (CONTRADICTION,)),
        (CASE.format(""), 3, ("no case failed, yet the run ended with exit code 3",)),
        ("<testsuite/>", 0, ("no tests ran, at least 1 had to",)),
        ("not XML", 0, ("the report is not JUnit XML: syntax error: line 1, column 0",)),
    ],
)  # fmt: skip
def test_neither_the_exit_code_nor_the_report_alone_makes_it_green(gauge, xml, rc, problems):
    report = gauge(xml, rc)

    assert not report.green
    assert report.problems == problems


def test_a_file_that_must_report_is_missed(gauge):
    report = gauge(CASE.format(""), expect_files=["test/*.js"])
    assert report.problems == ("test/b.js did not report a single test",)


def test_a_command_that_writes_nothing_is_a_problem_even_after_a_good_run(gauge):
    assert gauge(CASE.format("")).green
    report = gauge("", test=["true"])

    assert not report.green
    assert report.problems == ("no report was written to junit.xml",)


def test_a_link_in_place_of_the_report_is_not_followed(gauge, tmp_path):
    (tmp_path / "elsewhere.xml").write_text(CASE.format(""))
    link = ["ln", "-s", str(tmp_path / "elsewhere.xml"), "{out}/junit.xml"]

    assert gauge("", test=link).problems == (
        "the report junit.xml is not a plain file in its place",
    )


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ({"test": [], "report": "x.xml"}, "needs both test and report"),
        ({"report": "/etc/x.xml"}, "lies neither in {worktree} nor in {out}"),
        ({"project": "../out"}, "is no folder of"),
        ({"project": "absent"}, "is no folder of"),
    ],
)
def test_a_table_that_cannot_be_followed_is_an_error(gauge, table, why):
    with pytest.raises(ConfigError, match=why):
        gauge("", **table)


def printing(text, rc="0"):
    return [
        "{python}",
        "-c",
        "import sys; print(sys.argv[1]); sys.exit(int(sys.argv[2]))",
        text,
        rc,
    ]


@pytest.mark.parametrize(
    ("form", "text", "rc", "red", "problems"),
    [
        ("tap", "1..2\nok 1 - a\nnot ok 2 - b", 1, ["b"], ()),
        ("tap", "1..2\nok 1 - a\nok 2 - b", 0, [], ()),
        ("tap", "nothing", 0, [], ("no tests ran, at least 1 had to",)),
        ("json:passed", '{"passed": true}', 0, [], ()),
        ("json:passed", '{"passed": false, "why": "late"}', 1, ["the command"], ()),
        ("json:passed", '{"passed": false}', 0, ["the command"], (CONTRADICTION,)),
        ("json:passed", "done", 0, [], ("the command printed no line of JSON with passed",)),
        (
            "json:passed",
            '{"passed": true, "results": [{"name": "x", "file": "test/a.js", "passed": false}]}',
            1,
            ["x"],
            (),
        ),
        ("exit-only", "", 0, [], ()),
        ("exit-only", "", 3, ["the command"], ()),
    ],
)
def test_results_may_be_told_in_other_forms(gauge, form, text, rc, red, problems):
    argv = printing(text, str(rc))
    report = gauge("", report=form, test=argv)

    names = [
        "the command" if case.name.startswith("{python}") else case.name for case in report.red
    ]
    assert (names, report.problems) == (red, problems)
    assert ("exit code only" in report.runner) == (form == "exit-only")


def test_tap_may_be_in_a_file(gauge):
    write = ["sh", "-c", "printf '1..1\\nok 1 - a\\n' > {out}/a.tap"]

    assert gauge("", report="tap:{out}/a.tap", test=write).green
    assert gauge("", report="tap:{out}/b.tap", test=write).problems == (
        "no report was written to b.tap",
    )


def test_a_cache_that_is_not_there_is_an_error(gauge, tmp_path):
    with pytest.raises(ConfigError, match=r"gauge\.caches: .*absent is no folder"):
        gauge("", caches=[str(tmp_path / "absent")])


def test_a_run_that_was_killed_says_nothing_and_the_next_one_counts(gauge):
    once = 'test -e {worktree}/ran || { touch {worktree}/ran; kill -9 $$; }; printf "$0" > "$1"'
    good = ["sh", "-c", once, CASE.format(""), "{out}/junit.xml"]

    assert gauge("", test=good).green


def test_a_run_that_is_killed_each_time_is_red(gauge):
    report = gauge("", test=["sh", "-c", "kill -9 $$"])

    assert not report.green
    assert "no report was written to junit.xml" in report.problems


def test_red_tests_on_a_full_disk_say_nothing_of_the_code(rig, tmp_path, jail):
    root, out = rig({"test/a.js": ""}), tmp_path / "small"
    table = {"kind": "generic", "test": ["sh", "-c", "exit 1"], "report": "{out}/junit.xml"}
    with disk(out) as small:
        if small is None:
            pytest.skip("no tmpfs can be mounted here")
        run_gauge(GaugeTable.model_validate(table), root, out / "run", jail)
        small.fill()
        with pytest.raises(DiskFullError, match=f"the disk at {out} is full: 0 of 400 MiB"):
            run_gauge(GaugeTable.model_validate(table), root, out / "run", jail)
        small.clear()

        assert not run_gauge(GaugeTable.model_validate(table), root, out / "run", jail).green
