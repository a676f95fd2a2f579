"""Whatever is killed, and whenever, the convoy lands, nothing is done twice, nothing is left over.

One convoy for the whole file. First its flow run's process alone dies and the server starts it
again; then worker and flow run die by -9 in each kind of stage, and `town up` is called.
"""

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

from blocks.engine import connected
from flows.launch import launch, wait
from gastown.rigs.slots import slots
from gastown.rigs.worktree import list_worktrees
from tests.landing.towns import steps
from tests.landing.wait import until

pytestmark = [pytest.mark.engine, pytest.mark.slow]

STAGES = ("work", "refine", "watch", "gauge", "spot")
RIGS = ("scorekeeper", "beatlane")


def at_work(grounds, convoy, stage):
    """A step of this kind is at work, or was too quick to be seen."""
    began = steps(grounds.town, convoy, "in_progress") | steps(grounds.town, convoy, "closed")
    return any(key.startswith(stage) for key in began)


@pytest.fixture(scope="module")
def landed(grounds):
    """The flow run of a convoy that was killed six times and landed."""
    town, convoy = grounds.town, grounds.world.convoy
    run = launch(town, convoy).run
    until(lambda: at_work(grounds, convoy, "defend"))
    assert grounds.kill_runs()  # and with it what it had just started, a git say
    for stage in STAGES:
        until(lambda stage=stage: at_work(grounds, convoy, stage))
        grounds.kill_worker_and_runs()
        grounds.up()
    state = wait(town, run)
    assert state.is_completed(), state.message
    return run


def test_every_bead_is_merged_and_no_stage_committed_twice(grounds, landed):
    for rig in RIGS:
        log = grounds.main(rig).log("origin/main")
        for bead in [
            bead for bead in grounds.world.slugs if grounds.town.config.rig_of(bead) == rig
        ]:
            stages = [c.trailers for c in log if ("bead", bead) in c.trailers]
            names = [value for trailers in stages for key, value in trailers if key == "stage"]
            assert "defender 1" in names
            assert len(names) == len(set(names)), names
            assert grounds.town.ledger.show(bead).status == "closed"


def test_only_what_is_in_use_is_left(grounds, landed):
    """The Refinery keeps its worktree, the rig its main branch, here and at its origin."""
    for rig in RIGS:
        layout = grounds.town.layout.rig(rig)
        assert slots(layout) == ()
        assert [tree.path for tree in list_worktrees(layout)] == [layout.refinery]
        branches = grounds.main(rig).ask("branch", "--all", "--format=%(refname)")
        assert {name.rpartition("/")[2] for name in branches.split()} == {"main", "HEAD"}


def test_no_task_run_is_left_at_work(grounds, landed):
    only = FlowRunFilter(id=FlowRunFilterId(any_=[landed]))
    with connected(grounds.town.layout, grounds.url), get_client(sync_client=True) as client:
        found = client.read_task_runs(flow_run_filter=only)
        assert {run.state_name for run in found} <= {"Completed", "SentBack", "Recorded", "Crashed"}
        starts = client.read_flow_run(landed).run_count - len(STAGES)
    assert starts in {2, 3}  # the death of the run alone is reported by its runner and its worker
