"""Where a sling goes: the last word, where it names a rig, a polecat or a person."""

import pytest

from gastown.errors import LedgerError, NotFoundError
from gastown.hooks.target import Target, parted, target_of
from gastown.town.config import TownConfig

CONFIG = TownConfig.model_validate(
    {
        "town": {"name": "oak"},
        "rigs": {"garden": {"prefix": "ga", "origin": "x", "gauge": {"kind": "pytest"}}},
    }
)


@pytest.mark.parametrize(
    ("words", "beads", "target"),
    [
        (["ga-1"], ["ga-1"], None),
        (["ga-1", "ga-2"], ["ga-1", "ga-2"], None),
        (["ga-1", "ga-2", "garden"], ["ga-1", "ga-2"], Target(rig="garden")),
        (["ga-1", "garden/"], ["ga-1"], Target(rig="garden")),
        (["ga-1", "garden/opal"], ["ga-1"], Target(rig="garden", name="opal")),
        (["ga-1", "garden/crew/Ann"], ["ga-1"], Target(rig="garden", crew="Ann")),
    ],
)
def test_the_last_word_says_where_to(words, beads, target):
    assert parted(words, CONFIG) == (beads, target)


@pytest.mark.parametrize("said", ["garden", "garden/opal", "garden/crew/Ann"])
def test_a_target_is_written_as_it_is_said(said):
    assert str(target_of(said, CONFIG)) == said


@pytest.mark.parametrize("said", ["garden/refinery", "garden/../x", "garden/crew/", "garden/Opal"])
def test_who_takes_no_beads_is_refused(said):
    with pytest.raises(LedgerError, match="takes no beads"):
        target_of(said, CONFIG)


def test_a_rig_that_is_not_there_and_a_sling_of_nothing_are_refused():
    with pytest.raises(NotFoundError, match="no rig 'moon'; rigs: garden"):
        parted(["ga-1", "moon/opal"], CONFIG)
    with pytest.raises(NotFoundError, match="no rig 'moon'; rigs: garden"):
        parted(["ga-1", "moon"], CONFIG)
    with pytest.raises(LedgerError, match="say what is slung to garden"):
        parted(["garden"], CONFIG)
