"""Pour: a plan becomes beads and a convoy once, whatever is killed between; never twice."""

import pytest

from gastown.beads.bead import CLOSED
from gastown.convoys.convoy import CONVOY, create_convoy, members
from gastown.errors import LedgerError, NotFoundError
from gastown.planning.pour import PLAN, drafts_of, found, pour_plan
from gastown.testing import MemoryLedger
from gastown.town.config import TownConfig
from tests.gastown.planning.given import answer, bead, document

CONFIG = TownConfig.model_validate(
    {
        "town": {"name": "oak"},
        "rigs": {
            name: {"prefix": prefix, "origin": "nowhere", "gauge": {"kind": "pytest"}}
            for name, prefix in (("garden", "ga"), ("shed", "sh"))
        },
    }
)


@pytest.fixture
def ledger() -> MemoryLedger:
    return MemoryLedger()


def counted(ledger) -> tuple[int, int]:
    return len(ledger.find()), len(ledger.find(issue_type=CONVOY))


def test_beads_have_their_needs_rigs_criteria_and_plan(ledger):
    plan = document()
    poured = pour_plan(ledger, CONFIG, plan, actor="ann")

    shown = {key: ledger.show(name) for key, name in poured.beads.items()}
    assert set(shown) == {"count", "glow", "show"}
    assert shown["show"].prefix == "sh"
    assert set(shown["show"].needs) == {poured.beads["count"], poured.beads["glow"]}
    assert shown["count"].acceptance_criteria == "- count is done."
    assert plan.goal in shown["count"].description
    assert [one.id for one in members(ledger, poured.convoy)][-1] == poured.beads["show"]
    assert poured.convoy.metadata[PLAN] == plan.id
    assert not poured.again


def test_slinging_twice_makes_nothing_twice(ledger):
    first = pour_plan(ledger, CONFIG, document())
    before = counted(ledger)

    second = pour_plan(ledger, CONFIG, document())

    assert counted(ledger) == before == (4, 1)
    assert (second.convoy.id, second.beads, second.again) == (first.convoy.id, first.beads, True)


def test_what_died_after_the_beads_goes_on_with_these(ledger):
    made = ledger.create_many(drafts_of(document(), CONFIG))

    poured = pour_plan(ledger, CONFIG, document())

    assert set(poured.beads.values()) == {one.id for one in made}
    assert counted(ledger) == (4, 1)


def test_what_died_before_the_convoy_knew_its_plan_finds_it(ledger):
    made = [one.id for one in ledger.create_many(drafts_of(document(), CONFIG))]
    convoy = create_convoy(ledger, CONFIG, "Combo bonus", made)

    assert pour_plan(ledger, CONFIG, document()).convoy.id == convoy.id
    assert counted(ledger) == (4, 1)


def test_another_version_than_the_one_that_was_slung_is_refused(ledger):
    pour_plan(ledger, CONFIG, document())

    with pytest.raises(LedgerError, match="was slung as version 1, and this is version 2"):
        pour_plan(ledger, CONFIG, document(version=2))
    assert counted(ledger) == (4, 1)


def test_an_unknown_rig_makes_nothing(ledger):
    with pytest.raises(NotFoundError, match="attic"):
        pour_plan(ledger, CONFIG, document(answer(bead("a"), bead("b", rig="attic"))))
    assert counted(ledger) == (0, 0)


def test_a_convoy_that_is_over_is_found_as_such(ledger):
    poured = pour_plan(ledger, CONFIG, document())
    ledger.close(poured.convoy.id, "landed")

    again = pour_plan(ledger, CONFIG, document())

    assert (again.convoy.id, again.convoy.status) == (poured.convoy.id, CLOSED)
    assert counted(ledger) == (4, 1)


def test_nothing_is_found_of_a_plan_that_was_never_slung(ledger):
    assert found(ledger, document().id) is None
