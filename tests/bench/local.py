"""Local: tokens a second through our runner and client, beside the bare server, same prompts.

The bare server is the same build with the same flags on the same core, asked with nothing but HTTP
and a stream. Each side answers every prompt with as many tokens; rounds alternate, so that what
else the machine does meets both, and the middle of their ratios counts.
"""

import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from blocks.llama import Llama
from blocks.local_model import LocalModel, local_model
from gastown.agents.protocols import Ask
from gastown.runner.plan import Plan
from gastown.runner.planned import planned
from gastown.runner.start import HOST, choose_port, new_key, start
from tests.bench.table import Row
from tests.blocks.smol import town_of
from tests.gastown.machine.reported import fetched

TOKENS = 64
ROUNDS = 7
SLOTS = 4
TARGET = "ratio ≥ 0.97"

Ask_ = Callable[[str], int]


def rows() -> list[Row]:
    """One session and four at once; nothing where no model was fetched."""
    if fetched():
        return []
    with (
        tempfile.TemporaryDirectory() as folder,
        town_of(Path(folder) / "oak", "slots = 4") as town,
    ):
        plan = planned(town.layout, town.config, "smol").plan
        with (
            local_model(town.layout, town.config, "smol") as model,
            bare(plan, Path(folder)) as raw,
        ):
            return [compared(sessions, through(model), raw) for sessions in (1, SLOTS)]


def compared(sessions: int, ours: Ask_, theirs: Ask_) -> Row:
    """Tokens a second of both, so many sessions at once; the ratio is the middle of all rounds'."""
    found: list[tuple[float, float]] = []
    for number in range(ROUNDS):
        sides = [ours, theirs] if number % 2 else [theirs, ours]
        speeds = {side: speed(side, sessions, number) for side in sides}
        found.append((speeds[ours], speeds[theirs]))
    mine, rival = (statistics.median(side) for side in zip(*found, strict=True))
    ratio = statistics.median(one / other for one, other in found)
    name = f"local model, {sessions} at once, through runner and client / bare server"
    return Row(name, mine, rival, ratio, "tok/s", TARGET)


def speed(ask: Ask_, sessions: int, number: int) -> float:
    """Tokens a second, all sessions together."""
    prompts = [f"Round {number}, story {at}. Tell of a mill by a river." for at in range(sessions)]
    begin = time.perf_counter()
    with ThreadPoolExecutor(sessions) as pool:
        written = sum(pool.map(ask, prompts))
    return written / (time.perf_counter() - begin)


def through(model: LocalModel) -> Ask_:
    """As an agent asks: counted first, streamed, assembled."""

    def ask(prompt: str) -> int:
        message = {"role": "user", "content": prompt}
        return model.complete(Ask(messages=(message,), max_tokens=TOKENS)).usage.output_tokens

    return ask


@contextmanager
def bare(plan: Plan, folder: Path) -> Generator[Ask_]:
    """The same server without a keeper, and a client that reads its stream and counts nothing."""
    key_file = folder / "bare.key"
    key, port = new_key(key_file), choose_port("bench", 0)
    environ = {**os.environ, **plan.build.environ, "OMP_WAIT_POLICY": "passive"}
    with (folder / "bare.log").open("wb") as log:
        server = start(plan.argv(port, key_file), environ, plan.owned.cpus, log)
    try:
        while not Llama(f"http://{HOST}:{port}", key).well():
            time.sleep(0.05)
        yield lambda prompt: streamed(port, key, prompt)
    finally:
        server.kill()
        server.wait()


def streamed(port: int, key: str, prompt: str) -> int:
    """Tokens of one answer, as the server counts them in the last piece of its stream."""
    body = {
        "messages": [{"role": "user", "content": prompt}],
        "max_tokens": TOKENS,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection = HTTPConnection(HOST, port, timeout=120)
    connection.request("POST", "/v1/chat/completions", json.dumps(body), headers)
    pieces = [line for line in connection.getresponse() if line.startswith(b'data: {"choices":[]')]
    connection.close()
    return int(json.loads(pieces[-1][6:])["usage"]["completion_tokens"])
