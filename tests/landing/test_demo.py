"""`town demo` as a stranger runs it: what its board says is what git, ledger and reports hold."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from secrets import token_hex

import pytest

from gastown.cli.demo.world import INPUT, origin_of
from gastown.convoys.board import board
from gastown.convoys.convoy import CONVOY
from gastown.rehearsal.pace import UNPACED
from gastown.rehearsal.script import Script
from gastown.rehearsal.server import RehearsalServer
from gastown.rigs.git import Repo
from gastown.town.layout import TownLayout
from gastown.town.processes import marked
from gastown.town.town import Town
from tests.landing.wait import until

pytestmark = [pytest.mark.engine, pytest.mark.slow]


def demo(folder, *arguments: str) -> "subprocess.Popen[str]":
    """`town demo` in a folder, in a process group of its own, as a terminal starts it."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "COLUMNS": "200"}
    start = "from gastown.cli.main import main; main()"
    argv = [sys.executable, "-c", start, "demo", "--pace", "0", "--folder", str(folder), *arguments]
    return subprocess.Popen(
        argv, env=env, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


class Told:
    """A demo that has ended: what it printed, and the folder it leaves."""

    def __init__(self, folder: Path, printed: str) -> None:
        self.printed = printed
        self.folder = folder
        self.town = Town.open(folder / "town")
        (self.convoy,) = self.town.ledger.find(issue_type=CONVOY)
        self.board = board(self.town.ledger, self.convoy.id)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "demo"
    with demo(folder) as process:
        printed, _ = process.communicate(timeout=500)
    assert process.returncode == 0, printed
    return Told(folder, printed)


def test_the_board_begins_with_what_is_rehearsed(told):
    assert told.printed.startswith("Model answers are rehearsed, everything else is real.")


def test_without_keep_prefects_address_is_said_to_die_with_the_demo(told):
    (line,) = [line for line in told.printed.splitlines() if "/runs/flow-run/" in line]
    assert line.startswith("in Prefect's UI until the demo ends: ")


def test_each_of_five_beads_is_on_its_origins_main_with_the_commit_the_board_shows(told):
    assert len(told.board.beads) == 5
    for bead in told.board.beads:
        main = Repo(told.folder / "origins" / f"{bead.rig}.git").log("main")
        (commit,) = [c for c in main if c.id == bead.commit]
        assert ("bead", bead.id) in commit.trailers
        assert bead.commit[:10] in told.printed


def test_what_landed_passes_its_own_tests_in_a_fresh_clone(told, tmp_path):
    subprocess.run(
        ["git", "clone", "-q", told.folder / "origins" / "scorekeeper.git", tmp_path / "clone"],
        check=True,
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path / "clone", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "passed" in done.stdout


def test_one_bead_was_sent_back_and_anothers_first_attempt_was_red(told):
    assert [row for row in told.board.stages if row.state == "sent back" and row.role == "refinery"]
    assert re.search(r"1 attempt red, then \d+ passed", told.printed)


def test_the_planted_key_is_found_and_written_down_nowhere(told, tmp_path):
    upload = (told.folder / "sources" / "scorekeeper" / "scorekeeper" / "upload.py").read_text()
    (key,) = re.findall(r"AKIA[A-Z2-7]{16}", upload)
    line = upload[: upload.index(key)].count("\n") + 1

    report = told.folder / "town" / "private" / "watchdog" / told.convoy.id / "scorekeeper"
    assert f"scorekeeper/upload.py:{line}" in (report / "report.md").read_text()
    town = told.folder / "town"
    written = [*(town / "private").rglob("*"), *(town / ".town" / "sessions").rglob("*")]
    texts = [path for path in written if path.is_file() and key.encode() in path.read_bytes()]
    assert texts == []
    assert key not in told.printed


def test_the_spotters_report_judges_every_claim(told):
    folder = told.folder / "town" / "private" / "spotter" / told.convoy.id / "card"
    said = json.loads((folder / "report.json").read_text())
    assert said["claims"]
    assert all(claim["verdict"] == "pass" for claim in said["claims"])


def test_no_process_is_left(told):
    assert marked(told.town.layout) == {}


def services(layout):
    """Server or worker are starting."""
    return layout.state.is_dir() and marked(layout)


def convoy(layout):
    """A stage is at work."""
    return layout.state.is_dir() and any(layout.state.glob("sessions/*/*/*"))


@pytest.mark.parametrize(
    ("moment", "number", "times", "heard"),
    [
        (services, signal.SIGINT, 3, True),
        (services, signal.SIGTERM, 1, True),
        (services, signal.SIGHUP, 1, False),  # the terminal is closed
        (convoy, signal.SIGINT, 1, False),  # `make demo 2>&1 | tee log`: tee dies of it too
        (convoy, signal.SIGINT, 4, True),
    ],
)
def test_a_signal_at_any_moment_leaves_no_process_and_no_traceback(
    tmp_path, moment, number, times, heard
):
    layout, printed = TownLayout(tmp_path / "demo" / "town"), ""
    with demo(tmp_path / "demo") as process:
        assert process.stdout
        until(lambda: moment(layout) or process.poll() is not None, 90)
        begin = time.monotonic()
        if not heard:
            process.stdout.close()
        for _ in range(times):
            os.killpg(process.pid, number)
            time.sleep(0.4)
        if heard:
            printed, _ = process.communicate(timeout=60)
        code = process.wait(timeout=60)

    assert time.monotonic() - begin < 30
    assert code == 128 + number, printed
    assert "Traceback" not in printed
    assert ("stopping …" in printed, printed.endswith("stopped\n")) == (heard, heard)
    assert marked(layout) == {}


def test_a_rehearsal_started_by_hand_lands_the_convoy_and_its_key_is_written_nowhere(
    tmp_path, monkeypatch
):
    key = f"sk-{token_hex()}"
    monkeypatch.setenv("DEMO_KEY", key)
    script = Script.load(INPUT / "answers")
    with (
        RehearsalServer(script, pace=UNPACED, api_key=key) as server,
        demo(tmp_path / "demo", "--model", server.url, "--key-env", "DEMO_KEY") as process,
    ):
        printed, _ = process.communicate(timeout=500)

    assert process.returncode == 0, printed
    assert printed.startswith("Everything is real")
    files = [path for path in (tmp_path / "demo").rglob("*") if path.is_file()]
    assert [path for path in files if key.encode() in path.read_bytes()] == []
    assert key not in printed


def test_a_demo_that_fails_says_how_to_look_into_it_and_which_faults_struck(tmp_path):
    with demo(tmp_path / "demo", "--faults", "badargs*99@defender") as process:
        printed, _ = process.communicate(timeout=500)

    assert process.returncode == 1, printed
    assert "run it again with --keep" in printed
    assert "Retry" not in printed
    log = tmp_path / "demo" / "town" / ".town" / "logs" / "rehearsal.log"
    assert str(log) in printed
    assert "fault badargs: role 'defender'" in log.read_text()


def test_each_demo_plants_a_key_of_its_own(tmp_path):
    keys = set()
    for name in ("one", "two"):
        origin = Repo(origin_of(tmp_path / name, "scorekeeper"))
        keys.add(origin.show_file("main", "scorekeeper/upload.py"))
    assert len(keys) == 2
