"""Another machine for tests: rigs reached over the network only, a camp in its own folder."""

import socket
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from gastown.burst.parcel import Parcel
from gastown.burst.report import BurstReport
from gastown.stage import StageRequest
from gastown.town.edit import edit
from gastown.town.town import Town
from tasks.camp import carry_out


@contextmanager
def git_daemon(folder: Path) -> Generator[str]:
    """Serve the bare repositories of a folder, for reading and writing; the folder's address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # Not `git daemon`: ending that would leave the daemon itself, which is its child.
    place = subprocess.check_output(["git", "--exec-path"], text=True).strip()
    argv = [f"{place}/git-daemon", "--export-all", "--enable=receive-pack", "--reuseaddr"]
    argv += ["--listen=127.0.0.1", f"--port={port}", f"--base-path={folder}", str(folder)]
    with subprocess.Popen(argv, stderr=subprocess.DEVNULL) as daemon:
        try:
            _wait_for(port)
            yield f"git://127.0.0.1:{port}"
        finally:
            daemon.terminate()


def _wait_for(port: int) -> None:
    end = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return


def allow_burst(town: Town, address: str, **more: object) -> Town:
    """The town with a cloud pool, whose rigs are reached at a git daemon."""
    remotes = {name: f"{address}/{name}.git" for name in town.config.rigs}

    def change(document) -> None:
        document["burst"] = {"enabled": True, "worker": "here", "remotes": remotes, **more}

    edit(town.root / "town.toml", change)
    return Town.open(town.root)


@dataclass
class Elsewhere:
    """Carries a stage out at once, in this process; what it was asked is kept."""

    asked: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def __call__(self, request: StageRequest, parcel: Parcel, attempt: str) -> BurstReport:
        """All goes there and back as JSON."""
        self.asked.append(attempt)
        there = StageRequest.model_validate_json(request.model_dump_json())
        given = Parcel.model_validate_json(parcel.model_dump_json())
        with tempfile.TemporaryDirectory() as folder:
            report = carry_out(Path(folder), there, given, self.told.append)
        return BurstReport.model_validate_json(report.model_dump_json())
