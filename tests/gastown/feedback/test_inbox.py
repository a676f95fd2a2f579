"""The inbox: accepted once, declined with a reason, joined by a person; history in git."""

import pytest

from gastown.errors import LedgerError, NotFoundError
from gastown.feedback.inbox import LABEL, Inbox, Wishes
from gastown.feedback.store import Store
from gastown.rigs.git import Repo
from gastown.testing import FakeClock, MemoryLedger
from tests.gastown.feedback.given import record, sorted_as

CRASH = sorted_as(record(1, "it crashes when I jump twice"), "bug", "high", "Crash on jump")
AGAIN = sorted_as(record(2, "It crashes, when I jump twice!", title="Report 1"), "bug", "high")
DARK = sorted_as(record(3, "please add a dark mode"), "wish", "low", "Dark mode")
NIGHT = sorted_as(record(4, "colours for the night, my eyes"), "wish", "low", "Night colours")
THANKS = sorted_as(record(5, "you are all great, thank you"), "praise", "low", "Thanks")
BY = Wishes("ga", by="ann")


@pytest.fixture
def inbox(tmp_path) -> Inbox:
    scout, oracle = Store(tmp_path / "bug-scout"), Store(tmp_path / "oracle")
    scout.put([CRASH, AGAIN], {}, "two")
    oracle.put([DARK, NIGHT, THANKS], {}, "three")
    return Inbox({"bug-scout": scout, "oracle": oracle}, FakeClock())


@pytest.fixture
def ledger() -> MemoryLedger:
    return MemoryLedger()


def states(inbox: Inbox) -> dict[str, str]:
    decisions = inbox.decisions()
    return {topic.title: inbox.state(topic, decisions) for topic in inbox.topics()}


def test_bugs_and_wishes_are_proposed_heaviest_first(inbox):
    found = states(inbox)

    assert next(iter(found)) == "Crash on jump"
    assert found == {
        "Crash on jump": "proposed",
        "Dark mode": "proposed",
        "Night colours": "proposed",
        "Thanks": "other",
    }


def test_an_accepted_topic_is_a_bead_that_says_where_it_is_from(inbox, ledger):
    bead = inbox.accept(CRASH.id, ledger, BY)

    assert (bead.title, bead.issue_type, bead.priority) == ("Crash on jump", "bug", 1)
    assert (bead.prefix, bead.labels, bead.created_by) == ("ga", (LABEL,), "ann")
    assert "2 people in 2 posts" in bead.description
    assert "```\nReport 1\n\nit crashes when I jump twice\n```" in bead.description
    assert bead.acceptance_criteria
    assert states(inbox)["Crash on jump"] == "accepted"
    assert Repo(inbox.stores["bug-scout"].path).log("HEAD")[0].subject == f"Accept {CRASH.id}"


def test_accepting_twice_makes_one_bead_also_after_a_death_in_between(inbox, ledger, tmp_path):
    bead = inbox.accept(AGAIN.id, ledger, BY)
    assert inbox.accept(CRASH.id, ledger, BY) == bead

    store = inbox.stores["bug-scout"]
    store.keep({"decisions.json": "{}"}, "as if nobody had said so")

    assert inbox.accept(CRASH.id, ledger, BY) == bead
    assert len(ledger.find(label=LABEL)) == 1
    assert states(inbox)["Crash on jump"] == "accepted"


def test_a_person_may_word_the_bead(inbox, ledger):
    bead = inbox.accept(DARK.id, ledger, Wishes("ga", "Themes", "There are two.", "ann"))

    assert (bead.title, bead.acceptance_criteria) == ("Themes", "There are two.")


def test_a_declined_topic_is_put_away_and_may_be_accepted_later(inbox, ledger):
    inbox.decline(DARK.id, "not this year", "ann")

    assert states(inbox)["Dark mode"] == "declined"
    inbox.accept(DARK.id, ledger, BY)
    assert states(inbox)["Dark mode"] == "accepted"
    with pytest.raises(LedgerError, match="close that one"):
        inbox.decline(DARK.id, "after all", "ann")


def test_joined_topics_are_one_under_the_second_name_across_readers(inbox, ledger):
    whole = inbox.join(NIGHT.id, DARK.id)

    assert (whole.id, set(whole.items)) == (DARK.id, {DARK.id, NIGHT.id})
    assert "Night colours" not in states(inbox)
    inbox.join(DARK.id, CRASH.id)
    assert len(inbox.topics()) == 2
    with pytest.raises(LedgerError, match="one topic already"):
        inbox.join(CRASH.id, NIGHT.id)


def test_what_is_decided_is_joined_to_only_by_others(inbox, ledger):
    inbox.accept(DARK.id, ledger, BY)

    with pytest.raises(LedgerError, match="is decided"):
        inbox.join(DARK.id, NIGHT.id)
    assert inbox.join(NIGHT.id, DARK.id).id == DARK.id
    assert set(states(inbox)) == {"Crash on jump", "Dark mode", "Thanks"}


def test_a_topic_is_named_by_its_id_an_item_or_a_unique_beginning(inbox, ledger):
    assert inbox.accept(NIGHT.id[:9], ledger, BY).title == "Night colours"
    for name in ("fb-", "fb-ffffffffffff", ""):
        with pytest.raises(NotFoundError, match="town inbox --all"):
            inbox.accept(name, ledger, BY)
    assert len(ledger.find(label=LABEL)) == 1


def test_a_broken_file_of_decisions_is_named(inbox):
    (inbox.stores["oracle"].path / "decisions.json").write_text('{"accepted": 3}')

    with pytest.raises(LedgerError, match=r"decisions\.json"):
        inbox.decisions()
