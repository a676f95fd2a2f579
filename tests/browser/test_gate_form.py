"""A gate answered in Prefect's UI, in a real browser."""

from collections.abc import Generator

import pytest

from gastown.convoys.molecule import recorded
from gastown.formula.plan import PlannedGate
from gastown.town.engine import ui_url
from tests.browser.chromium import chromium, needs_browser
from tests.landing.gated import Gated, gated_town

pytestmark = [pytest.mark.engine, pytest.mark.slow, needs_browser]


@pytest.fixture(scope="module")
def gated(tmp_path_factory) -> Generator[Gated]:
    with gated_town(tmp_path_factory.mktemp("gates")) as standing:
        yield standing


def test_a_gates_form_is_filled_in_and_the_run_goes_on(gated, tmp_path):
    molecule = gated.convoy(PlannedGate(type="human"), form={"version": {"required": True}})
    run, gate = gated.launched(molecule), molecule.beads["ask-1"]
    gated.suspended(run)
    with chromium(tmp_path / "browser") as page:
        page.open(f"{ui_url(gated.url)}/runs/flow-run/{run}")
        page.press("Resume")
        page.see("Ship ask-1?", "All tests are green.", f"town gate resolve {gate}")
        page.choose("decision", "approve")
        page.fill("version", "1.2")
        page.fill("comment", "go")
        page.picture(tmp_path / "form.png")
        page.send()
        assert gated.landed(run)
    done = recorded(gated.town.ledger.show(gate))
    assert done.evidence["output"] == {"approved": True, "answer": "", "version": "1.2"}
    assert done.summary == "approved by somebody: go"
