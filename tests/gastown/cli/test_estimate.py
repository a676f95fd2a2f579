"""`town estimate`, through the same door as a person."""

import pytest

from gastown.convoys.molecule import MOLECULE
from gastown.town.town import Town


@pytest.fixture
def convoy(cli, oak) -> str:
    bead = cli("bead", "create", "Add a gate", "--rig", "garden").out.strip()
    return cli("convoy", "create", "Gates", bead).out.strip()


def test_a_convoy_on_a_profile_is_forecast_three_ways_and_nothing_is_written(cli, oak, convoy):
    found = cli("estimate", convoy, "--profile", "balanced", "--seeds", "5", "--json")
    assert found.code == 0
    ways = found.json["forecast"]["ways"]
    assert [way["name"] for way in ways] == ["as placed", "all cloud", "local only"]
    assert ways[1]["micro_usd"]["p50"] > 0
    assert ways[1]["hours"]["p50"] == ways[1]["seconds"]["p50"] / 3600
    assert found.json["fact"] is None
    town = Town.open(oak)
    assert not town.ledger.find(issue_type=MOLECULE)
    assert not town.layout.spend.exists()


def test_a_person_reads_sources_rework_and_what_is_assumed(cli, convoy):
    told = cli("estimate", convoy, "--profile", "balanced", "--seeds", "5").out
    assert "all cloud" in told
    assert "bottleneck:" in told
    assert "polecat assumed" in told
    assert "rework: 20% of reviews send back (assumed)" in told
    assert "qwen3-coder-30b: nothing serves it yet" in told


def test_a_step_that_can_run_nowhere_is_named_and_the_exit_code_says_so(cli, convoy):
    found = cli("estimate", convoy, "--seeds", "2")
    assert found.code == 1
    assert "defend[garden] can run nowhere" in found.out


def test_a_plot_is_written_as_its_name_says(cli, tmp_path, convoy):
    for name, head in (("plan.svg", b"<svg"), ("plan.png", b"\x89PNG")):
        plot = str(tmp_path / name)
        assert cli("estimate", convoy, "--profile", "frugal", "--plot", plot).code == 0
        assert (tmp_path / name).read_bytes().startswith(head)


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (("--stretch", "-1"), "--stretch"),
        (("--seeds", "100000"), "--seeds"),
        (("--profile", "lavish"), "lavish"),
        (("--plot", "plan.gif"), ".svg or .png"),
    ],
)
def test_what_makes_no_sense_is_refused(cli, convoy, tokens, said):
    found = cli("estimate", convoy, *tokens)
    assert found.code == 2
    assert said in found.err
