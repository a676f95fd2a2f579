"""The Watchdog's stage: the convoy's own report, and the rig's findings from convoy to convoy."""

import json

import pytest

from gastown.rehearsal.script import Script
from gastown.security.book import Book
from tasks.desk import open_desk
from tasks.watchdog import watchdog
from tests.tasks.scanned import commit, desk_of, reading, town_of, weakness

SCRIPT = Script({("watchdog", "garden", 1): (reading("Runs programs.", weakness("upload.py", 1)),)})


@pytest.fixture
def town(tmp_path):
    with town_of(tmp_path, SCRIPT) as town:
        yield town


def test_a_convoys_scan_is_its_report_and_the_rigs_history(town):
    at = desk_of(town, "watchdog", "Dig")
    commit(town, {"src/dig.gd": "OS.execute(spade, [])\n"})

    result = watchdog(at)

    evidence = result.evidence
    assert (evidence["introduced"], evidence["not_run"]) == (2, [])  # the line, and the model's
    assert evidence["new"] == evidence["findings"] >= 4
    assert result.summary.startswith(f"{evidence['findings']} open (")
    report = town.root / str(evidence["report"])
    assert report.parent.parts[-2:] == (at.request.convoy, "garden")
    assert "`src/dig.gd:1` Starts another program" in report.read_text()
    (entry,) = Book(town.layout.private("watchdog"), "garden").history()
    assert (entry.by, entry.health.at_most) == (at.request.convoy, False)


def test_the_next_convoy_knows_what_the_last_one_saw(town):
    first = desk_of(town, "watchdog", "Dig")
    commit(town, {"src/dig.gd": "extends Node\n"})
    watchdog(first)
    at = desk_of(town, "watchdog", "Water")
    commit(town, {"src/net.gd": "extends Node\n"})

    result = watchdog(at)

    assert result.evidence["new"] == 0
    assert result.evidence["fixed"] >= 2
    data = json.loads((town.root / str(result.evidence["report"])).with_suffix(".json").read_text())
    assert [one["by"] for one in data["history"]][-1] == at.request.convoy


def test_the_same_attempt_made_again_is_one_more_scan_with_nothing_new(town):
    """A stage may be killed after its report: the retry says the same of the rig."""
    at = desk_of(town, "watchdog", "Dig")
    first = watchdog(at)
    retried = at.request.model_copy(update={"token": at.request.token + 1})
    again = watchdog(open_desk(town, retried))

    assert again.evidence["findings"] == first.evidence["findings"]
    assert again.evidence["new"] == 0
