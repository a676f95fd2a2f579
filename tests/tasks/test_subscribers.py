"""Who asked for it is told how a convoy ended, once for each end, whatever dies between."""

from pathlib import Path

import pytest

from gastown.beads.ledger import utc_now
from gastown.convoys.convoy import show_convoy
from gastown.convoys.ending import note_failure
from gastown.errors import LedgerError
from gastown.feed.subscribers import (
    Subscriber,
    Target,
    subscribe,
    subscribers,
    take,
    targets_of,
    unsubscribe,
)
from gastown.mail.box import inbox
from tasks.drop import drop
from tasks.subscribers import tell_end
from tests.tasks.half import Half

ME = Target(by="mail", to="overseer")
BLOCK = Target(by="notify", to="slack-webhook/none")


@pytest.fixture
def half(tmp_path: Path) -> Half:
    return Half(tmp_path)


def letters(half: Half) -> list[str]:
    return [mail.letter.subject for mail in inbox(half.town.ledger, "overseer")]


def standing(half: Half, target: Target) -> Subscriber:
    convoy = show_convoy(half.town.ledger, half.convoy)
    return next(one for one in subscribers(convoy) if one.target == target)


def test_nobody_is_told_before_it_ends_and_each_once_when_it_does(half: Half):
    ledger = half.town.ledger
    assert subscribe(ledger, half.convoy, ME, "ann")
    assert not subscribe(ledger, half.convoy, ME, "bob")
    assert (tell_end(half.town, half.convoy), letters(half)) == ([], [])
    title = show_convoy(ledger, half.convoy).title
    drop(half.town, half.convoy, "too big")

    assert tell_end(half.town, half.convoy) == tell_end(half.town, half.convoy) == []
    assert letters(half) == [f"{half.convoy} was given up: {title}"]
    assert standing(half, ME).told == "given up: too big"


def test_a_letter_that_was_sent_before_its_sender_died_is_not_sent_again(half: Half):
    ledger = half.town.ledger
    subscribe(ledger, half.convoy, ME, "ann")
    note_failure(ledger, half.convoy, "no tests", utc_now())
    tell_end(half.town, half.convoy)
    unmarked = standing(half, ME).model_copy(update={"told": "", "at": None})
    ledger.update(
        half.convoy, {"metadata": {f"subscriber {ME.name}": unmarked.model_dump(mode="json")}}
    )
    tell_end(half.town, half.convoy)

    assert len(letters(half)) == 1
    assert standing(half, ME).told == "failed: no tests"


def test_another_failure_and_the_end_after_it_are_told_too(half: Half):
    ledger = half.town.ledger
    subscribe(ledger, half.convoy, ME, "ann")
    for why in ("no tests", "no tests", "no model"):
        note_failure(ledger, half.convoy, why, utc_now())
        tell_end(half.town, half.convoy)
    ledger.close(half.convoy, "landed: 3 beads merged")
    tell_end(half.town, half.convoy)

    assert [line.split(": ")[0].removeprefix(f"{half.convoy} ") for line in letters(half)] == [
        "did not land",
        "did not land",
        "has landed",
    ]


def test_one_alone_of_all_that_ask_is_to_tell_through_a_block(half: Half):
    ledger = half.town.ledger
    subscribe(ledger, half.convoy, BLOCK, "ann")
    note_failure(ledger, half.convoy, "no tests", utc_now())
    first, second = (take(ledger, half.convoy, BLOCK, utc_now()) for _ in range(2))

    assert first is not None
    assert (first.key, second) == ("failed: no tests", None)
    assert tell_end(half.town, half.convoy) == []


def test_who_is_taken_off_hears_nothing_and_a_convoy_that_is_over_takes_nobody(half: Half):
    ledger = half.town.ledger
    subscribe(ledger, half.convoy, ME, "ann")
    assert unsubscribe(ledger, half.convoy, ME, "ann")
    assert not unsubscribe(ledger, half.convoy, ME, "ann")
    drop(half.town, half.convoy)
    tell_end(half.town, half.convoy)

    assert letters(half) == []
    with pytest.raises(LedgerError, match="is over"):
        subscribe(ledger, half.convoy, ME, "ann")


def test_without_a_word_the_overseer_is_meant(half: Half):
    config = half.town.config
    assert targets_of(config, "", "") == (ME,)
    assert targets_of(config, "slack-webhook/none", "") == (BLOCK,)
    assert targets_of(config, "slack-webhook/none", "mayor/") == (
        BLOCK,
        Target(by="mail", to="mayor"),
    )
