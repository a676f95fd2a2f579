"""find_engine: the Godot of a rig's table, of the environment, or of PATH."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from gastown.errors import ConfigError

_LOADER = "LD_TRACE_LOADED_OBJECTS"  # makes the dynamic loader list libraries and start nothing


def find_engine(configured: str, environ: Mapping[str, str] = os.environ) -> Path | None:
    """The engine to use: `gauge.engine`, else $GODOT_BIN, else `godot` or `godot4` on PATH.

    Raises:
        ConfigError: One of the first two is given and is no program.
    """
    named = {"gauge.engine": configured, "$GODOT_BIN": environ.get("GODOT_BIN", "")}
    path = environ.get("PATH", "")
    for key, value in named.items():
        if value:
            found = shutil.which(value, path=path)
            if found is None:
                raise ConfigError(f"{key}: {value} is no program; leave it empty for none")
            return Path(found).absolute()
    found = shutil.which("godot", path=path) or shutil.which("godot4", path=path)
    return Path(found).absolute() if found else None


def engine_files(engine: Path) -> list[Path]:
    """What the engine needs to start: itself, behind its links, and the folders of its libraries.

    An engine may lie in a person's home, so no folder around it is opened.
    """
    said = subprocess.run(
        [engine, "--version"],
        env={_LOADER: "1", "PATH": "/usr/bin:/bin"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    words = [word for line in said.stdout.splitlines() for word in line.split()]
    libraries = {Path(word).resolve().parent for word in words if word.startswith("/")}
    listed = {Path(word).parent for word in words if word.startswith("/")}
    return [engine, engine.resolve(), *sorted(p for p in libraries | listed if p.is_dir())]
