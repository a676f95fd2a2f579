"""A command-line agent at work: what it reaches, what it may use, and what its word is worth.

Real processes in a real jail, against a rehearsed model over HTTP.
"""

import os
import signal
import subprocess
import sys
import threading
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from blocks.door import EndpointDoor
from gastown.agents.external.preset import overlaid
from gastown.agents.external.runtime import CliRuntime
from gastown.agents.jail.unjailed import Unjailed
from gastown.errors import ConfigError, JailError
from gastown.money.entry import Who
from gastown.money.metered import Meter
from gastown.money.pricebook import Price
from gastown.money.prices import Prices
from gastown.money.scope import Budget
from gastown.money.tariff import Tariff
from gastown.signs import heard_by
from gastown.testing import FakeClock, MemorySpendLedger
from tests.blocks.agents import (
    BROKEN,
    IDLES,
    KEY,
    MENDED,
    MENDS,
    Stage,
    endpoint,
    jail_or_skip,
    misbehaving,
    stage,
)
from tests.gastown.health.hearing import Hearing


@pytest.fixture
def mending(tmp_path):
    with stage(tmp_path, MENDS) as one:
        yield one


def leftovers(one: Stage) -> list[str]:
    """Jails at work in the worktree: when its jail is gone, the kernel has ended all in it."""
    found = subprocess.run(["ps", "ww", "-eo", "args"], capture_output=True, text=True, check=True)
    return [
        line
        for line in found.stdout.splitlines()
        if "bwrap" in line.split(" ")[0] and str(one.root) in line
    ]


@pytest.mark.parametrize("setting", ["bwrap", "off"])
def test_an_agent_that_mends_the_worktree_is_done(mending: Stage, setting):
    outcome = mending.work(jail=jail_or_skip(setting))
    assert outcome.status == "done", outcome.error
    assert (mending.root / "calc.py").read_text() == MENDED


def test_usage_is_what_the_endpoint_counted_at_the_rows_prices(mending: Stage):
    outcome = mending.work()
    (served,) = mending.server.served
    assert outcome.turns == outcome.usage.requests == 1
    assert outcome.usage.input_tokens == served.count.prompt
    assert outcome.usage.output_tokens == served.count.completion
    assert outcome.usage.micro_usd == served.count.prompt + 2 * served.count.completion


def test_an_agent_is_sent_back_with_codes_verdict_until_it_is_content(tmp_path):
    with stage(tmp_path, IDLES, MENDS) as one:
        outcome = one.work()
        assert outcome.status == "done", outcome.error
        assert [check["ok"] for check in one.events("check")] == [False, True]
        assert len(one.events("run")) == 2


def test_success_that_is_only_claimed_counts_for_nothing(mending: Stage):
    outcome = mending.work(misbehaving("forge"))
    assert outcome.status == "gave_up"
    assert outcome.usage.requests == 0
    assert len(mending.events("run")) == 3
    assert "All tests pass." in str(mending.events("ended")[0]["claims"])


def test_protected_files_are_put_back_and_fail_the_session_by_name(mending: Stage):
    outcome = mending.work(misbehaving("trespass"))
    assert outcome.status == "gave_up"
    assert "conftest.py, tests/test_calc.py" in outcome.error
    assert (mending.root / "tests/test_calc.py").read_text() == "assert add(1, 2) == 3\n"
    assert not (mending.root / "conftest.py").exists()
    assert not (mending.root / "link").is_symlink()


def test_an_agent_that_hangs_is_ended_at_its_time(mending: Stage):
    outcome = mending.work(misbehaving("hang"), seconds=1.5)
    assert outcome.status == "limit"
    assert mending.seconds < 8
    assert leftovers(mending) == []


def test_output_without_end_is_cut_and_the_agent_with_it(mending: Stage):
    outcome = mending.work(misbehaving("flood"), seconds=30)
    assert outcome.status in {"gave_up", "limit"}
    assert mending.transcript.stat().st_size < 1 << 20
    logs = list(mending.root.parent.glob("*.log"))
    assert logs
    assert all(log.stat().st_size <= 64 << 20 for log in logs)


def test_a_process_left_behind_is_gone_and_writes_nothing_more(mending: Stage):
    outcome = mending.work(misbehaving("daemon"))
    assert outcome.status == "done", outcome.error
    late = mending.root / "late.txt"
    late.unlink()
    threading.Event().wait(0.3)
    assert not late.exists()


def test_requests_beyond_the_turns_close_the_door_and_end_the_agent(tmp_path):
    with stage(tmp_path, *[IDLES] * 9) as one:
        outcome = one.work(misbehaving("loop"), turns=3)
        assert outcome.status == "limit"
        assert "turns: 3 of 3" in outcome.error
        assert len(one.server.served) == 3
        assert one.seconds < 20


def test_tokens_beyond_the_limit_close_the_door(tmp_path):
    with stage(tmp_path, *[IDLES] * 9) as one:
        outcome = one.work(misbehaving("loop"), tokens=300)
        assert outcome.status == "limit"
        assert "tokens:" in outcome.error


@pytest.fixture
def elsewhere():
    """Another server on this machine's loopback."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *_: object) -> None:  # noqa: A002
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_no_other_server_is_reached_and_no_variable_or_key_of_ours_is_seen(
    mending: Stage, elsewhere, monkeypatch
):
    monkeypatch.setenv("OF_THE_PERSON", "never-to-be-seen")
    outcome = mending.work(misbehaving("reach", ELSEWHERE=elsewhere))
    said = (mending.root.parent / "session.1.log").read_text()
    assert outcome.status == "done", outcome.error
    assert said.count("not reached") == 2
    assert "never-to-be-seen" not in said
    assert KEY not in said + mending.transcript.read_text()


def test_the_transcript_and_the_output_are_for_their_owner_alone(mending: Stage):
    mending.work()
    for file in (mending.transcript, mending.root.parent / "session.1.log"):
        assert file.stat().st_mode & 0o077 == 0


def test_a_jail_that_knows_ports_but_no_addresses_is_refused(mending: Stage):
    with pytest.raises(JailError, match="not addresses"):
        mending.work(jail=jail_or_skip("landlock"))


def test_an_agent_whose_own_prompt_is_too_large_for_the_model_is_refused(mending: Stage):
    with pytest.raises(ConfigError, match=r"40000 tokens, and models\.row\.context is 16384"):
        mending.work(overlaid("rehearsal", {"min_context": 40_000}), Unjailed())


def test_a_command_that_is_not_there_is_refused_with_the_way_out(mending: Stage):
    with pytest.raises(JailError, match="no command 'no-such-agent'"):
        mending.work(overlaid("rehearsal", {"command": ["no-such-agent"]}), Unjailed())
    assert (mending.root / "calc.py").read_text() == BROKEN


def test_a_program_that_the_jail_does_not_show_is_refused_with_its_folder(mending: Stage, tmp_path):
    program = tmp_path / "bin" / "agent"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    with pytest.raises(JailError, match=f'readable = ."{program.parent}'):
        mending.work(overlaid("rehearsal", {"command": [str(program)]}), Unjailed())
    readable = {"command": [str(program)], "readable": [str(program.parent)]}
    assert mending.work(overlaid("rehearsal", readable)).status == "gave_up"


def test_an_endpoint_that_is_not_there_leaves_the_agent_without_answer(mending: Stage):
    door = EndpointDoor(endpoint("http://127.0.0.1:9/v1"))
    outcome = CliRuntime(overlaid("rehearsal", {}), door, jail_or_skip()).run(mending.job())
    assert (outcome.status, outcome.busy) == ("crashed", True)
    assert "ConnectError" in outcome.error
    assert {event["status"] for event in mending.events("request")} == {0}


def test_a_provider_that_is_busy_makes_the_session_busy_and_the_agent_is_not_started_again(
    tmp_path,
):
    with stage(tmp_path, MENDS, faults="429*9") as one:
        outcome = one.work()

        assert (outcome.status, outcome.busy) == ("crashed", True)
        assert outcome.error == "the model's endpoint gives no answer: HTTP 429"
        assert len(one.events("run")) == 1


def test_an_agent_whose_next_request_no_budget_has_room_for_is_ended_with_the_sum(mending: Stage):
    clock = FakeClock()
    who = Who("s/1", convoy="cv", role="polecat", model="row", where="cloud")
    tariff = Tariff(Price("row@1", Prices(Decimal(1), Decimal(2))))
    meter = Meter(MemorySpendLedger(clock), who, tariff, Budget(convoy=100), clock=clock)
    door = EndpointDoor(endpoint(mending.server.url, KEY), meter=meter)

    outcome = CliRuntime(misbehaving("loop"), door, jail_or_skip()).run(mending.job())

    assert outcome.status == "limit"
    assert outcome.error.startswith("budget convoy cv: needs $0.0")
    assert mending.server.served == []


KILLED = """
import sys
from pathlib import Path
sys.path[:0] = {path!r}
from tests.blocks.agents import misbehaving, Stage
class Server: url = "http://127.0.0.1:9/v1"
print("on", flush=True)
Stage(Path({root!r}), Server()).work(misbehaving("hang"))
"""


def test_an_agent_dies_with_the_process_that_runs_it(mending: Stage):
    jail_or_skip()
    code = KILLED.format(path=sys.path, root=str(mending.root))
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdout
        process.stdout.readline()
        for _ in range(900):
            threading.Event().wait(0.1)
            if leftovers(mending):
                break
        assert leftovers(mending)
        os.kill(process.pid, signal.SIGKILL)
    for _ in range(300):
        threading.Event().wait(0.1)
        if not leftovers(mending):
            break
    assert leftovers(mending) == []


def test_the_session_hears_what_comes_through_the_door(mending: Stage):
    hearing = Hearing()
    with heard_by(hearing):
        outcome = mending.work(jail=Unjailed())

    assert outcome.status == "done", outcome.error
    assert hearing.named("piece")
    assert hearing.named("turn") == [("turn", outcome.usage.output_tokens)]
    assert len(hearing.named("command")) == 1
