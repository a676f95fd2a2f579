"""A town half-way through a convoy, and ways in which its processes die."""

import os
import subprocess
import sys
import textwrap
from datetime import timedelta
from pathlib import Path

import psutil

from gastown.beads.ledger import utc_now
from gastown.doctor.all import named
from gastown.doctor.examine import Examined, examine, treat
from gastown.doctor.finding import Finding
from gastown.doctor.scene import Scene
from gastown.rigs.git import Repo
from gastown.town.town import Town
from tests.tasks.half import Half

ROOT = Path(__file__).parents[3]


def quiet(_: object) -> None:
    """Nobody listens, and nobody waits."""


class Ward(Half):
    """The town of `Half`, with a doctor."""

    later = timedelta(0)

    def look(self) -> Scene:
        return Scene(Town.open(self.town.root), now=utc_now() + self.later)

    def found(self, *checks: str) -> list[Finding]:
        return list(examine(self.look, named(checks), quiet, quiet))

    def marks(self, *checks: str) -> list[tuple[str, str]]:
        return [one.key for one in self.found(*checks)]

    def treat(self, *checks: str) -> Examined:
        return treat(self.look, named(checks), quiet, quiet)

    def mended(self, *checks: str) -> list[str]:
        """What was done; every finding must be gone afterwards, and nothing be left to do."""
        done = self.treat(*checks)
        assert done.findings == ()
        assert [one.failed for one in done.mended if one.failed] == []
        assert self.treat(*checks) == Examined()
        return [one.done for one in done.mended]

    @property
    def clone(self) -> Repo:
        return Repo(self.layout.canonical)

    def close(self, bead: str, reason: str = "done elsewhere") -> None:
        self.town.ledger.close(bead, reason)

    def dies(self, code: str) -> None:
        """Run Python with `town` at hand in a process that is then killed with -9."""
        begin = f"""
            import os, signal
            from pathlib import Path
            from gastown.town.town import Town
            town = Town.open(Path({str(self.town.root)!r}))
        """
        end = "os.kill(os.getpid(), signal.SIGKILL)"
        whole = "\n".join([textwrap.dedent(begin), textwrap.dedent(code), end])
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run([sys.executable, "-c", whole], env=env, check=False)
        assert done.returncode == -9

    def lives(self, code: str) -> "subprocess.Popen[str]":
        """The same, and it lives on until it is told: it says `ready` first."""
        begin = f"""
            import sys
            from pathlib import Path
            from gastown.town.town import Town
            town = Town.open(Path({str(self.town.root)!r}))
        """
        end = "print('ready', flush=True); sys.stdin.readline()"
        whole = "\n".join([textwrap.dedent(begin), textwrap.dedent(code), end])
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(
            [sys.executable, "-c", whole],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process


def ended(process: "subprocess.Popen[str]") -> None:
    """Kill it and what it started."""
    if process.poll() is None:
        for child in psutil.Process(process.pid).children(recursive=True):
            child.kill()
    process.kill()
    process.communicate()


CLAIMED = """
from datetime import timedelta
from gastown.machine.holder import holder
claim = town.ledger.claim({bead!r}, holder(), timedelta(hours=1))
"""
