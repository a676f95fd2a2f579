"""The ways to start a convoy: `town sling`, and Prefect's own command line."""

import json
import os
import subprocess
import sys

import pytest

from gastown.convoys.convoy import convoy_of
from gastown.town.engine import engine_env
from tests.landing.towns import steps
from tests.landing.wait import until

pytestmark = [pytest.mark.engine, pytest.mark.slow]


def town_command(root, *tokens: str):
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    argv = [sys.executable, "-c", "from gastown.cli.main import main; main()", *tokens, "--json"]
    return subprocess.run(argv, cwd=root, env=env, capture_output=True, text=True, check=False)


def test_what_cannot_end_well_is_refused_and_leaves_no_convoy_under_way(grounds):
    bead = grounds.bead("accuracy-bar")
    grounds.split_up()

    refused = town_command(grounds.town.root, "sling", bead, "--formula", "no-such")

    assert refused.returncode == 2
    assert "no-such" in refused.stderr
    assert convoy_of(grounds.town.ledger, bead) is None


def test_a_slung_bead_lands_and_slinging_it_again_is_refused(grounds):
    town, bead = grounds.town, grounds.bead("beat-grid")
    grounds.split_up()

    done = town_command(town.root, "sling", bead, "--wait")

    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["landed"] is True
    (row,) = said["board"]["beads"]
    assert (row["id"], row["rounds"]) == (bead, 2)
    assert steps(town, said["board"]["convoy"], "closed")
    again = town_command(town.root, "sling", bead)
    assert again.returncode != 0
    assert f"{bead} is closed" in again.stderr + again.stdout


def test_prefects_own_command_starts_a_convoy(grounds):
    convoy = grounds.convoy("combo-bonus")
    env = engine_env(grounds.town.layout, grounds.url, os.environ)
    command = ["prefect", "deployment", "run", "convoy/local", "--param", f"convoy={convoy}"]

    done = subprocess.run(
        [sys.executable, "-m", *command], env=env, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    until(lambda: steps(grounds.town, convoy, "closed"))
