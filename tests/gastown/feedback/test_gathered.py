"""What is kept of records says what they say, whoever writes them, and saves reading them again."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gastown.errors import LedgerError
from gastown.feedback.gathered import FILE, gathered, topics_in
from gastown.feedback.gist import gist_of
from gastown.feedback.record import Record
from gastown.feedback.store import Store
from gastown.feedback.weigh import in_order, topics_of
from tests.gastown.feedback.given import record, sorted_as

TEXTS = ("the game crashes when I jump twice", "The game crashes when I jump twice!", "dark mode")
STATES = st.tuples(st.integers(0, 3), st.sampled_from(TEXTS), st.booleans(), st.booleans())


@dataclass(frozen=True, slots=True)
class Counting(Store):
    """A store that notes which records it reads."""

    seen: list[str] = field(default_factory=list)

    def parse(self, content: bytes, file: Path) -> Record:
        self.seen.append(file.stem)
        return Store.parse(self, content, file)


def kept(store: Store) -> Path:
    return store.path / ".git" / FILE


def check(store: Store) -> None:
    """What is gathered is what the records say."""
    records, found = store.records(), gathered(store)

    assert list(found.gists) == [gist_of(one) for one in records]
    assert in_order(topics_in("bug-scout", found)) == topics_of("bug-scout", records)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(STATES, min_size=1, max_size=5))
def test_it_says_what_the_records_say_whether_they_are_committed_or_not(tmp_path_factory, states):
    store = Store(tmp_path_factory.mktemp("store"))
    store.keep({"README.md": "ours"}, "begin")
    for number, text, read, commit in states:
        said = record(number, text)
        made = sorted_as(said, "bug", "high") if read else said
        if commit:
            store.put([made], {}, "a page")
        else:
            file = store.path / f"{made.path}.json"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(made.files()[f"{made.path}.json"])
        check(store)
        check(store)


def test_a_record_that_did_not_change_is_read_once(tmp_path):
    store = Counting(tmp_path)
    store.put([record(1), record(2)], {}, "two")
    gathered(store)
    store.seen.clear()
    store.put([sorted_as(record(2), "wish"), record(3)], {}, "one sorted, one new")

    gathered(store)
    first = set(store.seen)
    store.seen.clear()
    gathered(store)

    assert record(3).id in first
    assert store.seen == []


def test_sorting_a_record_reads_no_other(tmp_path):
    store = Counting(tmp_path)
    store.put([record(1), record(2)], {}, "two")
    gathered(store)
    store.seen.clear()
    store.put([sorted_as(record(2), "wish")], {}, "sorted")

    assert [one.kind for one in gathered(store).gists] == ["wish", "wish"]
    assert store.seen == [record(2).id]


@pytest.mark.parametrize("how", ["broken", "other rules", "gone", "another shape"])
def test_what_cannot_be_taken_of_what_was_kept_is_made_anew(tmp_path, how):
    store = Store(tmp_path)
    store.put([record(1), record(2)], {}, "two")
    gathered(store)
    told = json.loads(kept(store).read_text())
    told["heads"] = told["heads"][::-1]
    match how:
        case "broken":
            kept(store).write_text(kept(store).read_text()[:50])
        case "other rules":
            kept(store).write_text(json.dumps(told | {"rules": "others"}))
        case "gone":
            kept(store).unlink()
        case _:
            kept(store).write_text(json.dumps(told | {"gists": {"a": [1, 2]}}))

    check(store)


def test_a_broken_record_is_named_and_mended_by_git(tmp_path):
    store = Store(tmp_path)
    store.put([record(1)], {}, "one")
    gathered(store)
    file = tmp_path / f"{record(1).path}.json"
    whole = file.read_text()
    file.write_text("{}")

    with pytest.raises(LedgerError, match="bring it back"):
        gathered(store)
    file.write_text(whole)
    check(store)


def test_it_is_no_file_of_the_repository(tmp_path):
    store = Store(tmp_path)
    store.put([record(1)], {}, "one")
    gathered(store)

    assert kept(store).is_file()
    assert not [name for name in tmp_path.rglob("*gists*") if name != kept(store)]
