"""model: which model the demo's roles use: a rehearsal server of ours, or an endpoint you name."""

import os
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from gastown.cli.demo.probe import probe
from gastown.cli.demo.world import INPUT
from gastown.cli.out import tell
from gastown.errors import ConfigError, GasTownError
from gastown.rehearsal.faults import parse_faults
from gastown.town.layout import TownLayout
from gastown.town.stop import Stop

REHEARSAL = "rehearsal"
KEY_BLOCK = "demo-endpoint"
_START_S = 20.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for on the command line."""

    url: str = ""
    name: str = ""
    key_env: str = ""
    pace: float = 0.0
    faults: str = ""


@dataclass(frozen=True, slots=True)
class DemoModel:
    """A row of the catalogue, those `beside` it, and what the board's first line says of it."""

    name: str
    table: Mapping[str, Any]
    headline: str
    beside: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    key: str = field(default="", repr=False)
    pace: float = 0.0
    faults: str = ""

    @property
    def rehearsed(self) -> bool:
        """Its answers are written down beforehand."""
        return self.name == REHEARSAL


def choose(wanted: Wanted) -> DemoModel:
    """The endpoint that is wanted, or the rehearsal on a free port of this machine.

    Raises:
        ConfigError: Two options contradict each other, or one says nothing sensible.
        GasTownError: Nothing answers at the endpoint.
    """
    if not wanted.url:
        return _rehearsal(wanted)
    if not wanted.url.startswith(("http://", "https://")):
        raise ConfigError(
            f"--model {wanted.url}: give the address of an OpenAI-compatible endpoint"
        )
    if wanted.faults:
        raise ConfigError("--faults: only the rehearsal has faults on purpose; leave out --model")
    key = _key(wanted.key_env)
    refused = probe(wanted.url, key)
    if refused:
        hint = "is the key right?" if key else "name the variable that holds one: --key-env NAME"
        tell(f"{wanted.url} wants a key (HTTP {refused}); {hint}")
    table = {
        "endpoint": wanted.url,
        "model": wanted.name,
        "vision": True,
        "max_output": 4096,
        "context": 32_768,
    }
    headline = f"Everything is real; {wanted.name or 'a model'} at {wanted.url} answers."
    row = table | ({"key": KEY_BLOCK} if key else {})
    return DemoModel("endpoint", row, headline, key=key)


def _rehearsal(wanted: Wanted) -> DemoModel:
    if wanted.name or wanted.key_env:
        raise ConfigError("--name and --key-env belong to an endpoint; give its address: --model")
    parse_faults(wanted.faults)
    table = {"endpoint": f"http://127.0.0.1:{_free_port()}/v1", "vision": True}
    headline = "Model answers are rehearsed, everything else is real."
    return DemoModel(REHEARSAL, table, headline, pace=wanted.pace, faults=wanted.faults)


def _key(variable: str) -> str:
    """No variable is read unasked: a key of OpenAI's is nobody else's business."""
    if variable and not os.environ.get(variable):
        raise ConfigError(f"--key-env {variable}: no such environment variable, or it is empty")
    return os.environ[variable] if variable else ""


def save_key(layout: TownLayout, url: str, model: DemoModel) -> None:
    """Give the endpoint's key, if it has one, to the town's server, which keeps it encrypted."""
    if not model.key:
        return
    from pydantic import SecretStr

    from blocks.engine import connected
    from blocks.provider import ModelProvider

    with connected(layout, url):
        ModelProvider(api_key=SecretStr(model.key)).save(KEY_BLOCK, overwrite=True)


def rehearse(layout: TownLayout, model: DemoModel, stop: Stop) -> None:
    """Start the rehearsal server as a process of the town; `town down` ends it with the rest."""
    from deployments.spawn import let_go, spawn

    url = str(model.table["endpoint"])
    port = url.rsplit(":", 1)[1].removesuffix("/v1")
    argv = [sys.executable, "-m", "gastown.rehearsal", "--answers", str(INPUT / "answers")]
    argv += ["--port", port, "--pace", f"{model.pace:g}", "--faults", model.faults]
    log = layout.logs / "rehearsal.log"
    with stop.starting():
        let_go(spawn(layout, argv, os.environ, log=log))
    _wait(url, log, stop)


def _wait(url: str, log: Path, stop: Stop) -> None:
    opener = build_opener(ProxyHandler({}))  # a company's proxy does not know the way to loopback
    begin = time.monotonic()
    while time.monotonic() - begin < _START_S:
        try:
            with opener.open(f"{url}/models", timeout=2):
                return
        except (URLError, OSError):
            stop.sleep(0.1)
    raise GasTownError(f"the rehearsal server did not start; see {log}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
