"""The Assistant over the wire: facts gathered, worded only as far as they hold, always kept."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from gastown.beads.bead import Draft
from gastown.beads.ledger import utc_now
from gastown.errors import ConfigError
from gastown.feedback.readers import store_of
from gastown.feedback.record import record_of
from gastown.founding.install import install
from gastown.morning.brief import plain_brief
from gastown.rehearsal.pace import UNPACED
from gastown.rehearsal.script import Script
from gastown.rehearsal.server import RehearsalServer
from gastown.rehearsal.turn import Turn
from gastown.town.town import Town
from tasks.metering import today
from tasks.morning import keep_brief, morning_of
from tasks.wording import brief_of
from tests.gastown.feedback.given import SALT, item, sorted_as

ROWS = """
[budget]
day_usd = 5
[rigs.garden]
prefix = "ga"
origin = "nowhere"
gauge = {{ kind = "pytest" }}
[models.near]
endpoint = "{url}"
[seats]
default = "near"
"""


def said(*lines: tuple[str, tuple[int, ...]]) -> Turn:
    return Turn(json.dumps({"lines": [{"text": text, "facts": facts} for text, facts in lines]}))


def given(folder, url: str) -> Town:
    """A town in which something happened today: a bead closed by a commit, a bug reported."""
    install(folder / "oak", "oak")
    file = folder / "oak" / "town.toml"
    file.write_text(f'[town]\nname = "oak"\n{ROWS.format(url=url)}')
    town = Town.open(file.parent)
    bead = town.ledger.create(Draft(title="Snap beats", prefix="ga"))
    town.ledger.close(bead.id, "done", evidence={"commit": "a" * 40})
    now = utc_now()
    bug = sorted_as(record_of("issues", item(1), SALT, now), "bug", "critical", "Saves are lost")
    store_of(town.layout, "oak", "bug-scout").put([bug], {}, "one")
    return town


@pytest.fixture
def town(tmp_path) -> Town:
    return given(tmp_path, "http://127.0.0.1:9/v1")


def facts(town: Town) -> dict[str, str]:
    return {fact.text: fact.section for fact in morning_of(town, today(town)).facts}


def test_the_facts_tell_of_work_bugs_and_money(town):
    told = facts(town)

    assert [text for text in told if "1 bead in garden" in text]
    assert told["1 new item: 1 from issues; sorted as: 1 bug, critical"] == "Bugs"
    assert told["1 topic waits in the inbox (town inbox)"] == "Waiting for a person"
    assert told["budget day: $5.00 of $5.00 left today"] == "Money"
    assert [text for text in told if "bug, critical, 1 person, 0 votes: Saves are lost" in text]


def test_yesterday_is_the_day_when_none_is_named_and_tomorrow_has_not_begun(town):
    assert morning_of(town).day == today(town) - timedelta(days=1)
    with pytest.raises(ConfigError, match="has not begun"):
        morning_of(town, date(2999, 1, 1))


def test_a_part_that_cannot_be_read_is_told_of_and_the_rest_is_there(town):
    broken = town.layout.private("bug-scout") / "decisions.json"
    broken.write_text("[")

    told = facts(town)

    assert [text for text in told if text.startswith("could not be read") and "decisions" in text]
    assert [text for text in told if "1 bead in garden" in text]


def test_a_wording_that_holds_is_used_and_one_that_does_not_is_sent_back(tmp_path):
    day = utc_now().date()
    key = ("assistant", f"brief {day.isoformat()}", 1)
    with RehearsalServer(Script({}), pace=UNPACED) as server:
        morning = morning_of(given(tmp_path, server.url), day)
    number = {fact.section: fact.number for fact in morning.facts}
    must = tuple(fact.number for fact in morning.facts if fact.must)
    wrong = said(("2 beads merged", (number["Merged"],)), ("A critical bug came in", must))
    right = said(("1 bead merged", (number["Merged"],)), ("A critical bug came in", must))
    with RehearsalServer(Script({key: (wrong, right)}), pace=UNPACED) as server:
        town = given(tmp_path / "again", server.url)
        brief = brief_of(town, morning)

    assert (brief.worded, brief.usage.requests, brief.model) == (True, 2, "near")
    assert brief.text.endswith("- 1 bead merged\n- A critical bug came in\n")


def test_a_model_that_never_holds_costs_the_wording_and_nothing_else(tmp_path):
    day = utc_now().date()
    key = ("assistant", f"brief {day.isoformat()}", 1)
    with RehearsalServer(Script({key: (said(("99 beads", (1,))),) * 30}), pace=UNPACED) as server:
        town = given(tmp_path, server.url)
        brief = brief_of(town, morning_of(town, day))

    assert not brief.worded
    assert "'99' is not in fact 1" in brief.because
    assert "## Merged" in brief.text


def test_without_a_model_the_facts_are_sent(town):
    brief = brief_of(town, morning_of(town, today(town)))

    assert not brief.worded
    assert brief.because.startswith("not worded: ")
    assert "Saves are lost" in brief.text


def test_a_brief_is_kept_as_files(town):
    brief = plain_brief(morning_of(town, today(town)))

    place = keep_brief(town, brief)

    assert (town.root / place).read_text() == brief.text
    kept = json.loads((town.root / place).with_suffix(".json").read_text())
    assert kept["facts"][0]["number"] == 1


def test_the_midnight_is_the_towns(town):
    assert today(town) == datetime.now(UTC).date()
