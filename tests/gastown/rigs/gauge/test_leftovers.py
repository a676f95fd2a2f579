"""What tests leave behind goes, and is counted; what we read stays."""

import os
import subprocess

import pytest

from gastown.rigs.gauge.gauge import run_gauge
from gastown.rigs.gauge.leftovers import MAX_KEPT, clear_leftovers, disk_use
from gastown.town.tables.rigs import GaugeTable

LITTER = """
import os, pathlib, sys
out = pathlib.Path([a.split("=", 1)[1] for a in sys.argv if a.startswith("--junitxml=")][0]).parent
def test_f():
    closed = out / "deep" / "er"
    closed.mkdir(parents=True)
    (closed / "f").write_text("x")
    closed.chmod(0)
    (out / "deep").chmod(0)
    (out / "link").symlink_to("/etc")
    (out / "import.log").symlink_to("/etc/passwd")
    os.mkfifo(out / "pipe")
    (out / "junit.xml2").write_bytes(b"x" * SIZE)
"""


@pytest.fixture
def gauge(rig, tmp_path, jail):
    def run(size):
        files = {"tests/test_a.py": LITTER.replace("SIZE", str(size))}
        return run_gauge(GaugeTable(kind="pytest"), rig(files), tmp_path / "out", jail)

    return run


def test_after_a_run_only_its_report_and_log_are_there(gauge, tmp_path):
    report = gauge(100)

    assert report.green
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["junit.xml", "tests.log"]


def test_a_run_that_leaves_too_much_is_not_green(gauge, tmp_path):
    report = gauge(300 << 20)

    assert report.problems == ("the run left 300 MiB in its folder, at most 256 may be",)
    assert 0 < disk_use(tmp_path / "out") < 1 << 20


def test_of_a_long_log_the_end_is_kept(tmp_path):
    log = tmp_path / "tests.log"
    log.write_bytes(b"a" * MAX_KEPT + b"the end")

    assert clear_leftovers(tmp_path, {log}) == ()

    assert log.stat().st_size < MAX_KEPT + 100
    assert log.read_bytes().startswith(b"[the beginning was left out]\naaa")
    assert log.read_bytes().endswith(b"aathe end")


def test_a_file_full_of_holes_takes_no_room(tmp_path):
    with (tmp_path / "holes").open("wb") as file:
        file.truncate(1 << 40)

    assert clear_leftovers(tmp_path, ()) == ()
    assert list(tmp_path.iterdir()) == []


def test_folders_nested_deeply_are_no_trap(tmp_path):
    deep = os.open(tmp_path, os.O_RDONLY)
    for _ in range(3_000):
        os.mkdir("d", dir_fd=deep)
        inner = os.open("d", os.O_RDONLY, dir_fd=deep)
        os.close(deep)
        deep = inner
    os.close(deep)

    try:
        problems = clear_leftovers(tmp_path, (), allowed=100_000)
        rest = list(tmp_path.iterdir())
    finally:  # pytest itself could not remove them
        subprocess.run(["rm", "-rf", tmp_path / "d"], check=True)

    assert (len(problems), rest) == (1, [])
