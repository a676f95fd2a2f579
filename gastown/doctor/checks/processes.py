"""processes: what is on record and gone, and what carries the town's mark and is on no record."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from gastown.doctor.finding import Ailment, Check, Finding
from gastown.doctor.scene import Scene
from gastown.runner.folder import RunnerFolder
from gastown.runner.record import keeper_of, read_served
from gastown.town.layout import TownLayout
from gastown.town.processes import RUN, end, is_run, living, marked, read_record

NAME = "processes"
YOUNG_S = 120.0
"""So long a process may take from its start until it is on record, and listens."""
_GRACE_S = 5.0


def _look(scene: Scene) -> Iterator[Ailment]:
    layout = scene.town.layout
    server = living(read_record(layout.server_record))
    for record in (layout.worker_record, layout.state / "cloud_worker.json"):
        if read_record(record) is not None and living(read_record(record)) is None:
            yield _dead_record(record)
    worker = living(read_record(layout.worker_record))
    if worker is not None and server is None and not scene.town.config.server.api_url:
        yield _half("the server is gone, though the worker runs")
    if server is not None:
        if worker is None and not _is_young(scene, server):
            yield _half("no worker runs, though the server does")
        yield from _deaf(scene, server)
    yield from _models(layout)
    yield from _strays(scene)


def _half(said: str) -> Ailment:
    finding = Finding(check=NAME, subject="town", said=said, severity="error", advice="town up")
    return Ailment(finding)


def _dead_record(record: Path) -> Ailment:
    finding = Finding(
        check=NAME,
        subject=record.name,
        said=f"says that the {record.stem.replace('_', ' ')} runs, and it is gone",
        mend="remove the record; what it ran goes on at the next town up",
    )
    return Ailment(finding, partial(_forgotten, record))


def _forgotten(record: Path) -> str:
    known = read_record(record)
    if known is None or living(known) is not None:
        return ""
    record.unlink(missing_ok=True)
    return "removed"


def _deaf(scene: Scene, server: psutil.Process) -> Iterator[Ailment]:
    """A server that has had time to listen at its port, and does not."""
    record = read_record(scene.town.layout.server_record)
    port = urlsplit(record.url).port if record and record.url else None
    if port and not _is_young(scene, server) and port not in _ports(server):
        yield _half(f"the server (pid {server.pid}) does not listen at its port {port}")


def _ports(process: psutil.Process) -> set[int]:
    found: set[int] = set()
    for one in (process, *process.children(recursive=True)):
        try:
            listening = [c for c in one.net_connections("inet") if c.status == psutil.CONN_LISTEN]
        except psutil.Error:
            continue
        found |= {connection.laddr.port for connection in listening}
    return found


def _models(layout: TownLayout) -> Iterator[Ailment]:
    """Records of model servers whose keeper is dead; failed ones stay for their reason."""
    folder = RunnerFolder(layout)
    for path in sorted(folder.root.glob("*.json")):
        served = read_served(folder, path.stem)
        if served is None or (served.state != "failed" and keeper_of(served) is None):
            finding = Finding(
                check=NAME,
                subject=f"models/{path.name}",
                said="says that a model is served, and its keeper is gone",
                mend="remove the record, and the key of its server",
            )
            yield Ailment(finding, partial(_unserved, folder, path.stem))


def _unserved(folder: RunnerFolder, name: str) -> str:
    with folder.lock(f"{name}.start"):
        served = read_served(folder, name)
        if served is not None and (served.state == "failed" or keeper_of(served) is not None):
            return ""
        folder.record(name).unlink(missing_ok=True)
        folder.forget_keys(name)
    return "removed"


def _strays(scene: Scene) -> Iterator[Ailment]:
    """Marked processes that nothing of the town has started, or has any more."""
    layout = scene.town.layout
    found, known = marked(layout), _known(layout)
    pids = {one.pid for one in found}
    at_work = {environ[RUN] for one, environ in found.items() if is_run(one, environ)}
    for process, environ in found.items():
        try:
            if process.pid in known or process.ppid() in pids:
                continue
            if _is_young(scene, process) or environ.get(RUN) in at_work:
                continue
            line = " ".join(process.cmdline())[:80]
        except psutil.Error:  # gone meanwhile
            continue
        what = "was left by a run that is gone" if RUN in environ else "is on no record"
        finding = Finding(
            check=NAME,
            subject=f"pid {process.pid}",
            said=f"is the town's ({line}), and {what}",
            mend="end it, and all that it started",
        )
        yield Ailment(finding, partial(_ended, layout, process))


def _known(layout: TownLayout) -> set[int]:
    """Pids of what is on record and lives."""
    cloud = layout.state / "cloud_worker.json"
    records = (read_record(one) for one in (layout.server_record, layout.worker_record, cloud))
    alive = [process.pid for process in map(living, records) if process is not None]
    folder = RunnerFolder(layout)
    served = (read_served(folder, path.stem) for path in folder.root.glob("*.json"))
    return {*alive, *(one.keeper for one in served if one is not None)}


def _ended(layout: TownLayout, process: psutil.Process) -> str:
    if process.pid in _known(layout) or not process.is_running():
        return ""
    left = end([process], grace_s=_GRACE_S)
    return f"would not end: {', '.join(str(one.pid) for one in left)}" if left else "ended"


def _is_young(scene: Scene, process: psutil.Process) -> bool:
    return scene.now.timestamp() - process.create_time() <= YOUNG_S


CHECK = Check(NAME, "processes on record that are gone, and those alive on no record", _look)
