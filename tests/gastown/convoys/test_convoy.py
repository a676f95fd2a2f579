"""Convoys: what their beads may need that does not travel with them."""

import pytest

from gastown.beads.bead import Draft
from gastown.convoys.convoy import create_convoy, scope_of
from gastown.errors import LedgerError
from tests.gastown.hooks.given import a_town, beads


@pytest.fixture
def town(tmp_path):
    return a_town(tmp_path)


def two_convoys(town, merge=None):
    """One whose bead is done, and one whose bead needs that."""
    (first,) = beads(town, "garden", "Dig")
    ahead = create_convoy(town.ledger, town.config, "Ahead", [first], merge=merge)
    town.ledger.close(first, "merged")
    second = town.ledger.create(Draft(title="Plant", prefix="ga", needs=(first,)))
    return ahead, create_convoy(town.ledger, town.config, "Behind", [second.id])


def test_what_is_done_on_a_convoys_own_branch_is_not_on_main_before_that_lands(town):
    ahead, behind = two_convoys(town, "review-then-land")

    with pytest.raises(LedgerError, match=f"on main only when {ahead.id} .Ahead. lands"):
        scope_of(town.ledger, town.config, behind)

    town.ledger.close(ahead.id, "landed")
    assert scope_of(town.ledger, town.config, behind).beads


def test_what_was_merged_to_main_may_be_needed_though_its_convoy_is_under_way(town):
    _, behind = two_convoys(town)

    assert scope_of(town.ledger, town.config, behind).beads


def test_what_is_open_elsewhere_may_not_be_needed(town):
    (first,) = beads(town, "garden", "Dig")
    second = town.ledger.create(Draft(title="Plant", prefix="ga", needs=(first,)))
    convoy = create_convoy(town.ledger, town.config, "Alone", [second.id])

    with pytest.raises(LedgerError, match="open and not in the convoy"):
        scope_of(town.ledger, town.config, convoy)
