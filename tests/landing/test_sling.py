"""One bead, one command: `town sling` makes a convoy of it and tells how it ended."""

import json
import os
import subprocess
import sys

import pytest

from tests.landing.towns import steps

pytestmark = [pytest.mark.engine, pytest.mark.slow]


def town_command(root, *tokens: str):
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    argv = [sys.executable, "-c", "from gastown.cli.main import main; main()", *tokens, "--json"]
    return subprocess.run(argv, cwd=root, env=env, capture_output=True, text=True, check=False)


def test_a_slung_bead_lands_and_slinging_it_again_is_refused(grounds):
    town, bead = grounds.town, grounds.bead("beat-grid")

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
