"""The launcher's command line, and the private home that its commands get."""

import os
import sys
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from gastown.agents.jail.caps import Caps

LAUNCHER = Path(__file__).with_name("launcher.py")


def launch(
    argv: Sequence[str], caps: Caps, timeout_s: float, ruleset: int, program: str
) -> list[str]:
    """The command line of the launcher."""
    limits = ",".join(f"{name}={value}" for name, value in caps.limits(timeout_s).items())
    python = [sys.executable, "-I", "-S", str(LAUNCHER)]
    return [*python, str(os.getpid()), str(ruleset), program, limits, *argv]


@contextmanager
def private_home() -> Generator[str]:
    """A folder that only one command uses, gone after it."""
    with tempfile.TemporaryDirectory(prefix="gastown-jail-", ignore_cleanup_errors=True) as home:
        yield home
