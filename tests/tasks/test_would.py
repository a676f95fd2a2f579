"""What `town model resolve` says of now is what the run would decide: same terms, same plan."""

from contextlib import closing

import pytest

from gastown.beads.bead import Draft
from gastown.convoys.convoy import create_convoy
from gastown.convoys.molecule import Molecule, pour
from gastown.convoys.target import written
from gastown.formula.plan import Plan, PlannedStep
from gastown.founding.install import install
from gastown.machine.admission.ask import Ask, Demand
from gastown.machine.admission.here import offered, open_ledger
from gastown.machine.capacity import Capacity
from gastown.money.entry import Bid, Who
from gastown.money.scope import Scope
from gastown.placement.ask import Ask as SeatAsk
from gastown.placement.decide import Decision
from gastown.placement.resolve import resolve
from gastown.stage import Seat
from gastown.town.edit import edit, put_rig
from gastown.town.town import Town
from tasks.metering import free_earmark, spend_of, today
from tasks.terms import terms_of
from tasks.would import alone, in_convoy, state_of

TOML = """
[seats]
profile = "balanced"
[machine]
vram_mib = 12000
sandboxes = 2
keep = { vram_mib = 0, ram_mib = 0 }
"""
CAPPED = """
[budget]
roles = { refinery = 0.0001 }
"""


@pytest.fixture
def oak(tmp_path):
    """Makes a town with this added to its town.toml."""

    def make(added: str = "") -> Town:
        install(tmp_path / "oak", "oak")
        file = tmp_path / "oak" / "town.toml"
        edit(file, put_rig("garden", {"prefix": "ga", "origin": "o", "gauge": {"kind": "pytest"}}))
        file.write_text(file.read_text() + TOML + added)
        return Town.open(tmp_path / "oak")

    return make


def seat(town: Town, role: str) -> Seat:
    found = resolve(town.config, SeatAsk(role))
    assert isinstance(found, Seat)
    return found


def lone(town: Town, role: str = "polecat", stretch: float = 3) -> Decision:
    return alone(town, role, seat(town, role), rig="garden", stretch=stretch)


def poured(town: Town) -> Molecule:
    bead = town.ledger.create(Draft(title="Dig", prefix="ga")).id
    convoy = create_convoy(town.ledger, town.config, "Spring", [bead]).id
    polecat = PlannedStep(key="p", step="p", title="p", role="polecat", rig="garden", bead=bead)
    refinery = polecat.model_copy(update={"key": "r", "role": "refinery", "needs": ("p",)})
    plan = Plan(formula="convoy", digest="d", convoy=convoy, steps=(polecat, refinery))
    return pour(town.ledger, plan)


def asked(town: Town, molecule: Molecule, key: str = "p") -> Decision:
    step = molecule.plan.by_key[key]
    return in_convoy(town, molecule, step, seat(town, step.role))


def take_it_all(town: Town, expect_s: float) -> None:
    """Another session holds the whole GPU."""
    with closing(open_ledger(town.layout, town.config.machine)) as ledger:
        whole = Demand(Capacity(vram_mib=12_000))
        assert ledger.try_admit(Ask("other", whole, expect_s=expect_s), offered(town.config)())


def test_a_role_that_fits_runs_here(oak):
    assert lone(oak()).kind == "local"


def test_it_waits_as_long_as_its_target_allows_and_bursts_where_that_is_hopeless(oak):
    town = oak()
    take_it_all(town, expect_s=60)
    waiting = lone(town)
    assert waiting.kind == "wait"
    assert waiting.until is not None
    assert "bursts at" in waiting.reason
    assert lone(town, stretch=0).verdict.rule == "never in time"


def test_a_roles_own_cap_keeps_its_steps_here_and_no_others(oak):
    town = oak(CAPPED)
    assert "budget: needs" in lone(town, "refinery", stretch=0).reason
    assert "budget" not in lone(town, "polecat", stretch=0).reason


def test_a_step_of_a_convoy_counts_with_its_target(oak):
    town = oak()
    molecule = poured(town)
    assert state_of(town, molecule, "p") == ""
    town.ledger.update(molecule.id, {"metadata": written(4e9, terms_of(town, molecule).stretch)})
    patient = asked(town, molecule)
    assert patient.facts.target == 4e9
    assert patient.kind == "local"


def test_a_step_that_is_done_or_at_work_says_so(oak):
    town = oak()
    molecule = poured(town)
    town.ledger.update(molecule.beads["p"], {"status": "in_progress"})
    town.ledger.close(molecule.beads["r"], "done")
    assert [state_of(town, molecule, key) for key in ("p", "r")] == ["at work", "closed"]


def test_the_target_is_put_on_record_once_and_moves_with_work_that_is_sent_back(oak):
    town = oak()
    molecule = poured(town)
    first = terms_of(town, molecule).agenda((), keep=True)
    again = terms_of(town, molecule).agenda((), keep=True)
    assert again.target == first.target
    one = again.left[0]
    again.close(one.key)
    again.ask(one, again.target)
    assert terms_of(town, molecule).agenda(()).target == again.target > first.target


def test_every_cap_that_binds_is_a_purse_and_a_roles_binds_its_steps(oak):
    town = oak(CAPPED.replace("[budget]", "[budget]\nday_usd = 5"))
    terms = terms_of(town, poured(town))
    assert terms.common() == ("budget day",)
    assert set(terms.purses()) == {"budget day", "budget role refinery"}
    agenda = terms.agenda(())
    assert {one.key: one.purses for one in agenda.left} == {
        "p": (),
        "r": ("budget role refinery",),
    }


def test_what_a_role_spent_is_gone_from_its_purse(oak):
    town = oak(CAPPED)
    day = today(town).isoformat()
    scope = Scope("role", "refinery", day, 100)
    spend_of(town).reserve(Bid(Who("a", role="refinery"), 1, 60, day, (scope,)))
    assert terms_of(town, poured(town)).purses()["budget role refinery"].left == 40


def test_what_was_set_aside_for_a_step_is_free_as_soon_as_it_closes(oak):
    town = oak("[budget]\nday_usd = 5\n")
    molecule = poured(town)
    spotter = PlannedStep(key="s", step="s", title="s", role="spotter")
    plan = molecule.plan.model_copy(update={"steps": (*molecule.plan.steps, spotter)})
    terms = terms_of(town, Molecule(molecule.id, plan, molecule.beads))
    terms.set_aside()
    assert terms.purses()["budget day"].earmarked > 0
    free_earmark(town, plan.convoy, "s")
    assert terms.purses()["budget day"].earmarked == 0
    terms.set_aside({"s"})
    assert terms.purses()["budget day"].earmarked == 0
