"""A formula is run from its form in the UI: choose it, fill in its variables, watch it land."""

import json
import time
from collections.abc import Generator

import pytest

from blocks.engine import connected
from gastown.beads.bead import CLOSED
from gastown.cli.demo.world import INPUT
from gastown.convoys.convoy import CONVOY
from gastown.convoys.run import RUN
from gastown.rehearsal.script import Script
from gastown.rehearsal.turn import Turn
from gastown.town.engine import require_api_url, ui_url
from tests.browser.chromium import Page, chromium, needs_browser
from tests.browser.test_ui import open_form
from tests.landing.towns import Grounds
from tests.landing.towns import grounds as founded
from tests.landing.wait import until

pytestmark = [pytest.mark.engine, pytest.mark.slow, needs_browser]

_SETTLED_S = 1.0
WHAT = "A bead that does not move"
TITLE = "the stuck one"
FOUND = {"summary": "It waits for nobody.", "output": {"action": "none"}}


@pytest.fixture(scope="module")
def grounds(tmp_path_factory) -> Generator[Grounds]:
    script = Script.load(INPUT / "answers")
    script.sessions["refinery", "look", 1] = (Turn(text=json.dumps(FOUND)),)
    with founded(tmp_path_factory.mktemp("grounds"), script=script) as standing:
        yield standing


def test_a_formula_is_chosen_its_variables_filled_in_and_its_run_watched(grounds, tmp_path):
    town = grounds.town
    url = require_api_url(town.layout, town.config)
    with chromium(tmp_path / "browser") as page:
        with connected(town.layout, url):
            open_form(page, ui_url(url), "flows.formula.formula")
        until(lambda: stays_chosen(page, "look-into", "What was noticed."))
        page.fill("what", WHAT)
        page.fill("title", TITLE)
        page.send()
        page.press(f"look-into {TITLE}")

        until(lambda: landed(grounds), seconds=300)

        page.see("Completed", "Look into it")


def stays_chosen(page: Page, formula: str, asks: str) -> bool:
    """Choose it; a form that is still being made forgets what was chosen."""
    page.press(formula)
    time.sleep(_SETTLED_S)
    return asks in page.text


def landed(grounds: Grounds) -> list[str]:
    ledger = grounds.town.ledger
    mine = [one for one in ledger.find(issue_type=CONVOY) if RUN in one.metadata]
    assert all(one.metadata[RUN]["values"] == {"what": WHAT} for one in mine)
    return [one.id for one in mine if one.status == CLOSED]
