"""spawn: start a process that outlives the command that started it, marked as the town's."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from gastown.town.layout import TownLayout
from gastown.town.processes import MARK, mark_of

_CHECKOUT = Path(__file__).resolve().parent.parent


def spawn(
    layout: TownLayout,
    argv: Sequence[str],
    environ: Mapping[str, str],
    *,
    log: Path,
    stdin: int = subprocess.DEVNULL,
) -> "subprocess.Popen[bytes]":
    """Start `argv` in its own session, output to `log` (the last one is kept as `.1`).

    It runs in Prefect's home: in any other folder Prefect would read a stray prefect.toml or .env.
    """
    layout.prefect_home.mkdir(parents=True, exist_ok=True)
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists():
        log.replace(log.with_name(f"{log.name}.1"))
    with log.open("wb") as sink:
        return subprocess.Popen(
            argv,
            env=_marked(layout, environ),
            cwd=layout.prefect_home,
            stdin=stdin,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C in the terminal that started it is not for it
        )


def let_go(process: "subprocess.Popen[bytes]") -> None:
    """It stays when we go: Popen would warn of a child that nobody waited for."""
    if process.stdin:
        process.stdin.close()
    process.returncode = 0


def _marked(layout: TownLayout, environ: Mapping[str, str]) -> dict[str, str]:
    """With the mark, this interpreter first on PATH, and this checkout first among the modules."""
    paths = [str(Path(sys.executable).parent), environ.get("PATH", "")]
    found = {**environ, MARK: mark_of(layout), "PATH": ":".join(filter(None, paths))}
    if (_CHECKOUT / "pyproject.toml").is_file():
        modules = [str(_CHECKOUT), environ.get("PYTHONPATH", "")]
        found["PYTHONPATH"] = ":".join(filter(None, modules))
    return found
