"""Commands of town.toml, with their places filled in."""

import sys
from collections.abc import Mapping
from pathlib import Path


def filled(command: tuple[str, ...], places: Mapping[str, Path]) -> list[str]:
    """A command with `{python}` and the given `{names}` replaced; other braces stay."""
    names = {"python": sys.executable, **{name: str(path) for name, path in places.items()}}
    return [_fill(part, names) for part in command]


def _fill(part: str, names: Mapping[str, str]) -> str:
    for name, value in names.items():
        part = part.replace(f"{{{name}}}", value)
    return part
