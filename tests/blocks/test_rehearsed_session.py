"""A whole session over the wire: loop, adapter, retries and a server that demands verbatim echo."""

from decimal import Decimal
from pathlib import Path

import pytest

from blocks.provider import open_model
from gastown.agents.loop import NativeRuntime
from gastown.agents.protocols import Check, Job, Limits
from gastown.agents.tools import WorktreeTools
from gastown.rehearsal.faults import parse_faults
from gastown.rehearsal.pace import UNPACED
from gastown.rehearsal.script import Script
from gastown.rehearsal.server import RehearsalServer
from gastown.rehearsal.turn import Call, Turn
from gastown.town.tables.models import ModelTable

FIX = Call("edit_file", {"path": "a.py", "search": "x = 1", "replace": "x = 2"})
SCRIPT = Script(
    {
        ("polecat", "sk-1", 1): (
            Turn("Let me look.", (Call("read_file", {"path": "a.py"}),)),
            Turn("", (FIX, Call("submit", {"summary": "x is 2 now."}))),
        )
    }
)
FAULTS = {
    "": [],
    "429*2~7": [7.0, 7.0],
    "500": [1.0],
    "cut": [1.0],
    "stall~30": [1.0],
    "html": [1.0],
    "badjson": [1.0],
    "badargs": [],
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_session_survives(fault: str, tmp_path: Path):
    file = tmp_path / "a.py"
    file.write_text("x = 1\n")
    naps: list[float] = []
    with RehearsalServer(SCRIPT, pace=UNPACED, faults=parse_faults(fault)) as server:
        row = ModelTable(
            endpoint=server.url, input_usd=Decimal(0), output_usd=Decimal(1), stall_s=0.5
        )
        job = Job(
            role="polecat",
            system="You are a polecat.",
            task="Make x 2.",
            limits=Limits(),
            environment=WorktreeTools(tmp_path),
            verify=lambda _: Check(ok=file.read_text() == "x = 2\n", feedback="x is not 2"),
            session={"role": "polecat", "bead": "sk-1", "round": "1"},
        )
        outcome = NativeRuntime(open_model("rehearsal", row, sleep=naps.append)).run(job)

    assert outcome.status == "done", outcome.error
    assert file.read_text() == "x = 2\n"
    assert naps == FAULTS[fault]
    assert outcome.turns == (3 if fault == "badargs" else 2)
    assert outcome.usage.micro_usd == outcome.usage.output_tokens > 0
