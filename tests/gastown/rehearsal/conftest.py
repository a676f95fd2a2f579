"""A small script and a real client of the wire that everything here shares."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from openai import OpenAI

from gastown.rehearsal.pace import UNPACED
from gastown.rehearsal.script import Script
from gastown.rehearsal.server import RehearsalServer
from gastown.rehearsal.turn import Call, Turn

WRITE = Call("write_file", {"path": "src/ä.py", "content": 'print("ünïcode")\n' * 20})
SUBMIT = Call("submit", {"summary": "Adds a file."})
TOOLS: list[Any] = [
    {"type": "function", "function": {"name": name, "parameters": {"type": "object"}}}
    for name in ("write_file", "submit")
]
HEADERS = {"X-Town-Role": "polecat", "X-Town-Bead": "combo", "X-Town-Rig": "scorekeeper"}
ASK: list[Any] = [{"role": "user", "content": "Make it so."}]


@pytest.fixture(scope="session")
def script() -> Script:
    return Script(
        {
            ("polecat", "combo", 1): (
                Turn(text="I write, then submit.", calls=(WRITE, SUBMIT)),
                Turn(calls=(SUBMIT,)),
            ),
            ("polecat", "combo", 2): (Turn(calls=(WRITE,)),),
            ("watchdog", "scorekeeper", 1): (Turn(text='{"summary": "clean", "findings": []}'),),
        }
    )


@contextmanager
def client_of(server: RehearsalServer, headers: Mapping[str, str] = HEADERS) -> Generator[OpenAI]:
    """A client that does not retry by itself."""
    with OpenAI(
        base_url=server.url, api_key="none", max_retries=0, default_headers=headers, timeout=20
    ) as client:
        yield client


@pytest.fixture
def server(script: Script) -> Generator[RehearsalServer]:
    with RehearsalServer(script, pace=UNPACED) as running:
        yield running


@pytest.fixture
def client(server: RehearsalServer) -> Generator[OpenAI]:
    with client_of(server) as opened:
        yield opened
