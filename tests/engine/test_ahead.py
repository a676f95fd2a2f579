"""The run of a convoy plans ahead in a process beside it, and puts its target on record."""

import queue

import pytest
from prefect import flow

from flows.host import Entry
from flows.molecule import placed
from gastown.beads.bead import Draft
from gastown.convoys.convoy import create_convoy
from gastown.convoys.molecule import Molecule, pour
from gastown.convoys.target import TARGET
from gastown.formula.plan import Plan, PlannedStep
from gastown.founding.install import install
from gastown.placement.hint import Hints
from gastown.stage import Placement
from gastown.town.edit import edit, put_rig
from gastown.town.town import Town
from tests.blocks.smol import until

pytestmark = pytest.mark.engine

TOML = """
[seats]
profile = "frugal"
[machine]
vram_mib = 12000
sandboxes = 2
keep = { vram_mib = 0, ram_mib = 0 }
"""


@pytest.fixture
def town(tmp_path):
    install(tmp_path / "oak", "oak")
    file = tmp_path / "oak" / "town.toml"
    edit(file, put_rig("garden", {"prefix": "ga", "origin": "o", "gauge": {"kind": "pytest"}}))
    file.write_text(file.read_text() + TOML)
    return Town.open(tmp_path / "oak")


def poured(town: Town) -> Molecule:
    beads = [town.ledger.create(Draft(title=name, prefix="ga")).id for name in ("one", "two")]
    convoy = create_convoy(town.ledger, town.config, "Spring", beads).id
    steps = tuple(
        PlannedStep(key=bead, step="p", title=bead, role="polecat", rig="garden", bead=bead)
        for bead in beads
    )
    return pour(town.ledger, Plan(formula="convoy", digest="d", convoy=convoy, steps=steps))


def test_the_first_step_of_a_run_follows_a_plan_that_was_made_beside_it(town):
    molecule = poured(town)

    @flow(name="plan")
    def whole() -> tuple[Placement, Hints]:
        entered: queue.SimpleQueue[Entry] = queue.SimpleQueue()
        with placed(town, molecule, ()) as host:
            host.ask(molecule.plan.steps[0], entered.put)
            entry = entered.get(timeout=60)
            until(lambda: bool(host.hints))
            entry.leave()
            return entry.placement, host.hints

    placement, hints = whole()

    assert placement.where == "local"
    assert hints.keys() == {one.key for one in molecule.plan.steps}
    assert town.ledger.show(molecule.id).metadata[TARGET]["stretch"] == 3
