"""The Godot that tests use: a person's `GODOT_BIN`, else that of `make godot`, else PATH's."""

import os
from pathlib import Path

import pytest

from gastown.rigs.gauge.godot_engine import find_engine
from tests.godot.fetch import ENGINE, GRAPHICS

NONE = "no Godot: `make godot` fetches one, or set GODOT_BIN"


def found_engine() -> Path | None:
    """The engine, or None where there is none."""
    if not os.environ.get("GODOT_BIN") and ENGINE.is_file():
        return ENGINE
    return find_engine("")


def need_engine() -> Path:
    """The engine; the test is skipped, and says so, where there is none."""
    engine = found_engine()
    return engine or pytest.skip(NONE)


def graphics(engine: Path) -> dict[str, str]:
    """What a game of the engine of `make godot` needs in its environment to draw without a GPU.

    Empty for any other engine, whose libraries are the machine's.
    """
    if engine != ENGINE or not GRAPHICS.is_file():
        return {}
    return dict(line.split("=", 1) for line in GRAPHICS.read_text("utf-8").splitlines())
