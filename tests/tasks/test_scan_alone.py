"""The Watchdog on any repository: what it finds, what it remembers, and what it never writes."""

import json
from pathlib import Path

import pytest

from gastown.errors import GitError, NotFoundError
from gastown.rehearsal.script import Script
from gastown.rigs.git import Repo
from gastown.security.book import Book
from gastown.security.follow import Status
from gastown.security.portions import MOST
from gastown.town.town import Town
from tasks.scan_alone import ScanReport, scan_alone
from tests.gastown.rigs.scan.planted import AWS, PASSWORD
from tests.tasks.scanned import FILES, commit, reading, town_of, weakness

SCAN = "scan garden"
SCRIPT = Script(
    {
        ("watchdog", SCAN, 1): (
            reading("Said wrongly.", weakness("src/none.gd", 1)),
            reading(f"The password {PASSWORD} is old.", weakness("src/net.gd", 3)),
        ),
    }
)


@pytest.fixture
def town(tmp_path):
    with town_of(tmp_path, SCRIPT) as town:
        yield town


def rules(report: ScanReport, *statuses: Status) -> set[str]:
    return {one.finding.rule.split("-")[0] for one in report.standing.of(*statuses)}


def test_scanners_and_model_find_what_was_planted_and_the_model_is_corrected(town):
    report = scan_alone(town, "garden")

    found = {one.finding.rule: one.finding for one in report.standing.of("new")}
    assert {"literal-password", "run-program", "aws-access-key", "reading"} <= set(found)
    assert not [one for one in found.values() if one.file.startswith("addons/")]
    assert (found["reading"].file, found["reading"].line) == ("src/net.gd", 3)
    assert report.standing.incomplete == ()
    assert report.summary.startswith("The password [secret ")


def test_no_secret_is_written_anywhere(town):
    report = scan_alone(town, "garden")

    kept = [report.model_dump_json(), repr(report), *report.files().values()]
    files = [path for folder in ("private", ".town") for path in (town.root / folder).rglob("*")]
    kept += [path.read_bytes().decode(errors="replace") for path in files if path.is_file()]
    assert len(kept) > 10
    assert not [text for text in kept if AWS in text or PASSWORD in text]


def test_a_second_scan_knows_the_first_and_asks_no_model_when_nothing_changed(town):
    scan_alone(town, "garden")
    second = scan_alone(town, "garden")

    assert second.standing.of("new", "fixed") == ()
    assert "model" not in {run.name for run in second.standing.ran}
    assert rules(second, "known") >= {"reading", "literal", "run"}
    assert len(second.history) == 2


def test_what_was_mended_is_fixed_also_what_only_the_model_saw(town):
    scan_alone(town, "garden", model=False)
    first = scan_alone(town, "garden", since="HEAD")
    scan_alone(town, "garden")
    commit(town, {"src/net.gd": "extends Node\n"})
    second = scan_alone(town, "garden", model=False)

    assert rules(first, "known") >= {"literal", "run"}
    assert rules(second, "fixed") >= {"literal", "run"}
    assert second.history[-1].health.score > second.history[0].health.score


def test_a_model_that_cannot_be_asked_is_reported_as_not_run(tmp_path):
    with town_of(tmp_path, Script({})) as town:
        report = scan_alone(town, "garden")

    (run,) = [run for run in report.standing.ran if run.name == "model"]
    assert not run.ran
    assert run.why_not
    assert "model did not run" in report.standing.line
    assert report.history[-1].health.at_most


def test_a_checkout_that_is_no_rig_is_scanned_and_stays_as_it_was(town, tmp_path):
    folder = Path(str(tmp_path / "source"))
    before = Repo(folder).head()

    report = scan_alone(town, str(folder), model=False)

    assert "aws-access-key" in {one.finding.rule for one in report.standing.of("new")}
    assert (Repo(folder).head(), Repo(folder).status()) == (before, [])
    book = Book(town.layout.private("watchdog"), "elsewhere/source")
    assert book.load() == report.standing
    assert json.loads((book.folder / "report.sarif").read_text())["runs"]


def test_the_rigs_own_policy_counts(town):
    file = town.layout.config
    file.write_text(file.read_text() + "\n[rigs.garden.security]\ncontent_only = true\n")

    report = scan_alone(Town.open(town.root), "garden", model=False)

    assert "content-script" in {one.finding.rule for one in report.standing.open}


def test_what_is_no_repository_or_no_commit_is_refused_and_nothing_is_remembered(town):
    with pytest.raises(NotFoundError):
        scan_alone(town, "nowhere")
    with pytest.raises(GitError):
        scan_alone(town, "garden", since="no-such-commit")

    assert Book(town.layout.private("watchdog"), "garden").load() is None


def test_a_large_change_is_read_in_pieces_and_what_no_piece_holds_is_said(tmp_path):
    said = (reading("Fine."),)
    large = {f"src/{number}.py": "a = 1\n" * 2_600 for number in range(MOST + 1)}
    with town_of(tmp_path, Script({("watchdog", SCAN, 1): said}), {**FILES, **large}) as town:
        report = scan_alone(town, "garden")
        sessions = list(town.layout.state.glob("sessions/*/*/session-*.jsonl"))

    assert len(sessions) == MOST
    (run,) = [run for run in report.standing.ran if run.name == "model"]
    assert run.ran
    assert run.missed
    assert "model ran in part" in report.standing.line
