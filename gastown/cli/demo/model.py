"""model: which model the demo's roles use: a rehearsal server of ours, or an endpoint you name."""

import json
import os
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from gastown.cli.demo.world import INPUT
from gastown.errors import GasTownError
from gastown.town.layout import TownLayout

REHEARSAL = "rehearsal"
_START_S = 20.0


@dataclass(frozen=True, slots=True)
class DemoModel:
    """A row of the catalogue, and what the board's first line says of it."""

    name: str
    table: Mapping[str, Any]
    headline: str

    @property
    def rehearsed(self) -> bool:
        """Its answers are written down beforehand."""
        return self.name == REHEARSAL


def choose(url: str, name: str) -> DemoModel:
    """The endpoint at `url`, or the rehearsal on a free port of this machine."""
    if not url:
        table = {"endpoint": f"http://127.0.0.1:{_free_port()}/v1", "vision": True}
        return DemoModel(REHEARSAL, table, "Model answers are rehearsed, everything else is real.")
    if not url.startswith(("http://", "https://")):
        raise GasTownError(f"--model {url}: give the address of an OpenAI-compatible endpoint")
    table = {"endpoint": url, "model": name, "vision": True, "max_output": 4096, "context": 32_768}
    return DemoModel(
        "endpoint", table, f"Everything is real; {name or 'a model'} at {url} answers."
    )


def rehearse(layout: TownLayout, slugs: Mapping[str, str], model: DemoModel, pace: float) -> None:
    """Start the rehearsal server as a process of the town; `town down` ends it with the rest."""
    from deployments.spawn import let_go, spawn

    names = layout.state / "rehearsal.json"
    names.parent.mkdir(parents=True, exist_ok=True)
    names.write_text(json.dumps(slugs), encoding="utf-8")
    url = str(model.table["endpoint"])
    port = url.rsplit(":", 1)[1].removesuffix("/v1")
    argv = [sys.executable, "-m", "gastown.rehearsal", "--answers", str(INPUT / "answers")]
    argv += ["--names", str(names), "--port", port, "--pace", f"{pace:g}"]
    log = layout.logs / "rehearsal.log"
    let_go(spawn(layout, argv, os.environ, log=log))
    _wait(url, log)


def _wait(url: str, log: Path) -> None:
    opener = build_opener(ProxyHandler({}))  # a company's proxy does not know the way to loopback
    begin = time.monotonic()
    while time.monotonic() - begin < _START_S:
        try:
            with opener.open(f"{url}/models", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise GasTownError(f"the rehearsal server did not start; see {log}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
