"""What a person does in Prefect's UI, done in a real browser: find a form, fill it, watch, read."""

from collections.abc import Generator

import pytest
from prefect.client.orchestration import get_client

from blocks.engine import connected
from gastown.town.engine import require_api_url, ui_url
from tests.browser.chromium import Page, chromium, needs_browser
from tests.landing.towns import Grounds
from tests.landing.towns import grounds as founded

pytestmark = [pytest.mark.engine, pytest.mark.slow, needs_browser]


@pytest.fixture(scope="module")
def grounds(tmp_path_factory) -> Generator[Grounds]:
    with founded(tmp_path_factory.mktemp("grounds")) as standing:
        yield standing


@pytest.fixture(scope="module")
def ui(grounds) -> str:
    town = grounds.town
    return ui_url(require_api_url(town.layout, town.config))


@pytest.fixture
def connected_to(grounds):
    """The town's server as this process's own."""
    town = grounds.town
    return connected(town.layout, require_api_url(town.layout, town.config))


@pytest.fixture
def page(tmp_path) -> Generator[Page]:
    with chromium(tmp_path / "browser") as opened:
        yield opened


def open_form(page: Page, ui: str, entrypoint: str) -> None:
    """From a deployment's page to its form, by the buttons that a person presses."""
    with get_client(sync_client=True) as client:
        (one,) = [one for one in client.read_deployments() if one.entrypoint == entrypoint]
    page.open(f"{ui}/deployments/deployment/{one.id}")
    page.press("Run")
    page.press("Custom run")


def test_a_role_is_run_from_its_form_and_its_report_read(page, ui, connected_to):
    with connected_to:
        open_form(page, ui, "flows.roles.gauger.gauger")
    page.see("A rig of the town, or the folder of a git checkout.")
    page.fill("repository", "scorekeeper")
    page.send()
    page.press("gauge scorekeeper")
    page.see("Completed", "passed (pytest", "1 of 1 built")


def test_a_convoy_is_run_from_its_form_and_its_log_names_its_steps(page, ui, grounds, connected_to):
    convoy = grounds.convoy("accuracy-bar", "combo-bonus", "grade")
    with connected_to:
        open_form(page, ui, "flows.convoy.convoy")
    page.fill("convoy", convoy)
    page.send()
    page.press(f"convoy {convoy}")
    page.see("Finished in state Completed()", "polecat", "refinery", "gauger")
