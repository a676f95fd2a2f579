"""`town doctor`: clean is 0, found is 1, and --fix says what it did."""

import os
import subprocess
import sys

from gastown.beads.bead import Draft
from gastown.rigs.slots import slots, take
from gastown.town.town import Town


def leak(oak) -> str:
    """A slot of a closed bead, and a claim of a process that was killed."""
    town = Town.open(oak)
    done, held = (town.ledger.create(Draft(title=title, prefix="ga")).id for title in "ab")
    take(town.layout.rig("garden"), done)
    town.ledger.close(done, "merged")
    code = (
        "import os, signal, sys; from datetime import timedelta; from pathlib import Path;"
        "from gastown.machine.holder import holder; from gastown.town.town import Town;"
        "Town.open(Path(sys.argv[1])).ledger.claim(sys.argv[2], holder(), timedelta(hours=1));"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", code, str(oak), held], env=env, check=False)
    return held


def test_a_new_town_is_well(cli, oak):
    said = cli("doctor")

    assert (said.code, said.out.splitlines()) == (0, ["findings: none", "all is well"])
    assert "claims: beads claimed by a process that is dead" in said.err


def test_what_is_found_is_told_with_what_would_be_done_and_nothing_is_changed(cli, oak):
    held = leak(oak)

    said = cli("doctor", "--check", "slots", "--check", "claims")
    data = cli("doctor", "--json").json

    assert said.code == 1
    assert "--fix: open the bead again" in said.out
    assert "2 found, 2 of them mended by: town doctor --fix" in said.out
    assert [one["subject"] for one in data["findings"]] == [held, "garden/agate"]
    assert len(slots(Town.open(oak).layout.rig("garden"))) == 1


def test_fix_mends_and_the_next_look_finds_nothing(cli, oak):
    held = leak(oak)

    said = cli("doctor", "--fix")

    assert said.code == 0
    assert held in said.out
    assert "agate is free" in said.out
    assert cli("doctor").code == 0
    assert cli("doctor", "--fix", "--json").json == {"findings": [], "mended": []}


def test_a_town_that_cannot_be_read_is_a_finding(cli, oak):
    (oak / "town.toml").write_text("[town]\nnam = 1\n")

    said = cli("doctor")

    assert said.code == 1
    assert "town.nam" in said.out


def test_a_check_that_is_none_is_refused_with_those_there_are(cli, oak):
    said = cli("doctor", "--check", "teeth")

    assert said.code == 2
    assert "no check 'teeth'; checks: settings, tools, disk" in said.err
