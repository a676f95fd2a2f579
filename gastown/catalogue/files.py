"""The catalogue's data files, read from the package."""

import tomllib
from importlib.resources import files
from typing import Any


def read(name: str) -> dict[str, Any]:
    """One file's content, as TOML has it."""
    return tomllib.loads((files("gastown.catalogue") / name).read_text(encoding="utf-8"))
