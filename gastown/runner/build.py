"""Build: which llama.cpp serves this machine's models: `llama-server`, or the embedded wheel."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from gastown.errors import ConfigError
from gastown.town.tables.local import LocalTable

EMBEDDED: Final = "xllamacpp"
SERVER: Final = "llama-server"
FETCHED: Final = Path(__file__).resolve().parents[2] / ".models"
"""Where `make models` puts the embedded build and its small model, in a checkout."""

_ADVICE = "put llama-server on PATH, or fetch the embedded one: make models"


@dataclass(frozen=True, slots=True)
class Build:
    """A llama.cpp: `kind` is what it is called in a footprint, `argv` how a server of it starts.

    Attributes:
        kind: `xllamacpp` or `llama-server`.
        argv: The program; flags follow.
        environ: What its process needs beside the environment.
        gpu: Whether it may use a card at all; the embedded wheel cannot.
        all_kv_kernels: Whether it has attention kernels for keys and values of different types.
    """

    kind: str
    argv: tuple[str, ...]
    environ: Mapping[str, str] = field(default_factory=dict[str, str])
    gpu: bool = True
    all_kv_kernels: bool = False


def find_build(
    table: LocalTable, which: Callable[[str], str | None], fetched: Path = FETCHED
) -> Build:
    """The build that `[local]` names.

    Args:
        table: What a person decided.
        which: How a program is found on PATH (`shutil.which`).
        fetched: A folder that may hold the embedded build's package.

    Raises:
        ConfigError: It is not here; names the key, and how to get one.
    """
    program = which(table.llama_server)
    if program and table.runner != "embedded":
        return Build(SERVER, (program,), all_kv_kernels=table.all_kv_kernels)
    if table.runner == "llama-server":
        raise ConfigError(
            f"town.toml: local.llama_server: no program {table.llama_server!r} on PATH; {_ADVICE}"
        )
    return embedded(fetched, all_kv_kernels=table.all_kv_kernels)


def embedded(fetched: Path = FETCHED, *, all_kv_kernels: bool = False) -> Build:
    """The wheel that runs llama.cpp's server in a Python of ours. Raises ConfigError."""
    if (fetched / EMBEDDED).is_dir():
        paths = {"PYTHONPATH": str(fetched)}
    elif find_spec(EMBEDDED):
        paths = {}
    else:
        raise ConfigError(f"town.toml: local.runner: no llama.cpp is here; {_ADVICE}")
    argv = (sys.executable, "-m", "gastown.runner.embedded")
    return Build(EMBEDDED, argv, paths, gpu=False, all_kv_kernels=all_kv_kernels)
