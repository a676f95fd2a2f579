"""A schedule that is on makes runs: a real town's server, no shortcut."""

import asyncio
import time

import httpx
import pytest
import yaml

from blocks.engine import connected
from deployments.definitions import DEFAULT, load_definitions
from deployments.down import down
from deployments.schedules import listed
from deployments.up import up
from gastown.town.layout import TownLayout
from gastown.town.town import Town

pytestmark = [pytest.mark.engine, pytest.mark.slow]
PATIENCE_S = 300  # Prefect looks once a minute


def silent(_line):
    pass


@pytest.fixture
def town(tmp_path):
    root = tmp_path / "elm"
    root.mkdir()
    (root / "town.toml").write_text('[town]\nname = "elm"\n')
    (root / ".beads").mkdir()
    yield Town.open(root)
    down(TownLayout(root), silent)


@pytest.fixture
def definitions(tmp_path):
    """One deployment, every minute."""
    content = yaml.safe_load(DEFAULT.read_text())
    sleeper = {
        **content["deployments"][0],
        "entrypoint": "tests.engine.sleeper.sleeper",
        "name": "sleeper",
        "parameters": {"seconds": 0},
        "schedules": [{"slug": "often", "cron": "* * * * *", "active": True}],
    }
    path = tmp_path / "prefect.yaml"
    path.write_text(yaml.safe_dump({**content, "deployments": [sleeper]}))
    return path


def runs(url: str) -> list[str]:
    """States of the runs that a schedule made."""
    answer = httpx.post(f"{url}/flow_runs/filter", json={}, trust_env=False).raise_for_status()
    return [one["state_type"] for one in answer.json() if one["auto_scheduled"]]


def test_a_schedule_that_is_on_makes_runs_and_they_run(town, definitions):
    url, begin = up(town, silent, definitions).url, time.monotonic()

    while "COMPLETED" not in runs(url) and time.monotonic() - begin < PATIENCE_S:
        time.sleep(1)

    states = runs(url)
    assert "COMPLETED" in states
    assert "SCHEDULED" in states
    with connected(town.layout, url):
        (row,) = asyncio.run(listed(load_definitions(definitions)))
    assert row.active
    assert row.next is not None
