"""Who is who among the processes of a town, by their marks, their lines and their parents."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Literal

import psutil

Part = Literal["run", "worker", "server", "agent", "git", "model", "all"]


def victims(root: Path, part: Part) -> list[psutil.Process]:
    """The processes of a town of that kind, those that started first first.

    An agent is whatever a run has started beside git: a jail and the commands in it, a scanner. A
    model is what serves one: keepers, then servers.
    """
    marked = _marked(root)
    runs = [one for one in marked if "prefect.engine" in _line(one)]
    if part == "all":
        return [*marked, *(one for one in _offspring(marked) if one not in marked)]
    if part == "run":
        return runs
    if part == "worker":
        return [one for one in marked if "deployments.worker" in _line(one)]
    if part == "server":
        return [one for one in marked if one.pid == _server(root)]
    keepers = [one for one in marked if "blocks.keeper" in _line(one)]
    models = [*keepers, *_offspring(keepers)]
    if part == "model":
        return models
    started = [one for one in _offspring(runs) if one not in runs and one not in models]
    return [one for one in started if _is_git(one) == (part == "git")]


def _marked(root: Path) -> list[psutil.Process]:
    mark, own = str(root / ".town"), psutil.Process().pid
    found: list[psutil.Process] = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if "python" not in process.name() or process.pid == own:
                continue  # the cheaper question first: this is asked many times a second
            there = process.environ().get("GASTOWN_STATE") == mark
            if there and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return sorted(found, key=lambda one: one.pid)


def _offspring(parents: list[psutil.Process]) -> list[psutil.Process]:
    found: dict[int, psutil.Process] = {}
    for parent in parents:
        with suppress(psutil.Error):
            found |= {one.pid: one for one in parent.children(recursive=True)}
    return list(found.values())


def _server(root: Path) -> int:
    with suppress(OSError, ValueError):
        return int(json.loads((root / ".town" / "server.json").read_text("utf-8"))["pid"])
    return 0


def _is_git(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return process.name().startswith("git")
    return False


def _line(process: psutil.Process) -> str:
    with suppress(psutil.Error):
        return " ".join(process.cmdline())
    return ""
