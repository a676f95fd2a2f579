"""An errand gets the memory that a real, idle model holds, and says for whom it waited."""

from contextlib import closing
from dataclasses import replace

import pytest

from blocks.local_runner import load, serving
from gastown.machine.admission.here import open_ledger
from gastown.runner.planned import planned
from gastown.town.config import load_config
from gastown.town.town import Town
from tasks.errand import errand
from tests.blocks.smol import needs_smol, town_of
from tests.gastown.machine.reported import SMOL

pytestmark = needs_smol

TWO = """
[models.twin]
protocol = "json"
context = 1024
[models.twin.local]
file = "{file}"
cores = 1
[models.far]
endpoint = "http://127.0.0.1:9/v1"
where = "cloud"
input_usd = 1
output_usd = 1
[machine]
ram_mib = {ram}
sandboxes = 2
keep = {{ ram_mib = 0 }}
[profiles.test]
base = "balanced"
crew = {{ local = "twin", burst = "far" }}
[seats]
profile = "test"
"""


@pytest.fixture
def town(tmp_path):
    """A town that lends memory for one of its two models at a time."""
    with town_of(tmp_path / "oak") as town:
        need = planned(town.layout, town.config, "smol").plan.residency.ram_mib
        with town.layout.config.open("a") as file:
            file.write(TWO.format(file=SMOL.name, ram=need * 3 // 2))
        yield replace(town, config=load_config(town.layout.config))


def residents(town: Town) -> list[str]:
    with closing(open_ledger(town.layout, town.config.machine)) as ledger:
        return [one.ask.who for one in ledger.leases() if one.ask.kind == "residency"]


def test_an_idle_model_makes_way_for_an_errand(town):
    load(town.layout, town.config, "smol")
    told = list[str]()

    with errand(town, "crew", title="Where is it?", tell=told.append) as desk:
        assert (desk.request.placement.where, desk.request.model) == ("local", "twin")
        assert residents(town) == []
        assert load(town.layout, town.config, "twin")[1]

    assert told == ["Where is it?: waits for smol to leave memory"]


def test_a_model_in_use_stays_and_the_errand_goes_elsewhere(town):
    """It is asked, and does not go: then its room counts as taken."""
    with (
        serving(town.layout, town.config, "smol"),
        errand(town, "crew", title="Where is it?") as desk,
    ):
        assert desk.request.placement.where == "cloud"
        assert residents(town) == ["model:smol"]
