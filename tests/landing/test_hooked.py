"""A sling that is killed before it launches anything is carried out by `town up`, once."""

import json
import os
import signal
from collections.abc import Generator
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client

from blocks.engine import connected
from deployments.down import down
from flows.propulsion import propel
from gastown.beads.bead import CLOSED
from gastown.cli.demo.world import found, furnish
from gastown.convoys.convoy import convoy_of
from gastown.hooks.hook import Order, hook_on, hooks
from gastown.hooks.sling import sling
from gastown.hooks.target import Target
from gastown.rigs.slots import slots
from gastown.town.town import Town
from tests.gastown.rigs.given import alone
from tests.landing.towns import Grounds, rehearsed, silent
from tests.landing.wait import until

FORMULA = """
formula = "short"
[[steps]]
id = "defend"
title = "defender"
role = "defender"
each = "rigs"
[[steps]]
id = "work"
title = "polecat"
role = "polecat"
each = "beads"
needs = ["defend"]
[[steps]]
id = "refine"
title = "refinery"
role = "refinery"
each = "beads"
needs = ["work"]
"""
"""The part of the pipeline that takes a bead from its hook to main."""

pytestmark = [pytest.mark.engine, pytest.mark.slow]


@pytest.fixture
def sleeping(tmp_path: Path) -> Generator[Grounds]:
    """The demo's town, which is down; ended with the test."""
    with rehearsed(tmp_path) as (url, names):
        town = found(tmp_path, "rehearsal", {"endpoint": url, "vision": True})
        world = furnish(town, tmp_path)
        names.write_text(json.dumps(dict(world.slugs)), encoding="utf-8")
        standing = Grounds(world, "")
        standing.split_up()
        town.layout.formulas.mkdir(exist_ok=True)
        (town.layout.formulas / "short.formula.toml").write_text(FORMULA, encoding="utf-8")
        try:
            yield standing
        finally:
            down(town.layout, silent)


def _sling_and_die(root: Path, bead: str) -> None:
    town = Town.open(root)
    sling(town, [bead], Target(rig=town.config.rig_of(bead)), Order(formula="short"), actor="ann")
    os.kill(os.getpid(), signal.SIGKILL)


def test_what_hangs_on_a_hook_when_the_town_comes_up_lands_once(sleeping: Grounds):
    town, bead = sleeping.town, sleeping.bead("combo-bonus")
    rig = town.config.rig_of(bead)
    assert alone(_sling_and_die, town.root, bead) == -signal.SIGKILL
    hook = hook_on(town.ledger, town.config, bead)
    assert (hook.state, hook.said) == ("hooked", "the town runs it")
    said: list[str] = []

    url = sleeping.up(said.append).url
    with connected(town.layout, url):
        again = propel(town)
        until(lambda: town.ledger.show(hook.convoy).status == CLOSED, 240, 0.5)
        with get_client(sync_client=True) as client:
            runs = [run for run in client.read_flow_runs() if hook.convoy in run.tags]

    assert [line for line in said if line.startswith(f"hook: {hook.convoy}")]
    assert not any(one.new for one in again)
    assert len(runs) == 1
    landed = town.ledger.show(bead)
    assert landed.assignee == hook.agent
    assert landed.status == CLOSED
    log = sleeping.main(rig).log(f"origin/{town.config.rig(rig).branch}")
    assert sum(dict(one.trailers).get("stage") == "polecat 1" for one in log) == 1
    assert (hooks(town.ledger, town.config), convoy_of(town.ledger, bead)) == ([], None)
    assert slots(town.layout.rig(rig)) == ()
