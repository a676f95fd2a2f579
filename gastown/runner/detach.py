"""detach: start a process that outlives the command that started it, marked as the town's."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from gastown.town.layout import TownLayout
from gastown.town.processes import MARK, OF_A_RUN, mark_of

_CHECKOUT: Final = Path(__file__).resolve().parents[2]
_LONG: Final = 4 << 20  # bytes of a log that is put aside


def detach(layout: TownLayout, module: str, arguments: Sequence[str], log: Path) -> int:
    """Run a module of ours in its own session, its output added to `log`; returns its pid.

    `town down` finds it, and all that it starts, by its mark. It is no part of the flow run that
    may have started it: a run whose process died would seem to live as long as a model is served.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > _LONG:
        log.replace(log.with_name(f"{log.name}.1"))
    modules = [str(_CHECKOUT)] if (_CHECKOUT / "pyproject.toml").is_file() else []
    modules += filter(None, [os.environ.get("PYTHONPATH", "")])
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OF_A_RUN)}
    environ = {**kept, MARK: mark_of(layout), "PYTHONPATH": ":".join(modules)}
    with log.open("ab") as sink:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", module, *arguments],
            env=environ,
            cwd=layout.state,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C in the terminal that started it is not for it
        )
    process.returncode = 0  # it stays when we go: Popen would warn of a child nobody waited for
    return process.pid
