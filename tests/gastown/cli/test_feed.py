"""`town feed`: what it prints, where it goes on, and how it ends."""

import json
import os
import signal
import subprocess
import sys

from gastown.town.town import Town


def printed(answer) -> list[dict[str, str]]:
    return [json.loads(line) for line in answer.out.splitlines()]


def test_it_prints_the_newest_lines_and_goes_on_after_a_cursor(cli, oak):
    for title in ("one", "two", "three"):
        cli("bead", "create", title, "--rig", "garden")
    lines = printed(cli("feed", "--json"))
    assert [line["kind"] for line in lines] == ["bead"] * 3
    assert [line["rig"] for line in lines] == ["garden"] * 3

    assert printed(cli("feed", "--json", "--after", lines[0]["cursor"])) == lines[1:]
    assert printed(cli("feed", "--json", "--after", "0")) == lines
    assert printed(cli("feed", "--json", "--last", "1")) == lines[2:]
    shown = cli("feed", "-n", "1").out
    assert shown.split()[0] == lines[2]["cursor"]
    assert "three" in shown


def test_it_prints_only_what_is_asked_for(cli, oak):
    bead = cli("bead", "create", "one", "--rig", "garden", "--json").json["id"]
    convoy = cli("convoy", "create", "Grid", bead, "--json").json["id"]

    assert [one["kind"] for one in printed(cli("feed", "--json", "--kind", "convoy"))] == ["convoy"]
    assert len(printed(cli("feed", "--json", "--convoy", convoy))) == 2
    assert len(printed(cli("feed", "--json", "--rig", "garden"))) == 1
    assert len(printed(cli("feed", "--json", "--since", "1h"))) == 2
    assert printed(cli("feed", "--json", "--since", "2999-01-01")) == []
    assert printed(cli("feed", "--json", "--actor", "nobody")) == []


def test_what_makes_no_sense_is_refused_and_says_what_does(cli, oak):
    for tokens, said in (
        (("--kind", "merges"), "kinds: bead"),
        (("--rig", "nowhere"), "rigs: garden"),
        (("--convoy", "hq-cv-none"), "no bead"),
        (("--since", "soon"), "duration"),
        (("--after", "soon"), "no cursor"),
        (("--last", "-1"), "--last -1"),
    ):
        answer = cli("feed", *tokens)
        assert (answer.code, said in answer.err) == (2, True), answer.err


def test_following_prints_what_others_write_and_ctrl_c_ends_it_cleanly(cli, oak):
    code = "from gastown.cli.main import main; main()"
    command = [sys.executable, "-c", code, "feed", "-f", "--json", "--sessions"]
    env = {**os.environ, "TOWN_ROOT": str(oak)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env
    ) as process:
        assert process.stdout is not None
        cli("bead", "create", "one", "--rig", "garden")
        cli("bead", "create", "two", "--rig", "garden")
        lines = [json.loads(process.stdout.readline()) for _ in range(2)]
        process.send_signal(signal.SIGINT)
        rest, err = process.communicate(timeout=60)

    assert [line["seq"] for line in lines] == [1, 2]
    assert (process.returncode, rest, err) == (130, "", "stopped\n")
    assert Town.open(oak).ledger.last_event() == 2
