"""What is kept of a rig between scans: in git, readable, and never half-written."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from gastown.errors import ConfigError, NotFoundError
from gastown.rigs.git import Repo
from gastown.rigs.scan.finding import Finding
from gastown.security.book import Book, Note, Word
from gastown.security.follow import Standing
from gastown.security.health import health
from tests.gastown.security.given import START, finding, moment, scanned

NOTE = Note("garden at 1234", "alone", "watchdog <watchdog@oak>", "Fine.")
ANN = Word("ann", START, "a test key")
DAY = date(2026, 1, 29)
A, B = finding("a"), finding("b", "low")


@pytest.fixture
def book(tmp_path):
    return Book(tmp_path / "watchdog", "garden")


def record(book: Book, *findings: Finding, number: int = 0, note: Note = NOTE) -> Standing:
    return book.record(scanned(*findings), moment(number), lambda _: True, note)


def test_before_the_first_scan_there_is_nothing(book):
    assert book.show(DAY) is None
    assert book.history() == book.acceptances() == ()


def test_a_scan_is_known_to_the_next_one_and_each_is_a_line_of_history(book):
    record(book, A)
    second = record(book, A, B, number=1)

    assert [one.status for one in second.tracked] == ["known", "new"]
    assert [(one.health.score, one.new) for one in book.history()] == [(83, 1), (81, 1)]
    assert book.show(DAY) == second
    assert "▆▆ 83 → 81 over 2 scans" in (book.folder / "report.md").read_text()


def test_everything_is_committed_by_its_author(book):
    record(book, A)

    repo = Repo(book.private)
    assert repo.status() == []
    (commit,) = repo.log("HEAD")
    assert (commit.author, commit.subject) == (
        "watchdog <watchdog@oak>",
        "Watchdog: garden at 1234",
    )


def test_the_lock_of_a_scan_is_not_cleared_away_as_one_that_a_dead_git_left(book):
    """Who waits for it holds the same file as who comes later."""
    record(book, A)

    (lock,) = (book.private / ".git").glob("*security.lock")
    first = lock.stat().st_ino
    record(book, B, number=1)
    assert lock.stat().st_ino == first


def test_a_convoys_report_lies_in_its_own_folder_too(book):
    record(book, A, note=Note("t", "hq-cv-1", NOTE.author, folder="hq-cv-1/garden"))

    one, other = book.private / "hq-cv-1" / "garden", book.folder
    assert (one / "report.md").read_text() == (other / "report.md").read_text()
    assert json.loads((one / "report.sarif").read_text())["version"] == "2.1.0"


def test_a_person_accepts_a_finding_and_git_says_who_when_and_why(book):
    record(book, A)

    book.accept(A.fingerprint[:8], ANN)

    (kept,) = book.acceptances()
    assert (kept.by, kept.why, kept.file, kept.severity) == ("ann", "a test key", A.file, "high")
    shown = book.show(DAY)
    assert (shown.open, health(shown).score) == ((), 100)
    assert Repo(book.private).log("HEAD")[0].subject == f"Accept {A.fingerprint}: a test key"
    assert [one.status for one in record(book, A, number=1).tracked] == ["accepted"]


def test_an_acceptance_ends_with_its_day_or_when_it_is_revoked(book):
    record(book, A, B)
    book.accept(A.fingerprint, ANN, until=DAY)
    book.accept(B.fingerprint, ANN)
    book.revoke(B.fingerprint, Word("bo", START, "it is real"))

    statuses = {one.finding.file: one.status for one in book.show(DAY).tracked}
    assert statuses == {A.file: "accepted", B.file: "new"}
    later = {one.finding.file: one.status for one in book.show(date(2026, 1, 30)).tracked}
    assert later[A.file] == "new"
    with pytest.raises(NotFoundError, match="no acceptance"):
        book.revoke(B.fingerprint, ANN)


@pytest.mark.parametrize("name", ["ffffffff", "61", ""])
def test_a_name_that_means_no_finding_or_is_too_short_is_refused(book, name):
    record(book, A)

    with pytest.raises(NotFoundError, match="town security show garden"):
        book.accept(name, ANN)


def test_nothing_can_be_accepted_before_a_scan(book):
    with pytest.raises(NotFoundError, match="town scan garden"):
        book.accept(A.fingerprint, ANN)


def test_a_file_that_somebody_broke_is_named_and_nothing_is_written(book):
    record(book, A)
    history = (book.folder / "history.jsonl").read_text()
    (book.folder / "findings.json").write_text("{}")

    with pytest.raises(ConfigError, match=r"garden/findings\.json"):
        record(book, B)

    assert (book.folder / "history.jsonl").read_text() == history
    (book.folder / "history.jsonl").write_text("nonsense\n")
    with pytest.raises(ConfigError, match=r"history\.jsonl:1"):
        book.history()


def test_scans_at_once_lose_nothing(book):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: record(book, A, number=number), range(4)))

    assert len(book.history()) == 4
    assert sum(one.new for one in book.history()) == 1
