"""Towns whose stages may burst, and attempts that are sent away, for tests with a real server."""

import json
from contextlib import contextmanager
from pathlib import Path

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import StateType
from prefect.settings import PREFECT_API_URL, temporary_settings

from gastown.cli.demo.world import found, furnish
from gastown.convoys.convoy import create_convoy, scope_of, show_convoy
from gastown.convoys.molecule import pour
from gastown.formula.cook import cook
from gastown.formula.find import find_formula
from gastown.rehearsal.pace import UNPACED, Pace
from gastown.stage import Placement
from gastown.town.town import Town
from tasks.away import away
from tasks.stages import STAGES
from tasks.step import Attempt, run_step
from tests.landing.towns import rehearsed
from tests.landing.wait import until
from tests.tasks.elsewhere import allow_burst, git_daemon

CLOUD = {"vision": True, "where": "cloud", "input_usd": 0.1, "output_usd": 0.4}
THERE = Placement(where="cloud", reason="a test says so")


@contextmanager
def town_that_bursts(folder: Path, **burst: object):
    """The demo's town, reached over git:// only, and its world."""
    with rehearsed(folder) as (url, names), git_daemon(folder) as address:
        world = furnish(found(folder, "rehearsal", CLOUD | {"endpoint": url}), folder)
        names.write_text(json.dumps(dict(world.slugs)), encoding="utf-8")
        yield allow_burst(world.town, f"{address}/origins", **burst), world


def molecule_of(town, world, slug):
    """A convoy of the demo's beads of these slugs, poured; its own one is split up first."""
    if town.ledger.show(world.convoy).status != "closed":
        town.ledger.close(world.convoy, "split up")
    beads = [bead for bead, known in world.slugs.items() if known == slug]
    convoy = create_convoy(town.ledger, town.config, "test", beads)
    written = find_formula("convoy", town.formula_folders).load()
    plan = cook(
        written, scope_of(town.ledger, town.config, show_convoy(town.ledger, convoy.id)), {}
    )
    return pour(town.ledger, plan)


def step_of(molecule, role):
    return next(step for step in molecule.plan.steps if step.role == role)


def sent(town, molecule, role, bursts):
    """One attempt at the molecule's first step of a role, sent away."""
    attempt = Attempt(step_of(molecule, role), 1, (), THERE)
    return run_step(town, molecule, attempt, away(STAGES[role], bursts))


def children(convoy):
    """The flow runs that were ordered for a convoy."""
    tagged = FlowRunFilter(tags=FlowRunFilterTags(all_=["burst", convoy]))
    with get_client(sync_client=True) as client:
        return client.read_flow_runs(flow_run_filter=tagged)


def drop(town, molecule):
    """Free its beads again."""
    town.ledger.close(molecule.plan.convoy, "over")


@contextmanager
def asking(town, world, folder, *, pace: Pace = UNPACED, faults: str = ""):
    """The town with a provider of its own for the cloud's model: silent, busy or broken."""
    folder.mkdir()
    with rehearsed(folder, pace, faults) as (url, names):
        names.write_text(json.dumps(dict(world.slugs)), encoding="utf-8")
        row = town.config.models["rehearsal"].model_copy(update={"endpoint": url, "stall_s": 600})
        models = {**town.config.models, "rehearsal": row}
        yield Town(town.layout, town.config.model_copy(update={"models": models}), town.ledger)


def in_mid_stage(convoy):
    """Until a child is at work, with a sign of life."""
    until(lambda: any(one.state_type == StateType.RUNNING for one in children(convoy)), 120)


def on(api, call):
    """The call with the server's own address, in whatever thread."""

    def run():
        with temporary_settings({PREFECT_API_URL: api}):
            call()

    return run
