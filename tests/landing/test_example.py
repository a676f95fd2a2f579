"""The example of the Python API does what it says, line by line, in a town that is up."""

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun, StateType

from blocks.engine import connected
from deployments.down import down
from deployments.up import up
from gastown.cli.demo.world import found, origin_of
from gastown.rigs.git import Repo
from gastown.town.town import Town
from tests.landing.towns import rehearsed, silent

pytestmark = [pytest.mark.engine, pytest.mark.slow]

EXAMPLE = Path(__file__).parents[2] / "examples" / "land_a_convoy.py"
SLUGS = {"Reward long streaks": "combo-bonus", "Put a grade on the card": "grade"}


def name_beads(root, names, ended):
    """Tell the rehearsal whose answers are wanted, as soon as the script has made its beads."""
    while not ended.wait(0.1):
        beads = [b for b in Town.open(root).ledger.find() if b.title in SLUGS]
        spare = names.with_suffix(".new")
        spare.write_text(json.dumps({bead.id: SLUGS[bead.title] for bead in beads}))
        spare.replace(names)


@dataclass
class Ran:
    """What the script printed, the town it ran in, the origin it worked on, its flow runs."""

    printed: str
    town: Town
    origin: Repo
    runs: list[FlowRun]


def runs_of(town, url):
    with connected(town.layout, url), get_client(sync_client=True) as client:
        return client.read_flow_runs()


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder, ended = tmp_path_factory.mktemp("example"), threading.Event()
    with rehearsed(folder) as (url, names):
        town = found(folder, "rehearsal", {"endpoint": url, "vision": True})
        origin = origin_of(folder, "scorekeeper")
        teller = threading.Thread(target=name_beads, args=(town.root, names, ended))
        teller.start()
        try:
            api = up(town, silent).url
            argv = [sys.executable, str(EXAMPLE), str(town.root), str(origin)]
            done = subprocess.run(argv, capture_output=True, text=True, timeout=400, check=False)
            runs = runs_of(town, api)
        finally:
            ended.set()
            teller.join()
            down(town.layout, silent)
    assert done.returncode == 0, done.stderr
    return Ran(done.stdout, Town.open(town.root), Repo(origin), runs)


def test_it_prints_each_bead_with_the_commit_that_is_on_main(ran):
    for line in ran.printed.splitlines():
        bead, commit, title = line.split(maxsplit=2)
        assert title == ran.town.ledger.show(bead).title
        found = ran.origin.find_trailer("Bead", bead, "main")
        assert found is not None
        assert found.startswith(commit)
    assert len(ran.printed.splitlines()) == len(SLUGS)


def test_its_convoy_ran_as_a_deployment_that_the_ui_can_retry(ran):
    (run,) = ran.runs
    assert run.deployment_id is not None
    assert run.state_type == StateType.COMPLETED


def test_it_is_about_a_dozen_lines():
    code = EXAMPLE.read_text().split('"""')[2]
    lines = [line for line in code.splitlines() if line and not line.startswith(("from", "import"))]
    assert len(lines) <= 14
